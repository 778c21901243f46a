"""What a handler is given: who asks, when, the bank, and the one transaction it works in."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from bot.content.bank import Bank
from bot.core.library import Library
from bot.core.view import View
from bot.domain.delivery import Delivery
from bot.domain.rotation import Rotation
from bot.domain.student import Student
from bot.storage.facts import FactBook
from bot.storage.nudges import Nudge, Nudges
from bot.storage.outbox import Outbox
from bot.storage.work import Work

if TYPE_CHECKING:
    from bot.core.feature import Registry


@dataclass(slots=True)
class Push:
    """What the history keeps of a push while it is composed."""

    item: str = ""
    about: str = ""
    reason: str = ""


class OneOffs:
    """Nudges a student arms: once, at an instant, outside the day's two pushes."""

    def __init__(self, work: Work, student_id: int) -> None:
        self._work = work
        self._student_id = student_id

    async def put(
        self, name: str, slot: str, at: datetime, *, until: datetime | None = None, rotation_id: int = 0
    ) -> None:
        """Arm *name* for *slot* at *at*, moving it where it is armed already."""
        await self._work.use(Outbox).drop(self._student_id, name, slot)
        await self._work.use(Nudges).put([Nudge(0, self._student_id, name, slot, rotation_id, at, until, 100)])

    async def cancel(self, name: str, slot: str) -> None:
        """Disarm; nothing armed is a no-op."""
        await self._work.use(Nudges).cancel(self._student_id, name, slot)
        await self._work.use(Outbox).drop(self._student_id, name, slot)


@dataclass(slots=True)
class Context:
    """One event's surroundings.

    Attributes:
        now: the clock's aware instant, UTC.
        view: the student with rotations, facts and history.
        delivery: the push whose button was pressed, or which is being composed; None otherwise.
        push: what the history shall say of the push being composed.
        asked: whether the event was typed in a direct message (False in a channel).
        modals: whether forms open as dialogs on the student's platform.
        zone: what the platform knows of the student's zone, or empty.
        operator: whom students can ask about their data.
        quoted: the student's own text that the pressed message answers.
    """

    now: datetime
    view: View
    work: Work
    registry: "Registry"
    library: Library
    chance: Random
    operator: str = ""
    delivery: Delivery | None = None
    push: Push = field(default_factory=Push)
    private: bool = True
    modals: bool = False
    zone: str = ""
    quoted: str = ""

    @property
    def student(self) -> Student:
        """The student who asks."""
        return self.view.student

    @property
    def bank(self) -> Bank:
        """The bank of content."""
        return self.view.bank

    @property
    def rotation(self) -> Rotation | None:
        """The rotation of the push at hand, else the one that counts now."""
        if self.delivery is not None and (found := self.view.rotation(self.delivery.rotation_id)):
            return found
        return self.view.rotation_on(self.student.today(self.now))

    @property
    def about(self) -> str:
        """Whom or what the push at hand is about; empty without one."""
        return self.delivery.about if self.delivery else ""

    @property
    def nudges(self) -> OneOffs:
        """One-off nudges of this student."""
        return OneOffs(self.work, self.student.id)

    async def keep(
        self, name: str, value: str = "", *, note: str | None = None, about: str = "", rotation_id: int | None = None
    ) -> None:
        """Set a fact of this student: of the rotation at hand unless *rotation_id* says otherwise (0: of the student)."""
        if rotation_id is None:
            rotation_id = self.rotation.id if self.rotation else 0
        await self.work.use(FactBook).set(
            self.student.id, name, value, now=self.now, rotation_id=rotation_id, about=about, note=note
        )
