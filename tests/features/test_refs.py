"""Where to look things up: pointers, page by page, never what they say."""

from bot.content.bank import Bank
from bot.content.study import Reference
from bot.core.messages import Button, Link
from tests.features.conftest import Chat, assert_carried, read


async def test_a_specialty_s_own_come_first(chat: Chat, bank: Bank) -> None:
    """Then the general ones; the pages together hold each of them once."""
    await chat.rotate("surgery")
    reply = await chat.act(Button("", "refs.mine"))
    seen = [button.value for button in reply.buttons if button.action == "refs.show"]
    first = bank.get(Reference, seen[0])
    assert "surgery" in first.specialties
    while "More places" in {button.label for button in reply.buttons}:
        reply = await chat.press("More places")
        seen += [button.value for button in reply.buttons if button.action == "refs.show"]
    fitting = {each.id for each in bank.active(Reference) if {"any", "surgery"} & set(each.specialties)}
    assert sorted(seen) == sorted(fitting)


async def test_each_pointer_opens_with_its_address_and_its_notice(chat: Chat, bank: Bank) -> None:
    """The site itself, one tap away; what changes by the year says when somebody looked."""
    for item in bank.active(Reference):
        reply = await chat.act(Button("", "refs.show", item.id))
        assert_carried(reply)
        links = [each for row in reply.rows for each in row if isinstance(each, Link)]
        assert [each.url for each in links] == [item.root_url]
        text = read(reply)
        assert item.caution in text
        if item.verify == "annual":
            assert "Looked up in November 2026" in text


async def test_it_is_found_from_the_questions(chat: Chat) -> None:
    """One tap from /faq; a pointer that is gone is said to be."""
    await chat.command("faq")
    assert "Where to look" in read(await chat.press("Where to look things up"))
    assert "no longer" in read(await chat.act(Button("", "refs.show", "ref-never-was")))
    for wrong in ("99", "x", "-1"):
        assert read(await chat.act(Button("", "refs.mine", wrong)))
