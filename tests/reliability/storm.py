"""A storm at the edge: a platform that throttles, fails, hangs and loses answers, beside one that is calm."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from types import MappingProxyType

from bot.clock import MovedClock, system
from bot.core.errors import DeliveryError
from bot.core.feature import Registry
from bot.core.messages import Reply
from bot.core.platform import Platform
from bot.domain.student import Address
from bot.platforms.slack.adapter import Slack
from bot.platforms.telegram.adapter import Telegram
from bot.schedule.composer import Composer
from bot.schedule.courier import Courier
from bot.schedule.pace import SharedPace
from bot.schedule.planner import Planner
from bot.storage.database import Database
from bot.storage.nudges import Nudge, Nudges
from bot.storage.outbox import Outbox
from bot.storage.students import Students
from bot.storage.types import Seal
from tests.fakes.slack import BOT_TOKEN, FakeSlack
from tests.fakes.telegram import TOKEN, FakeTelegram, Fault, Refused
from tests.schedule.world import BANK, LIBRARY, toys

#: Messages a second to the calm platform.
CALM_RATE = 20
#: What it may take until a pause that one worker was told is committed and heard by others, in seconds: what they begin
#: within it counts as on its way.
TELLING = 0.1
#: Of a hundred calls: 10 throttled, 5 broken, 1 done without a word, 1 never answered.
DECK = ("throttle",) * 10 + ("html",) * 3 + ("broken",) * 2 + ("lose", "hang") + ("",) * 83
FIRST_CHAT = 50_000


class Weather:
    """What the next call meets; FakeTelegram looks into it as into its list of faults.

    Attributes:
        met: how often each fault was dealt.
        scale: what a second of `retry_after` lasts here, in seconds: the real ones, 1 to 30 s, would take too long.
    """

    def __init__(self, scale: float, chance: Random) -> None:
        self.scale = scale
        self.met: Counter[str] = Counter()
        self._chance = chance
        self._deck: list[str] = []

    def __iter__(self) -> Iterator[Fault]:
        if not self._deck:
            self._deck = self._chance.sample(DECK, len(DECK))
        kind = self._deck.pop()
        self.met[kind] += 1
        if kind == "throttle":
            seconds = self._chance.randint(1, 30) * self.scale
            yield Fault("*", "refuse", 1, Refused(429, "Too Many Requests", retry_after=seconds))
        elif kind == "broken":
            yield Fault("*", "refuse", 1, Refused(500, "Internal Server Error"))
        elif kind:
            yield Fault("*", kind, 1)


@dataclass
class Log:
    """What every sender of every process did, on one clock: when sends began, pauses were heard, messages were taken."""

    begun: list[tuple[int, str, float]] = field(default_factory=list)
    paused: list[tuple[int, str, float, float]] = field(default_factory=list)
    taken: list[tuple[str, float]] = field(default_factory=list)

    @property
    def early(self) -> int:
        """How many sends began after their worker had been told, or could have heard, that their bucket must wait."""
        return sum(
            any(
                bucket == each and heard + (0 if who == told else TELLING) < at < heard + wait
                for told, each, heard, wait in self.paused
            )
            for who, bucket, at in self.begun
        )


class Noted:
    """A real adapter, with a note of each send."""

    has_modals = False

    def __init__(self, adapter: Telegram | Slack, log: Log, worker: int) -> None:
        self._worker = worker
        self.name = adapter.name
        self.bucket = adapter.bucket
        self.close = adapter.close
        self._adapter = adapter
        self._log = log

    async def run(self, dispatch: object) -> None:
        return None

    async def send(self, to: Address, reply: Reply) -> None:
        now, bucket = asyncio.get_running_loop().time, self.bucket(to)
        self._log.begun.append((self._worker, bucket, now()))
        try:
            await self._adapter.send(to, reply)
        except DeliveryError as fault:
            if fault.kind == "paused" and fault.retry_after is not None:
                self._log.paused.append((self._worker, bucket, now(), fault.retry_after.total_seconds()))
            raise
        self._log.taken.append((bucket, now()))


@dataclass
class Engine:
    """One process's worth: a courier with its own connections and adapters, and the tick of its plan."""

    database: Database
    planner: Planner
    courier: Courier
    platforms: Sequence[Noted]

    async def run(self) -> None:
        async def tick() -> None:
            while True:
                await self.courier.plan()
                await asyncio.sleep(0.1)

        ticking = asyncio.create_task(tick())
        try:
            await self.courier.run()
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking
            for each in self.platforms:
                await each.close()


def engine(
    url: str, seal: Seal, clock: MovedClock, telegram: FakeTelegram, slack: FakeSlack, log: Log, rate: float
) -> Engine:
    """Wire one engine; *rate* is how many messages a second the stormy platform takes."""
    rates = {"telegram": rate, "slack": CALM_RATE}
    database, registry = Database(url, seal), Registry([toys()])
    pacing = SharedPace(database, "storm")
    adapters = (
        Telegram(TOKEN, api_url=telegram.url, pacing=pacing, commands=()),
        Slack(
            bot_token=BOT_TOKEN,
            app_token="",
            signing_secret="",
            client_id="",
            client_secret="",
            api_url=slack.api,
            public_url="",
            pacing=pacing,
            commands=(),
            database=database,
        ),
    )
    platforms: dict[str, Platform] = {each.name: Noted(each, log, id(database)) for each in adapters}
    planner = Planner(
        registry,
        lambda: BANK,
        lambda to: platforms[to.platform].bucket(to),
        lambda bucket: round(1_000_000 / rates[bucket.partition(":")[0]]),
    )
    composer = Composer(database, registry, lambda: LIBRARY, planner.replan, Random(1))
    courier = Courier(database, planner, composer, MappingProxyType(platforms), clock)
    return Engine(database, planner, courier, [each for each in platforms.values() if isinstance(each, Noted)])


@dataclass
class Sea:
    """Students on both platforms, and the engines that send to them."""

    engines: list[Engine]
    telegram: FakeTelegram
    slack: FakeSlack
    clock: MovedClock
    log: Log
    students: dict[str, list[int]] = field(default_factory=dict)
    _rounds: Iterator[int] = field(default_factory=itertools.count)

    async def enroll(self, count: dict[str, int]) -> None:
        async with self.engines[0].database.write() as work:
            for platform, wanted in count.items():
                for n in range(wanted):
                    student = await work.use(Students).at(self._address(platform, n), self.clock())
                    await work.use(Students).change(student.id, zone="America/Chicago")
                    self.students.setdefault(platform, []).append(student.id)

    def _address(self, platform: str, n: int) -> Address:
        if platform == "telegram":
            self.telegram.started.add(FIRST_CHAT + n)
            return Address("telegram", "", str(FIRST_CHAT + n), str(FIRST_CHAT + n))
        self.slack.zones[f"U{n}"] = "America/Chicago"
        return Address("slack", "T1", f"U{n}", self.slack.direct(f"U{n}"))

    async def everybody(self) -> dict[str, list[float]]:
        """Arm one message for everybody, wait until all are out, and return each platform's delays in seconds."""
        slot, now, loop = f"s{next(self._rounds)}", self.clock(), asyncio.get_running_loop()
        first, began = len(self.log.taken), loop.time()
        rows = [
            Nudge(0, each, "armed", slot, 0, now, None, 0) for students in self.students.values() for each in students
        ]
        async with self.engines[0].database.write() as work:
            await work.use(Nudges).put(rows)
        while await self._waiting():  # noqa: ASYNC110 - it is the database that is looked at
            await asyncio.sleep(0.02)
        delays: dict[str, list[float]] = {}
        for bucket, at in self.log.taken[first:]:
            delays.setdefault(bucket.partition(":")[0], []).append(at - began)
        return delays

    async def _waiting(self) -> bool:
        async with self.engines[0].database.read() as work:
            return bool(await work.use(Nudges).next_due()) or bool(await work.use(Outbox).depth())

    def received(self) -> Counter[tuple[int, str]]:
        """Return how often each message stands in each chat of the stormy platform."""
        return Counter((each.chat, each.text) for each in self.telegram.messages.values() if each.mine)


@asynccontextmanager
async def sea(url: str, seal: Seal, couriers: int, rate: float) -> AsyncIterator[Sea]:
    """Two platforms and *couriers* processes' worth of engine, running, at noon of its students."""
    log, now = Log(), system()
    clock = MovedClock(timedelta(hours=18 - now.hour))
    async with FakeTelegram() as telegram, FakeSlack().serving() as slack, AsyncExitStack() as held:
        engines = [engine(url, seal, clock, telegram, slack, log, rate) for _ in range(couriers)]
        for each in engines:
            held.push_async_callback(each.database.close)
        running = [asyncio.create_task(each.run()) for each in engines]
        try:
            yield Sea(engines, telegram, slack, clock, log)
        finally:
            for each in engines:
                each.courier.stop()
            await asyncio.gather(*running)
