"""Which tip, and on which mornings. Pure but for the chance passed in."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple
from zlib import crc32

from bot.content.bank import Bank
from bot.content.items import Tip
from bot.core.view import Occurrence, View
from bot.domain.hours import slot_instant
from bot.domain.rotation import Phase, Rotation

#: Of ten tips, so many are the specialty's own, as long as there are some left. No group comes twice running and a
#: specialty's own are one group, so that every other morning decides alone: there own ones are this much more likely.
OWN_SHARE = 0.4
_OWN_CHANCE = OWN_SHARE / (1 - OWN_SHARE)
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
#: So many tips back it is looked for what came last, and with which tags: more than anybody reads in three days.
MEMORY = 40
#: The same set of tags does not come twice within so many days.
TAGS_REST = timedelta(days=3)
KEEP = timedelta(hours=3)
PRIORITY = 10
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_tip(view: View, after: datetime) -> Occurrence | None:
    """Return the next morning with a tip after *after*."""
    day = view.student.local(after).date()
    before = day - timedelta(days=1)
    if view.student.zone_on(before) != view.student.zone_on(day):
        # Who flew west has yesterday's morning still to come.
        day = before
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

    The specialty's own come four times in ten; the last tip's group does not come again the next time, nor the same
    set of tags within three days, as long as there is another.
    """
    seen, (last, tagged) = view.seen_items(), _recent(view, day)
    place, half, phase = _place(rotation, day), _half(rotation, view), rotation.phase(day)
    for each in (phase, *FALLBACK.get(phase, ())):
        suiting = _suiting(view.bank, each, place)
        if all(one.id in seen for one in suiting.all):
            continue
        own = chance.random() < _OWN_CHANCE
        # Most mornings some are all of it at once. The others are looked through only where none is.
        of_it = suiting.of(own, half)
        best = [one for one in of_it if one.id not in seen and one.group != last and one.tags not in tagged]
        return chance.choice(best or _next_best(suiting.all, seen, last, tagged, own, half)).tip
    return None


def fits(tip: Tip, rotation: Rotation, phase: Phase, day: date) -> bool:
    """Whether *tip* is meant for this service, phase, shift, weekday and kind of participation."""
    return _suits(tip, phase, _place(rotation, day))


class _Place(NamedTuple):
    """What of a day in a rotation decides whether a tip fits."""

    specialty: str
    shifts: tuple[str, ...]
    weekday: str
    role: str


def _place(rotation: Rotation, day: date) -> _Place:
    shift = rotation.shift_on(day)
    # A day on call is a day on the ward as well; a day in clinic is not.
    shifts = (shift, "day") if shift == "call" else (shift,)
    role = "observer" if rotation.observing else "hands_on"
    return _Place(rotation.specialty, shifts, _WEEKDAYS[day.weekday()], role)


class _Tip(NamedTuple):
    """A tip, and what of it decides whether it comes: its group and tags, whether the specialty's own, its half."""

    tip: Tip
    id: str
    group: str
    tags: frozenset[str]
    own: bool
    half: int


class _Suiting(NamedTuple):
    """The tips that suit a place: *all*, and the specialty's own and the others by their half, in the bank's order."""

    all: tuple[_Tip, ...]
    parts: dict[tuple[bool, int], tuple[_Tip, ...]]

    def of(self, own: bool, half: int) -> tuple[_Tip, ...]:
        """Return the specialty's own, or the others, of one half."""
        return self.parts.get((own, half), ())


def _next_best(
    tips: Sequence[_Tip], seen: frozenset[str], last: str, tagged: set[frozenset[str]], own: bool, half: int
) -> list[_Tip]:
    """Return what comes nearest among *tips*, of which one at least is new: each wish counts as long as it leaves some."""
    fresh = [one for one in tips if one.id not in seen]
    other = [one for one in fresh if one.group != last] or fresh
    varied = [one for one in other if one.tags not in tagged] or other
    pool = [one for one in varied if one.own is own] or varied
    return [one for one in pool if one.half == half] or pool


def _suiting(bank: Bank, phase: Phase, place: _Place) -> _Suiting:
    """Return the tips of *bank* that suit *place* in *phase*: a class of students shares a few such sets."""
    return bank.once(("suiting", phase, place), lambda: _parted(bank, phase, place))


def _parted(bank: Bank, phase: Phase, place: _Place) -> _Suiting:
    found = tuple(
        _Tip(tip, tip.id, group(tip), frozenset(tip.tags), "any" not in tip.specialties, crc32(tip.id.encode()) % 2)
        for tip in bank.active(Tip)
        if _suits(tip, phase, place)
    )
    parts = defaultdict[tuple[bool, int], list[_Tip]](list)
    for one in found:
        parts[one.own, one.half].append(one)
    return _Suiting(found, {part: tuple(tips) for part, tips in parts.items()})


def _suits(tip: Tip, phase: Phase, place: _Place) -> bool:
    return (
        (phase in tip.phases or "any" in tip.phases)
        and ("any" in tip.specialties or place.specialty in tip.specialties)
        and tip.participation in ("any", place.role)
        and ("any" in tip.shifts or any(shift in tip.shifts for shift in place.shifts))
        and ("any" in tip.weekdays or place.weekday in tip.weekdays)
    )


def group(tip: Tip) -> str:
    """Return the group in a tip's id: "prs" of "tip-prs-08"."""
    return tip.id.split("-")[1]


def _recent(view: View, day: date) -> tuple[str, set[frozenset[str]]]:
    """Return the group of the last tip, pushed or asked for, and the sets of tags of the last days."""
    had = [(each.sent_at, each.item) for each in view.seen if each.sent_at is not None]
    had += [(fact.set_at, key[2]) for key, fact in view.facts.about("seen")]
    days = ((view.student.local(at).date(), item) for at, item in sorted(had)[-MEMORY:])
    tips = [(at, tip) for at, item in days if at <= day and isinstance(tip := view.bank.item(item), Tip)]
    last = group(tips[-1][1]) if tips else ""
    return last, {frozenset(tip.tags) for at, tip in tips if day - at <= TAGS_REST}


def _half(rotation: Rotation, view: View) -> int:
    """Return the half of the bank that goes before the other in this rotation: so a lost history costs little."""
    starts = sorted(each.start for each in view.rotations)
    return starts.index(rotation.start) % 2 if rotation in view.rotations else 0
