"""Where a student stands in a form asked question by question, sealed."""

from datetime import datetime

from sqlalchemy import delete, text

from bot.storage.schema import interviews
from bot.storage.types import millis
from bot.storage.work import Work

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
        form = (await self._work.run("SELECT form FROM interviews WHERE student_id = :id", id=student_id)).value
        return None if form is None else self._work.seal.open(form)

    async def end(self, student_id: int) -> None:
        """Forget the open interview; none is a no-op."""
        await self._work.connection.execute(delete(interviews).where(interviews.c.student_id == student_id))
