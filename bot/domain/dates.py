"""Dates and times as people type them on a phone."""

import re
from calendar import isleap
from datetime import date, time, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday", "fri friday", "sat saturday",
         "sun sunday")
    )
    for name in names.split()
}  # fmt: skip
#: A year outside these is a slip of the finger.
YEARS = range(2000, 2100)
_TWO_NUMBERS = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{2,4}))?")
_RANGE = re.compile(r"\s+(?:to|till|until|through|thru)\s+|\s*[–—]\s*|\s+-\s+")


class BadDate(Exception):
    """Words that name no date or time, with what to type instead, for the student."""


class WhichMonth(BadDate):
    """Two numbers that could be either way round: *options* are the two dates."""

    def __init__(self, options: tuple[date, date]) -> None:
        first, second = (f"{each:%B} {each.day}" for each in options)
        super().__init__(f"Is that {first} or {second}? Type the month as a word, such as nov 30.")
        self.options = options


def parse_date(text: str, today: date, *, after: date | None = None) -> date:
    """Return the date that *text* names, the next one to come where it names no year. Raises BadDate."""
    words = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text.strip().lower().replace(",", " "))
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    if words.removeprefix("next ") in _WEEKDAYS:
        ahead = (_WEEKDAYS[words.removeprefix("next ")] - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _TWO_NUMBERS.fullmatch(words):
        return _numbers(int(found[1]), int(found[2]), _year(found[3]), today, after)
    names = "|".join(sorted(_MONTHS, key=len, reverse=True))
    if found := re.fullmatch(rf"(?:\w+day\s+|\w{{3}}\s+)?({names})\.?\s+(\d{{1,2}})(?:\s+(\d{{4}}))?", words):
        return _coming(_MONTHS[found[1]], int(found[2]), _year(found[3]), today, after)
    if found := re.fullmatch(rf"(?:\w+day\s+|\w{{3}}\s+)?(\d{{1,2}})\s+(?:of\s+)?({names})\.?(?:\s+(\d{{4}}))?", words):
        return _coming(_MONTHS[found[2]], int(found[1]), _year(found[3]), today, after)
    raise BadDate("I can't read that as a date. Try nov 30, or 2026-11-30.")


def parse_range(text: str, today: date) -> tuple[date, date]:
    """Return the first and last date of a range such as "nov 30 to dec 27". Raises BadDate."""
    parts = _RANGE.split(text.strip(), maxsplit=1)
    if len(parts) != 2:
        raise BadDate("Send both dates, such as nov 30 to dec 27.")
    second = _tried(parts[1], today, None)
    day_first = isinstance(second, date) and _day_first(parts[1])
    try:
        start = parse_date(parts[0], today)
    except WhichMonth as which:
        if not day_first:
            raise
        start = max(which.options, key=lambda each: each.day == int(re.split(r"\D+", parts[0].strip())[0]))
    end = parse_date(_same_way(parts[0], parts[1]), today, after=start)
    if end < start:
        raise BadDate("The last day is before the first. Send them as first to last.")
    return start, end


def last_day(text: str, first: date) -> date:
    """Return the last day of a stretch from *first* that *text* measures: "4", "4 wk", "28 days", or a date itself.

    Raises BadDate.
    """
    found = re.fullmatch(r"(\d{1,3})\s*(w|wk|wks|week|weeks|d|day|days)?\.?", text.strip().lower())
    if found is None:
        return parse_date(text, first, after=first)
    days = int(found[1]) * (1 if (found[2] or "w").startswith("d") else 7)
    if not 1 <= days <= 366:
        raise BadDate("A rotation has 1 day to 52 weeks. Try 4 wk, or the last day.")
    return first + timedelta(days=days - 1)


def parse_time(text: str) -> time:
    """Return the wall-clock time that *text* names: 5:15, 0515, 5 am, 17h30. Raises BadDate."""
    words = text.strip().lower().replace(".", "")
    found = re.fullmatch(r"(\d{1,2})\s*(?:[:h]\s*(\d{2}))?\s*(am|pm|a|p)?", words) or re.fullmatch(
        r"(\d{2})(\d{2})()", words
    )
    if words in ("noon", "midnight"):
        return time(12 if words == "noon" else 0)
    if not found:
        raise BadDate("I can't read that as a time. Try 5:15 or 5:15 am.")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or ""
    if (half and not 1 <= hour <= 12) or hour > 23 or minute > 59:
        raise BadDate("There is no such time. Try 5:15 or 17:30.")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute)


def _tried(text: str, today: date, after: date | None) -> date | BadDate:
    try:
        return parse_date(text, today, after=after)
    except BadDate as fault:
        return fault


def _day_first(text: str) -> bool:
    found = re.match(r"\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})", text)
    return found is not None and int(found[1]) > 12


def _same_way(first: str, second: str) -> str:
    """Read "30/11 to 5/12" the same way round in both halves, where the first one shows which."""
    shown, found = _TWO_NUMBERS.fullmatch(first.strip()), _TWO_NUMBERS.fullmatch(second.strip())
    if shown is None or found is None or max(int(shown[1]), int(shown[2])) <= 12:
        return second
    month, day = (found[2], found[1]) if int(shown[1]) > 12 else (found[1], found[2])
    name = next((each for each, number in _MONTHS.items() if number == int(month)), month)
    return f"{name} {day} {_year(found[3]) or ''}".strip()


def _numbers(a: int, b: int, year: int | None, today: date, after: date | None) -> date:
    if a > 12:
        return _coming(b, a, year, today, after)
    if b > 12 or a == b:
        return _coming(a, b, year, today, after)
    raise WhichMonth((_coming(a, b, year, today, after), _coming(b, a, year, today, after)))


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def _coming(month: int, day: int, year: int | None, today: date, after: date | None) -> date:
    if year is not None:
        return _made(year, month, day)
    floor = after or today - timedelta(days=120)
    # Feb 29 may be missing from the first of the two years.
    here = None if (month, day) == (2, 29) and not isleap(floor.year) else _made(floor.year, month, day)
    return here if here is not None and here >= floor else _made(floor.year + 1, month, day)


def _made(year: int, month: int, day: int) -> date:
    if year not in YEARS:
        raise BadDate(f"Is {year} the right year? Try nov 30, or 2026-11-30.")
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise BadDate("There is no such date. Try nov 30.") from fault
