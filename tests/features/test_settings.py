"""Every setting: shown, changed by tap or word, and kept by what comes after."""

from collections.abc import AsyncIterator
from datetime import date, time, timedelta

import pytest

from tests.features.living import BROKEN, Life, Person, alive, local, read

EARLY = local(date(2026, 11, 30), time(12))


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, EARLY) as made:
        yield made


@pytest.fixture
async def ann(life: Life) -> Person:
    return await life.person().begin()


async def test_all_of_it_on_one_card(ann):
    """What counts now, and a button for each."""
    shown = read(await ann.command("settings"))
    for line in (
        "Morning: 5:15 am",
        "Days off: Sunday",
        "Shift: days",
        "Quiet: 9:30 pm to 5:15 am",
        "Tips: every working day",
    ):
        assert line in shown


async def test_every_button_of_the_settings_leads_on(ann):
    """No dead end, no fault, in every state of the rotation."""
    for _ in range(2):
        card = await ann.command("settings")
        for button in card.buttons:
            reply = await ann.tap(button)
            assert BROKEN not in read(reply), button
            assert reply.form is not None or read(reply), button
            for inner in reply.buttons:
                assert BROKEN not in read(await ann.tap(inner)), inner


async def test_the_settings_work_without_a_rotation(life):
    """What needs a rotation says how to get one."""
    bob = life.person("bob")
    for button in (await bob.command("settings")).buttons:
        assert BROKEN not in read(await bob.tap(button)), button


async def test_another_time_moves_the_morning(life, ann):
    """From tomorrow on, at the minute told."""
    await ann.act("settings.time")
    await ann.fill(at="5:40")
    before = len(ann.pushes)
    await life.until(date(2026, 12, 1), time(12))
    assert ann.times(before)[-1] == "12-01 05:40"


async def test_a_later_time_gives_no_second_morning(life, ann):
    """Moved after the push of the day, the date is served."""
    await life.until(date(2026, 12, 1), time(6))
    await ann.act("settings.time")
    await ann.fill(at="7:00")
    await life.until(date(2026, 12, 2), time(12))
    assert [each for each in ann.times() if each.startswith(("12-01", "12-02")) and each[6:] < "12:00"] == [
        "12-01 05:15", "12-02 07:00"
    ]  # fmt: skip


async def test_a_morning_in_quiet_hours_is_refused(life, ann):
    """A time at which nothing may be sent would be silence without a word: it is told instead."""
    await ann.act("settings.time")
    assert "quiet hours" in read(await ann.fill(at="10 pm"))
    assert (await ann.student()).tip_at is None


async def test_a_very_early_morning_ends_the_quiet_hours(life, ann):
    """Half past three is a morning on some services: quiet hours end when it is due."""
    await ann.act("settings.time")
    await ann.fill(at="3:30 am")
    await life.until(date(2026, 12, 1), time(12))
    assert "12-01 03:30" in ann.times()


async def test_days_off_change_by_a_tap(life, ann):
    """On and off again; one working day has to stay."""
    await ann.act("settings.off")
    assert "Wednesday and Sunday" in read(await ann.act("settings.off", "2"))
    await life.until(date(2026, 12, 3), time(4))
    assert not [each for each in ann.times() if each.startswith("12-02")]
    for day in "01345":
        await ann.act("settings.off", day)
    assert (await ann.rotation()).length > 0
    assert BROKEN not in read(await ann.act("settings.off", "9"))


async def test_nights_this_week_and_back(life, ann):
    """Tips an hour before the shift, silence while one sleeps, and undone by a tap."""
    reply = await ann.act("settings.nights", "week")
    assert "Nights through Sunday. Tips come at 6:00 pm" in read(reply)
    assert "nothing between 8:00 am and 4:00 pm" in read(reply)
    before = len(ann.pushes)
    await life.until(date(2026, 12, 3), time(12))
    assert {each[6:] for each in ann.times(before)} <= {"18:00", "16:00"}
    await ann.press("Undo", reply)
    before = len(ann.pushes)
    await life.until(date(2026, 12, 4), time(12))
    assert "12-04 05:15" in ann.times(before)


async def test_nights_told_before_the_rotation_tell_its_silence(life):
    """Whoever knows the first week is nights is told the hours of that week."""
    bob = await life.person("bob").begin(first=date(2026, 12, 7))
    await bob.act("settings.nights", "until")
    reply = await bob.fill(until="dec 13")
    assert "nothing between 8:00 am and 4:00 pm" in read(reply)


async def test_a_night_that_is_over_is_refused(ann):
    """The last night can't lie in the past."""
    await ann.act("settings.nights", "until")
    assert "over" in read(await ann.fill(until="2026-11-20"))


async def test_call_and_clinic_days(life, ann):
    """Told by a tap, undone by a tap, and /settings says what holds today."""
    shift = await ann.press("Shift", await ann.command("settings"))
    assert "Today: day shift" in read(shift)
    called = await ann.press("On call today", shift)
    assert "On call" in read(called)
    assert "on call today" in read(await ann.command("settings"))
    await ann.press("Undo", called)
    assert "Shift: days" in read(await ann.command("settings"))
    await ann.act("settings.call", "1")
    assert "On call:" in read(await ann.act("settings.shift"))
    today = (await ann.student()).today(life.clock())
    await ann.act("settings.clinic")
    picked = await ann.act("settings.clinic", str(today.weekday()))
    assert picked.replaces
    assert "Today: in clinic" in read(await ann.act("settings.shift"))
    assert f"clinic: {today:%A}" in read(await ann.command("settings"))
    await ann.act("settings.clinic", str(today.weekday()))
    for wrong in ("9", "x", ""):
        assert BROKEN not in read(await ann.act("settings.clinic", wrong))
        assert BROKEN not in read(await ann.act("settings.call", wrong))
        assert BROKEN not in read(await ann.act("settings.uncall", wrong))


async def test_family_medicine_begins_in_clinic(life):
    """Where a specialty usually is in clinic, its days are set until the student says otherwise."""
    bob = await life.person("bob").begin(specialty="fm")
    assert (await bob.rotation()).clinic == frozenset(range(5))


@pytest.mark.parametrize(
    ("start", "stop", "kept"),
    [
        ("21:00", "6:00", True),
        ("9:00", "15:00", True),
        ("8:00", "8:00", False),
        ("4:00", "3:00", False),
        ("5", "4:59", False),
    ],
)
async def test_quiet_hours_leave_some_of_the_day(ann, start, stop, kept):
    """Six hours at least stay open; for more there is /pause."""
    await ann.act("settings.quiet")
    reply = read(await ann.fill(start=start, stop=stop))
    assert ("nothing between" in reply) == kept
    assert ("/pause" in reply) != kept


async def test_quiet_hours_by_day_let_mornings_and_evenings_through(life, ann):
    """Silence from nine to three stops no message of the morning and none of the evening."""
    await ann.act("settings.quiet")
    await ann.fill(start="9:00", stop="15:00")
    before = len(ann.pushes)
    await life.until(date(2026, 12, 5))
    assert {each[6:] for each in ann.times(before)} == {"05:15", "18:45"}


async def test_the_hours_of_the_day_move_both_messages(life, ann):
    """Another start, another end; hours that go backward are refused."""
    await ann.act("settings.hours")
    await ann.fill(start="7:30", rounds="11:00", end="17:00")
    before = len(ann.pushes)
    await life.until(date(2026, 12, 4), time(23))
    assert {each[6:] for each in ann.times(before)} == {"06:45", "17:30"}
    for start, rounds, end in (("9:00", "11:00", "8:00"), ("7:00", "23:00", "17:00"), ("7:00", "6:00", "17:00")):
        await ann.act("settings.hours")
        reply = await ann.fill(start=start, rounds=rounds, end=end)
        assert "Set:" not in read(reply), (start, rounds, end)


@pytest.mark.parametrize(("pace", "days"), [("daily", 6), ("alternate", 3), ("few", 2)])
async def test_the_pace_of_tips(life, ann, pace, days):
    """Every working day, every other, twice a week."""
    await ann.act("settings.often")
    await ann.act("settings.pace", pace)
    await life.until(date(2026, 12, 13))
    tips = [each for each in (await ann.view()).seen if each.nudge == "tip"]
    week = [
        each
        for each in tips
        if each.sent_at is not None and timedelta(days=6) < each.sent_at - EARLY < timedelta(days=13)
    ]
    assert len(week) in (days, days - 1, days - 3)  # a step takes a morning of its own
    assert BROKEN not in read(await ann.act("settings.pace", "hourly"))


async def test_the_place_moves_everything(life, ann):
    """The next morning keeps the new clock."""
    await ann.act("settings.place")
    assert "10:00 am there" in read(await ann.fill(place="Pacific"))
    before = len(ann.pushes)
    await life.until(date(2026, 12, 1), time(12))
    assert ann.times(before)[-1] == "12-01 07:15"


async def test_an_unknown_place_is_asked_again(ann):
    """No guess about where somebody lives."""
    await ann.act("settings.place")
    reply = await ann.fill(place="Atlantis")
    assert reply.form is not None
    assert "don't know that place" in reply.form.fields[0].error
