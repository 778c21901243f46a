"""Receipts: answers that have reached their students, whose kept copies are deleted a moment later, many at once."""

import asyncio

import structlog

from bot.storage.database import Away, Database
from bot.storage.keys import Keys

log = structlog.get_logger(__name__)

#: How long receipts are gathered, in seconds, and how long until it is tried again where the database is away.
GATHER, AGAIN = 0.05, 1.0


class Receipts:
    """What this process has sent. A crash before it is written down can only make an answer come twice, never not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sent: dict[tuple[str, str], None] = {}
        self._writing: asyncio.Task[None] | None = None

    def __contains__(self, event: tuple[str, str]) -> bool:
        """Whether the answer to *event*, its platform and key, was sent and may still be kept."""
        return event in self._sent

    def add(self, platform: str, key: str) -> None:
        """Note that the answer to an event was sent."""
        self._sent[platform, key] = None
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write down what is not written yet, where the database lets us."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait({self._writing})
        try:
            await self._flush()
        except Away:
            log.warning("database away, answers sent stay noted as unsent", answers=len(self._sent))

    async def _write(self) -> None:
        wait = GATHER
        while self._sent:
            await asyncio.sleep(wait)
            try:
                await self._flush()
                wait = GATHER
            except Away:
                wait = AGAIN

    async def _flush(self) -> None:
        written = list(self._sent)
        if not written:
            return
        async with self._database.write() as work:
            for platform, key in written:
                await work.use(Keys).sent(platform, key)
        for each in written:
            self._sent.pop(each, None)
