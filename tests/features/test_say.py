"""/say: words for situations."""

from bot.content.bank import Bank
from bot.content.items import Script
from bot.core.feature import Registry
from bot.core.markup import text_of
from bot.core.messages import Button
from tests.features.conftest import Chat, assert_carried, read


async def test_a_situation_gives_the_words_and_what_follows(chat: Chat, bank: Bank) -> None:
    """One card: when, the words in quotes, what to do with a yes and a no, and what then."""
    script = bank.get(Script, "scr-sick-day")
    reply = await chat.command("say", "calling in sick")
    text = read(reply)
    assert reply.cards[0].title == script.title
    for part in (script.situation, script.say or "", script.if_yes, script.if_no, script.next):
        assert part in text
    assert {"Shorter", "If they say no"} <= {button.label for button in reply.buttons}


async def test_shorter_is_one_line_and_leads_back(chat: Chat, bank: Bank) -> None:
    script = bank.get(Script, "scr-sick-day")
    await chat.command("say", "calling in sick")
    whole = chat.reply
    short = await chat.press("Shorter")
    assert script.short in read(short)
    assert len(read(short)) < len(read(whole))
    assert await chat.press("All of it") == whole


async def test_a_no_has_its_own_card(chat: Chat, bank: Bank) -> None:
    script = bank.get(Script, "scr-sick-day")
    await chat.command("say", "calling in sick")
    text = read(await chat.press("If they say no"))
    assert script.if_no in text
    assert script.avoid in text


async def test_an_email_comes_with_its_subject_and_whole_body(chat: Chat, bank: Bank) -> None:
    for script in (each for each in bank.active(Script) if each.body):
        text = read(await chat.act(Button("", "say.show", script.id)))
        assert f"Subject: {script.subject}" in text
        for line in script.body.splitlines():
            assert text_of(line) in text, script.id


async def test_braces_are_explained_where_they_stand(chat: Chat, bank: Bank) -> None:
    """Each gap in the words shown is named with its hint; one that is not shown is not."""
    for script in bank.active(Script):
        for action, words in (("say.show", script.body or script.say or ""), ("say.short", script.short)):
            text = read(await chat.act(Button("", action, script.id)))
            for slot in script.slots:
                gap = f"{{{slot.name}}}"
                assert (f"{gap}: {slot.hint}" in text) == (gap in words), script.id


async def test_alone_it_lists_situations_page_by_page(chat: Chat, bank: Bank) -> None:
    """Every situation can be reached by tapping."""
    await chat.rotate(participation="hands_on")
    reply = await chat.command("say")
    seen = set()
    for _ in range(100):
        seen |= {button.value for button in reply.buttons if button.action == "say.show"}
        if "More situations" not in {button.label for button in reply.buttons}:
            break
        reply = await chat.press("More situations")
        assert reply.replaces
    assert seen == {each.id for each in bank.active(Script) if each.participation != "observer"}


async def test_the_phase_of_the_rotation_comes_first(chat: Chat, bank: Bank) -> None:
    student = await chat.rotate()
    stored = (await chat.stored())["rotations"][0]
    assert stored["student_id"] == student.id
    shown = [bank.get(Script, each.value) for each in (await chat.command("say")).buttons if each.action == "say.show"]
    assert all({"week1", "early"} & set(each.phases) for each in shown)


async def test_an_observer_never_sees_words_for_hands_on_work(chat: Chat, bank: Bank) -> None:
    await chat.rotate(participation="observer")
    hands_on = [each for each in bank.active(Script) if each.participation == "hands_on"]
    assert hands_on
    for script in hands_on:
        for action in ("say.show", "say.short", "say.no"):
            assert "another kind of rotation" in read(await chat.act(Button("", action, script.id)))
        assert script.id not in {button.value for button in (await chat.command("say", script.title)).buttons}


async def test_an_unknown_situation_offers_what_to_do(chat: Chat) -> None:
    text = read(await chat.command("say", "zzxqv"))
    assert text.startswith("I don't have zzxqv")
    assert "/say" in text


async def test_pages_that_are_not_there_are_the_last_one(chat: Chat) -> None:
    for value in ("99", "-1", "x", "٣"):
        assert (await chat.act(Button("", "say.find", value))).buttons


async def test_every_script_fits_everywhere(chat: Chat, bank: Bank) -> None:
    for script in bank.all(Script):
        for verb in ("show", "short", "formal", "no"):
            assert_carried(await chat.act(Button("", f"say.{verb}", script.id)))
    assert_carried(await chat.command("say"))


async def test_the_examples_that_help_names_are_answered(chat: Chat, registry: Registry) -> None:
    for name in ("phrase", "say", "plain", "faq"):
        reply = await chat.command(name, registry.commands[name].example)
        assert "Did you mean" not in read(reply)
        assert "don't have" not in read(reply)
