"""When each step of the journey may be sent: triggers, windows and guards as the bank writes them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from bot.content.steps import Step
from bot.core.view import Occurrence, View
from bot.domain.hours import Slot, open_slot, part_of, slot_instant
from bot.domain.rotation import Rotation

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: How long after its moment a chance is still worth taking the same day.
KEEP = {"morning": timedelta(hours=6), "midday": timedelta(hours=4), "evening": timedelta(hours=3)}
SNOOZE = "snooze"
_SLOTS: dict[str, Slot] = {"morning": "morning", "midday": "midday", "evening": "evening"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: in which rotation, for which person asked (empty: for nobody in particular)."""

    step: Step
    rotation: Rotation
    leg: str = ""

    @property
    def about(self) -> str:
        """The key under which snoozes of this step are kept."""
        return self.step.id + (f"@{self.leg}" if self.leg else "")


def next_step(view: View, after: datetime) -> Occurrence | None:
    """Return the first occasion after *after*: the step of highest priority where several fall together."""
    found = [
        occurrence
        for place in places(view)
        for occurrence in [first_chance(view, place, after)]
        if occurrence is not None
    ]
    return min(found, key=lambda each: (each.at, -each.priority), default=None)


def places(view: View) -> Iterator[Place]:
    """Yield every step that could concern this student, in each rotation and for each person asked."""
    for rotation in view.rotations:
        for step in view.bank.active(Step):
            if not _fits(step, rotation):
                continue
            for leg in legs(view, step, rotation):
                if _allowed(view, Place(step, rotation, leg)):
                    yield Place(step, rotation, leg)


def legs(view: View, step: Step, rotation: Rotation) -> tuple[str, ...]:
    """Return the persons a step is sent for: one empty name where it is for nobody in particular."""
    if step.legs is None:
        return ("",)
    value = view.facts.value(step.legs, rotation_id=rotation.id)
    return ("attending", "resident") if value == "both" else (value,) if value else ()


def first_chance(view: View, place: Place, after: datetime) -> Occurrence | None:
    """Return the first moment after *after* at which *place*'s step may be sent, or None."""
    step = place.step
    if step.once_per == "user" and any(each.slot.startswith(f"{step.id}:") for each in view.seen):
        return None
    for slot, slot_of_day, days in _openings(view, place):
        if view.sent("journey", slot):
            continue
        for wanted in days:
            ward = _ward(view, place.rotation, wanted)
            day, open_now = open_slot(view.student, ward, wanted, slot_of_day)
            at = slot_instant(view.student, ward, day, open_now)
            if at is None or at <= after or view.student.paused(day) or _off(ward, day):
                continue
            local = view.student.local(at).date()
            until = at + KEEP[open_now]
            return Occurrence(slot, at, until, step.priority, part_of(open_now), local, place.rotation.id)
    return None


def _ward(view: View, rotation: Rotation, day: date) -> Rotation:
    """Return whose hours *day* keeps: before and after *rotation* those of another one that runs."""
    if rotation.start <= day <= rotation.end:
        return rotation
    return next((each for each in view.rotations if each.start <= day <= each.end), rotation)


def _off(rotation: Rotation, day: date) -> bool:
    """Whether *day* is one of the rotation's days without work, from its first working day on."""
    return rotation.working_day(1) <= day <= rotation.end and not rotation.works_on(day)


def located(view: View, slot: str) -> Place | None:
    """Return the place a slot names, or None where the step or the rotation is gone."""
    body, _, leg = slot.partition("@")
    leg = leg.partition("/")[0].partition("#")[0]
    step_id, _, rest = body.partition(":")
    number = rest.partition("/")[0].partition("#")[0]
    step = view.bank.item(step_id)
    rotation = view.rotation(int(number)) if number.isdigit() else None
    return Place(step, rotation, leg) if isinstance(step, Step) and rotation is not None else None


def has(view: View, name: str, place: Place) -> bool:
    """Whether a fact is set for the place; where no person is meant, for anybody asked."""
    for (rotation_id, named, about), fact in view.facts.by_key.items():
        if named != name or rotation_id not in (0, place.rotation.id):
            continue
        if place.leg and about not in ("", place.leg):
            continue
        if fact.noted or fact.value not in ("", "false"):
            return True
    return False


def _fits(step: Step, rotation: Rotation) -> bool:
    guards = step.guards
    if guards.min_length_wd is not None and rotation.length < guards.min_length_wd:
        return False
    if guards.max_length_wd is not None and rotation.length > guards.max_length_wd:
        return False
    role = "observer" if rotation.observing else "hands_on"
    return all(each in ("any", role) for each in (guards.participation, step.participation)) and any(
        each in ("any", "each", rotation.specialty) for each in step.specialties
    )


def _allowed(view: View, place: Place) -> bool:
    guards = place.step.guards
    return all(has(view, name, place) for name in guards.requires) and not any(
        has(view, name, place) for name in guards.unless
    )


def _openings(view: View, place: Place) -> Iterator[tuple[str, Slot, list[date]]]:
    """Yield (slot, slot of the day, days) of every occasion of a step: its own, or the snoozed one instead."""
    base = f"{place.step.id}:{place.rotation.id}" + (f"@{place.leg}" if place.leg else "")
    if place.step.once_per == "user":
        base = f"{place.step.id}:{place.rotation.id}"
    snoozed = view.facts.get(SNOOZE, rotation_id=place.rotation.id, about=place.about)
    if snoozed is not None and snoozed.value:
        day, slot_of_day, times = snoozed.value.split("/")
        yield f"{base}#{times}", _SLOTS[slot_of_day], _window(place, date.fromisoformat(day))
        return
    for suffix, first in _anchors(view, place):
        yield base + suffix, place.step.trigger.slot, _window(place, first)


def _anchors(view: View, place: Place) -> Iterator[tuple[str, date]]:
    """Yield (what tells this occasion from others, its day) of a step's trigger."""
    trigger, rotation = place.step.trigger, place.rotation
    if trigger.anchor == "event":
        event = view.facts.get(trigger.event or "", rotation_id=rotation.id, about=place.leg)
        if event is not None:
            # The event is told apart by its instant: its local date is another one after a change of zone.
            yield f"/{event.set_at:%m%d%H%M}", _offset(place, view.student.local(event.set_at).date())
    elif trigger.anchor == "week_end":
        for week, day in _week_ends(rotation):
            if trigger.week in (None, week):
                yield ("" if trigger.week else f"/w{week}"), day
    elif trigger.at_fraction is not None:
        yield "", rotation.working_day(ceil(trigger.at_fraction * rotation.length))
    elif trigger.anchor in ("start", "midpoint", "end"):
        yield (
            "",
            _offset(
                place,
                {"start": rotation.working_day(1), "midpoint": rotation.midpoint, "end": rotation.end}[trigger.anchor],
            ),
        )


def _offset(place: Place, anchor: date) -> date:
    trigger, rotation = place.step.trigger, place.rotation
    if trigger.offset_days is not None:
        day = anchor + timedelta(days=trigger.offset_days)
    elif trigger.anchor == "start":
        first = rotation.working_day(1)
        day = rotation.shifted(first, trigger.offset_wd or 0)
    elif trigger.anchor == "end":
        day = rotation.shifted(rotation.last_working_day, trigger.offset_wd or 0)
    else:
        day = rotation.shifted(anchor, trigger.offset_wd or 0)
    while trigger.weekdays and _WEEKDAYS[day.weekday()] not in trigger.weekdays:
        day += timedelta(days=1)
    return day


def _window(place: Place, first: date) -> list[date]:
    """Return the days on which a step that first falls on *first* may still be sent."""
    step, rotation = place.step, place.rotation
    if step.trigger.offset_days is not None:
        span = [first + timedelta(days=n) for n in range(step.window.late_wd + 1)]
        return [day for day in span if not step.trigger.weekdays or _WEEKDAYS[day.weekday()] in step.trigger.weekdays]
    days = [first]
    while len(days) <= step.window.late_wd:
        days.append(rotation.shifted(days[-1], 1))
    return [day for day in days if rotation.works_on(day)]


def _week_ends(rotation: Rotation) -> Iterator[tuple[int, date]]:
    """Yield (week, its last working day) for each seven days of the rotation."""
    last: dict[int, date] = {}
    for day in rotation.working_days:
        last[(day - rotation.start).days // 7 + 1] = day
    yield from last.items()
