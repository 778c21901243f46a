"""When on a day a student may be reached: morning, midday, evening, nights and quiet hours."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.domain.rotation import Rotation
from bot.domain.student import Student
from bot.domain.zones import instant

Part = Literal["morning", "evening"]
Slot = Literal["morning", "midday", "evening"]

MIDDAY = time(12, 30)
#: Outside the rotation nobody keeps the ward's hours.
FREE_MORNING, FREE_EVENING = time(8), time(18)
#: After a night: an hour to get home before silence, up again three hours before the next one.
NIGHT_WIND_DOWN = timedelta(hours=1)
NIGHT_WAKING = timedelta(hours=3)
NIGHT_LEAD = timedelta(hours=1)
EVENING_DELAY = timedelta(minutes=30)


def part_of(slot: Slot) -> Part:
    """Return which of the day's two pushes *slot* belongs to: midday counts as the second."""
    return "morning" if slot == "morning" else "evening"


def minutes(at: time) -> int:
    """Return *at* as minutes since midnight."""
    return at.hour * 60 + at.minute


def shifted(at: time, by: timedelta) -> tuple[int, time]:
    """Return *at* moved *by* as (days carried, local time)."""
    total = minutes(at) + int(by.total_seconds() // 60)
    carried, rest = divmod(total, 24 * 60)
    return carried, time(rest // 60, rest % 60)


def morning_time(student: Student, rotation: Rotation, day: date) -> time:
    """Return the local time of the morning push on *day*: before the shift, day or night."""
    if not rotation.start <= day <= rotation.end:
        return FREE_MORNING
    if rotation.on_nights(day):
        return shifted(rotation.hours.night_start, -NIGHT_LEAD)[1]
    if student.tip_at is not None:
        return student.tip_at
    return shifted(rotation.hours.day_start, -timedelta(minutes=rotation.hours.lead_minutes))[1]


def slot_instant(student: Student, rotation: Rotation, day: date, slot: Slot) -> datetime | None:
    """Return when *slot* of the working day *day* comes, in UTC; None where quiet hours swallow it or the date is missing."""
    carried, at = _slot_time(student, rotation, day, slot)
    local_day = day + timedelta(days=carried)
    if slot != "morning" and quiet(student, rotation, local_day, at):
        return None
    return instant(student.zone_on(local_day), local_day, at)


def open_slot(student: Student, rotation: Rotation, day: date, slot: Slot) -> tuple[date, Slot]:
    """Return the day and slot at which what is meant for *slot* of *day* may come.

    An evening that lies in quiet hours, as after a late shift in the emergency department, is the next working day's
    morning.
    """
    carried, at = _slot_time(student, rotation, day, slot)
    if slot == "evening" and quiet(student, rotation, day + timedelta(days=carried), at):
        return rotation.shifted(day, 1), "morning"
    return day, slot


def _slot_time(student: Student, rotation: Rotation, day: date, slot: Slot) -> tuple[int, time]:
    if slot == "morning":
        return 0, morning_time(student, rotation, day)
    if slot == "evening" and not rotation.start <= day <= rotation.end:
        return 0, FREE_EVENING
    if rotation.on_nights(day):
        # The evening of a night shift is the next waking afternoon.
        return 1, shifted(rotation.hours.night_start, -NIGHT_WAKING)[1]
    if slot == "midday":
        return 0, MIDDAY
    return shifted(rotation.hours.day_end, EVENING_DELAY)


def quiet_span(student: Student, rotation: Rotation | None, day: date) -> tuple[time, time]:
    """Return the quiet hours in force on *day* as local (from, to), which may cross midnight.

    They end at the latest when the morning push is due; on nights they follow the shift.
    """
    if rotation is None or not rotation.start <= day <= rotation.end:
        return student.quiet_from, student.quiet_to
    if rotation.on_nights(day - timedelta(days=1)) or rotation.on_nights(day):
        return (
            shifted(rotation.hours.night_end, NIGHT_WIND_DOWN)[1],
            shifted(rotation.hours.night_start, -NIGHT_WAKING)[1],
        )
    start, stop, morning = student.quiet_from, student.quiet_to, morning_time(student, rotation, day)
    return start, morning if morning < stop and (start > stop or start <= morning) else stop


def quiet(student: Student, rotation: Rotation | None, day: date, at: time) -> bool:
    """Whether the local moment *at* on *day* lies in quiet hours."""
    start, stop = quiet_span(student, rotation, day)
    within = start <= at < stop if start <= stop else at >= start or at < stop
    return within or _night_at_home(student, rotation, day, at)


def _night_at_home(student: Student, rotation: Rotation | None, day: date, at: time) -> bool:
    """Whether *at* is in a night spent at home: before the first of some night shifts, or after the last."""
    if rotation is None or not rotation.start <= day <= rotation.end or student.quiet_from <= student.quiet_to:
        return False
    before, tonight = rotation.on_nights(day - timedelta(days=1)), rotation.on_nights(day)
    return (tonight and not before and at < student.quiet_to) or (before and not tonight and at >= student.quiet_from)


def quiet_end(student: Student, rotation: Rotation | None, day: date, at: time) -> tuple[date, time]:
    """Return the first local moment from (*day*, *at*) on that is not quiet."""
    if not quiet(student, rotation, day, at):
        return day, at
    for later in (day, day + timedelta(days=1), day + timedelta(days=2)):
        for moment in sorted({time(0), student.quiet_to, quiet_span(student, rotation, later)[1]}):
            if (later, moment) > (day, at) and not quiet(student, rotation, later, moment):
                return later, moment
    return day, at
