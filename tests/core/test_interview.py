"""A form asked question by question: kept, set aside, gone on with, and guarded."""

import pytest

from bot.core.inbound import ButtonPressed
from bot.storage.interviews import Interviews
from bot.storage.students import Students
from tests.core.toys import Talk, body


@pytest.fixture
def talk(sqlite, clock) -> Talk:
    return Talk(sqlite, clock)


async def open_form(talk: Talk) -> str:
    """Return what is kept of the talker's interview."""
    async with talk.database.read() as work:
        student = await work.use(Students).find(talk.address)
        assert student is not None
        return await work.use(Interviews).of(student.id) or ""


async def test_questions_come_one_by_one_and_end_in_the_handler(database, clock):
    """Each answer brings the next question, the last one what the form's handler says; nothing is kept after it."""
    talk = Talk(database, clock)
    first = await talk.command("dates")
    assert "First day?" in body(first)
    assert "(1 of 3)" in body(first)
    assert "Three questions." in body(first)
    assert "(2 of 3)" in body(await talk.type("nov 30"))
    assert "(3 of 3)" in body(await talk.type("4 weeks"))
    assert body(await talk.press("Hands-on")) == "2026-11-30 4 weeks hands_on"
    assert await open_form(talk) == ""
    assert body(await talk.type("hello")) == "words"


async def test_any_command_sets_it_aside_and_the_same_form_goes_on_from_there(talk):
    """Words after a command are no answers; asked for again, the form continues at the open question."""
    await talk.command("dates")
    await talk.type("nov 30")
    assert body(await talk.command("count")).startswith("tap")
    assert body(await talk.type("4 weeks")) == "words"
    again = await talk.command("dates")
    assert "(2 of 3)" in body(again)
    assert "(3 of 3)" in body(await talk.type("4 weeks"))


async def test_another_form_replaces_it(talk):
    """There is one interview at a time; the first form begins anew afterwards."""
    await talk.command("dates")
    await talk.type("nov 30")
    await talk.command("notes")
    assert "(1 of 3)" in body(await talk.command("dates"))


async def test_cancel_forgets_it(talk):
    """Canceling saves nothing, and the closed questions' buttons say so."""
    await talk.command("dates")
    asked = await talk.type("nov 30")
    assert "nothing was saved" in body(await talk.press("Cancel")).lower()
    assert await open_form(talk) == ""
    talk.reply = asked
    assert "nothing was saved" in body(await talk.press("Cancel")).lower()


async def test_an_old_choice_button_after_the_end_is_closed(talk):
    """A button of a question that is over changes nothing."""
    await talk.command("dates")
    await talk.type("nov 30")
    third = await talk.type("4 weeks")
    await talk.press("Observe")
    talk.reply = third
    assert "closed" in body(await talk.press("Hands-on"))


async def test_a_range_of_dates_answers_two_questions(talk):
    """A range such as nov 30 to dec 27 is the first day and the length."""
    await talk.command("dates")
    assert "(3 of 3)" in body(await talk.type("nov 30 to dec 27"))
    assert body(await talk.press("Observe")) == "2026-11-30 2026-12-27 observer"


async def test_two_numbers_ask_which_month(talk):
    """11/12 is asked back, and either reading can be tapped."""
    await talk.command("dates")
    asked = await talk.type("11/12")
    assert {each.label for each in asked.buttons} == {"Nov 12", "Dec 11"}
    assert "(2 of 3)" in body(await talk.press("Dec 11"))
    await talk.type("4 weeks")
    assert body(await talk.press("Observe")).startswith("2026-12-11")


@pytest.mark.parametrize("wrong", ["soonish", "31 feb", "99/99", "💊", "x" * 4000])
async def test_a_wrong_answer_is_asked_again(talk, wrong):
    """The question stays open, with what to type."""
    await talk.command("dates")
    again = await talk.type(wrong)
    assert "**First day?**" in body(again)
    assert "(2 of 3)" in body(await talk.type("nov 30"))


async def test_an_optional_question_can_be_skipped(talk):
    """Skip leaves it empty and goes on."""
    await talk.command("notes")
    await talk.press("Skip")
    assert body(await talk.press("Skip")) == "nothing"


NAMED = "Mr. Hernandez taught me about gout"


async def test_a_stopped_answer_can_be_kept_without_what_it_held(talk):
    """'Keep this version' keeps the redacted line, and asks the platform to delete the student's own."""
    await talk.command("notes")
    stopped = await talk.type(NAMED)
    assert stopped.quotes
    assert "Hernandez" not in await open_form(talk)
    kept = await talk.press("Keep this version", quoted=NAMED)
    assert kept.erases
    await talk.press("Skip")
    assert "Hernandez" not in await talk.note()
    assert "gout" in await talk.note()


async def test_a_stopped_answer_can_be_nobody_s_name(talk):
    """'Not a patient' keeps the line as it was typed."""
    await talk.command("notes")
    await talk.type(NAMED)
    await talk.press("Not a patient", quoted=NAMED)
    await talk.press("Skip")
    assert await talk.note() == NAMED


async def test_a_stopped_answer_can_be_dropped(talk):
    """'Drop it' keeps nothing and goes on, for an optional question."""
    await talk.command("notes")
    await talk.type(NAMED)
    await talk.press("Drop it", quoted=NAMED)
    assert body(await talk.press("Skip")) == "nothing"
    assert await talk.note() == ""


async def test_a_number_can_never_be_nobody_s(talk):
    """A record number offers no 'Not a patient', and a forged press of it keeps nothing either."""
    line = "MRN 84736251, follow up on gout"
    await talk.command("notes")
    stopped = await talk.type(line)
    assert "Not a patient" not in {each.label for each in stopped.buttons}
    button = next(each for each in stopped.buttons if each.label == "Drop it")
    forged = ButtonPressed(sender=talk.address, key="forged", action=button.action, value="mine", quoted=line)
    await talk.send(forged)
    assert "84736251" not in await talk.note()
    assert "84736251" not in await open_form(talk)


async def test_a_press_that_brings_no_text_back_keeps_nothing(talk):
    """Where the message was deleted meanwhile, the student is asked to send it again."""
    await talk.command("notes")
    await talk.type(NAMED)
    assert "nothing was kept" in body(await talk.press("Not a patient"))
    assert await talk.note() == ""


async def test_modals_ask_at_once_and_come_back_with_the_faults(sqlite, clock):
    """Where forms are dialogs there is no interview; faults stand at their fields and the values stay."""
    talk = Talk(sqlite, clock, modals=frozenset({"test"}))
    asked = await talk.command("dates")
    assert asked.form is not None
    assert asked.form.name == "dates"
    again = await talk.fill("dates", first="soonish", length="4 weeks", role="observer")
    assert again.form is not None
    faults = {each.name: each.error for each in again.form.fields if each.error}
    assert set(faults) == {"first"}
    assert {each.name: each.value for each in again.form.fields}["length"] == "4 weeks"
    assert body(await talk.fill("dates", first="nov 30", length="4 weeks", role="observer")).startswith("2026-11-30")


async def test_a_modal_s_stopped_answer_offers_the_same_choices(sqlite, clock):
    """The dialog comes back with one more question; its answer settles the line."""
    talk = Talk(sqlite, clock, modals=frozenset({"test"}))
    again = await talk.fill("notes", line=NAMED, mood="")
    assert again.form is not None
    assert {each.value for each in again.form.fields[-1].options} == {"keep", "mine", "drop"}
    assert await talk.note() == ""
    await talk.fill("notes", line=NAMED, mood="", guard_choice="mine")
    assert await talk.note() == NAMED


async def test_what_is_kept_of_an_interview_is_sealed(talk):
    """Half-given answers can't be read in the file."""
    await talk.command("dates")
    await talk.type("nov 30")
    async with talk.database.read() as work:
        rows = (await work.connection.exec_driver_sql("SELECT form FROM interviews")).scalars().all()
    assert all(b"2026-11-30" not in bytes(each) for each in rows)
