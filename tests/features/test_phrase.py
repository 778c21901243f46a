"""/phrase and bare words."""

import pytest

from bot.content.bank import Bank
from bot.content.items import Phrase, Plain
from bot.content.meta import Disambiguation
from bot.core.library import Library
from bot.core.markup import parse, text_of
from bot.core.messages import Button
from bot.features.phrase.wording import advice, told, warnings
from tests.features.conftest import Chat, assert_carried, read

DISPO = Button("", "phrase.show", "phr-dispo")


async def test_a_bare_word_is_looked_up(chat: Chat) -> None:
    """`dispo` alone gives the card: the term in bold, whether to say it, what it means, what to do."""
    reply = await chat.type("dispo")
    body = reply.cards[0].body
    first = parse(body)[0].spans
    assert (first[0].text, first[0].bold) == ("dispo", True)
    assert "say it: yes, among staff" in text_of(body).splitlines()[0]
    assert "disposition" in body
    assert "**You:**" in body
    assert "You hear it from residents, attendings and case managers" in body
    assert reply.buttons[-1].label == "Quiz me later"


async def test_the_command_gives_the_same_card(chat: Chat) -> None:
    assert (await chat.command("phrase", "dispo")).cards == (await chat.type("dispo")).cards


async def test_spacing_and_a_typo_are_understood(chat: Chat) -> None:
    assert "curbside" in (await chat.command("phrase", "curb side d")).cards[0].body.splitlines()[0]


async def test_an_abbreviation_that_is_missing_is_never_guessed(chat: Chat) -> None:
    """Near ones are offered as buttons, with the line to ask the resident with."""
    reply = await chat.command("phrase", "QOF")
    text = read(reply)
    assert text.startswith("I don't have QOF. Did you mean")
    assert {"QD", "QOD"} & {button.label for button in reply.buttons}
    assert "“I'm not familiar with QOF, what does it stand for?”" in text


async def test_an_unknown_word_names_three_things_to_do(chat: Chat) -> None:
    reply = await chat.command("phrase", "zzxqv")
    items = [block for block in parse(reply.cards[0].body) if block.kind == "item"]
    assert read(reply).startswith("I don't have zzxqv")
    assert len(items) == 3
    assert reply.buttons == ()


async def test_what_may_point_to_a_patient_is_not_said_back(chat: Chat) -> None:
    """An answer is kept until it is sent, so that it must not hold what the guard stops."""
    for text in ("Mr. Alvarez MRN 4471822", "zzxqv MRN 4471822"):
        reply = await chat.type(text)
        assert "4471822" not in read(reply)
        assert "Alvarez" not in read(reply)
        assert "4471822" not in str(await chat.stored())


async def test_a_bare_command_invites_with_three_words(chat: Chat) -> None:
    reply = await chat.command("phrase")
    assert len(reply.buttons) == 3
    assert "dispo" in (await chat.press("dispo")).cards[0].body


async def test_several_meanings_are_numbered_and_the_warning_stands_out(chat: Chat) -> None:
    body = (await chat.command("phrase", "MS")).cards[0].body
    numbers = [block.number for block in parse(body) if block.number]
    assert numbers == [1, 2, 3, 4, 5]
    assert "⚠ **Never write MS:**" in body
    assert "morphine sulfate" in body
    assert "never write it" in body.splitlines()[0]


async def test_the_meaning_of_the_specialty_comes_first(chat: Chat, bank: Bank) -> None:
    """The default of the rotation's specialty is number one, by typing and by button."""
    rows = [row for row in bank.all(Disambiguation) if row.default.get("psych", "1") != "1"]
    assert rows
    await chat.rotate("psych")
    for row in rows:
        phrase = bank.item(row.default["phrase"])
        if not isinstance(phrase, Phrase) or len(phrase.senses) < int(row.default["psych"]):
            continue
        wanted = phrase.senses[int(row.default["psych"]) - 1].meaning
        by_button = await chat.act(Button("", "phrase.show", phrase.id))
        first = next(block for block in parse(by_button.cards[0].body) if block.number == 1)
        assert first.spans[0].text == wanted.rstrip(".")
        typed = await chat.command("phrase", phrase.term)
        assert by_button.cards[0] in typed.cards or f"Also **{phrase.term}**" in typed.cards[1].body


async def test_two_words_of_one_name_are_both_shown(chat: Chat, library: Library) -> None:
    answer = library.index.find("cap", "phrase")
    reply = await chat.command("phrase", "cap")
    assert len(reply.cards) == min(3, len(answer.items))
    labels = {button.label for button in reply.buttons}
    assert {item.term for item in answer.items[1:3] if isinstance(item, Phrase)} <= labels


async def test_quiz_me_later_is_kept_once_and_taken_back(chat: Chat) -> None:
    await chat.type("dispo")
    reply = await chat.press("Quiz me later")
    assert reply.replaces
    facts = (await chat.stored())["facts"]
    assert [(row["name"], row["about"], row["rotation_id"]) for row in facts] == [("quiz_later", "phr-dispo", 0)]
    assert "Quiz me later ✓" in {button.label for button in (await chat.type("dispo")).buttons}
    await chat.press("Quiz me later ✓")
    assert (await chat.stored())["facts"] == []


async def test_quiz_me_later_happens_once_per_tap(chat: Chat) -> None:
    """The same event again neither toggles back nor answers twice."""
    await chat.type("dispo")
    first = await chat.press("Quiz me later", key="tap")
    chat.reply = await chat.type("dispo")
    assert await chat.press("Quiz me later ✓", key="tap") == first
    assert len((await chat.stored())["facts"]) == 1


async def test_in_a_channel_a_look_up_is_answered_in_place(chat: Chat) -> None:
    """What is shown to everybody tells nothing of the one who asked."""
    channel = chat.other("u2", private=False)
    for text in ("dispo", "QOF", "zzxqv"):
        reply = await channel.command("phrase", text)
        assert not reply.private
        assert not any("Quiz" in button.label for button in reply.buttons)


@pytest.mark.parametrize("text", ["hello", "Hi", "thanks", "?", "   "])
async def test_a_greeting_is_answered_as_one(chat: Chat, text: str) -> None:
    assert "I don't have" not in read(await chat.type(text))


async def test_stop_typed_alone_stops(chat: Chat) -> None:
    assert "Stopped" in read(await chat.type("Stop"))


async def test_a_question_of_another_kind_finds_its_own_card(chat: Chat) -> None:
    """Bare words that are no phrase open what they are: a question, or words to say."""
    await chat.type("what to pack for rotation")
    assert chat.reply.buttons[0].action == "faq.long"
    assert "Shorter" in {button.label for button in (await chat.type("calling in sick")).buttons}


async def test_a_word_that_is_gone_says_so(chat: Chat) -> None:
    assert "no longer" in read(await chat.act(Button("", "phrase.show", "phr-never-was")))


async def test_every_phrase_fits_everywhere(chat: Chat, bank: Bank) -> None:
    """Every card is one look of whole lines, and every button fits the tightest platform."""
    for phrase in bank.all(Phrase):
        reply = await chat.act(Button("", "phrase.show", phrase.id))
        assert_carried(reply)
        assert len(read(reply)) <= 901, phrase.id  # 900 and the break before the footer
        assert all(len(button.label) <= 24 for button in reply.buttons)
        body = reply.cards[0].body
        assert phrase.meaning in body
        for rule in (phrase.do_not_use, *(sense.do_not_use for sense in phrase.senses)):
            if rule is not None and phrase.do_not_use in (None, rule):
                assert rule.instead.rstrip(".") in body
        assert all(sense.meaning.rstrip(".") in body for sense in phrase.senses)


async def test_every_term_of_the_bank_is_found_by_its_name(chat: Chat, bank: Bank, library: Library) -> None:
    for phrase in bank.active(Phrase):
        answer = library.index.find(phrase.term, "phrase")
        assert answer.outcome == "answer", phrase.term
        assert phrase.id in {item.id for item in answer.items}


def test_a_card_too_long_loses_whole_lines(bank: Bank) -> None:
    """The term, the meaning and the warning stay, whatever else must go."""
    phrase = bank.get(Phrase, "phr-ms")
    whole = set(text_of(told(phrase, longest=10_000)).splitlines())
    for longest in (900, 600, 400):
        short = text_of(told(phrase, longest=longest)).splitlines()
        assert all(any(line == each or each.startswith(line) for each in whole) for line in short)
        assert phrase.meaning in short
        assert any("Never write MS" in line for line in short)


def test_advice_follows_register_list_and_speaker(bank: Bank) -> None:
    for phrase in bank.all(Phrase):
        said = advice(phrase)
        if phrase.do_not_use is not None:
            assert said == "never write it"
        elif set(phrase.said_by) <= {"patient", "family"} or phrase.register == "avoid":
            assert not said.startswith("say it")


def test_every_listed_meaning_has_its_warning(bank: Bank) -> None:
    listed = [phrase for phrase in bank.all(Phrase) if phrase.do_not_use or any(s.do_not_use for s in phrase.senses)]
    assert listed
    assert all(warnings(phrase) for phrase in listed)


async def test_the_words_for_a_patient_stand_on_the_card(chat: Chat, bank: Bank) -> None:
    """A phrase with plain words names them and opens them."""
    shown = 0
    for phrase in bank.active(Phrase):
        plain = bank.item(phrase.plain) if phrase.plain else None
        if isinstance(plain, Plain):
            reply = await chat.act(Button("", "phrase.show", phrase.id))
            assert Button("Words for patients", "plain.show", plain.id) in reply.buttons
            shown += 1
    assert shown or not any(phrase.plain for phrase in bank.active(Phrase))
