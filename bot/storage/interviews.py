"""Where a student stands in a form asked question by question, sealed."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, text

from bot.storage.database import Work
from bot.storage.prepared import Look
from bot.storage.schema import interviews
from bot.storage.types import millis

_OF = Look(select(interviews.c.form).where(interviews.c.student_id == bindparam("id")), lambda row: bytes(row["form"]))
_PUT = text(
    "INSERT INTO interviews (student_id, form, at) VALUES (:student_id, :form, :at)"
    " ON CONFLICT (student_id) DO UPDATE SET form = excluded.form, at = excluded.at"
)


class Interviews:
    """Read and keep the one open interview of a student."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, student_id: int, form: str, now: datetime) -> None:
        """Keep *form*, the interview so far."""
        await self._work.connection.execute(
            _PUT, {"student_id": student_id, "form": self._work.seal.close(form), "at": millis(now)}
        )

    async def of(self, student_id: int) -> str | None:
        """Return the open interview, or None."""
        rows = await _OF.all(self._work, id=student_id)
        return self._work.seal.open(rows[0]) if rows else None

    async def end(self, student_id: int) -> None:
        """Forget the open interview; none is a no-op."""
        await self._work.connection.execute(delete(interviews).where(interviews.c.student_id == student_id))
