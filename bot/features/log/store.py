"""The lines of a student's log, sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, func, insert, select

from bot.storage.schema import LASTING, Key, metadata, of_student
from bot.storage.types import Encrypted, UtcDateTime
from bot.storage.work import Work

log_lines = Table(
    "log_lines",
    metadata,
    Column("id", Key, primary_key=True),
    of_student(),
    Column("rotation_id", Key, nullable=False, server_default="0"),
    Column("kind", String(16), nullable=False, server_default=""),
    Column("line", Encrypted, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    info={LASTING: True},
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, opened."""

    at: datetime
    kind: str
    text: str


class Log:
    """Add to and read a student's log."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, student_id: int, rotation_id: int, kind: str, line: str, now: datetime) -> None:
        """Keep *line*, which passed the guard."""
        await self._work.connection.execute(
            insert(log_lines).values(
                student_id=student_id, rotation_id=rotation_id, kind=kind, line=self._work.seal.close(line), at=now
            )
        )

    async def latest(self, student_id: int, limit: int) -> tuple[Line, ...]:
        """Return the student's last lines, newest first."""
        query = (
            select(log_lines)
            .where(log_lines.c.student_id == student_id)
            .order_by(log_lines.c.at.desc(), log_lines.c.id.desc())
            .limit(limit)
        )
        rows = (await self._work.connection.execute(query)).mappings()
        return tuple(Line(row["at"], row["kind"], self._work.seal.open(row["line"])) for row in rows)

    async def count(self, student_id: int) -> int:
        """Return how many lines the student has."""
        query = select(func.count()).select_from(log_lines).where(log_lines.c.student_id == student_id)
        return int((await self._work.connection.execute(query)).scalar_one())
