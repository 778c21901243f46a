"""Facts: what a button or an answer stored, per rotation and per person asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text

from bot.domain.facts import Fact, FactKey, Facts
from bot.storage.schema import facts
from bot.storage.types import instant_of, millis
from bot.storage.work import Work

_OF = """
SELECT student_id, rotation_id, name, about, value, set_at, note IS NOT NULL AS noted FROM facts WHERE student_id {in_ids}
"""
_OF_ONE = _OF.replace("{in_ids}", "= :student")
#: One statement for both databases: set again, a fact keeps its row.
_SET = text(
    "INSERT INTO facts (student_id, rotation_id, name, about, value, note, set_at)"
    " VALUES (:student_id, :rotation_id, :name, :about, :value, :note, :set_at)"
    " ON CONFLICT (student_id, rotation_id, name, about)"
    " DO UPDATE SET value = excluded.value, note = excluded.note, set_at = excluded.set_at"
)


_NONE = Facts()


@dataclass(frozen=True, slots=True)
class Note:
    """One fact's free text, opened."""

    rotation_id: int
    name: str
    about: str
    text: str


class FactBook:
    """Read and set facts."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, student_ids: Iterable[int]) -> dict[int, Facts]:
        """Return the facts of *student_ids*, their free text left sealed, in one query."""
        wanted = list(student_ids)
        found = defaultdict[int, dict[FactKey, Fact]](dict)
        for row in await self._work.run(_OF, ids=wanted):
            key, fact = _read(row)
            found[row[0]][key] = fact
        return {each: Facts(found[each]) if each in found else _NONE for each in wanted}

    async def of_one(self, student_id: int) -> Facts:
        """Return the facts of one student, their free text left sealed."""
        rows = await self._work.run(_OF_ONE, student=student_id)
        return Facts(dict(map(_read, rows))) if rows else _NONE

    async def set(
        self,
        student_id: int,
        name: str,
        value: str = "",
        *,
        now: datetime,
        rotation_id: int = 0,
        about: str = "",
        note: str | None = None,
    ) -> None:
        """Set a fact; *note* is free text that passed the guard and is sealed here."""
        await self._work.connection.execute(
            _SET,
            {
                "student_id": student_id,
                "rotation_id": rotation_id,
                "name": name,
                "about": about,
                "value": value,
                "note": None if note is None else self._work.seal.close(note),
                "set_at": millis(now),
            },
        )
        self._work.changed.add(student_id)

    async def clear(self, student_id: int, *names: str, rotation_id: int = 0, about: str | None = None) -> None:
        """Remove facts by name; no such fact is a no-op."""
        query = delete(facts).where(
            facts.c.student_id == student_id, facts.c.rotation_id == rotation_id, facts.c.name.in_(names)
        )
        await self._work.connection.execute(query if about is None else query.where(facts.c.about == about))
        self._work.changed.add(student_id)

    async def note(self, student_id: int, name: str, *, rotation_id: int = 0, about: str = "") -> str:
        """Return the opened free text of one fact, or an empty string."""
        query = select(facts.c.note).where(
            facts.c.student_id == student_id,
            facts.c.rotation_id == rotation_id,
            facts.c.name == name,
            facts.c.about == about,
        )
        sealed = (await self._work.connection.execute(query)).scalar_one_or_none()
        return "" if sealed is None else self._work.seal.open(sealed)

    async def notes(self, student_id: int) -> tuple[Note, ...]:
        """Return every fact of the student that holds free text, opened."""
        query = (
            select(facts).where(facts.c.student_id == student_id, facts.c.note.is_not(None)).order_by(facts.c.set_at)
        )
        rows = (await self._work.connection.execute(query)).mappings()
        return tuple(Note(r["rotation_id"], r["name"], r["about"], self._work.seal.open(r["note"])) for r in rows)


def _read(row: Any) -> tuple[FactKey, Fact]:
    """Return the fact in a row of `_OF`, and its key."""
    _, rotation, name, about, value, set_at, noted = row
    return (rotation, name, about), Fact(value, instant_of(set_at), noted=bool(noted))
