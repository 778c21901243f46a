"""Silence for a while, until the next shift, or for good."""

from collections.abc import AsyncIterator
from datetime import date, time

import pytest

from tests.features.living import BROKEN, Life, Person, alive, local, read


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, local(date(2026, 12, 7), time(20))) as made:
        yield made


@pytest.fixture
async def ann(life: Life) -> Person:
    return await life.person().begin()


async def test_a_week_is_seven_days_of_silence(life, ann):
    """Nothing until the date said back, then the mornings come again."""
    await ann.command("pause")
    assert "Quiet until Mon, Dec 14" in read(await ann.press("A week"))
    await life.until(date(2026, 12, 14), time(5))
    assert ann.pushes == []
    await life.until(date(2026, 12, 14), time(9))
    assert ann.times() == ["12-14 05:15"]


async def test_until_the_next_shift_is_the_next_working_day(life, ann):
    """On a Saturday that is Monday where Sunday is off."""
    life.clock.now = local(date(2026, 12, 12), time(10))
    await ann.command("pause")
    assert "Quiet until Mon, Dec 14" in read(await ann.press("Until my next shift"))


@pytest.mark.parametrize(
    ("said", "answer"), [("until dec 9", "Wed, Dec 9"), ("dec 9", "Wed, Dec 9"), ("friday", "Fri, Dec 11")]
)
async def test_a_date_behind_the_command(ann, said, answer):
    """Typed in one line."""
    assert f"Quiet until {answer}" in read(await ann.command("pause", said))


@pytest.mark.parametrize("said", ["forever", "11/12", "9999-12-31", "?"])
async def test_a_date_nobody_can_read_is_asked_for(ann, said):
    """The form opens instead of an error."""
    reply = await ann.command("pause", said)
    assert reply.form is not None
    assert "Quiet until Fri, Dec 18" in read(await ann.fill(until="dec 18"))


async def test_a_day_that_is_here_is_no_pause(ann):
    """Today is too early to come back."""
    assert "already here" in read(await ann.command("pause", "today"))
    assert (await ann.student()).paused_until is None


async def test_resume_ends_it_at_once(life, ann):
    """By command or by the button under the pause."""
    await ann.command("pause", "until dec 20")
    assert "come again" in read(await ann.press("Write to me again"))
    await life.until(date(2026, 12, 8), time(9))
    assert ann.times() == ["12-08 05:15"]
    await ann.command("pause", "until dec 20")
    await ann.command("resume")
    await life.until(date(2026, 12, 9), time(9))
    assert ann.times()[-1] == "12-09 05:15"


async def test_what_was_planned_waits_for_the_end_of_the_pause(life, ann):
    """The student's own ask is not lost, and not sent into the silence."""
    await ann.command("feedback")
    await ann.press("Attending")
    await ann.press("Wed after rounds")
    await ann.press("On the ward")
    await ann.command("pause", "until dec 11")
    await life.until(date(2026, 12, 10), time(23))
    assert ann.pushes == []
    await life.until(date(2026, 12, 11), time(20))
    assert sum("When you next have a minute with your attending" in each.text for each in ann.pushes) == 1


async def test_stop_is_at_once_and_for_all(life, ann):
    """Neither the day's pushes nor what the student armed; look-ups and data stay."""
    await ann.command("feedback")
    await ann.press("Attending")
    await ann.press("Wed after rounds")
    await ann.press("On the ward")
    assert "Stopped" in read(await ann.command("stop"))
    await life.until(date(2027, 3, 1))
    assert ann.pushes == []
    assert len((await ann.view()).rotations) == 1
    assert "stopped all messages" in read(await ann.command("next"))
    assert BROKEN not in read(await ann.command("phrase", "dispo"))


async def test_start_brings_messages_back_without_the_past(life, ann):
    """After a stop of three days: that evening's step and the next morning, not three at once."""
    await ann.command("stop")
    await life.until(date(2026, 12, 10), time(12))
    assert "back" in read(await ann.command("start"))
    await life.until(date(2026, 12, 11), time(9))
    assert ann.times() == ["12-10 18:45", "12-11 05:15"]


async def test_a_change_while_stopped_wakes_nobody(life, ann):
    """Settings may change; silence stays until it is ended."""
    await ann.command("stop")
    await ann.act("settings.pace", "few")
    await ann.act("rotation.leave", "1")
    await ann.fill(first="dec 9", length="1 day")
    await life.until(date(2027, 2, 1))
    assert ann.pushes == []


async def test_planning_an_ask_while_stopped_sends_nothing(life, ann):
    """Stopped means stopped: what is armed afterwards stays silent too."""
    await ann.command("stop")
    await ann.command("feedback")
    await ann.press("Attending")
    await ann.press("Wed after rounds")
    await life.until(date(2026, 12, 12))
    assert ann.pushes == []
