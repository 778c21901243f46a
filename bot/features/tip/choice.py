"""Which tip, and on which mornings. Pure but for the chance passed in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from zlib import crc32

from bot.content.items import Tip
from bot.core.view import Occurrence, View
from bot.domain.hours import slot_instant
from bot.domain.rotation import Phase, Rotation

#: Of ten tips, so many are the specialty's own.
OWN_SHARE = 0.4
#: The days before the start and after the end on which a tip comes.
BEFORE = frozenset({14, 12, 10, 8, 6, 4, 2, 1})
AFTER = frozenset({2, 6, 13, 27})
#: Where a phase has nothing left, these are looked into, in order; never forward into the last week.
FALLBACK: dict[Phase, tuple[Phase, ...]] = {
    "day1": ("week1", "early"),
    "week1": ("early",),
    "midpoint": ("early", "late"),
    "final": ("late", "early"),
    "late": ("early",),
    "early": ("late",),
}
KEEP = timedelta(hours=3)
PRIORITY = 10
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_tip(view: View, after: datetime) -> Occurrence | None:
    """Return the next morning with a tip after *after*."""
    day = view.student.local(after).date() - timedelta(days=1)
    last = max((each.end for each in view.rotations), default=day) + timedelta(days=max(AFTER))
    while day <= last:
        rotation = view.rotation_on(day)
        if rotation is not None and wanted(view, rotation, day):
            at = slot_instant(view.student, rotation, day, "morning")
            if at is not None and at > after:
                return Occurrence(day.isoformat(), at, at + KEEP, PRIORITY, "morning", day, rotation.id)
        day += timedelta(days=1)
    return None


def wanted(view: View, rotation: Rotation, day: date) -> bool:
    """Whether a tip comes on *day*: working days at the student's pace, and a few before and after."""
    student = view.student
    if student.paused(day):
        return False
    if day < rotation.start:
        return (rotation.start - day).days in BEFORE
    if day > rotation.end:
        return (day - rotation.end).days in AFTER
    if not rotation.works_on(day):
        return False
    number = rotation.number(day)
    if student.cadence == "few":
        return number % 3 == 1
    return student.cadence == "daily" or number % 2 == 1


def choose(view: View, rotation: Rotation, day: date, chance: Random) -> Tip | None:
    """Return a tip never seen before that fits the place in the rotation, or None where the bank has run dry.

    The specialty's own come four times in ten; the last tip's group does not come again the next time.
    """
    seen = view.seen_items()
    last = _last_group(view)
    for phase in (rotation.phase(day), *FALLBACK.get(rotation.phase(day), ())):
        fresh = [tip for tip in view.bank.active(Tip) if tip.id not in seen and fits(tip, rotation, phase, day)]
        varied = [tip for tip in fresh if group(tip) != last] or fresh
        own = [tip for tip in varied if "any" not in tip.specialties]
        common = [tip for tip in varied if "any" in tip.specialties]
        if not varied:
            continue
        pool = (own or common) if chance.random() < OWN_SHARE else (common or own)
        return chance.choice(_this_lane(pool, rotation, view))
    return None


def fits(tip: Tip, rotation: Rotation, phase: Phase, day: date) -> bool:
    """Whether *tip* is meant for this service, phase, shift, weekday and kind of participation."""
    shift = "night" if rotation.on_nights(day) else "day"
    role = "observer" if rotation.observing else "hands_on"
    return (
        bool({"any", rotation.specialty} & set(tip.specialties))
        and bool({"any", phase} & set(tip.phases))
        and bool({"any", shift} & set(tip.shifts))
        and bool({"any", _WEEKDAYS[day.weekday()]} & set(tip.weekdays))
        and tip.participation in ("any", role)
    )


def group(tip: Tip) -> str:
    """Return the group in a tip's id: "prs" of "tip-prs-08"."""
    return tip.id.split("-")[1]


def _last_group(view: View) -> str:
    items = [each.item for each in view.seen if each.item.startswith("tip-")]
    return items[-1].split("-")[1] if items else ""


def _this_lane(pool: Sequence[Tip], rotation: Rotation, view: View) -> Sequence[Tip]:
    """Prefer one half of the bank in one rotation and the other in the next, so that a lost history costs little."""
    turn = sorted(each.start for each in view.rotations).index(rotation.start) if rotation in view.rotations else 0
    mine = [tip for tip in pool if crc32(tip.id.encode()) % 2 == turn % 2]
    return mine or pool
