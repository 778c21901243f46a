"""The mid-rotation loop, lived through minute by minute."""

from collections.abc import AsyncIterator
from datetime import date, time

import pytest

from tests.features.living import BROKEN, Life, Person, alive, local, read

#: Surgery from Nov 30, 24 working days: midpoint is working day 12, Saturday Dec 12; heads-up two working days before.
HEADS_UP, FRIDAY, MIDPOINT = date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 12)


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, local(date(2026, 12, 9), time(20))) as made:
        yield made


@pytest.fixture
async def ann(life: Life) -> Person:
    return await life.person().begin()


async def planned(ann: Person, who: str = "Attending", when: str = "Fri after rounds") -> None:
    """Take the heads-up and plan the ask."""
    await ann.life.until(HEADS_UP, time(6))
    await ann.press(who, ann.pushes[-1].reply)
    await ann.press(when)
    await ann.press("On the ward")


async def test_the_whole_loop_comes_at_the_right_local_minutes(life, ann):
    """Heads-up two working days before, the words ten minutes before, then check, capture, plan, +3 and +7 working days."""
    await life.until(HEADS_UP, time(6))
    assert ann.times() == ["12-10 05:15"]
    heads_up = ann.pushes[-1]
    assert "Sat, Dec 12" in heads_up.text
    when = await ann.press("Attending", heads_up.reply)
    assert [each.label for each in when.buttons] == ["Fri after rounds", "Sat after rounds", "Other time…"]
    await ann.press("Fri after rounds")
    said = read(await ann.press("On the ward"))
    assert "tomorrow about 11:00 am, on the ward" in said.lower()
    before = len(ann.pushes)
    await life.until(FRIDAY, time(23))
    assert [each for each in ann.times(before) if "12-11" in each] == ["12-11 05:15", "12-11 10:50", "12-11 18:45"]
    words, check = ann.pushes[-2], ann.pushes[-1]
    assert words.text.startswith("Now, with your attending.")
    assert "Did you and your attending get to talk?" in check.text
    await ann.press("Yes, we talked", check.reply)
    offer = await ann.fill(strength="my presentations are organized", focus="be more concise, lead with assessment")
    assert "lead with assessment" in read(offer)
    plan = await ann.press("Take 1")
    assert "Tue, Dec 15" in read(plan)
    since = len(ann.pushes)
    await life.until(date(2026, 12, 27))
    shown = [(at, slot) for at, slot in await ann.steps() if "-plus" in slot]
    assert [at for at, _ in shown] == ["12-15 05:15", "12-19 05:15"]
    texts = [each.text for each in ann.pushes[since:] if "lead with assessment" in each.text]
    assert len(texts) == 2
    assert not any("Did you and your" in each.text for each in ann.pushes[since:])


async def test_each_answer_to_the_shown_change_is_kept(life, ann):
    """Tried it, better, same: one tap, one answer, a fact about the person asked."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    await ann.fill(strength="clear", focus="speak up")
    await life.until(date(2026, 12, 15), time(7))
    assert BROKEN not in read(await ann.press("I tried it", ann.pushes[-1].reply))
    rotation = await ann.rotation()
    assert (await ann.view()).facts.value("focus_progress", rotation_id=rotation.id, about="attending") == "tried"


async def test_tomorrow_moves_it_three_times_and_then_one_neutral_line(life, ann):
    """Tomorrow moves the ask one working day, at most three times; the fourth tap closes it without a word of guilt."""
    await planned(ann)
    days = [FRIDAY, MIDPOINT, date(2026, 12, 14), date(2026, 12, 15)]
    for day in days:
        await life.until(day, time(23))
        assert f"{day:%m-%d} 10:50" in ann.times()
        assert ann.times()[-1] == f"{day:%m-%d} 18:45"
        reply = await ann.press("Tomorrow", ann.pushes[-1].reply)
    assert "I'll leave it there" in read(reply)
    assert await ann.armed() == ()
    before = len(ann.pushes)
    await life.until(date(2026, 12, 27))
    assert not any("get to talk" in each.text or "Now, with" in each.text for each in ann.pushes[before:])


async def test_tapping_tomorrow_twice_moves_it_once(life, ann):
    """A second press of a button does nothing twice: not the day, and not the count of moves."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    check = ann.pushes[-1].reply
    for _ in range(5):
        reply = await ann.press("Tomorrow", check)
        assert "leave it there" not in read(reply)
    rotation = await ann.rotation()
    facts = (await ann.view()).facts
    assert facts.value("ask_moves", rotation_id=rotation.id, about="attending") == "1"
    assert facts.value("ask_at", rotation_id=rotation.id, about="attending") == "2026-12-12T11:00"
    await life.until(MIDPOINT, time(19))
    assert ann.times()[-2:] == ["12-12 10:50", "12-12 18:45"]


async def test_in_two_days_counts_working_days(life, ann):
    """From a Friday, two working days later is Monday where Saturday is worked and Sunday is not."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    await ann.press("In two days", ann.pushes[-1].reply)
    await life.until(date(2026, 12, 14), time(12))
    assert "12-14 10:50" in ann.times()


async def test_both_are_two_separate_loops(life, ann):
    """Each person asked has an own moment, an own check, an own capture; one answer does not close the other."""
    await planned(ann, "Both")
    await ann.press("Other time…")
    await ann.fill(day="dec 12", at="2 pm")
    await ann.press("In the workroom")
    await life.until(FRIDAY, time(19))
    assert "your attending get to talk" in ann.pushes[-1].text
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    await ann.fill(strength="organized", focus="be concise")
    await ann.press("Take 1")
    before = len(ann.pushes)
    await life.until(MIDPOINT, time(19))
    assert "12-12 13:50" in ann.times(before)
    assert "your senior resident get to talk" in ann.pushes[-1].text
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    await ann.fill(strength="kind to nurses", focus="read about each patient")
    await ann.press("Take 1")
    before = len(ann.pushes)
    await life.until(date(2026, 12, 27))
    shown = [each.text for each in ann.pushes[before:] if "be concise" in each.text or "read about" in each.text]
    assert sum("be concise" in each for each in shown) == 2
    assert sum("read about each patient" in each for each in shown) == 2
    assert all(("be concise" in each) != ("read about" in each) for each in shown)


async def test_planned_on_a_day_off_moves_to_the_next_working_day(life, ann):
    """Sunday is off: the ask goes to Monday and the answer says so."""
    await life.until(HEADS_UP, time(6))
    await ann.press("Attending", ann.pushes[-1].reply)
    await ann.press("Other time…")
    reply = await ann.fill(day="dec 13", at="11:00")
    assert "You're off on Sun, Dec 13" in read(reply)
    before = len(ann.pushes)
    await life.until(date(2026, 12, 14), time(12))
    assert [each for each in ann.times(before) if each.endswith("10:50")] == ["12-14 10:50"]


async def test_a_day_off_declared_after_planning_moves_the_ask(life, ann):
    """If it happens on a day off, it moves: leave entered later counts too."""
    await planned(ann)
    rotation = await ann.rotation()
    await ann.act("rotation.leave", str(rotation.id))
    await ann.fill(first="dec 11", length="1 day")
    before = len(ann.pushes)
    await life.until(MIDPOINT, time(23))
    assert [each for each in ann.times(before) if each > "12-11" and "05:15" not in each] == [
        "12-12 10:50",
        "12-12 18:45",
    ]


async def test_a_time_in_quiet_hours_is_refused(life, ann):
    """Nothing is armed in quiet hours; the answer says what to do."""
    await life.until(HEADS_UP, time(6))
    await ann.press("Attending", ann.pushes[-1].reply)
    await ann.press("Other time…")
    reply = await ann.fill(day="dec 11", at="22:30")
    assert "quiet hours" in read(reply)
    assert await ann.armed() == ()


async def test_a_moment_outside_the_rotation_is_refused(life, ann):
    """An ask before the first day or after the last has nobody to ask: it is said, not moved silently."""
    await life.until(HEADS_UP, time(6))
    await ann.press("Attending", ann.pushes[-1].reply)
    await ann.press("Other time…")
    reply = await ann.fill(day="2027-01-05", at="11:00")
    assert "rotation" in read(reply)
    assert "You're off" not in read(reply)
    assert await ann.armed() == ()


async def test_a_past_moment_is_refused(life, ann):
    """The words can't be handed over yesterday."""
    await life.until(HEADS_UP, time(12))
    await ann.command("feedback")
    await ann.press("Attending")
    await ann.press("Other time…")
    assert "passed" in read(await ann.fill(day="today", at="9:00"))
    assert await ann.armed() == ()


async def test_asking_the_same_person_again_brings_the_words_again(life, ann):
    """Ask, capture, then `/feedback`, Ask again: the second ask is handed over and checked like the first."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    await ann.fill(strength="organized", focus="be concise")
    await ann.press("Take 1")
    await life.until(date(2026, 12, 16), time(12))
    await ann.command("feedback")
    await ann.press("Ask again")
    await ann.press("Thu after rounds")
    await ann.press("On the ward")
    before = len(ann.pushes)
    await life.until(date(2026, 12, 17), time(23))
    assert [each for each in ann.times(before) if "05:15" not in each] == ["12-17 10:50", "12-17 18:45"]
    assert "get to talk" in ann.pushes[-1].text
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    assert ann.said.form is not None


async def test_it_happened_before_the_minute_calls_the_words_off(life, ann):
    """Who talked already needs no words any more."""
    await planned(ann)
    await ann.command("feedback")
    await ann.press("It happened")
    await life.until(FRIDAY, time(12))
    assert not any("Now, with" in each.text for each in ann.pushes)


async def test_no_time_offers_ten_seconds_or_another_moment(life, ann):
    """A busy service is nobody's fault, and there is a shorter way."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    reply = await ann.press("They had no time", ann.pushes[-1].reply)
    assert {"The ten-second ask", "Sat after rounds"} <= {each.label for each in reply.buttons}
    await ann.press("Sat after rounds")
    await ann.press("On the ward")
    await life.until(MIDPOINT, time(19))
    assert ann.times()[-2:] == ["12-12 10:50", "12-12 18:45"]


async def test_without_an_answer_in_the_evening_it_is_asked_once(life, ann):
    """Silence after the check is an answer too."""
    await planned(ann)
    await life.until(date(2026, 12, 27))
    assert sum("get to talk" in each.text for each in ann.pushes) == 1


async def test_an_answer_without_a_form_is_asked_for_once_more(life, ann):
    """Yes without the two lines: the next evening brings the question for them, once."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    await life.until(date(2026, 12, 27))
    ids = await ann.step_ids()
    assert ids.count("mid-capture") == 1
    assert [at for at, slot in await ann.steps() if "mid-capture" in slot] == ["12-12 18:45"]


async def test_patient_details_in_the_lines_are_stopped(life, ann):
    """What the guard stops is not kept, and the form comes back with the choice."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    reply = await ann.fill(strength="organized", focus="call Mr. Alvarez MRN 4471822 sooner")
    assert reply.form is not None
    assert "didn't keep" in reply.form.intro
    rotation = await ann.rotation()
    assert (await ann.view()).facts.get("feedback_captured", rotation_id=rotation.id, about="attending") is None


async def test_an_own_plan_is_kept_in_own_words(life, ann):
    """Write my own takes one line and says it back as plain text."""
    await planned(ann)
    await life.until(FRIDAY, time(19))
    await ann.press("Yes, we talked", ann.pushes[-1].reply)
    await ann.fill(strength="organized", focus="be concise")
    await ann.press("Write my own")
    reply = await ann.fill(plan="When I present, I will [stop](there) after *three* problems")
    assert "When I present, I will [stop](there) after *three* problems." in read(reply)
    assert "[stop](there)" in read(await ann.command("feedback"))


async def test_the_loop_works_question_by_question(sqlite_url):
    """Where forms are asked one line at a time, the lines land with the person asked."""
    async with alive(sqlite_url, local(date(2026, 12, 9), time(20))) as life:
        bob = life.person("bob", platform="console")
        await bob.command("start")
        for answer in ("Surgery", "nov 30", "4 weeks", "Hands-on"):
            await bob.type(answer)
        assert "Surgery, Nov 30 to Dec 27" in read(bob.said)
        await planned(bob)
        await life.until(FRIDAY, time(19))
        await bob.press("Yes, we talked", bob.pushes[-1].reply)
        await bob.type("organized")
        await bob.type("be concise")
        await bob.press("Take 1")
        await life.until(date(2026, 12, 15), time(7))
        assert "be concise" in bob.pushes[-1].text


async def test_moving_the_rotation_takes_the_ask_with_it(life, ann):
    """A planned ask never comes before the first day: it goes with the new middle."""
    await planned(ann)
    rotation = await ann.rotation()
    await ann.act("rotation.dates", str(rotation.id))
    await ann.fill(first="2027-01-04", length="4 wk")
    await life.until(date(2027, 1, 3))
    assert not any("Now, with" in each.text for each in ann.pushes)
    await life.until(date(2027, 1, 16))
    assert "01-16 10:50" in ann.times()


async def test_nobody_is_asked_whom_the_student_does_not_know(life, ann):
    """A forged or outdated value gets an answer with the way on."""
    for action, value in [("feedback.plan", "chief"), ("feedback.when", "attending"), ("feedback.when", "x 1"),
                          ("feedback.where", "attending roof"), ("feedback.where", "attending ward"),
                          ("feedback.use", "attending 9"), ("feedback.use", "attending ²"), ("feedback.time", ""),
                          ("feedback.again", "7"), ("feedback.progress", "great"), ("feedback.words", "boss"),
                          ("feedback.short", "boss"), ("feedback.busy", "boss"),
                          ("feedback.make", "boss"), ("feedback.write", "boss"), ("feedback.done", "boss")]:  # fmt: skip
        reply = await ann.act(action, value)
        assert reply.cards, (action, value)
        assert BROKEN not in read(reply), (action, value)
        if reply.form is None:
            assert read(reply).strip(), (action, value)
