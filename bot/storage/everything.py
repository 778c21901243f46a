"""All that is kept of one student, whatever the tables: to hand it over, to count it, to erase it."""

from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, delete, func, or_, select, update

from bot.domain.student import Student
from bot.storage.schema import LASTING, addresses, metadata, students
from bot.storage.work import Work

#: Tables that belong to the service and hold nothing of a student. Every other one must have a student's column.
SHARED = frozenset({"rates", "workers", "leases", "settings", "slack_installs", "slack_states"})
#: Sealed text that passes through and is no note of the student: unsent answers, a half-answered form.
_PASSING = frozenset({"inbound", "interviews"})


def owned() -> tuple[tuple[Table, Column[Any]], ...]:
    """Return every table that holds rows of students with the column that says whose, owners before what they own."""
    found = []
    for table in metadata.sorted_tables:
        if table is students:
            found.append((table, table.c.id))
        elif "student_id" in table.c:
            found.append((table, table.c.student_id))
    return tuple(found)


#: Of every student whose last rotation ended before a date; or of these.
_ENDED = 'SELECT student_id FROM rotations GROUP BY student_id HAVING max("end") < :before LIMIT :most'
_STILL = 'SELECT student_id FROM rotations WHERE student_id {in_ids} GROUP BY student_id HAVING max("end") < :before'
#: A student's own columns as they are before anything is told.
_UNTOLD = {
    each.name: each.default
    for each in fields(Student)
    if each.name in students.c and each.default is not MISSING and each.name != "state"
}


class Everything:
    """Read and erase a student's rows in every table there is."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def dump(self, student_id: int) -> dict[str, list[dict[str, Any]]]:
        """Return every row of the student by table, sealed text opened. Raises WrongKey."""
        dumped = {}
        for table, owner in owned():
            query = select(table).where(owner == student_id).order_by(*table.primary_key.columns)
            rows = (await self._work.connection.execute(query)).mappings()
            dumped[table.name] = [{name: self._opened(value) for name, value in row.items()} for row in rows]
        return dumped

    async def counts(self, student_id: int) -> dict[str, int]:
        """Return how many rows the student has by table."""
        counted = {}
        for table, owner in owned():
            query = select(func.count()).select_from(table).where(owner == student_id)
            counted[table.name] = int((await self._work.connection.execute(query)).scalar_one())
        return counted

    async def notes(self, student_id: int) -> int:
        """Return how many rows hold text the student wrote."""
        total = 0
        for table, owner in owned():
            sealed = [column for column in table.c if isinstance(column.type, LargeBinary)]
            if sealed and table.name not in _PASSING:
                written = or_(*(column.is_not(None) for column in sealed))
                query = select(func.count()).select_from(table).where(owner == student_id, written)
                total += int((await self._work.connection.execute(query)).scalar_one())
        return total

    async def erase(self, student_id: int) -> dict[str, int]:
        """Delete the student with every row that is theirs; return how many there were by table."""
        erased = {}
        for table, owner in reversed(owned()):
            gone = await self._work.connection.execute(delete(table).where(owner == student_id))
            erased[table.name] = gone.rowcount
        # There is nobody left to plan for.
        self._work.changed.discard(student_id)
        return erased

    async def lapse(self, before: date, most: int = 500) -> int:
        """Forget students whose last rotation ended before *before*, *most* at once; return how many.

        What a table that is `LASTING` holds stays until its student erases it, and with it whose it is, and no more.
        """
        ended = [row[0] for row in await self._work.run(_ENDED, before=before.isoformat(), most=most)]
        if not ended:
            return 0
        # One who sets up a new rotation at this moment keeps everything: hold them all, then look again.
        await self._work.run("SELECT s.id FROM students s WHERE s.id {in_ids} {lock_student}", ids=ended)
        ids = [row[0] for row in await self._work.run(_STILL, ids=ended, before=before.isoformat())]
        lasting = {table: owner for table, owner in owned() if table.info.get(LASTING)}
        keeping = {
            each
            for table, owner in lasting.items()
            for each in await self._work.connection.scalars(select(owner).where(owner.in_(ids)))
        }
        gone = set(ids) - keeping
        for table, owner in reversed(owned()):
            if table not in lasting:
                whose = gone if table in (students, addresses) else ids
                await self._work.connection.execute(delete(table).where(owner.in_(whose)))
        await self._work.connection.execute(update(students).where(students.c.id.in_(keeping)).values(_UNTOLD))
        return len(ids)

    def _opened(self, value: Any) -> Any:
        return self._work.seal.open(value) if isinstance(value, bytes) else value
