"""Dates and times as a message says them, in American English."""

from datetime import date, time


def day(on: date) -> str:
    """Return *on* as "Mon, Nov 30"."""
    return f"{on:%a, %b} {on.day}"


def short_day(on: date) -> str:
    """Return *on* as "Nov 30"."""
    return f"{on:%b} {on.day}"


def weekday(on: date) -> str:
    """Return the full name of *on*'s weekday."""
    return f"{on:%A}"


def clock(at: time) -> str:
    """Return *at* as "5:15 am"."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"


def listed(words: list[str]) -> str:
    """Return *words* as "a, b and c"."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def count(number: int, noun: str) -> str:
    """Return "1 note" or "14 notes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def opened(text: str) -> str:
    """Return *text* with its first letter large, as a sentence begins."""
    return text[:1].upper() + text[1:]
