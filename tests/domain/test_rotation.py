"""Working days, midpoint, phases."""

from collections import Counter
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rotation import Hours, Rotation, current

WARD = Hours(day_start=time(6), rounds_end=time(11), day_end=time(18))
MONDAY = date(2026, 11, 30)


def rotation(weeks: float = 4, *, start: date = MONDAY, number: int = 1, **more: object) -> Rotation:
    return Rotation(number, "im", "hands_on", start, start + timedelta(days=round(weeks * 7) - 1), WARD, **more)


SOME = st.builds(
    lambda start, length, off, leave: Rotation(
        1, "im", "hands_on", start, start + timedelta(days=length), WARD,
        days_off=frozenset(off), leave=frozenset(start + timedelta(days=n) for n in leave),
    ),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 120), st.sets(st.integers(0, 6), max_size=6),
    st.sets(st.integers(-3, 130), max_size=20),
)  # fmt: skip


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(4, (1, 5, 3, 6, 3, 6)), (6, (1, 5, 9, 6, 9, 6)), (8, (1, 5, 15, 6, 15, 6)), (12, (1, 5, 27, 6, 27, 6))],
)
def test_phases_divide_the_working_days_as_the_timeline_says(weeks, expected):
    """One first day, five of week one, six around the middle, six at the end, what is left on each side."""
    counted = Counter(rotation(weeks).phase(day) for day in rotation(weeks).working_days)
    assert tuple(counted[each] for each in ("day1", "week1", "early", "midpoint", "late", "final")) == expected


@pytest.mark.parametrize(("weeks", "length", "middle"), [(2, 12, 6), (4, 24, 12), (6, 36, 18), (8, 48, 24)])
def test_the_midpoint_is_the_middle_working_day(weeks, length, middle):
    """Half of the working days, rounded up; the program's own date goes before."""
    made = rotation(weeks)
    assert made.length == length
    assert made.number(made.midpoint) == middle
    assert made.works_on(made.midpoint)
    official = rotation(weeks, midpoint_on=MONDAY + timedelta(days=4))
    assert official.midpoint == MONDAY + timedelta(days=4)


def test_days_off_and_leave_are_no_working_days():
    """Weekdays off, and dates off where the student said so."""
    made = rotation(1, days_off=frozenset({5, 6}), leave=frozenset({MONDAY + timedelta(days=1)}))
    assert [day.day for day in made.working_days] == [30, 2, 3, 4]
    assert made.number(MONDAY - timedelta(days=1)) == 0
    assert made.number(MONDAY + timedelta(days=1)) == 1


@given(made=SOME, ahead=st.integers(-30, 200))
def test_every_day_has_one_phase(made, ahead):
    """Before, inside or after: whatever days are off, inside is inside."""
    day = made.start + timedelta(days=ahead)
    phase = made.phase(day)
    assert (phase == "before") == (day < made.start)
    assert (phase == "after") == (day > made.end)


@given(made=SOME)
def test_phases_never_go_back(made):
    """Through the working days the phases come in order, and the last six of a longer one are final."""
    order = ["day1", "week1", "early", "midpoint", "late", "final"]
    places = [order.index(made.phase(day)) for day in made.working_days]
    assert all(one <= other for one, other in pairwise(places))
    if made.length >= 12:
        assert places[-6:] == [5] * 6


@given(made=SOME)
def test_numbers_and_days_are_each_other_s_inverse(made):
    """Working day n is the n-th date, and the n-th date is number n; beyond either end it is held."""
    for number, day in enumerate(made.working_days, start=1):
        assert made.works_on(day)
        assert made.number(day) == number
        assert made.working_day(number) == day
    if made.working_days:
        assert made.working_day(-5) == made.working_days[0]
        assert made.working_day(9999) == made.last_working_day == made.working_days[-1]
        assert made.start <= made.midpoint <= made.end
    else:
        assert made.working_day(1) == made.start


@given(made=SOME, ahead=st.integers(-10, 130), by=st.integers(-30, 30))
def test_shifting_counts_working_days_only(made, ahead, by):
    """Forward and back again is where one was, from a working day; from a day off one later is the next worked one."""
    day = made.start + timedelta(days=ahead)
    there = made.shifted(day, by)
    assert there.weekday() not in made.days_off
    assert there not in made.leave
    if by > 0:
        assert there > day
    if by < 0:
        assert there < day
    if made.works_on(day):
        assert made.shifted(there, -by) == day
        if 1 <= made.number(day) + by <= made.length and made.works_on(there):
            assert made.number(there) == made.number(day) + by


def test_a_rotation_without_a_working_day_hangs_nowhere():
    """All days on leave: rules still answer."""
    made = rotation(1, leave=frozenset(MONDAY + timedelta(days=n) for n in range(7)))
    assert made.working_days == ()
    assert made.midpoint == made.start
    assert made.phase(MONDAY) == "day1"
    assert made.shifted(MONDAY, 2) > made.end
    everything = rotation(1, days_off=frozenset(range(7)))
    assert everything.shifted(MONDAY, 3) == MONDAY + timedelta(days=3)


def test_the_rotation_that_counts():
    """The running one that ends first; between two, the next when it is near, else the last; else the coming one."""
    first = rotation(4, number=1)
    second = rotation(4, start=MONDAY + timedelta(weeks=4), number=2)
    later = rotation(4, start=MONDAY + timedelta(weeks=20), number=3)
    beside = rotation(8, number=4)
    assert current((first, beside), MONDAY) == first
    assert current((first, second), first.end) == first
    assert current((first, second), second.start) == second
    assert current((second, later), second.end + timedelta(days=5)) == second
    assert current((second, later), later.start - timedelta(days=10)) == later
    assert current((later,), MONDAY) == later
    assert current((first,), first.end + timedelta(days=300)) == first
    assert current((), MONDAY) is None
