"""The one who sends: claims what is due, composes it, hands it to the platform, acknowledges."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.core.errors import DeliveryError
from bot.core.platform import Platform
from bot.metrics import Metrics
from bot.schedule.composer import Composer, Outgoing
from bot.schedule.planner import Planner
from bot.schedule.policy import backoff
from bot.storage.database import Away, Database, Work
from bot.storage.outbox import CANCELLED, DEAD, Outbox
from bot.storage.pace import Pace
from bot.storage.students import Students

log = structlog.get_logger(__name__)

#: Tries before a push that no platform takes is given up, with an error in the log.
MOST_TRIES = 40
#: How long acknowledgments are gathered before one transaction writes them, in seconds.
FLUSH = 0.005
POLL = 0.25
#: A bucket whose turn is farther away than this, in microseconds, is not waited for.
LONGEST_TURN = 5_000_000
BEAT = 5.0
#: How long a bucket pauses that was not told for how long.
UNTOLD = timedelta(seconds=1)
#: Before a send a worker asks whether another was told to pause; one answer serves all who ask in so many seconds.
HEARSAY = 0.02
#: What a push passes through, for tests that end the process at each: before and after what commits, and the send.
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


class Courier:
    """Plans, claims, sends and acknowledges for one process.

    One round: plan what is due; expire what is too late; claim (and commit) no more than there is room for; compose;
    start the sends. Acknowledgments are written in batches, fenced by this process's own id.
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
        metrics: Metrics | None = None,
        passed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._passed = passed
        self.me = secrets.token_hex(8)
        self._database = database
        self._planner = planner
        self._composer = composer
        self._platforms = platforms
        self._clock = clock
        self._room = room
        self._sending: set[asyncio.Task[None]] = set()
        self._sent: list[int] = []
        #: Rows that are on their way or wait for their acknowledgment. What else is leased to us, cut off by an outage or
        #: held back by a pause, is adrift: the next claim gives it back.
        self._held: set[int] = set()
        self._adrift = False
        #: Until when, on the loop's clock, a bucket's own pause lasts: rows already claimed must not go out in it.
        self._paused: dict[str, float] = {}
        self._heard = 0.0
        self._hearing: asyncio.Task[None] | None = None
        #: Sent, and not yet acknowledged in the database: with those on their way, all that a crash can double.
        self._unwritten = 0
        self._flushing: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._idle = 0
        self.delivered = 0

    async def plan(self) -> int:
        """Plan what is due now; return how many nudges were looked at."""
        self._passed("before plan")
        async with self._database.write() as work:
            planned = await self._planner.plan(work, self._clock())
        self._passed("after plan")
        return planned

    async def round(self) -> int:
        """Claim, compose and start sending what there is room for; return how many rows were claimed. Raises Away."""
        try:
            return await self._round()
        except Away:
            # The claim may have committed all the same, or what it took is in nobody's hands now.
            self._adrift = True
            raise

    async def _round(self) -> int:
        self._acknowledge()
        room = self._room - len(self._sending) - self._unwritten
        if room <= 0:
            return 0
        now = self._clock()
        self._passed("before claim")
        # Cleared first: what is held back while this commits is for the next round.
        adrift, self._adrift = self._adrift, False
        async with self._database.write() as work:
            if adrift:
                await work.use(Outbox).let_go(self.me, self._held)
            self._metrics.expired.inc(await work.use(Outbox).expire(now))
            rows = await work.use(Outbox).claim(now, self.me, room)
        if not rows:
            return 0
        self._passed("after claim")
        composed = await self._composer.compose(rows, now)
        if composed.ended or composed.put_back:
            async with self._database.write() as work:
                for row_id, status in composed.ended:
                    await work.use(Outbox).end([row_id], self.me, now, status)
                for row_id, at, counted in composed.put_back:
                    await work.use(Outbox).put_back([row_id], self.me, at, counted=counted)
        self._passed("after compose")
        for out in composed.ready:
            self._held.add(out.row.id)
            task = asyncio.create_task(self._deliver(out))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return len(rows)

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
            micros = await work.use(Outbox).turn(self._clock(), LONGEST_TURN)
        await asyncio.sleep(micros / 1_000_000)
        return bool(micros)

    async def run(self) -> None:
        """Work until `stop` is called, then finish what is in flight."""
        await self.begin()
        beats = asyncio.create_task(self._beat())
        try:
            while not self._stopping.is_set():
                try:
                    claimed = await self.round()
                except Away:
                    log.warning("database away, courier waits")
                    claimed = 0
                await self._rest(busy=bool(claimed))
        finally:
            beats.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beats
            await self._leave()

    def stop(self) -> None:
        """Ask `run` to end after what is in flight."""
        self._stopping.set()

    async def finish(self) -> None:
        """Wait for the sends that have begun, and for their acknowledgments."""
        while self._sending:
            await asyncio.wait(self._sending)
        if self._flushing is not None:
            # It may hold ids it has taken and not written yet.
            await asyncio.wait({self._flushing})
        await self._flush()

    async def begin(self) -> None:
        """Say that this process works; where it owns the file, rows leased before its start are free."""
        async with self._database.write() as work:
            if self._database.embedded:
                await work.use(Outbox).free_all()
            await work.use(Pace).beat(self.me, "courier")

    async def _leave(self) -> None:
        # With the database away, what was sent and is not noted comes again; the end is a polite one all the same.
        with contextlib.suppress(TimeoutError, Away):
            await asyncio.wait_for(self.finish(), 10)
        with contextlib.suppress(Away):
            async with self._database.write() as work:
                if self._adrift:
                    await work.use(Outbox).let_go(self.me, self._held)
                await work.use(Pace).leave(self.me)

    async def _rest(self, *, busy: bool) -> None:
        """Pause between rounds: not at all while there is work, a little longer each idle round."""
        self._idle = 0 if busy else min(self._idle + 1, 6)
        pause = 0.0 if busy and len(self._sending) < self._room else min(POLL, FLUSH * 2.0**self._idle)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause or 0.001)

    async def _beat(self) -> None:
        """Say that we are alive, and free the rows of workers that are not."""
        while True:
            await asyncio.sleep(BEAT)
            try:
                async with self._database.write() as work:
                    await work.use(Pace).beat(self.me, "courier")
                    freed = await work.use(Outbox).reap()
                if freed:
                    log.warning("freed rows of a lost worker", rows=freed)
            except Away:
                log.warning("database away, no heartbeat")

    async def _deliver(self, out: Outgoing) -> None:
        """Send one message in its turn and note what came of it."""
        self._metrics.waits.observe(out.row.wait / 1_000_000)
        try:
            if out.row.wait:
                await asyncio.sleep(out.row.wait / 1_000_000)
            await self._hear()
            if self._pauses(out.row.bucket):
                # The next round gives it back, with all that waited for the same bucket.
                self._held.discard(out.row.id)
                self._adrift = True
                return
            await self._send(out)
        except DeliveryError as fault:
            await self._failed(out, fault)
        except Exception:
            log.exception("sending failed", outbox_id=out.row.id, platform=out.to.platform)
            await self._failed(out, DeliveryError("unknown", "fault of ours"))
        else:
            self._metrics.sends.labels(out.to.platform, "sent").inc()
            self._metrics.lateness.observe(max(0.0, (self._clock() - out.row.due_at).total_seconds()))
            self._sent.append(out.row.id)
            self._unwritten += 1
            self._acknowledge()

    async def _send(self, out: Outgoing) -> None:
        platform = self._platforms.get(out.to.platform)
        if platform is None:
            raise DeliveryError("down", f"{out.to.platform} is not configured")
        self._passed("before send")
        await platform.send(out.to, out.reply)
        self._passed("after send")

    async def _hear(self) -> None:
        """Learn of the pauses that other workers were told since the claim; an embedded database has no others."""
        if self._database.embedded:
            return
        now = asyncio.get_running_loop().time()
        if self._hearing is None or (self._hearing.done() and now - self._heard > HEARSAY):
            self._heard, self._hearing = now, asyncio.create_task(self._ask())
        if not self._hearing.done():
            await asyncio.wait({self._hearing})

    async def _ask(self) -> None:
        with contextlib.suppress(Away):
            async with self._database.read() as work:
                pauses = await work.use(Pace).pauses()
            now = asyncio.get_running_loop().time()
            for bucket, micros in pauses.items():
                self._paused[bucket] = max(self._paused.get(bucket, 0.0), now + micros / 1_000_000)

    def _pauses(self, bucket: str) -> bool:
        return self._paused.get(bucket, 0.0) > asyncio.get_running_loop().time()

    def _acknowledge(self) -> None:
        if self._sent and (self._flushing is None or self._flushing.done()):
            self._flushing = asyncio.create_task(self._flush_soon())

    async def _flush_soon(self) -> None:
        await asyncio.sleep(FLUSH)
        try:
            await self._flush()
        except Away:
            log.warning("database away, acknowledgments wait", waiting=len(self._sent))

    async def _flush(self) -> None:
        ids, self._sent = self._sent, []
        if not ids:
            return
        self._passed("before ack")
        try:
            async with self._database.write() as work:
                ours = await work.use(Outbox).sent(ids, self.me, self._clock())
        except Away:
            self._sent = ids + self._sent
            raise
        self._passed("after ack")
        self._unwritten -= len(ids)
        self._held.difference_update(ids)
        self.delivered += ours
        self._metrics.fenced.inc(len(ids) - ours)

    async def _failed(self, out: Outgoing, fault: DeliveryError) -> None:
        """Do what a refusal asks for: leave the student alone, follow the chat, pause the bucket, or try later."""
        self._metrics.sends.labels(out.to.platform, fault.kind).inc()
        log.info("not delivered", outbox_id=out.row.id, kind=fault.kind, detail=fault.detail, platform=out.to.platform)
        if fault.kind == "paused":
            until = asyncio.get_running_loop().time() + (fault.retry_after or UNTOLD).total_seconds()
            self._paused[out.row.bucket] = max(until, self._paused.get(out.row.bucket, 0.0))
        while True:
            try:
                async with self._database.write() as work:
                    await self._noted(work, out, fault)
                break
            except Away:
                # Until it is noted the row stays ours: nobody else would ever try it again.
                log.warning("database away, a refusal waits", outbox_id=out.row.id)
                await asyncio.sleep(POLL)
        self._held.discard(out.row.id)

    async def _noted(self, work: Work, out: Outgoing, fault: DeliveryError) -> None:
        now = self._clock()
        outbox, row = work.use(Outbox), out.row
        match fault.kind:
            case "gone":
                await work.use(Students).change(row.student_id, state="gone")
                await outbox.end([row.id], self.me, now, CANCELLED, fault.detail)
                await outbox.drop_all(row.student_id)
            case "moved":
                await work.use(Students).move(out.to, fault.moved_to or out.to)
                await outbox.put_back([row.id], self.me, now, counted=True)
            case "paused":
                wait = fault.retry_after or UNTOLD
                await work.use(Pace).block(row.bucket, int(wait.total_seconds() * 1_000_000))
                await outbox.put_back([row.id], self.me, now, counted=False, fault="paused")
            case "rejected":
                log.error(
                    "a platform refuses a message of ours", outbox_id=row.id, names=row.names, detail=fault.detail
                )
                await outbox.end([row.id], self.me, now, DEAD, fault.detail)
            case "unknown" | "down" if row.attempts >= MOST_TRIES:
                log.error("given up after many tries", outbox_id=row.id, names=row.names, detail=fault.detail)
                await outbox.end([row.id], self.me, now, DEAD, fault.detail)
            case "unknown" | "down":
                at = now + (fault.retry_after or backoff(row.attempts))
                await outbox.put_back([row.id], self.me, at, counted=True, fault=fault.detail)
