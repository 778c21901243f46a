"""Dates and times as people type them on a phone."""

import re
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
    if found := re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{2,4}))?", words):
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
    """Read "30/11 to 5/12" the same way round in both halves."""
    found = re.fullmatch(r"\s*(\d{1,2})\s*([/.-])\s*(\d{1,2})(.*)", second)
    if found and _day_first(first):
        return (
            f"{found[3]}/{found[1]}{found[4]}"
            if int(found[3]) <= 12 and int(found[1]) <= 12 and found[1] != found[3]
            else second
        )
    return second


def _numbers(a: int, b: int, year: int | None, today: date, after: date | None) -> date:
    if a > 12:
        return _coming(b, a, year, today, after)
    if b > 12 or a == b or after is not None:
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
    made = _made(floor.year, month, day)
    return made if made >= floor else _made(floor.year + 1, month, day)


def _made(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise BadDate("There is no such date. Try nov 30.") from fault
