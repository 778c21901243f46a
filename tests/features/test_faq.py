"""/faq: questions and answers."""

from bot.content.bank import Bank
from bot.content.items import Faq
from bot.core.markup import text_of
from bot.core.messages import Button
from tests.features.conftest import Chat, assert_carried, read


async def test_a_question_gets_the_short_answer_first(chat: Chat, bank: Bank) -> None:
    item = next(each for each in bank.active(Faq) if each.long)
    reply = await chat.command("faq", item.asks[0])
    assert reply.cards[0].title == item.q
    assert text_of(item.short) in read(reply)
    more = await chat.press("More")
    assert more.replaces
    assert text_of(item.long or "") in read(more).replace("\n\n", "\n")


async def test_the_ways_of_asking_reach_their_answer(chat: Chat, bank: Bank) -> None:
    """Students ask in their own words; the card comes, or its button: of all the ways written down, 19 in 20."""
    lost, asked = [], 0
    for item in bank.active(Faq):
        for words in item.asks:
            reply = await chat.command("faq", words)
            offered = {button.value for button in reply.buttons if button.action == "faq.show"}
            asked += 1
            if reply.cards[0].title != item.q and item.id not in offered:
                lost.append(words)
    assert len(lost) <= asked / 20, lost


async def test_alone_it_lists_every_topic_page_by_page(chat: Chat, bank: Bank) -> None:
    reply = await chat.command("faq")
    seen = set()
    for _ in range(50):
        seen |= {button.value for button in reply.buttons if button.action == "faq.show"}
        if "More topics" not in {button.label for button in reply.buttons}:
            break
        reply = await chat.press("More topics")
        assert reply.replaces
    assert seen == {each.id for each in bank.active(Faq)}


async def test_an_unknown_question_gets_no_guess(chat: Chat) -> None:
    assert read(await chat.command("faq", "zzxqv")).startswith("I don't have zzxqv")
    assert "no longer" in read(await chat.act(Button("", "faq.show", "faq-never-was")))


async def test_an_answer_leads_on(chat: Chat, bank: Bank) -> None:
    """What comes next opens: each button of each answer has somebody who answers it."""
    for item in bank.active(Faq):
        reply = await chat.act(Button("", "faq.show", item.id))
        for button in reply.buttons:
            if button.action in chat.dispatcher._registry.actions:
                assert "older version" not in read(await chat.act(button))
            else:
                raise AssertionError(button)


async def test_every_answer_fits_everywhere(chat: Chat, bank: Bank) -> None:
    for item in bank.all(Faq):
        assert_carried(await chat.act(Button("", "faq.show", item.id)))
        assert_carried(await chat.act(Button("", "faq.long", item.id)))
    assert_carried(await chat.command("faq"))
