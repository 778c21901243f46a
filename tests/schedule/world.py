"""A small world for the engine: a platform that remembers, a daily nudge and an armed one."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from types import MappingProxyType

from bot.content.bank import Bank
from bot.core.context import Context
from bot.core.errors import DeliveryError
from bot.core.feature import Feature, Registry
from bot.core.library import Library
from bot.core.messages import Reply, say
from bot.core.view import Occurrence, View
from bot.domain.student import Address
from bot.domain.zones import next_instant
from bot.schedule.composer import Composer
from bot.schedule.courier import Courier
from bot.schedule.planner import Planner
from bot.storage.database import Database
from bot.storage.students import Students

BANK = Bank(())
LIBRARY = Library(BANK)


@dataclass
class Memory:
    """A platform that keeps what it was sent, and refuses what it is told to."""

    name: str = "test"
    has_modals: bool = False
    sent: list[tuple[str, str]] = field(default_factory=list)
    refuse: Callable[[Address], DeliveryError | None] = lambda _: None

    def bucket(self, address: Address) -> str:
        return f"test:{address.tenant}"

    async def run(self, dispatch: object) -> None:
        return None

    async def send(self, to: Address, reply: Reply) -> None:
        if (fault := self.refuse(to)) is not None:
            raise fault
        self.sent.append((to.user, reply.cards[0].body))

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        return Counter(self.sent)


def daily(at: time = time(7), *, priority: int = 10, keep: timedelta = timedelta(hours=3), part: str = "morning"):
    """Return a rule that fires each local day at *at*."""

    def following(view: View, after: datetime) -> Occurrence | None:
        zone = view.student.zone_at(after)
        found = next_instant(zone, at, after)
        day = view.student.local(found).date()
        return Occurrence(day.isoformat(), found, found + keep, priority, part, day)

    return following


def toys(**rules) -> Feature:
    """Return a feature with a recurring nudge per keyword and the one-off `armed`."""
    feature = Feature("toys")
    for name, rule in (rules or {"tip": daily()}).items():

        async def compose(ctx: Context, slot: str, name: str = name) -> Reply:
            ctx.push.item = f"{name}-{slot}"
            return say(f"{name} {slot}")

        feature.nudge(name, next=rule)(compose)

    @feature.nudge("armed")
    async def armed(ctx: Context, slot: str) -> Reply:
        return say(f"armed {slot}")

    return feature


@dataclass
class World:
    """Everything wired, on one database."""

    database: Database
    clock: Callable[[], datetime]
    feature: Feature
    memory: Memory = field(default_factory=Memory)
    gap: int = 10

    def __post_init__(self) -> None:
        self.registry = Registry([self.feature])
        self.planner = Planner(self.registry, lambda: BANK, self.memory.bucket, lambda _: self.gap)

    def courier(self, **options) -> Courier:
        composer = Composer(self.database, self.registry, lambda: LIBRARY, self.planner.replan, Random(1))
        return Courier(
            self.database, self.planner, composer, MappingProxyType({"test": self.memory}), self.clock, **options
        )

    async def enroll(
        self, count: int, *, zone: str = "America/Chicago", zones: Sequence[str] = (), tenants: int = 1
    ) -> list[int]:
        """Enroll *count* students, in *zone* or in turn in *zones*; return their ids."""
        made, zones = [], zones or (zone,)
        async with self.database.write() as work:
            for n in range(count):
                address = Address("test", f"t{n % tenants}", f"u{n}", f"c{n}")
                student = await work.use(Students).at(address, self.clock())
                await work.use(Students).change(student.id, zone=zones[n % len(zones)])
                await self.planner.replan(work, student.id, self.clock())
                made.append(student.id)
        return made
