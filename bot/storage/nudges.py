"""What comes next for whom: one row per student and recurring nudge, or per one-off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, text

from bot.storage.database import Work
from bot.storage.schema import nudges
from bot.storage.types import millis

_PUT = text(
    "INSERT INTO nudges (student_id, name, slot, rotation_id, due_at, until, priority)"
    " VALUES (:student_id, :name, :slot, :rotation_id, :due_at, :until, :priority)"
    " ON CONFLICT (student_id, name, slot) DO UPDATE SET rotation_id = excluded.rotation_id,"
    " due_at = excluded.due_at, until = excluded.until, priority = excluded.priority"
)


@dataclass(frozen=True, slots=True)
class Nudge:
    """One row: *slot* is empty for a recurring nudge, whose occasion its rule works out again."""

    id: int
    student_id: int
    name: str
    slot: str
    rotation_id: int
    due_at: datetime
    until: datetime | None
    priority: int


class Nudges:
    """Put, cancel and read what is planned."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, planned: Sequence[Nudge]) -> None:
        """Plan *planned*; a row of the same student, name and slot is moved."""
        if planned:
            rows = [
                {
                    "student_id": each.student_id,
                    "name": each.name,
                    "slot": each.slot,
                    "rotation_id": each.rotation_id,
                    "due_at": millis(each.due_at),
                    "until": None if each.until is None else millis(each.until),
                    "priority": each.priority,
                }
                for each in planned
            ]
            await self._work.connection.execute(_PUT, rows)

    async def cancel(self, student_id: int, name: str, slot: str | None = None) -> int:
        """Remove a student's nudges called *name*, all or one slot; return how many."""
        query = delete(nudges).where(nudges.c.student_id == student_id, nudges.c.name == name)
        gone = await self._work.connection.execute(query if slot is None else query.where(nudges.c.slot == slot))
        return gone.rowcount

    async def remove(self, ids: Iterable[int]) -> None:
        """Remove rows by id."""
        wanted = list(ids)
        if wanted:
            await self._work.connection.execute(delete(nudges).where(nudges.c.id.in_(wanted)))

    async def due(self, now: datetime, limit: int) -> tuple[Nudge, ...]:
        """Return what is due at *now*, earliest first, locked so that no other worker plans it too."""
        query = (
            select(nudges)
            .where(nudges.c.due_at <= now)
            .order_by(nudges.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = (await self._work.connection.execute(query)).mappings()
        return tuple(Nudge(**row) for row in rows)

    async def of(self, student_id: int) -> tuple[Nudge, ...]:
        """Return what is planned for a student, earliest first."""
        query = select(nudges).where(nudges.c.student_id == student_id).order_by(nudges.c.due_at)
        rows = (await self._work.connection.execute(query)).mappings()
        return tuple(Nudge(**row) for row in rows)

    async def next_due(self) -> datetime | None:
        """Return when the earliest nudge of anybody is due, or None."""
        query = select(nudges.c.due_at).order_by(nudges.c.due_at).limit(1)
        return (await self._work.connection.execute(query)).scalar_one_or_none()
