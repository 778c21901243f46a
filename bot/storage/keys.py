"""Once only: the keys of events that were handled, each with its answer until that is sent."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.storage.schema import inbound
from bot.storage.types import millis
from bot.storage.work import Work

_TAKE = """
INSERT INTO inbound (platform, key, student_id, at) VALUES (:platform, :key, :student_id, :at)
    ON CONFLICT (platform, key) DO NOTHING
"""
_KEEP = "UPDATE inbound SET reply = :reply WHERE platform = :platform AND key = :key"


class Keys:
    """Take keys and keep answers."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def take(self, platform: str, key: str, student_id: int, now: datetime) -> bool:
        """Return whether this transaction is the first to handle the event."""
        taken = await self._work.run(_TAKE, platform=platform, key=key, student_id=student_id, at=millis(now))
        return bool(taken.rowcount)

    async def keep(self, platform: str, key: str, reply: str) -> None:
        """Keep the answer to an event, sealed, until it is sent."""
        await self._work.run(_KEEP, platform=platform, key=key, reply=self._work.seal.close(reply))

    async def kept(self, platform: str, key: str) -> str | None:
        """Return the answer that is not sent yet, or None."""
        query = select(inbound.c.reply).where(inbound.c.platform == platform, inbound.c.key == key)
        sealed = (await self._work.connection.execute(query)).scalar_one_or_none()
        return None if sealed is None else self._work.seal.open(sealed)

    async def sent(self, platform: str, key: str) -> None:
        """Forget the answer: it has reached the student."""
        await self._work.run(_KEEP, platform=platform, key=key, reply=None)

    async def drop(self, before: datetime) -> int:
        """Delete keys older than *before*, which no platform sends again; return how many."""
        gone = await self._work.connection.execute(delete(inbound).where(inbound.c.at < before))
        return gone.rowcount
