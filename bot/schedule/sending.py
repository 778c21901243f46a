"""The sends of one process: each in its turn, so many on their way at once, what came of them written in batches."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import structlog

from bot.core.errors import DeliveryError
from bot.core.platform import Platform
from bot.metrics import Metrics
from bot.schedule.bearing import Bearing
from bot.schedule.composer import Outgoing
from bot.schedule.gate import Gate
from bot.schedule.hearsay import Hearsay
from bot.schedule.outcomes import UNTOLD
from bot.schedule.writing import FLUSH, Writing
from bot.storage.claims import Claimed, PutBack
from bot.storage.database import Database

log = structlog.get_logger(__name__)


class Sending:
    """Sends what the worker *me* has claimed and composed, as long as it *may*, and writes what came of it.

    *room* sends are on their way at once, and at most *unwritten* more wait to be written. Outcomes are fenced by *me*.
    """

    def __init__(
        self,
        me: str,
        database: Database,
        platforms: Mapping[str, Platform],
        clock: Callable[[], datetime],
        *,
        room: int,
        unwritten: int,
        may: Callable[[], bool],
        metrics: Metrics,
        passed: Callable[[str], None],
    ) -> None:
        self._platforms = platforms
        self._clock = clock
        self._may = may
        self._metrics = metrics
        self._passed = passed
        self._gate = Gate(room, unwritten)
        #: How many wait for their turn.
        self._early = 0
        #: When each bucket's next send may go out from here, in monotonic seconds.
        self._turns: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._bearing = Bearing()
        self._hearsay = Hearsay(database)
        self._writing = Writing(me, database, clock, forget=self._forget, metrics=metrics, passed=passed)
        #: Rows that were started here, or given back, and of which nothing is written yet.
        self.rows: set[int] = set()

    def __len__(self) -> int:
        """Return how many sends have begun, or wait for their turn or for room."""
        return len(self._tasks) + len(self._gate) + self._early

    @property
    def delivered(self) -> int:
        """How many messages were sent and written."""
        return self._writing.delivered

    def start(self, out: Outgoing, claimed_at: float) -> None:
        """Send *out*, claimed at *claimed_at* in monotonic seconds, in its turn."""
        self.rows.add(out.row.id)
        wait = max(0.0, self._turn(out.row, claimed_at) - time.monotonic())
        self._metrics.waits.observe(wait)
        self._early += 1
        if wait:
            asyncio.get_running_loop().call_later(wait, self._come, out)
        else:
            self._come(out)

    def give_back(self, rows: Iterable[Claimed]) -> None:
        """Note that *rows* were not begun and are anybody's again."""
        for row in rows:
            self.rows.add(row.id)
            self._writing.outcomes.back.append(PutBack(row.id, self._clock(), counted=False))

    def stuck(self) -> list[str]:
        """Return the buckets whose sends hang, to be given no more."""
        return self._bearing.stuck(time.monotonic())

    async def room(self) -> None:
        """Wait for a send to end, or a moment."""
        self._ended.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FLUSH):
                await self._ended.wait()

    async def finish(self) -> None:
        """Wait for the sends that have begun, and until what came of them is written. Raises Away."""
        while len(self):
            if self._tasks or self._early:
                self._ended.clear()
                await self._ended.wait()
            else:
                await self._writing.finish()
        await self._writing.finish()

    async def end(self, patience: float) -> None:
        """Wait for what we asked the database, at most *patience* in seconds."""
        await self._hearsay.end(patience)

    def write_soon(self) -> None:
        """Have what came of the sends written, where something has and nobody does."""
        self._writing.soon()

    def _come(self, out: Outgoing) -> None:
        """Let *out*, whose turn has come, begin as soon as there is room."""
        self._early -= 1
        self._gate.add(out)
        self._go()

    def _go(self) -> None:
        """Begin what may begin."""
        while (out := self._gate.next()) is not None:
            task = asyncio.create_task(self._deliver(out))
            self._tasks.add(task)
            task.add_done_callback(self._end)

    def _end(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._gate.ended()
        if not task.cancelled():
            self._go()
        self._ended.set()

    def _turn(self, row: Claimed, claimed_at: float) -> float:
        """Return when *row* goes out, in monotonic seconds: at its turn; after a halt of ours one by one, not all at once."""
        now = time.monotonic() if row.wait else 0.0
        at = max(claimed_at + row.wait / 1_000_000, self._turns.get(row.bucket, 0.0), now)
        self._turns[row.bucket] = at + row.gap / 1_000_000
        return at

    async def _deliver(self, out: Outgoing) -> None:
        """Send one message, and note what came of it."""
        await self._hearsay.listen()
        if self._may() and not self._hearsay.paused(out.row.bucket):
            await self._try(out)
        else:
            self.give_back([out.row])
        self._writing.soon()

    async def _try(self, out: Outgoing) -> None:
        bucket, down = out.row.bucket, False
        self._bearing.begun(bucket, time.monotonic())
        try:
            self._passed("before send")
            await self._send(out)
            self._passed("after send")
        except DeliveryError as fault:
            down = fault.kind == "down"
            self._refused(out, fault)
        except Exception:
            log.exception("sending failed", outbox_id=out.row.id, platform=out.to.platform)
            self._refused(out, DeliveryError("unknown", "fault of ours"))
        else:
            self._metrics.sent(out.to.platform).inc()
            self._metrics.lateness.observe(max(0.0, (self._clock() - out.row.due_at).total_seconds()))
            self._writing.outcomes.sent.append(out.row.id)
        finally:
            rest = self._bearing.ended(bucket, time.monotonic(), down=down)
            if rest is not None:
                self._writing.outcomes.resting[bucket] = rest

    async def _send(self, out: Outgoing) -> None:
        platform = self._platforms.get(out.to.platform)
        if platform is None:
            raise DeliveryError("down", f"{out.to.platform} is not configured")
        await platform.send(out.to, out.reply)

    def _refused(self, out: Outgoing, fault: DeliveryError) -> None:
        self._metrics.sends.labels(out.to.platform, fault.kind).inc()
        log.info("not delivered", outbox_id=out.row.id, kind=fault.kind, detail=fault.detail, platform=out.to.platform)
        if fault.kind == "paused":
            self._hearsay.told(out.row.bucket, fault.retry_after or UNTOLD)
        self._writing.outcomes.refused.append((out, fault))

    def _forget(self, rows: Iterable[int]) -> None:
        for row_id in rows:
            self._gate.written(row_id)
            self.rows.discard(row_id)
        self._go()
