"""R9: the wall clock jumps, by an hour, a day, a night of suspension; students notice as little as can be."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.core.context import OneOffs
from bot.core.errors import DeliveryError
from bot.domain.student import Address
from bot.storage.claims import Claims
from bot.storage.database import Database
from bot.storage.pace import Pace
from tests.conftest import Clock, Figure
from tests.schedule.world import Memory, World, toys

#: By how many hours the clock jumps: an operator's slip, a wrong day and its mending, a lid closed for the night.
JUMPS = {"an hour on": 1, "an hour back": -1, "a day on": 24, "a day back": -24, "eight hours asleep": 8}
#: At 13:01 UTC the tip of 7:00 is due in an hour, a minute late, or was sent one, two, two and a half hours ago.
ZONES = (
    "Pacific/Honolulu",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Halifax",
    "America/St_Johns",
)
JUMP_AT = timedelta(hours=13, minutes=1)
STUDENTS = 12


class Timed(Memory):
    """A platform that also keeps when each message came, by the clock the engine believes in."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.at: list[tuple[str, datetime]] = []

    async def send(self, to: Address, reply) -> None:
        await super().send(to, reply)
        self.at.append((to.user, self._clock()))


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_jump_of_the_clock_doubles_nothing_and_bursts_nothing(
    jump: str, database: Database, clock: Clock, figure: Figure
) -> None:
    """Each look after the jump gives a student at most one message, each tip comes once, and the days after are normal."""
    memory = Timed(clock)
    world = World(database, clock, toys(), memory=memory)
    await world.enroll(STUDENTS, zones=ZONES)
    courier = world.courier()
    midnight = clock().replace(hour=0)
    for hour in range(6, 13):
        clock.now = midnight + timedelta(hours=hour)
        await courier.settle()
    clock.now = midnight + JUMP_AT + timedelta(hours=JUMPS[jump])
    landed, most = clock(), 0
    for _ in range(3 * 24 * 2):
        before = len(memory.sent)
        await courier.settle()
        most = max(most, *Counter(user for user, _ in memory.sent[before:]).values(), 0)
        clock.move(minutes=30)
    duplicates = len(memory.sent) - len(memory.counts)
    figure(
        f"clock jumps: {jump} on {database.url.get_backend_name()}, {STUDENTS} students in {len(ZONES)} zones, "
        f"{duplicates} duplicates, at most {most} message a student at once"
    )
    assert not duplicates
    assert most == 1
    for user in {user for user, _ in memory.at}:
        times = sorted(at for each, at in memory.at if each == user and at >= landed)
        # A tip late by its grace of three hours, then one on time.
        assert all(later - earlier >= timedelta(hours=21) for earlier, later in pairwise(times)), (user, times)
        assert times, user


async def test_what_is_too_late_after_a_night_asleep_is_dropped_and_one_catch_up_comes(
    database: Database, clock: Clock
) -> None:
    """Suspended from before the tip until after its grace: the tip is gone, what was armed comes, once."""
    world = World(database, clock, toys())
    (student,) = await world.enroll(1)
    async with database.write() as work:
        await OneOffs(work, student).put("armed", "ask", clock() + timedelta(hours=10))
    courier = world.courier()
    clock.move(hours=8, minutes=50)  # 6:50 in Chicago
    await courier.settle()
    clock.move(hours=8)
    for _ in range(3):
        await courier.settle()
    assert world.memory.sent == [("u0", "armed ask")]


async def test_a_claim_that_meets_a_jump_is_still_one_message(database: Database, clock: Clock) -> None:
    """While messages are on their way the clock goes back and forth: what was armed comes once, a tip at most once."""
    world = World(database, clock, toys())
    students = await world.enroll(STUDENTS)
    async with database.write() as work:
        for each in students:
            await OneOffs(work, each).put("armed", "ask", clock() + timedelta(hours=10))
    clock.move(hours=10)
    first, chance = clock(), Random(9)

    def leap(_: Address) -> None:
        clock.move(hours=chance.choice((-24, -1, 1, 24)))

    world.memory.refuse = leap
    courier = world.courier(room=4)
    for days in (0, 0, 0, 1, 2, 30):
        clock.now = first + timedelta(days=days)
        await courier.settle()
    assert set(world.memory.counts.values()) == {1}
    assert {user for user, what in world.memory.sent if what == "armed ask"} == {f"u{n}" for n in range(STUDENTS)}


@pytest.mark.parametrize("hours", [-24, 24])
async def test_leases_and_pauses_stand_by_the_databases_own_clock(hours: int, database: Database, clock: Clock) -> None:
    """A worker's jumped clock takes no living worker's rows, ends nobody's pause, and passes no bucket's turn."""
    world = World(database, clock, toys(), gap=100_000)
    await world.enroll(30)
    clock.move(hours=10)
    courier = world.courier()
    await courier.begin()
    await courier.plan()
    async with database.write() as work:
        held = await work.use(Claims).claim(clock(), courier.me, 2)
    clock.move(hours=hours)
    async with database.write() as work:
        claims = work.use(Claims)
        assert not await claims.reap()
        clock.move(hours=-hours)
        more = await claims.claim(clock(), courier.me, 50)
        # Two turns are taken, and a claim reaches a fifth of a second ahead.
        assert len(held) + len(more) <= 3
        await work.use(Pace).block("test:t0", 3_600_000_000)
    clock.move(hours=hours)
    async with database.write() as work:
        assert await work.use(Claims).claim(clock(), courier.me, 50) == []
        assert await work.use(Pace).hold("poller", "one", 60)
        clock.move(hours=-2 * hours)
        assert not await work.use(Pace).hold("poller", "another", 60)


async def test_a_refusal_before_the_clock_goes_back_is_tried_again_soon(database: Database, clock: Clock) -> None:
    """What a refused send waits for is written by the clock that was wrong: it comes when that instant has come."""
    world = World(database, clock, toys())
    await world.enroll(1)
    clock.move(hours=10)
    refusals = iter([DeliveryError("down", "503")])
    world.memory.refuse = lambda _: next(refusals, None)
    courier = world.courier()
    await courier.settle()
    clock.move(hours=-1)
    await courier.settle()
    assert world.memory.sent == []
    clock.move(hours=1, seconds=2)
    await courier.settle()
    assert world.memory.counts == {("u0", "tip 2026-11-30"): 1}
