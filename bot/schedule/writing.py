"""Writing what came of sends: gathered for a moment, then all of it in one transaction."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from bot.metrics import Metrics
from bot.schedule.outcomes import Outcomes
from bot.storage.database import Away, Database

log = structlog.get_logger(__name__)

#: How long outcomes are gathered before one transaction writes them, in seconds.
FLUSH = 0.005
#: So many are not gathered any longer.
ENOUGH = 32


class Writing:
    """Writes the *outcomes* of the worker *me*, by which they are fenced; *forget* hears which rows are written."""

    def __init__(
        self,
        me: str,
        database: Database,
        clock: Callable[[], datetime],
        *,
        forget: Callable[[Iterable[int]], None],
        metrics: Metrics,
        passed: Callable[[str], None],
    ) -> None:
        self._me = me
        self._database = database
        self._clock = clock
        self._forget = forget
        self._metrics = metrics
        self._passed = passed
        self._flushing: asyncio.Task[None] | None = None
        #: What came of sends and is not being written yet.
        self.outcomes = Outcomes(me)
        #: How many messages were sent and written.
        self.delivered = 0

    def soon(self) -> None:
        """Have what came of the sends written, where something has and nobody does."""
        if self.outcomes and (self._flushing is None or self._flushing.done()):
            self._flushing = asyncio.create_task(self._written())

    async def finish(self) -> None:
        """Wait until what came of the sends that have ended is written. Raises Away."""
        if self._flushing is not None:
            # It may hold outcomes it has taken and not written yet.
            await asyncio.wait({self._flushing})
        await self._write()

    async def _written(self) -> None:
        """Write what came of the sends, and go on until nothing is left to write."""
        while self.outcomes:
            if len(self.outcomes) < ENOUGH:
                await asyncio.sleep(FLUSH)
            try:
                await self._write()
            except Away:
                log.warning("database away, outcomes wait", waiting=len(self.outcomes))
                return

    async def _write(self) -> None:
        """Write all outcomes in one transaction. Raises Away, and then nothing is forgotten."""
        taken, self.outcomes = self.outcomes, Outcomes(self._me)
        if not taken:
            return
        self._passed("before ack")
        try:
            async with self._database.write() as work:
                ours = await taken.write(work, self._clock())
        except BaseException:
            self.outcomes = taken.joined(self.outcomes)
            raise
        self._passed("after ack")
        self._forget(taken.ids())
        self.delivered += ours
        self._metrics.fenced.inc(len(taken.sent) - ours)
