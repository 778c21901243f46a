"""What comes and why the last one came: the plan told is the plan kept."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta

import pytest

from bot.core.forecast import forecast
from tests.features.living import Life, Person, alive, local, read


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, local(date(2026, 12, 9), time(20))) as made:
        yield made


@pytest.fixture
async def ann(life: Life) -> Person:
    return await life.person().begin()


async def test_it_lists_days_and_minutes(ann):
    """One line a day, local time, each message by a name a student knows."""
    shown = read(await ann.command("next"))
    assert "Thu, Dec 10 5:15 am announce your midpoint ask" in shown
    assert "Fri, Dec 11 5:15 am tip" in shown
    assert "jny-" not in shown
    assert "Sun, Dec 13" not in shown


async def test_what_the_student_set_is_marked(life, ann):
    """The planned ask stands in the plan as the student's own."""
    await ann.command("feedback")
    await ann.press("Attending")
    await ann.press("Fri after rounds")
    await ann.press("On the ward")
    assert "10:50 am the words to ask your attending (you set it)" in read(await ann.command("next"))


@pytest.mark.parametrize("first", [date(2026, 12, 10), date(2026, 12, 14), date(2026, 11, 30)])
async def test_what_is_told_is_what_comes(life, first):
    """If nothing changes, the ten days told are the ten days sent, but for what the silence itself changes."""
    bob = await life.person("bob").begin(first=first)
    view = await bob.view()
    told = forecast(view, life.parts.registry, (), life.clock(), life.clock() + timedelta(days=10))
    minutes = [f"{view.student.local(each.at):%m-%d %H:%M}" for each in told]
    assert len(minutes) == len(set(minutes))
    await life.until(date(2026, 12, 19), time(20))
    came = bob.times()
    notice = next((at for at, push in zip(came, bob.pushes, strict=True) if "every other day" in push.text), "99")
    assert [each for each in came if each <= notice] == [each for each in minutes if each <= notice]


async def test_no_day_promises_two_evenings(life):
    """Midday and evening are one push of the day: the plan names the one that will be sent."""
    life.clock.now = local(date(2026, 11, 14), time(12))
    bob = await life.person("bob").begin()
    view = await bob.view()
    told = forecast(view, life.parts.registry, (), life.clock(), life.clock() + timedelta(days=60))
    keys = [(view.student.local(each.at).date(), view.student.local(each.at).hour < 10) for each in told]
    assert len(keys) == len(set(keys))


async def test_a_pause_is_told(ann):
    """Paused days are left out and the end of the pause is said."""
    await ann.command("pause", "until dec 14")
    shown = read(await ann.command("next"))
    assert "Paused until Mon, Dec 14" in shown
    assert not re.search(r"Dec 1[0-3] ", shown.replace("Paused until", ""))


async def test_nothing_planned_says_what_to_do(life):
    """Without a rotation, and far from one."""
    bob = life.person("bob")
    assert "without a rotation" in read(await bob.command("next"))
    await bob.begin(first=date(2027, 3, 1))
    assert "Nothing in the next 10 days" in read(await bob.command("next"))


async def test_why_names_the_rule(life, ann):
    """Specialty, phase, working day, role, shift, and the item's id."""
    assert "haven't sent" in read(await ann.command("why"))
    await life.until(date(2026, 12, 15), time(9))
    last = next(each for each in reversed((await ann.view()).seen))
    why = read(await ann.command("why"))
    assert f"{last.sent_at.astimezone(ann.local.tzinfo):%b} {last.sent_at.astimezone(ann.local.tzinfo).day}" in why
    assert last.reason in why
    assert "jny-" not in why


async def test_why_of_a_step_tells_its_anchor(life, ann):
    """Sent because of the midpoint: it says so."""
    await life.until(date(2026, 12, 10), time(9))
    assert "your midpoint is Sat, Dec 12" in read(await ann.command("why"))
    assert isinstance(life.clock.now, datetime)
