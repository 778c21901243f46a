"""When an ask can happen: after rounds on the next working days. Pure."""

from datetime import date, datetime, time, timedelta

from bot.domain import words
from bot.domain.rotation import Rotation
from bot.domain.zones import instant

#: The words come so long before the planned minute.
LEAD = timedelta(minutes=10)
#: Tomorrow, then at most twice more: after that one neutral line and silence.
MOST_MOVES = 3


def offered(rotation: Rotation, now: datetime, first: date, count: int = 2) -> tuple[datetime, ...]:
    """Return the next *count* moments after rounds from *first* on, on the clock of *now*, the student's own."""
    moments: list[datetime] = []
    day = first
    while len(moments) < count and day <= max(rotation.end, now.date() + timedelta(days=10)):
        moment = datetime.combine(day, rotation.hours.rounds_end, tzinfo=now.tzinfo)
        if rotation.works_on(day) and moment - LEAD > now:
            moments.append(moment)
        day += timedelta(days=1)
    return tuple(moments)


def settled(rotation: Rotation, day: date) -> date:
    """Return *day*, or the next working day where it is none."""
    return day if rotation.works_on(day) else rotation.shifted(day, 1)


def handed_at(zone: str, day: date, at: time) -> datetime | None:
    """Return when the words for an ask at the local moment are due, UTC."""
    found = instant(zone, day, at)
    return None if found is None else found - LEAD


def label(moment: datetime, rotation: Rotation, today: date) -> str:
    """Return a moment as a button says it: "Fri after rounds"."""
    name = "Today" if moment.date() == today else f"{moment:%a}"
    return (
        f"{name} after rounds" if moment.time() == rotation.hours.rounds_end else f"{name} {words.clock(moment.time())}"
    )


def spoken(day: date, at: time, today: date) -> str:
    """Return a moment in words: "Friday about 11:00 am"."""
    ahead = (day - today).days
    name = "today" if ahead == 0 else "tomorrow" if ahead == 1 else words.weekday(day) if ahead < 7 else words.day(day)
    return f"{name} about {words.clock(at)}"
