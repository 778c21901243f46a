"""What a rule may look at when it says what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from bot.content.bank import Bank
from bot.domain.delivery import Delivery
from bot.domain.facts import Facts
from bot.domain.rotation import Rotation, current
from bot.domain.student import Student


class Unread(Sequence[Delivery]):
    """The history where none was read: looking at it is a fault, for it would pass for an empty one."""

    def __len__(self) -> int:
        raise LookupError("this command was declared without history")

    def __getitem__(self, _: Any) -> Any:
        raise LookupError("this command was declared without history")


@dataclass(frozen=True, slots=True)
class View:
    """A student as rules see them; *seen* is what was sent in the last 400 days, oldest first."""

    student: Student
    bank: Bank
    rotations: tuple[Rotation, ...] = ()
    facts: Facts = field(default_factory=Facts)
    seen: Sequence[Delivery] = ()

    def rotation_on(self, day: date) -> Rotation | None:
        """Return the rotation that counts on *day*."""
        return current(self.rotations, day)

    def rotation(self, rotation_id: int) -> Rotation | None:
        """Return one of the student's rotations by id."""
        return next((each for each in self.rotations if each.id == rotation_id), None)

    def sent(self, nudge: str, slot: str) -> bool:
        """Whether *nudge* has been sent for *slot*."""
        return any(each.nudge == nudge and each.slot == slot for each in self.seen)

    def pushes_since(self, instant: datetime) -> int:
        """Return how many of the day's pushes were sent after *instant*."""
        return sum(1 for each in self.seen if each.part and each.sent_at is not None and each.sent_at > instant)

    def seen_items(self) -> frozenset[str]:
        """Return the ids of bank items this student has had, pushed or asked for."""
        pulled = {key[2] for key, _ in self.facts.about("seen")}
        return frozenset({each.item for each in self.seen if each.item} | pulled)


class Occurrence(NamedTuple):
    """One occasion of a nudge.

    Attributes:
        slot: the key of once-only.
        at: when, UTC.
        until: after this it is dropped; None where it must never be.
        priority: the higher one wins the day's push.
        part: "morning" or "evening" for the day's two pushes; empty outside them.
        day: the student's local date of a day's push.
    """

    slot: str
    at: datetime
    until: datetime | None
    priority: int
    part: str = ""
    day: date | None = None
    rotation_id: int = 0
