"""Whole rotations of mornings on the real bank, without sending anything: what would come, and whether it holds up."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random

from bot.content.bank import Bank
from bot.content.items import Tip
from bot.core.view import View
from bot.domain.delivery import Delivery
from bot.domain.rotation import Participation, Rotation
from bot.domain.student import Address, Student
from bot.features.start import hours_of, weekdays_of
from bot.features.tip.choice import choose, group, wanted

LEARNER = Student(1, Address("simulation", "", "learner", "learner"), zone="America/Chicago")
#: A Monday; every simulated rotation starts on one.
FIRST = date(2026, 11, 30)
#: Between two rotations: long enough for the last tip of the one to come before the first of the other.
BREAK = timedelta(weeks=7)


@dataclass(frozen=True, slots=True)
class Had:
    """The mornings of one rotation: the tip of each day, None where none was left."""

    rotation: Rotation
    days: tuple[tuple[date, Tip | None], ...]

    @property
    def tips(self) -> tuple[Tip, ...]:
        """The tips that came, in order."""
        return tuple(tip for _, tip in self.days if tip is not None)

    @property
    def dry(self) -> int:
        """Mornings on which no unseen tip was left."""
        return sum(tip is None for _, tip in self.days)

    @property
    def repeats(self) -> int:
        """Tips that came more than once."""
        return len(self.tips) - len({tip.id for tip in self.tips})

    @property
    def same_group(self) -> int:
        """Mornings inside the rotation whose tip came from the group of the one before."""
        inside = [tip for day, tip in self.days if tip is not None and self.rotation.start <= day <= self.rotation.end]
        return sum(group(one) == group(other) for one, other in pairwise(inside))

    @property
    def same_tags(self) -> int:
        """Tips with the very tags of one within three days before."""
        had = [(day, frozenset(tip.tags)) for day, tip in self.days if tip is not None]
        return sum(
            any(day - before <= timedelta(days=3) and tags == others for before, others in had[:at])
            for at, (day, tags) in enumerate(had)
        )

    @property
    def own(self) -> float:
        """The share of tips that are the specialty's own."""
        return sum("any" not in tip.specialties for tip in self.tips) / max(1, len(self.tips))

    @property
    def wrong(self) -> int:
        """Hands-on tips sent to somebody who may only watch, or the reverse."""
        other = "hands_on" if self.rotation.observing else "observer"
        return sum(tip.participation == other for tip in self.tips)


@dataclass(slots=True)
class Learner:
    """Somebody who gets every tip of the mornings, and remembers them all."""

    bank: Bank
    chance: Random
    rotations: tuple[Rotation, ...] = ()
    seen: list[Delivery] = field(default_factory=list)

    def live(self, rotation: Rotation) -> Had:
        """Live through *rotation*, after those before it."""
        rotation = replace(rotation, id=len(self.rotations) + 1)
        self.rotations += (rotation,)
        days = list[tuple[date, Tip | None]]()
        day = rotation.start - timedelta(days=15)
        while day <= rotation.end + timedelta(days=30):
            view = View(LEARNER, self.bank, self.rotations, seen=tuple(self.seen))
            if wanted(view, rotation, day):
                tip = choose(view, rotation, day, self.chance)
                days.append((day, tip))
                if tip is not None:
                    self.seen.append(_sent(tip, rotation, day))
            day += timedelta(days=1)
        return Had(rotation, tuple(days))


def _sent(tip: Tip, rotation: Rotation, day: date) -> Delivery:
    at = datetime.combine(day, time(12), tzinfo=UTC)
    return Delivery(0, LEARNER.id, "tip", day.isoformat(), rotation.id, "", tip.id, "morning", "", at, at)


def rotation_of(
    bank: Bank, specialty: str, weeks: int, role: Participation, *, start: date = FIRST, nights: bool = False
) -> Rotation:
    """Return a rotation with the specialty's usual hours, six days a week; *nights* puts every second week on nights."""
    usual, end = bank.specialty(specialty), start + timedelta(weeks=weeks, days=-1)
    spans = [start + timedelta(weeks=week) for week in range(1, weeks, 2)] if nights else []
    return Rotation(
        id=0,
        specialty=specialty,
        participation=role,
        start=start,
        end=end,
        hours=hours_of(usual),
        days_off=frozenset({6}),
        clinic=weekdays_of(usual.clinic),
        nights=tuple((first, first + timedelta(days=6)) for first in spans),
    )


def shared(first: Had, second: Had) -> float:
    """Return the share of the second rotation's tips that had come in the first."""
    known = {tip.id for tip in first.tips}
    return sum(tip.id in known for tip in second.tips) / max(1, len(second.tips))


@dataclass(frozen=True, slots=True)
class Row:
    """What many learners of one length and kind had, summed up."""

    learners: int
    weeks: int
    kind: str
    tips: float  # a learner, in the first rotation
    dry: int  # mornings of all learners, both rotations
    repeats: int
    same_group: int
    same_tags: int
    own: float
    wrong: int
    shared: float  # the most of any learner, history kept
    lost_other: float  # the most of any learner, history lost, another specialty
    lost_same: float  # the mean, history lost, the same specialty again


def simulate(bank: Bank, specialties: Sequence[str], weeks: int, role: Participation, *, nights: bool = False) -> Row:
    """Let one learner of each specialty live through two rotations in a row, and once more without the history."""
    kept, lost_other, lost_same = list[tuple[Had, Had]](), list[float](), list[float]()
    for number, specialty in enumerate(specialties):
        other = specialties[(number + 1) % len(specialties)]
        learner = Learner(bank, Random(1000 * weeks + number))
        start = FIRST + timedelta(weeks=weeks) + BREAK
        first = learner.live(rotation_of(bank, specialty, weeks, role, nights=nights))
        kept.append((first, learner.live(rotation_of(bank, other, weeks, role, start=start, nights=nights))))
        for again, found in ((other, lost_other), (specialty, lost_same)):
            forgetful = Learner(bank, Random(2000 * weeks + number), learner.rotations[:1])
            found.append(
                shared(first, forgetful.live(rotation_of(bank, again, weeks, role, start=start, nights=nights)))
            )
    both = [had for pair in kept for had in pair]
    return Row(
        learners=len(kept),
        weeks=weeks,
        kind=f"{'observer' if role == 'observer' else 'hands-on'}, {'nights every second week' if nights else 'days'}",
        tips=sum(len(first.tips) for first, _ in kept) / len(kept),
        dry=sum(had.dry for had in both),
        repeats=sum(had.repeats for had in both),
        same_group=sum(had.same_group for had in both),
        same_tags=sum(had.same_tags for had in both),
        own=sum(had.own for had in both) / len(both),
        wrong=sum(had.wrong for had in both),
        shared=max(shared(*pair) for pair in kept),
        lost_other=max(lost_other),
        lost_same=sum(lost_same) / len(lost_same),
    )
