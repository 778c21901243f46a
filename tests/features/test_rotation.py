"""Rotations listed, changed and ended, by buttons new and old."""

from collections.abc import AsyncIterator
from datetime import date, time

import pytest

from tests.features.living import BROKEN, Life, Person, alive, local, read

EARLY = local(date(2026, 11, 22), time(12))


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, EARLY) as made:
        yield made


@pytest.fixture
async def ann(life: Life) -> Person:
    return await life.person().begin()


async def test_it_lists_and_opens(ann):
    """One line each, one button each, and what can be changed."""
    listed = await ann.command("rotation")
    assert "Surgery, Nov 30 to Dec 27, hands-on, middle Sat, Dec 12" in read(listed)
    opened = await ann.press("Change Surgery")
    assert {"Change dates", "Hands-on or observing", "Official midpoint", "Days I'm away", "Remove it"} == {
        each.label for each in opened.buttons
    }  # fmt: skip


async def test_several_are_planned_ahead(ann):
    """A second one stands beside the first."""
    await ann.command("rotation")
    await ann.press("Add a rotation")
    await ann.fill(specialty="im", first="2026-12-28", length="4 wk", role="observer")
    assert "Internal medicine, Dec 28 to Jan 24, observing" in read(await ann.command("rotation"))


async def test_dates_change(ann):
    """New dates, read back; both at once in a chat work too."""
    await ann.act("rotation.dates", "1")
    reply = await ann.fill(first="dec 7", length="2 wk")
    assert "Dec 7 to Dec 20" in read(reply)
    assert "short" in read(reply)


@pytest.mark.parametrize("length", ["2026-11-01", "2040-01-01", "9999-12-31", "0"])
async def test_dates_that_make_no_rotation_change_nothing(ann, length):
    """Backward or endless: said, and the old dates stay."""
    await ann.act("rotation.dates", "1")
    reply = await ann.fill(first="2026-11-30", length=length)
    assert BROKEN not in read(reply)
    assert (await ann.rotation()).end == date(2026, 12, 27)


async def test_the_role_changes(ann):
    """Hands-on and observing, and nothing else."""
    await ann.act("rotation.role", "1")
    assert "observing" in read(await ann.press("Observing"))
    assert (await ann.rotation()).participation == "observer"
    assert "hands-on and observing" in read(await ann.act("rotation.set", "1 boss"))


async def test_the_official_midpoint_is_kept_inside(ann):
    """The program's own date counts; one outside is refused."""
    await ann.act("rotation.midpoint", "1")
    assert "middle Wed, Dec 9" in read(await ann.fill(day="dec 9"))
    await ann.act("rotation.midpoint", "1")
    assert "outside" in read(await ann.fill(day="jan 9"))
    assert (await ann.rotation()).midpoint == date(2026, 12, 9)


async def test_days_away_are_days_off(life, ann):
    """Nothing comes on them; a backward stretch is refused."""
    await ann.act("rotation.leave", "1")
    assert "2 days off from Thu, Dec 3" in read(await ann.fill(first="dec 3", length="2 days"))
    await ann.act("rotation.leave", "1")
    reply = read(await ann.fill(first="dec 10", length="2026-12-01"))
    assert "0 days" not in reply
    assert "before" in reply
    await life.until(date(2026, 12, 5), time(4))
    assert not [each for each in ann.times() if each[:5] in ("12-03", "12-04")]


async def test_it_ended_early_ends_it_today(life, ann):
    """A running one ends; what belongs to later days does not come."""
    life.clock.now = local(date(2026, 12, 4), time(12))
    await ann.act("rotation.open", "1")
    assert "Ended today" in read(await ann.press("It ended early"))
    assert (await ann.rotation()).end == date(2026, 12, 4)
    await life.until(date(2026, 12, 25))
    assert not [slot for _, slot in await ann.steps() if "mid-" in slot]


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2027, 2, 1)])
async def test_an_old_button_ends_nothing_that_does_not_run(life, ann, day):
    """Pressed before the start or after the end it says so; the dates stay."""
    life.clock.now = local(day, time(12))
    reply = await ann.act("rotation.end", "1")
    assert "Ended today" not in read(reply)
    assert (await ann.rotation()).end == date(2026, 12, 27)


async def test_an_old_button_removes_nothing_that_has_begun(life, ann):
    """Removing is for what has not begun; a running rotation is ended instead."""
    life.clock.now = local(date(2026, 12, 4), time(12))
    assert "begun" in read(await ann.act("rotation.remove", "1"))
    assert len((await ann.view()).rotations) == 1


async def test_one_that_has_not_begun_is_removed(life, ann):
    """Gone with its messages."""
    await ann.act("rotation.remove", "1")
    assert (await ann.view()).rotations == ()
    count = len(ann.pushes)
    await life.until(date(2026, 12, 30))
    assert len(ann.pushes) == count


async def test_a_forged_number_is_told(life, ann):
    """Another person's rotation, or none, is no rotation of mine."""
    bob = await life.person("bob").begin()
    for verb in ("open", "dates", "role", "set", "midpoint", "leave", "end", "remove"):
        for value in ("1", "99", "²", "x", "1 hands_on", "99999999999999999999"):
            reply = await bob.act(f"rotation.{verb}", value)
            assert "gone" in read(reply) or "I know hands-on" in read(reply), (verb, value)
    assert (await ann.rotation()).participation == "hands_on"
