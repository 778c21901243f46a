"""Dates, ranges, lengths and times as people type them."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import words
from bot.domain.dates import BadDate, WhichMonth, last_day, parse_date, parse_range, parse_time

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2024, 1, 1), date(2037, 12, 31))
#: Pieces people type, in any order: closer to the mark than letters alone.
PIECES = """nov 30 dec feb 29 31 2026 99 9999 0001 0 1 12 13 / - . , to – through next monday today 4 wk days 366d 12/11
11/12 30/11 5/12/26 2026-02-29 9999-12-31 0001-01-01 st nd of sept. am pm 5:15 24:00 ٣ ²"""
TYPED = st.lists(st.sampled_from((*PIECES.split(), "\n")), max_size=7).flatmap(
    lambda parts: st.sampled_from([" ", "", "/"]).map(lambda gap: gap.join(parts))
)
ANYTHING = st.one_of(st.text(max_size=40), TYPED)


def told(parse: Callable[..., Any], *given: object, **more: object) -> Any:
    """Return what *parse* reads, or the line for the student where it reads nothing; any other fault comes through."""
    try:
        return parse(*given, **more)
    except BadDate as fault:
        return str(fault)


@given(said=ANYTHING, today=DAYS, after=st.none() | DAYS)
@example(said="9999-12-31", today=TODAY, after=None)
@example(said="feb 29", today=date(2027, 11, 1), after=None)
def test_a_date_or_a_line_that_says_what_to_type(said, today, after):
    """Whatever is typed: a date, or BadDate with words for the student."""
    found = told(parse_date, said, today, after=after)
    assert isinstance(found, date) or len(found) > 10


@given(said=ANYTHING, today=DAYS)
def test_a_range_runs_forward_or_says_what_to_type(said, today):
    """Whatever is typed: first and last in order, or BadDate."""
    found = told(parse_range, said, today)
    assert len(found) > 10 if isinstance(found, str) else found[0] <= found[1]


@given(said=ANYTHING, first=DAYS)
def test_a_length_or_a_line_that_says_what_to_type(said, first):
    """Whatever is typed: a last day, or BadDate."""
    found = told(last_day, said, first)
    assert isinstance(found, date) or len(found) > 10


@given(said=ANYTHING)
def test_a_time_or_a_line_that_says_what_to_type(said):
    """Whatever is typed: a time, or BadDate."""
    found = told(parse_time, said)
    assert isinstance(found, time) or len(found) > 10


@pytest.mark.parametrize("said", ["9999-12-31", "0001-01-01", "1/2/202", "dec 31 9999", "1901-05-05"])
def test_a_year_nobody_rotates_in_is_no_date(said):
    """A slip in the year is told, not planned for eight thousand years."""
    with pytest.raises(BadDate):
        parse_date(said, TODAY)


@given(day=DAYS, ahead=st.integers(-100, 230))
def test_a_printed_date_parses_back(day, ahead):
    """What we print can be typed: in full, short, ISO, and with its year."""
    on = day + timedelta(days=ahead)
    for said in (words.day(on), words.short_day(on)):
        assert parse_date(said, day) == on
    for said in (
        on.isoformat(),
        f"{on:%B} {on.day}, {on.year}",
        f"{on.day} {on:%b} {on.year}",
        f"{on:%A}, {words.day(on)[5:]} {on.year}",
    ):
        assert parse_date(said, day) == on
        assert parse_date(said.upper(), day) == on


@given(at=st.times().map(lambda each: each.replace(second=0, microsecond=0)))
def test_a_printed_time_parses_back(at):
    """What we print can be typed, and so can the clock of twenty-four hours."""
    for said in (
        words.clock(at),
        f"{at:%H:%M}",
        f"{at:%H%M}",
        words.clock(at).replace(" ", "").upper(),
        f"{at.hour}h{at.minute:02d}",
    ):
        assert parse_time(said) == at


@given(first=DAYS, days=st.integers(0, 200))
def test_a_printed_range_parses_back(first, days):
    """Both dates at once, as they are printed."""
    last = first + timedelta(days=days)
    for link in ("to", "until", "through", "–", "-"):
        assert parse_range(f"{words.short_day(first)} {link} {words.short_day(last)}", first) == (first, last)
        assert parse_range(f"{first.isoformat()} {link} {last.isoformat()}", TODAY) == (first, last)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("nov 30", date(2026, 11, 30)),
        ("30 nov", date(2026, 11, 30)),
        ("30/11", date(2026, 11, 30)),
        ("11/30", date(2026, 11, 30)),
        ("Jan 4", date(2027, 1, 4)),
        ("the 4th of july", date(2027, 7, 4)),
        ("4th of july", date(2027, 7, 4)),
        ("today", TODAY),
        ("tomorrow", date(2026, 11, 23)),
        ("monday", date(2026, 11, 23)),
        ("sunday", date(2026, 11, 29)),
        ("next friday", date(2026, 11, 27)),
        ("nov 5", date(2026, 11, 5)),
        ("12/12", date(2026, 12, 12)),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_mean_the_next_one_to_come(said, day):
    """Without a year it is the coming one, or one of the last weeks for a rotation that runs already."""
    if day is None:
        with pytest.raises(BadDate):
            parse_date(said, TODAY)
    else:
        assert parse_date(said, TODAY) == day


def test_a_leap_day_is_the_next_one_there_is():
    """Feb 29 typed in the autumn before a leap year is a date."""
    assert parse_date("feb 29", date(2027, 11, 1)) == date(2028, 2, 29)
    assert parse_range("feb 1 to feb 29", date(2027, 11, 1)) == (date(2028, 2, 1), date(2028, 2, 29))
    with pytest.raises(BadDate):
        parse_date("feb 29 2027", date(2026, 11, 1))
    with pytest.raises(BadDate):
        parse_date("feb 30", date(2027, 11, 1))


def test_eleven_twelve_asks_which_is_the_month():
    """A date that reads both ways is asked about, with both readings to choose from."""
    with pytest.raises(WhichMonth) as which:
        parse_date("11/12", TODAY)
    assert set(which.value.options) == {date(2026, 11, 12), date(2026, 12, 11)}
    assert "November 12 or December 11" in str(which.value)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("nov 30 to dec 27", date(2026, 11, 30), date(2026, 12, 27)),
        ("30/11 to 27/12", date(2026, 11, 30), date(2026, 12, 27)),
        ("30/11 - 5/12", date(2026, 11, 30), date(2026, 12, 5)),
        ("30/11/26 to 5/12/26", date(2026, 11, 30), date(2026, 12, 5)),
        ("11/30 to 1/8", date(2026, 11, 30), date(2027, 1, 8)),
        ("5/12 to 27/12", date(2026, 12, 5), date(2026, 12, 27)),
        ("dec 7 – jan 3", date(2026, 12, 7), date(2027, 1, 3)),
        ("12/14/2026 to 1/8/2027", date(2026, 12, 14), date(2027, 1, 8)),
    ],
)
def test_ranges_are_read_one_way_round(said, first, last):
    """A day over twelve in one half settles the other; the end follows the start over New Year."""
    assert parse_range(said, TODAY) == (first, last)


@pytest.mark.parametrize(
    "said", ["nov 30", "dec 27 2026 to nov 30 2026", "nov 30 to soon", "to", "11/12 to 1/2", " to "]
)
def test_half_a_range_says_so(said):
    """One date, a backward pair, words: what to send instead."""
    with pytest.raises(BadDate):
        parse_range(said, TODAY)


@pytest.mark.parametrize(
    ("said", "days"),
    [("4", 28), ("4 wk", 28), ("4 weeks", 28), ("28 days", 28), ("10d", 10), ("1 day", 1), ("52w", 364), ("2wks.", 14)],
)
def test_lengths_count_the_first_day(said, days):
    """Four weeks from a Monday end on a Sunday."""
    assert last_day(said, TODAY) == TODAY + timedelta(days=days - 1)


@pytest.mark.parametrize("said", ["0", "0 wk", "60 wk", "999", "400 days", "-1", "four weeks", ""])
def test_lengths_nobody_has_are_refused(said):
    """Nothing shorter than a day, nothing longer than a year."""
    with pytest.raises(BadDate):
        last_day(said, TODAY)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("5:15", time(5, 15)),
        ("0515", time(5, 15)),
        ("5 am", time(5)),
        ("5am", time(5)),
        ("17h30", time(17, 30)),
        ("12 am", time(0)),
        ("12 pm", time(12)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("5:15 p.m.", time(17, 15)),
        ("6", time(6)),
        ("23:59", time(23, 59)),
    ],
)
def test_times_as_people_type_them(said, at):
    """American, military and plain."""
    assert parse_time(said) == at


@pytest.mark.parametrize("said", ["24:00", "5:60", "13 pm", "0 am", "early", "5:1", "99", ""])
def test_times_there_are_not(said):
    """No such time: what to type instead."""
    with pytest.raises(BadDate):
        parse_time(said)
