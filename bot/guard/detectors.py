"""What a detector is, and those the guard has: a program adds its own beside them."""

from collections.abc import Iterable
from typing import Protocol

from bot.guard.ages import ages
from bot.guard.contacts import contacts
from bot.guard.dates import birth_dates, dates
from bot.guard.facilities import facilities
from bot.guard.labels import labels
from bot.guard.names import patients
from bot.guard.numbers import numbers
from bot.guard.places import places
from bot.guard.rooms import rooms
from bot.guard.verdict import Finding


class Detector(Protocol):
    """A pure rule: it reads a normalized text and yields findings with offsets into that text."""

    def __call__(self, text: str, /) -> Iterable[Finding]: ...


_ALWAYS: tuple[Detector, ...] = (contacts, labels, numbers, ages, places, facilities, rooms, patients)


def detectors(*, own_dates: bool) -> tuple[Detector, ...]:
    """Return the guard's detectors; of days that are the student's *own_dates* only dates of birth are looked for."""
    return (*_ALWAYS, birth_dates if own_dates else dates)
