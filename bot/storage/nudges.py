"""What comes next for whom: one row per student and recurring nudge, or per one-off."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from bot.storage.schema import nudges
from bot.storage.types import instant_of, millis
from bot.storage.work import Work

_PUT = """
INSERT INTO nudges (student_id, name, slot, rotation_id, due_at, until, priority)
{row} $1::BIGINT, $2, $3, $4::BIGINT, $5::BIGINT, $6::BIGINT, $7::INTEGER {of_rows}
ON CONFLICT (student_id, name, slot) DO UPDATE SET rotation_id = excluded.rotation_id,
    due_at = excluded.due_at, until = excluded.until, priority = excluded.priority
"""
_MOVE = """
UPDATE nudges SET rotation_id = $2::BIGINT, due_at = $3::BIGINT, until = $4::BIGINT, priority = $5::INTEGER
  {of_each} WHERE id = $1::BIGINT
"""
_DUE = """
SELECT id, student_id, name, slot, rotation_id, due_at, until, priority FROM nudges
 WHERE due_at <= :now ORDER BY due_at LIMIT :most {lock}
"""


class Nudge(NamedTuple):
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
        rows = [(each.student_id, each.name, each.slot, *_moment(each)) for each in planned]
        if rows:
            await self._work.each(_PUT, rows)

    async def move(self, planned: Sequence[Nudge]) -> None:
        """Give rows that are there, by their ids, another moment."""
        rows = [(each.id, *_moment(each)) for each in planned]
        if rows:
            await self._work.each(_MOVE, rows)

    async def cancel(self, student_id: int, name: str, slot: str | None = None) -> int:
        """Remove a student's nudges called *name*, all or one slot; return how many."""
        query = delete(nudges).where(nudges.c.student_id == student_id, nudges.c.name == name)
        gone = await self._work.connection.execute(query if slot is None else query.where(nudges.c.slot == slot))
        return gone.rowcount

    async def remove(self, ids: Iterable[int]) -> None:
        """Remove rows by id."""
        wanted = list(ids)
        if wanted:
            await self._work.run("DELETE FROM nudges WHERE id {in_ids}", ids=wanted)

    async def due(self, now: datetime, limit: int) -> tuple[Nudge, ...]:
        """Return what is due at *now*, earliest first, locked so that no other worker plans it too."""
        rows = await self._work.run(_DUE, now=millis(now), most=limit)
        return tuple(
            Nudge(
                id,
                student,
                name,
                slot,
                rotation,
                instant_of(due),
                None if until is None else instant_of(until),
                priority,
            )
            for id, student, name, slot, rotation, due, until, priority in rows
        )

    async def of(self, student_id: int) -> tuple[Nudge, ...]:
        """Return what is planned for a student, earliest first."""
        query = select(nudges).where(nudges.c.student_id == student_id).order_by(nudges.c.due_at)
        rows = (await self._work.connection.execute(query)).mappings()
        return tuple(Nudge(**row) for row in rows)

    async def next_due(self) -> datetime | None:
        """Return when the earliest nudge of anybody is due, or None."""
        query = select(nudges.c.due_at).order_by(nudges.c.due_at).limit(1)
        return (await self._work.connection.execute(query)).scalar_one_or_none()


def _moment(each: Nudge) -> tuple[int, int, int | None, int]:
    """Return what of a nudge moves, as its table has it: rotation, when, until when, priority."""
    until = None if each.until is None else millis(each.until)
    return each.rotation_id, millis(each.due_at), until, each.priority
