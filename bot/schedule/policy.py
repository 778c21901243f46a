"""What may be sent now: quiet hours, pauses and the week's budget. Pure."""

from datetime import datetime, timedelta

from bot.core.view import Occurrence, View
from bot.domain.hours import quiet_end
from bot.domain.zones import instant

#: The day's pushes in any seven days; steps of the journey may go over it, tips and quizzes not.
WEEK_BUDGET = 9
#: Evening questions and quizzes stop earlier, so that a question about a tip never costs a tip.
EVENING_BUDGET = 7
#: Below this priority a push yields to the budget.
YIELDING = 30


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


def within_budget(view: View, occurrence: Occurrence, now: datetime) -> bool:
    """Whether the week still has room for *occurrence*."""
    if occurrence.priority >= YIELDING:
        return True
    room = WEEK_BUDGET if occurrence.part == "morning" else EVENING_BUDGET
    return view.pushes_since(now - timedelta(days=7)) < room


def still_open(occurrence: Occurrence, now: datetime) -> bool:
    """Whether *occurrence* has not passed its moment."""
    return occurrence.until is None or occurrence.until > now


def backoff(attempts: int) -> timedelta:
    """Return how long to wait before try number *attempts* + 1: 1 s, doubling, ten minutes at most."""
    return min(timedelta(seconds=2.0 ** min(attempts - 1, 12)), timedelta(minutes=10))
