"""A rotation: its working days, its midpoint, its phases."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from math import ceil
from typing import Literal

Participation = Literal["hands_on", "observer", "unsure"]
Shift = Literal["day", "night", "call", "clinic"]
Phase = Literal["before", "day1", "week1", "early", "midpoint", "late", "final", "after"]

#: Below this many working days there is no midpoint series; below LONG it is the short one.
SHORT, LONG = 10, 18

BEFORE_DAYS = 14
AFTER_DAYS = 90


@dataclass(frozen=True, slots=True)
class Hours:
    """The usual times of a service, local: a student's own answers replace them."""

    day_start: time
    rounds_end: time
    day_end: time
    night_start: time = time(19)
    night_end: time = time(7)
    lead_minutes: int = 45


@dataclass(frozen=True, slots=True)
class Rotation:
    """One stretch on one service, from *start* to *end* inclusive, in local dates.

    Attributes:
        days_off: weekdays without work, Monday is 0.
        leave: single dates off: leave, and holidays where the student said so.
        nights: stretches of night shifts as (first, last) dates on which a night begins.
        clinic: weekdays spent in clinic, Monday is 0.
        calls: single dates on call.
        midpoint_on: the program's official midpoint, where it has one.
    """

    id: int
    specialty: str
    participation: Participation
    start: date
    end: date
    hours: Hours
    days_off: frozenset[int] = frozenset({6})
    leave: frozenset[date] = frozenset()
    nights: tuple[tuple[date, date], ...] = ()
    clinic: frozenset[int] = frozenset()
    calls: frozenset[date] = frozenset()
    midpoint_on: date | None = None

    @property
    def observing(self) -> bool:
        """Whether hands-on advice must stay away: an unanswered question counts as observing."""
        return self.participation != "hands_on"

    @property
    def working_days(self) -> tuple[date, ...]:
        """Every working day in order; working day 1 is the first."""
        return _working_days(self.start, self.end, self.days_off, self.leave)

    @property
    def length(self) -> int:
        """How many working days the rotation has."""
        return len(self.working_days)

    @property
    def midpoint(self) -> date:
        """The official midpoint, or else the middle working day."""
        if self.midpoint_on is not None:
            return self.midpoint_on
        return self.working_day(max(1, ceil(self.length / 2)))

    @property
    def last_working_day(self) -> date:
        """The last working day, or the last day where none is left."""
        return self.working_days[-1] if self.working_days else self.end

    def working_day(self, number: int) -> date:
        """Return the date of working day *number* (1 is the first), held inside the rotation."""
        days = self.working_days
        return days[min(max(number, 1), len(days)) - 1] if days else self.start

    def works_on(self, day: date) -> bool:
        """Whether *day* is a working day of this rotation."""
        return self.start <= day <= self.end and day.weekday() not in self.days_off and day not in self.leave

    def number(self, day: date) -> int:
        """Return how many working days have begun by *day*: 0 before the first."""
        return bisect_right(self.working_days, day)

    def shifted(self, day: date, by: int) -> date:
        """Return the date *by* working days after *day* (before it where negative).

        From a day off, one working day later is the next one that is worked. Past either end, days are counted on
        the same weekly rhythm, so that a step may fall behind the last day and expire there.
        """
        step = timedelta(days=1 if by >= 0 else -1)
        left = abs(by)
        while left or not self._rhythm(day):
            day += step
            if self._rhythm(day) and left:
                left -= 1
        return day

    def _rhythm(self, day: date) -> bool:
        return day not in self.leave and (day.weekday() not in self.days_off or len(self.days_off) == 7)

    def on_nights(self, day: date) -> bool:
        """Whether the shift that belongs to *day* is a night."""
        return any(first <= day <= last for first, last in self.nights)

    def shift_on(self, day: date) -> Shift:
        """Return what kind of shift belongs to *day*; a night or a call goes before the weekly clinic."""
        if self.on_nights(day):
            return "night"
        if day in self.calls:
            return "call"
        return "clinic" if day.weekday() in self.clinic else "day"

    def phase(self, day: date) -> Phase:
        """Return where in the rotation *day* lies, by the rules of the timeline."""
        if day < self.start:
            return "before"
        if day > self.end:
            return "after"
        number = self.number(day)
        if number <= 1:
            return "day1"
        if number > self.length - 6 and number > 6:
            return "final"
        if number <= 6:
            return "week1"
        middle = self.number(self.midpoint)
        if middle - 2 <= number <= middle + 3:
            return "midpoint"
        return "early" if number < middle else "late"


@lru_cache(maxsize=4096)
def _working_days(start: date, end: date, off: frozenset[int], leave: frozenset[date]) -> tuple[date, ...]:
    span = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return tuple(day for day in span if day.weekday() not in off and day not in leave)


def current(rotations: tuple[Rotation, ...], today: date) -> Rotation | None:
    """Return the rotation that counts on *today*: the running one that ends first, else the next, else the last."""
    running = min((r for r in rotations if r.start <= today <= r.end), key=lambda r: r.end, default=None)
    if running is not None:
        return running
    coming = sorted((r for r in rotations if r.start > today), key=lambda r: r.start)
    past = sorted((r for r in rotations if r.end < today), key=lambda r: r.end, reverse=True)
    recent = [
        r
        for r in past
        if not coming or ((today - r.end).days <= AFTER_DAYS and (coming[0].start - today).days > BEFORE_DAYS)
    ]
    return next(iter(recent[:1] + coming + past), None)
