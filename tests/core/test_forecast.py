"""What `/next` promises is what the engine then sends."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.bank import Bank
from bot.core import interview
from bot.core.context import Context, OneOffs
from bot.core.feature import Feature, Registry, discover
from bot.core.forecast import Coming, forecast
from bot.core.library import Library
from bot.core.loading import views
from bot.core.messages import Reply, say
from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address
from bot.schedule.composer import Composer
from bot.schedule.courier import Courier
from bot.schedule.planner import Planner
from bot.storage.database import Database
from bot.storage.deliveries import Deliveries
from bot.storage.nudges import Nudges
from bot.storage.students import Rotations, Students
from tests.conftest import Clock
from tests.schedule.world import Memory, daily

ROOT = Path(__file__).parents[2]
HERE = Address("test", "", "u1", "c1")
DAYS = 10


class Life:
    """One student, an engine, and a clock to live by."""

    def __init__(self, database: Database, clock: Clock, registry: Registry, bank: Bank) -> None:
        self.database, self.clock, self.registry, self.bank = database, clock, registry, bank
        library = Library(bank)
        memory = Memory()
        self.planner = Planner(registry, lambda: bank, memory.bucket, lambda _: 10)
        composer = Composer(database, registry, lambda: library, self.planner.replan, Random(3))
        self.courier = Courier(database, self.planner, composer, {"test": memory}, clock)
        self.student = 0

    async def enroll(self, zone: str, rotation: Rotation | None = None, **values) -> None:
        async with self.database.write() as work:
            self.student = (await work.use(Students).at(HERE, self.clock())).id
            await work.use(Students).change(self.student, zone=zone, **values)
            if rotation is not None:
                await work.use(Rotations).add(self.student, rotation)
            await self.planner.replan(work, self.student, self.clock())

    async def promised(self, until: datetime) -> list[tuple[datetime, str]]:
        """Return what is forecast from now until then, as (to the minute, what)."""
        async with self.database.read() as work:
            view = (await views(work, [self.student], self.bank, self.clock()))[self.student]
            armed = await work.use(Nudges).of(self.student)
        coming: tuple[Coming, ...] = forecast(view, self.registry, armed, self.clock(), until)
        return [(minute(each.at), each.what) for each in coming]

    async def lived(self, until: datetime) -> list[tuple[datetime, str]]:
        """Live until then; return what came, in the same shape."""
        began = self.clock()
        while True:
            async with self.database.read() as work:
                due = await work.use(Nudges).next_due()
            if due is None or due > until:
                break
            self.clock.now = max(self.clock(), due + timedelta(seconds=1))
            await self.courier.settle()
        self.clock.now = until
        await self.courier.settle()
        async with self.database.read() as work:
            view = (await views(work, [self.student], self.bank, self.clock()))[self.student]
            seen = (await work.use(Deliveries).seen([self.student], self.clock()))[self.student]
        rules = self.registry.nudges
        return [
            (minute(each.sent_at), rules[each.nudge].describe(view, each.slot))
            for each in seen
            if each.sent_at is not None and each.sent_at > began
        ]


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def named(rules: dict[str, object]) -> Feature:
    """Return a feature whose nudges say, and are described by, their name and slot."""
    feature = Feature("toys")

    def declare(name: str, rule: object) -> None:
        async def compose(ctx: Context, slot: str) -> Reply:
            return say(f"{name} {slot}")

        feature.nudge(name, next=rule, describe=lambda _, slot: f"{name} {slot}")(compose)

    for name, rule in rules.items():
        declare(name, rule)
    return feature


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    priorities=st.lists(st.integers(5, 90), min_size=2, max_size=4, unique=True),
    parts=st.lists(st.sampled_from(["morning", "evening"]), min_size=4, max_size=4),
    morning=st.times(time(6), time(11)),
    evening=st.times(time(16), time(20)),
    zone=st.sampled_from(["America/Chicago", "Asia/Kolkata", "Pacific/Apia", "Europe/London"]),
    start=st.integers(0, 30 * 24 * 60).map(lambda n: datetime(2026, 10, 20, tzinfo=UTC) + timedelta(minutes=n)),
    armed=st.lists(st.integers(1, DAYS * 24 - 1), max_size=3, unique=True),
)
async def test_ten_days_of_any_rules(
    sqlite_template, seal, tmp_path_factory, priorities, parts, morning, evening, zone, start, armed
):
    """Any mix of daily rules and armed nudges, also over the change of the clocks: the same messages at the same minutes."""
    import shutil

    path = tmp_path_factory.mktemp("life") / "life.db"
    shutil.copy(sqlite_template, path)
    at = {"morning": morning.replace(second=0, microsecond=0), "evening": evening.replace(second=0, microsecond=0)}
    rules = {
        f"n{n}": daily(at[part], priority=priority, part=part)
        for n, (priority, part) in enumerate(zip(priorities, parts, strict=False))
    }
    feature = named(rules)

    @feature.nudge("armed", describe=lambda _, slot: f"armed {slot}")
    async def fire(ctx: Context, slot: str) -> Reply:
        return say(f"armed {slot}")

    database = Database(f"sqlite:///{path}", seal)
    clock = Clock(start)
    life = Life(database, clock, Registry([feature]), Bank(()))
    try:
        await life.enroll(zone, quiet_from=time(3), quiet_to=time(3))
        async with database.write() as work:
            for hours in armed:
                await OneOffs(work, life.student).put("armed", str(hours), clock() + timedelta(hours=hours))
        until = clock() + timedelta(days=DAYS)
        promised = await life.promised(until)
        assert promised
        assert sorted(promised) == sorted(await life.lived(until))
    finally:
        await database.close()


@pytest.mark.parametrize("specialty", ["im", "surgery", "peds"])
@pytest.mark.parametrize("role", ["hands_on", "observer"])
async def test_a_day_ahead_on_the_real_bank(sqlite, bank, specialty, role):
    """Through the first ten days of a rotation, each day's forecast is what that day brings."""
    clock = Clock(datetime(2026, 11, 28, 18, tzinfo=UTC))
    registry = Registry((*discover(), interview.feature))
    life = Life(sqlite, clock, registry, bank)
    usual = bank.specialty(specialty)
    hours = Hours(*(time.fromisoformat(each) for each in (usual.day_start, usual.rounds_end, usual.day_end)))
    rotation = Rotation(0, specialty, role, date(2026, 11, 30), date(2026, 12, 27), hours)
    await life.enroll("America/Chicago", rotation)
    total = 0
    for _ in range(DAYS):
        until = clock() + timedelta(days=1)
        promised = await life.promised(until)
        came = await life.lived(until)
        assert sorted(came) == sorted(promised), clock()
        total += len(came)
    assert total >= DAYS - 2
