"""The one who sends: in rounds it plans, claims what is due, composes it, and has it sent."""

import asyncio
import contextlib
import math
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import structlog

from bot.core.platform import Platform
from bot.metrics import Metrics
from bot.schedule.composer import Composer
from bot.schedule.planner import Planner
from bot.schedule.sending import Sending
from bot.schedule.writing import FLUSH
from bot.storage.claims import EXPIRED, Claimed, Claims
from bot.storage.database import Away, Database
from bot.storage.outbox import Outbox
from bot.storage.pace import Pace

log = structlog.get_logger(__name__)

#: Rows claimed and composed at once, or half of those that may be on their way where that is more.
BATCH = 256
#: Nudges planned in one transaction: so few that sends come in between.
PLANNED = 500
#: Of both, while people ask: their answers must not wait for so many others' tips. Asked so many seconds ago is asking.
SMALL, LATELY = 12, 2.0
#: Seconds between two small steps of planning, which is in no hurry: it still goes faster than any pace.
BREATH = 0.01
POLL = 0.25
#: A bucket whose turn is farther away than this, in microseconds, is not waited for.
LONGEST_TURN = 5_000_000
BEAT = 5.0
#: Without a heartbeat for so long, in seconds, others may soon take our rows over: what has not begun stays unsent.
UNHEARD = 20.0

#: The points between which a crash makes a difference, in the order in which a push passes them.
STEPS = (
    "before plan",
    "after plan",
    "before claim",
    "after claim",
    "after compose",
    "before send",
    "after send",
    "before ack",
    "after ack",
)

Clock = Callable[[], datetime]


class _Batch(NamedTuple):
    """Rows claimed together, and when, in monotonic seconds."""

    rows: list[Claimed]
    at: float


class Courier:
    """Plans, claims, sends and acknowledges for one process.

    One round: claim (and commit) no more than there is room for; compose; start the sends, of which *room* are on their
    way at once. What came of them is written in batches, fenced by this process's own id. A crash can double what is on
    its way and the at most *unwritten* that were sent and are not written yet.
    """

    def __init__(
        self,
        database: Database,
        planner: Planner,
        composer: Composer,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        room: int = 64,
        unwritten: int = 320,
        metrics: Metrics | None = None,
        passed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self.me = secrets.token_hex(8)
        self._database = database
        self._planner = planner
        self._composer = composer
        self._clock = clock
        self._passed = passed
        self._sending = Sending(
            self.me,
            database,
            platforms,
            clock,
            room=room,
            unwritten=unwritten,
            may=self._may_send,
            metrics=self._metrics,
            passed=passed,
        )
        #: After a claim of which nobody knows whether it was committed: what is leased to us and not in hand is adrift,
        #: and the next claim gives it back.
        self._adrift = False
        #: Claimed and not composed yet.
        self._batches: list[_Batch] = []
        # `settle` may come while `run` works: a batch is composed once, and whoever waits for it waits for both.
        self._one_claims, self._one_composes = asyncio.Lock(), asyncio.Lock()
        #: Rows in hand at once, so that sends never wait for the next batch.
        window = room + unwritten
        self._batch = max(BATCH, room // 2)
        self._most = 2 * max(window, self._batch) if room >= BATCH // 4 else 2 * window
        self._halves: set[asyncio.Task[Any]] = set()
        self._stopping = asyncio.Event()
        self._beaten = math.inf  # nobody counts on heartbeats before the first
        self._idle = 0

    @property
    def delivered(self) -> int:
        """How many messages this process has sent and written."""
        return self._sending.delivered

    async def plan(self) -> int:
        """Close what is too late and plan what is due now; return how many nudges were looked at."""
        self._passed("before plan")
        async with self._database.write() as work:
            now = self._clock()
            self._metrics.expired.inc(await work.use(Outbox).expire(now))
            planned = await self._planner.plan(work, now, PLANNED if self._alone() else SMALL)
        self._passed("after plan")
        return planned

    async def plan_all(self) -> None:
        """Plan until nothing is due, in steps that let others in between."""
        planned = await self.plan()
        while planned:
            await asyncio.sleep(0 if self._alone() else BREATH)
            planned = await self.plan()

    async def round(self) -> int:
        """Claim, compose and start sending what there is room for; return how many rows were claimed."""
        self._sending.write_soon()
        claimed = await self._claim()
        await self._launch()
        return claimed

    async def _claim(self) -> int:
        """Claim a batch, where there is room for one and the last is composed; return how many rows."""
        async with self._one_claims:
            return await self._claimed()

    async def _claimed(self) -> int:
        full = self._batch if self._alone() else SMALL
        room = min(full, self._most - len(self._sending) - sum(len(each.rows) for each in self._batches))
        # As long as there is enough to send, room for a full batch is waited for: a small one costs as many statements.
        if room < min(full, self._most // 2) or len(self._batches) > 1:
            return 0
        self._passed("before claim")
        at = time.monotonic()
        try:
            async with self._database.write() as work:
                if self._adrift:
                    await work.use(Claims).let_go(self.me, self._held())
                rows = await work.use(Claims).claim(self._clock(), self.me, room, self._sending.stuck())
        except Away:
            self._adrift = True
            raise
        self._adrift = False
        if rows:
            self._batches.append(_Batch(rows, at))
        self._passed("after claim")
        return len(rows)

    async def _launch(self) -> None:
        """Compose the batches in hand and start their sends. Raises Away, and then the batch stays in hand."""
        async with self._one_composes:
            await self._launched()

    async def _launched(self) -> None:
        while self._batches:
            batch = self._batches[0]
            made = await self._composer.compose(batch.rows, self._clock(), self.me)
            self._passed("after compose")
            del self._batches[0]
            self._metrics.expired.inc(sum(each.status == EXPIRED for each in made.ended))
            for out in made.ready:
                self._sending.start(out, batch.at)

    def _alone(self) -> bool:
        """Whether nobody has waited for an answer lately: else what holds up the loop is done in small steps."""
        return time.monotonic() - self._database.asked_at > LATELY

    def _may_send(self) -> bool:
        """Whether our rows are still ours for sure, and nobody asked us to stop; a file's only process need not beat."""
        trusted = time.monotonic() - self._beaten < UNHEARD or self._database.embedded
        return trusted and not self._stopping.is_set()

    def _held(self) -> set[int]:
        """Return the rows in hand, until what came of them is written."""
        return self._sending.rows.union(row.id for batch in self._batches for row in batch.rows)

    async def settle(self) -> int:
        """Plan and send until nothing is left that is due now; return how many were delivered."""
        before = self.delivered
        while await self.plan() or await self.round() or await self._waited():
            await self.finish()
        await self.finish()
        return self.delivered - before

    async def _waited(self) -> bool:
        """Wait for the turn of a bucket that is only held up by its pace; return whether there was one."""
        async with self._database.read() as work:
            micros = await work.use(Claims).turn(self._clock(), LONGEST_TURN)
        await asyncio.sleep(micros / 1_000_000)
        return bool(micros)

    async def run(self) -> None:
        """Work until `stop` is called, then give back what has not begun and finish what is in flight."""
        await self.begin()
        beats = asyncio.create_task(self._beat())
        try:
            while not self._stopping.is_set():
                self._sending.write_soon()
                # One batch is claimed while the one before it is composed: the database and we take turns waiting.
                claiming, launching = asyncio.create_task(self._claim()), asyncio.create_task(self._launch())
                self._halves = {claiming, launching}
                await asyncio.wait(self._halves)
                await self._rest(busy=_came(claiming) + _came(launching) > 0)
        finally:
            beats.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beats
            await self._leave()

    def stop(self) -> None:
        """Ask `run` to end after what is in flight."""
        self._stopping.set()

    async def finish(self) -> None:
        """Wait for the sends that have begun, and until what came of them is written. Raises Away."""
        await self._sending.finish()

    async def begin(self) -> None:
        """Say that this process works; where it owns the file, rows leased before its start are free."""
        async with self._database.write() as work:
            if self._database.embedded:
                await work.use(Claims).free_all()
            await work.use(Pace).beat(self.me, "courier")
            # What a dead one held is older than anything that waits.
            await work.use(Claims).reap()
        self._beaten = time.monotonic()

    async def _leave(self) -> None:
        for batch in self._batches:
            self._sending.give_back(batch.rows)
        with contextlib.suppress(TimeoutError, Away):
            await asyncio.wait_for(self.finish(), 10)
        # None of them may be left with a connection in its hands.
        if self._halves:
            await asyncio.wait(self._halves, timeout=5)
        await self._sending.end(5)
        with contextlib.suppress(Away):
            async with self._database.write() as work:
                if self._adrift:
                    await work.use(Claims).let_go(self.me, self._held())
                await work.use(Pace).leave(self.me)

    async def _rest(self, *, busy: bool) -> None:
        """Pause between rounds: not at all while there is work, a little longer each idle round."""
        self._idle = 0 if busy else min(self._idle + 1, 6)
        if len(self._sending) > self._most // 2:
            await self._sending.room()
            return
        pause = 0.001 if busy else min(POLL, FLUSH * 2.0**self._idle)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause)

    async def _beat(self) -> None:
        """Say that we are alive, and free the rows of workers that are not."""
        while True:
            await asyncio.sleep(BEAT)
            try:
                async with self._database.write() as work:
                    await work.use(Pace).beat(self.me, "courier")
                    freed = await work.use(Claims).reap()
                self._beaten = time.monotonic()
                if freed:
                    log.warning("freed rows of a lost worker", rows=freed)
            except Away:
                log.warning("database away, no heartbeat")


def _came(task: "asyncio.Task[int | None]") -> int:
    """Return what a half of a round came to, in rows; while the database is away, nothing. Raises what else it raised."""
    try:
        return task.result() or 0
    except Away:
        log.warning("database away, courier waits")
        return 0
