"""Which buckets were told to pause, by whichever worker: what is claimed already must not go out in a pause."""

import asyncio
import contextlib
import time
from datetime import timedelta

from bot.storage.database import Away, Database
from bot.storage.pace import Pace

#: One answer of the database serves all who ask in so many seconds.
HEARSAY = 0.02


class Hearsay:
    """Pauses as this process knows them, in monotonic seconds; others' are asked for before a send."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._until: dict[str, float] = {}
        self._asked_at = 0.0
        self._asking: asyncio.Task[None] | None = None

    def told(self, bucket: str, rest: timedelta) -> None:
        """Note that we were told ourselves to pause *bucket*."""
        self._longer(bucket, time.monotonic() + rest.total_seconds())

    def paused(self, bucket: str) -> bool:
        """Whether *bucket* pauses, as far as we know."""
        return self._until.get(bucket, 0.0) > time.monotonic()

    async def listen(self) -> None:
        """Learn of the pauses that other workers were told; an embedded database has no others."""
        if self._database.embedded:
            return
        now = time.monotonic()
        if self._asking is None or (self._asking.done() and now - self._asked_at > HEARSAY):
            self._asked_at, self._asking = now, asyncio.create_task(self._ask())
        if not self._asking.done():
            await asyncio.wait({self._asking})

    async def end(self, patience: float) -> None:
        """Wait for what was asked, for *patience* in seconds: it must not be left with a connection in its hands."""
        if self._asking is not None:
            await asyncio.wait({self._asking}, timeout=patience)

    async def _ask(self) -> None:
        with contextlib.suppress(Away):
            async with self._database.read() as work:
                pauses = await work.use(Pace).pauses()
            now = time.monotonic()
            for bucket, micros in pauses.items():
                self._longer(bucket, now + micros / 1_000_000)

    def _longer(self, bucket: str, until: float) -> None:
        self._until[bucket] = max(until, self._until.get(bucket, 0.0))
