"""The one who sends: claims what is due, composes it, hands it to the platform, acknowledges."""

import asyncio
import contextlib
import math
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import structlog

from bot.core.errors import DeliveryError
from bot.core.platform import Platform
from bot.metrics import Metrics
from bot.schedule.bearing import Bearing
from bot.schedule.composer import Composer, Outgoing
from bot.schedule.outcomes import UNTOLD, Outcomes
from bot.schedule.planner import Planner
from bot.storage.claims import EXPIRED, Claimed, Claims, PutBack
from bot.storage.database import Away, Database
from bot.storage.outbox import Outbox
from bot.storage.pace import Pace

log = structlog.get_logger(__name__)

#: Rows claimed and composed at once.
BATCH = 256
#: Nudges planned in one transaction: so few that sends come in between.
PLANNED = 500
#: Of both, while people ask: their answers must not wait for so many others' tips. Asked so many seconds ago is asking.
SMALL, LATELY = 16, 2.0
#: A bucket with so many microseconds between two sends, 2,000 a second, is paced; of its messages so many may be sent and
#: not written yet.
PACED, FEW = 500, 64
#: How long outcomes are gathered before one transaction writes them, in seconds.
FLUSH = 0.005
#: So many are not gathered any longer.
ENOUGH = 32
POLL = 0.25
#: A bucket whose turn is farther away than this, in microseconds, is not waited for.
LONGEST_TURN = 5_000_000
BEAT = 5.0
#: Before a send a worker asks whether another was told to pause; one answer serves all who ask in so many seconds.
HEARSAY = 0.02
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
    its way and the at most *unwritten* that were sent and are not written yet: together *window*.
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
        self.window = room + unwritten
        self._database = database
        self._planner = planner
        self._composer = composer
        self._platforms = platforms
        self._clock = clock
        self._passed = passed
        self._room = room
        self._slots = asyncio.Semaphore(room)
        self._unwritten = asyncio.Semaphore(self.window)
        #: Where a platform's pace leaves the time to write, fewer: a crash doubles no more of its messages than that.
        self._few = asyncio.Semaphore(min(self.window, room + FEW))
        self._paced_ids: set[int] = set()
        #: Rows in hand, until what came of them is written. What else is leased to us, after a claim of which nobody
        #: knows whether it was committed, is adrift: the next claim gives it back.
        self._held: set[int] = set()
        self._adrift = False
        #: Until when, in monotonic seconds, a bucket's pause lasts: rows already claimed must not go out in it.
        self._pauses: dict[str, float] = {}
        self._heard_at = 0.0
        self._hearing: asyncio.Task[None] | None = None
        #: Claimed and not composed yet.
        self._batches: list[_Batch] = []
        # `settle` may come while `run` works: a batch is composed once, and whoever waits for it waits for both.
        self._one_claims, self._one_composes = asyncio.Lock(), asyncio.Lock()
        #: Rows in hand at once, so that sends never wait for the next batch.
        self._most = 2 * max(self.window, BATCH) if room >= BATCH // 4 else 2 * self.window
        #: When each bucket's next send may go out from here, in monotonic seconds.
        self._paced: dict[str, float] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._halves: set[asyncio.Task[Any]] = set()
        self._outcomes = Outcomes(self.me)
        self._bearing = Bearing()
        self._flushing: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._beaten = math.inf  # nobody counts on heartbeats before the first
        self._idle = 0
        self.delivered = 0

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
            await asyncio.sleep(0)
            planned = await self.plan()

    async def round(self) -> int:
        """Claim, compose and start sending what there is room for; return how many rows were claimed."""
        self._write_soon()
        claimed = await self._claim()
        await self._launch()
        return claimed

    async def _claim(self) -> int:
        """Claim a batch, where there is room for one and the last is composed; return how many rows."""
        async with self._one_claims:
            return await self._claimed()

    async def _claimed(self) -> int:
        full = BATCH if self._alone() else SMALL
        room = min(full, self._most - len(self._sending) - sum(len(each.rows) for each in self._batches))
        # As long as there is enough to send, room for a full batch is waited for: a small one costs as many statements.
        if room < min(full, self._most // 2) or len(self._batches) > 1:
            return 0
        self._passed("before claim")
        at = time.monotonic()
        try:
            async with self._database.write() as work:
                if self._adrift:
                    await work.use(Claims).let_go(self.me, self._held)
                rows = await work.use(Claims).claim(self._clock(), self.me, room, self._bearing.stuck(at))
        except Away:
            self._adrift = True
            raise
        self._adrift = False
        if rows:
            self._held.update(row.id for row in rows)
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
            self._held.difference_update({row.id for row in batch.rows} - {out.row.id for out in made.ready})
            self._metrics.expired.inc(sum(each.status == EXPIRED for each in made.ended))
            for out in made.ready:
                task = asyncio.create_task(self._deliver(out, self._turn(out.row, batch.at)))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    def _alone(self) -> bool:
        """Whether nobody has waited for an answer lately: else what holds up the loop is done in small steps."""
        return time.monotonic() - self._database.asked_at > LATELY

    def _turn(self, row: Claimed, claimed_at: float) -> float:
        """Return when *row* goes out, in monotonic seconds: at its turn; after a halt of ours one by one, not all at once."""
        now = time.monotonic() if row.wait else 0.0
        at = max(claimed_at + row.wait / 1_000_000, self._paced.get(row.bucket, 0.0), now)
        self._paced[row.bucket] = at + row.gap / 1_000_000
        return at

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
                self._write_soon()
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
        """Wait for the sends that have begun, and until what came of them is written."""
        while self._sending:
            await asyncio.wait(self._sending)
        if self._flushing is not None:
            # It may hold outcomes it has taken and not written yet.
            await asyncio.wait({self._flushing})
        await self._write()

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
        now = self._clock()
        self._outcomes.back += [PutBack(row.id, now, counted=False) for each in self._batches for row in each.rows]
        with contextlib.suppress(TimeoutError, Away):
            await asyncio.wait_for(self.finish(), 10)
        begun = {*self._halves, *({self._hearing} if self._hearing else ())}
        if begun:
            # None of them may be left with a connection in its hands.
            await asyncio.wait(begun, timeout=5)
        with contextlib.suppress(Away):
            async with self._database.write() as work:
                if self._adrift:
                    await work.use(Claims).let_go(self.me, self._held)
                await work.use(Pace).leave(self.me)

    async def _rest(self, *, busy: bool) -> None:
        """Pause between rounds: not at all while there is work, a little longer each idle round."""
        self._idle = 0 if busy else min(self._idle + 1, 6)
        full = len(self._sending) > self._most // 2
        if full:
            await asyncio.wait(self._sending, timeout=FLUSH, return_when=asyncio.FIRST_COMPLETED)
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

    async def _deliver(self, out: Outgoing, at: float) -> None:
        """Send one message in its turn, *at* in monotonic seconds, and note what came of it."""
        wait = max(0.0, at - time.monotonic())
        self._metrics.waits.observe(wait)
        if wait:
            await asyncio.sleep(wait)
        await self._unwritten.acquire()
        if out.row.gap >= PACED:
            await self._few.acquire()
            self._paced_ids.add(out.row.id)
        async with self._slots:
            await self._hear()
            paused = self._pauses.get(out.row.bucket, 0.0) > time.monotonic()
            if paused or self._stopping.is_set() or not self._trusted():
                self._outcomes.back.append(PutBack(out.row.id, self._clock(), counted=False))
            else:
                await self._try(out)
        self._write_soon()

    async def _hear(self) -> None:
        """Learn of the pauses that other workers were told since the claim; an embedded database has no others."""
        if self._database.embedded:
            return
        now = time.monotonic()
        if self._hearing is None or (self._hearing.done() and now - self._heard_at > HEARSAY):
            self._heard_at, self._hearing = now, asyncio.create_task(self._ask())
        if not self._hearing.done():
            await asyncio.wait({self._hearing})

    async def _ask(self) -> None:
        with contextlib.suppress(Away):
            async with self._database.read() as work:
                pauses = await work.use(Pace).pauses()
            now = time.monotonic()
            for bucket, micros in pauses.items():
                self._pauses[bucket] = max(self._pauses.get(bucket, 0.0), now + micros / 1_000_000)

    def _trusted(self) -> bool:
        """Whether our rows are still ours for sure: a file's only process need not say that it lives."""
        return time.monotonic() - self._beaten < UNHEARD or self._database.embedded

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
            self._outcomes.sent.append(out.row.id)
        finally:
            rest = self._bearing.ended(bucket, time.monotonic(), down=down)
            if rest is not None:
                self._outcomes.resting[bucket] = rest

    async def _send(self, out: Outgoing) -> None:
        platform = self._platforms.get(out.to.platform)
        if platform is None:
            raise DeliveryError("down", f"{out.to.platform} is not configured")
        await platform.send(out.to, out.reply)

    def _refused(self, out: Outgoing, fault: DeliveryError) -> None:
        self._metrics.sends.labels(out.to.platform, fault.kind).inc()
        log.info("not delivered", outbox_id=out.row.id, kind=fault.kind, detail=fault.detail, platform=out.to.platform)
        if fault.kind == "paused":
            until = time.monotonic() + (fault.retry_after or UNTOLD).total_seconds()
            self._pauses[out.row.bucket] = max(until, self._pauses.get(out.row.bucket, 0.0))
        self._outcomes.refused.append((out, fault))

    def _write_soon(self) -> None:
        if self._outcomes and (self._flushing is None or self._flushing.done()):
            self._flushing = asyncio.create_task(self._written())

    async def _written(self) -> None:
        """Write what came of the sends, and go on until nothing is left to write."""
        while self._outcomes:
            if len(self._outcomes) < ENOUGH:
                await asyncio.sleep(FLUSH)
            try:
                await self._write()
            except Away:
                log.warning("database away, outcomes wait", waiting=len(self._outcomes))
                return

    async def _write(self) -> None:
        """Write all outcomes in one transaction. Raises Away, and then nothing is forgotten."""
        taken, self._outcomes = self._outcomes, Outcomes(self.me)
        if not taken:
            return
        self._passed("before ack")
        try:
            async with self._database.write() as work:
                ours = await taken.write(work, self._clock())
        except BaseException:
            self._outcomes = taken.joined(self._outcomes)
            raise
        self._passed("after ack")
        for _ in range(len(taken)):
            self._unwritten.release()
        for row_id in taken.ids():
            self._held.discard(row_id)
            if row_id in self._paced_ids:
                self._paced_ids.discard(row_id)
                self._few.release()
        self.delivered += ours
        self._metrics.fenced.inc(len(taken.sent) - ours)


def _came(task: "asyncio.Task[int | None]") -> int:
    """Return what a half of a round came to, in rows; while the database is away, nothing. Raises what else it raised."""
    try:
        return task.result() or 0
    except Away:
        log.warning("database away, courier waits")
        return 0
