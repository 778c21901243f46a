"""What may be sent now: quiet hours and pauses, and how long to wait before another try. Pure."""

from datetime import datetime, timedelta

from bot.core.view import Occurrence, View
from bot.domain.hours import quiet_end
from bot.domain.zones import instant


def reachable(view: View) -> bool:
    """Whether anything may be sent to the student at all."""
    return view.student.state == "active"


def free_at(view: View, now: datetime) -> datetime:
    """Return the first instant from *now* on at which the student may be disturbed, in UTC."""
    student = view.student
    local = student.local(now)
    day, at = local.date(), local.time().replace(tzinfo=None)
    if student.paused(day) and student.paused_until is not None:
        rotation = view.rotation_on(student.paused_until)
        day, at = quiet_end(student, rotation, student.paused_until, student.quiet_to)
        return instant(student.zone_on(day), day, at) or now
    rotation = view.rotation_on(day)
    later, moment = quiet_end(student, rotation, day, at)
    if (later, moment) == (day, at):
        return now
    return instant(student.zone_on(later), later, moment) or now


def still_open(occurrence: Occurrence, now: datetime) -> bool:
    """Whether *occurrence* has not passed its moment."""
    return occurrence.until is None or occurrence.until > now


def backoff(attempts: int) -> timedelta:
    """Return how long to wait before try number *attempts* + 1: 1 s, doubling, ten minutes at most."""
    return min(timedelta(seconds=2.0 ** min(attempts - 1, 12)), timedelta(minutes=10))
