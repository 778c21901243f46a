"""When on a day a student may be reached."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.hours import minutes, morning_time, quiet, quiet_end, quiet_span, shifted, slot_instant
from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address, Student

WARD = Hours(day_start=time(6), rounds_end=time(11), day_end=time(18, 15))
MONDAY = date(2026, 11, 30)
CLOCK = st.integers(0, 24 * 60 - 1).map(lambda each: time(each // 60, each % 60))


def student(**told: object) -> Student:
    return Student(1, Address("t", "", "u", "c"), zone="America/Chicago", **told)


def rotation(hours: Hours = WARD, **more: object) -> Rotation:
    return Rotation(1, "surgery", "hands_on", MONDAY, MONDAY + timedelta(days=27), hours, **more)


def at(day: date, slot: str, ward: Rotation, **told: object) -> str:
    found = slot_instant(student(**told), ward, day, slot)
    return "" if found is None else f"{found - timedelta(hours=6):%m-%d %H:%M}"


def test_the_day_of_a_surgery_student():
    """Forty-five minutes before the start, at half past twelve, half an hour after the end."""
    assert [at(MONDAY, slot, rotation()) for slot in ("morning", "midday", "evening")] == [
        "11-30 05:15", "11-30 12:30", "11-30 18:45"
    ]  # fmt: skip


def test_outside_the_rotation_nobody_keeps_ward_hours():
    """Before and after, mornings are at eight and evenings at six."""
    before = MONDAY - timedelta(days=3)
    assert [at(before, slot, rotation()) for slot in ("morning", "midday", "evening")] == [
        "11-27 08:00", "11-27 12:30", "11-27 18:00"
    ]  # fmt: skip


def test_a_night_s_messages_follow_the_shift():
    """An hour before it, and the next waking afternoon; the night belongs to the day it began."""
    ward = rotation(nights=((MONDAY, MONDAY + timedelta(days=6)),))
    assert at(MONDAY, "morning", ward) == "11-30 18:00"
    assert at(MONDAY, "evening", ward) == "12-01 16:00"
    start, stop = quiet_span(student(), ward, MONDAY + timedelta(days=1))
    assert (start, stop) == (time(8), time(16))


def test_between_nights_the_day_is_for_sleep():
    """An hour after the shift silence begins; on the shift itself, and before it, one may be reached."""
    ward = rotation(nights=((MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)),))
    you = student()
    assert quiet(you, ward, MONDAY + timedelta(days=5), time(10))
    assert quiet(you, ward, MONDAY + timedelta(days=2), time(3)), "the night before the first one is spent at home"
    assert quiet(you, ward, MONDAY + timedelta(days=5), time(23)), "and so is the one after the last"
    assert quiet_end(you, ward, MONDAY + timedelta(days=1), time(23)) == (MONDAY + timedelta(days=2), time(5, 30))
    assert quiet_end(you, ward, MONDAY + timedelta(days=5), time(22)) == (MONDAY + timedelta(days=6), time(5, 15))
    assert not quiet(you, ward, MONDAY + timedelta(days=4), time(2))
    assert not quiet(you, ward, MONDAY + timedelta(days=2), time(18))


def test_quiet_hours_cross_midnight_and_end_with_the_morning():
    """From 21:30; a 5:15 morning ends them before 5:30."""
    you, ward = student(), rotation()
    assert [quiet(you, ward, MONDAY, each) for each in (time(21, 29), time(21, 30), time(0), time(5, 14), time(5, 15))] == [
        False, True, True, True, False
    ]  # fmt: skip
    assert quiet_end(you, ward, MONDAY, time(23)) == (MONDAY + timedelta(days=1), time(5, 15))
    assert quiet_end(you, ward, MONDAY, time(2)) == (MONDAY, time(5, 15))
    assert quiet_end(you, ward, MONDAY, time(12)) == (MONDAY, time(12))


def test_quiet_hours_by_day_leave_the_morning_alone():
    """Who wants silence from nine to three is reached at quarter past five and in the evening."""
    you, ward = student(quiet_from=time(9), quiet_to=time(15)), rotation()
    assert [quiet(you, ward, MONDAY, each) for each in (time(5, 15), time(8), time(9), time(14), time(15), time(19))] == [
        False, False, True, True, False, False
    ]  # fmt: skip
    assert at(MONDAY, "midday", ward, quiet_from=time(9), quiet_to=time(15)) == ""
    assert at(MONDAY, "evening", ward, quiet_from=time(9), quiet_to=time(15)) == "11-30 18:45"


@given(start=CLOCK, stop=CLOCK, begins=CLOCK, ends=CLOCK, tip=st.none() | CLOCK, offset=st.integers(-5, 35), when=CLOCK,
       nights=st.none() | st.tuples(st.integers(-2, 20), st.integers(0, 9)))  # fmt: skip
@example(start=time(9), stop=time(15), begins=time(6), ends=time(18), tip=None, offset=3, when=time(20), nights=None)
def test_quiet_ends_at_a_moment_that_is_not_quiet(start, stop, begins, ends, tip, offset, when, nights):
    """Wherever one is, quiet hours end within a day and a half, and then it is not quiet."""
    you = student(quiet_from=start, quiet_to=stop, tip_at=tip)
    spans = () if nights is None else ((MONDAY + timedelta(days=nights[0]), MONDAY + timedelta(days=sum(nights))),)
    ward = rotation(Hours(begins, time(11), ends), nights=spans)
    day = MONDAY + timedelta(days=offset)
    later, moment = quiet_end(you, ward, day, when)
    assert not quiet(you, ward, later, moment)
    if (later, moment) != (day, when):
        last = datetime.combine(later, moment) - timedelta(minutes=1)
        assert quiet(you, ward, last.date(), last.time()), "it is the first such moment"
    assert (
        datetime.combine(day, when)
        <= datetime.combine(later, moment)
        <= datetime.combine(day, when) + timedelta(hours=36)
    )


@given(
    start=CLOCK,
    stop=CLOCK,
    begins=CLOCK,
    ends=CLOCK,
    offset=st.integers(-5, 35),
    slot=st.sampled_from(["midday", "evening"]),
)
def test_no_slot_but_the_morning_lies_in_quiet_hours(start, stop, begins, ends, offset, slot):
    """Midday and evening are left out where quiet hours swallow them."""
    you = student(quiet_from=start, quiet_to=stop)
    ward = rotation(Hours(begins, time(11), ends))
    found = slot_instant(you, ward, MONDAY + timedelta(days=offset), slot)
    if found is not None:
        here = you.local(found)
        assert not quiet(you, ward, here.date(), here.time().replace(tzinfo=None))


@given(begins=CLOCK, offset=st.integers(0, 27), stop=st.integers(0, 11).map(time))
def test_the_usual_morning_is_never_quiet(begins, offset, stop):
    """Quiet hours through the night end at the latest when the morning push is due."""
    you = student(quiet_from=time(21, 30), quiet_to=stop)
    ward = rotation(Hours(begins, time(11), time(18)))
    day = MONDAY + timedelta(days=offset)
    morning = morning_time(you, ward, day)
    if morning < time(21, 30):
        assert not quiet(you, ward, day, morning)


@given(when=CLOCK, by=st.integers(-3000, 3000))
def test_moving_a_time_counts_the_days(when, by):
    """Minutes in, minutes out, and how many midnights lie between."""
    days, moved = shifted(when, timedelta(minutes=by))
    assert days * 1440 + minutes(moved) == minutes(when) + by


def test_the_student_s_own_time_goes_before_the_ward_s():
    """A time of one's own replaces forty-five minutes before; nights keep theirs."""
    ward = rotation(nights=((MONDAY + timedelta(days=7), MONDAY + timedelta(days=8)),))
    assert at(MONDAY, "morning", ward, tip_at=time(4, 50)) == "11-30 04:50"
    assert at(MONDAY + timedelta(days=7), "morning", ward, tip_at=time(4, 50)) == "12-07 18:00"


def test_an_untold_place_keeps_the_clock_most_programs_keep():
    """Until a place is told, times are New York's."""
    lost = Student(1, Address("t", "", "u", "c"))
    assert lost.zone_at(datetime(2026, 12, 1, tzinfo=UTC)) == "America/New_York"
    assert not lost.placed


@pytest.mark.parametrize("day", [0, 27])
def test_the_first_and_last_day_keep_ward_hours(day):
    """Both ends belong to the rotation."""
    assert morning_time(student(), rotation(), MONDAY + timedelta(days=day)) == time(5, 15)
