"""The delivery engine on both databases: once, on time, never lost."""

import asyncio
import contextlib
import math
import sqlite3
import time
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from bot.core.context import OneOffs
from bot.core.errors import DeliveryError
from bot.domain.student import Address
from bot.schedule.courier import SMALL
from bot.storage.claims import Claims
from bot.storage.database import Away
from bot.storage.outbox import Outbox
from bot.storage.pace import Pace
from bot.storage.students import Students
from tests.schedule.world import World, daily, toys


async def test_a_due_push_goes_out_once(database, clock):
    """However often the engine looks, one occasion is one message."""
    world = World(database, clock, toys())
    await world.enroll(3)
    courier = world.courier()
    clock.move(hours=10)
    assert await courier.settle() == 3
    assert await courier.settle() == 0
    assert set(world.memory.counts.values()) == {1}


async def test_each_day_has_its_own(database, clock):
    """The next occasion is planned with the row that goes out."""
    world = World(database, clock, toys())
    await world.enroll(1)
    courier = world.courier()
    clock.move(hours=10)
    await courier.settle()
    for _ in range(4):
        clock.move(days=1)
        await courier.settle()
    assert len(world.memory.sent) == 5
    assert set(world.memory.counts.values()) == {1}


async def test_two_nudges_of_one_morning_are_one_message_the_better_one(database, clock):
    """The day's morning has one key; the highest priority composes when it is sent."""
    world = World(database, clock, toys(tip=daily(), step=daily(priority=60)))
    await world.enroll(1)
    clock.move(hours=10)
    await world.courier().settle()
    assert [text for _, text in world.memory.sent] == ["step 2026-11-30"]


async def test_a_late_tip_is_dropped_and_a_week_away_gives_one(database, clock):
    """Downtime ends with at most one message, and none whose moment has passed."""
    world = World(database, clock, toys())
    await world.enroll(1)
    courier = world.courier()
    clock.move(days=7, hours=14)
    await courier.settle()
    assert world.memory.sent == []
    clock.move(hours=20)
    await courier.settle()
    assert len(world.memory.sent) == 1


async def test_an_armed_push_is_never_dropped_for_being_late(database, clock):
    """What the student armed waits out any downtime, and comes outside quiet hours."""
    world = World(database, clock, toys(tip=daily(keep=timedelta(minutes=1))))
    (student,) = await world.enroll(1)
    async with database.write() as work:
        await OneOffs(work, student).put("armed", "ask", clock() + timedelta(hours=13))
    clock.move(days=2, hours=1)  # 23:00 local
    courier = world.courier()
    await courier.settle()
    assert world.memory.sent == []
    clock.move(hours=9)
    await courier.settle()
    assert ("u0", "armed ask") in world.memory.sent


async def test_an_armed_push_moves_and_cancels(database, clock):
    """Arming the same slot again moves it; canceling leaves nothing behind."""
    world = World(database, clock, toys())
    (student,) = await world.enroll(1)
    async with database.write() as work:
        await OneOffs(work, student).put("armed", "ask", clock() + timedelta(hours=9))
        await OneOffs(work, student).put("armed", "ask", clock() + timedelta(hours=33))
        await OneOffs(work, student).put("armed", "other", clock() + timedelta(hours=9))
        await OneOffs(work, student).cancel("armed", "other")
    courier = world.courier()
    clock.move(hours=10)
    await courier.settle()
    clock.move(hours=24)
    await courier.settle()
    assert world.memory.counts["u0", "armed ask"] == 1
    assert world.memory.counts["u0", "armed other"] == 0


async def test_two_workers_have_one_winner_each(database_url, seal, clock):
    """Planning and claiming side by side send nothing twice."""
    import asyncio

    from bot.storage.database import Database

    first, second = Database(database_url, seal), Database(database_url, seal)
    one = World(first, clock, toys())
    two = World(second, clock, toys(), memory=one.memory)
    await one.enroll(60, tenants=3)
    clock.move(hours=10)
    await asyncio.gather(*(world.courier(room=8).settle() for world in (one, two)))
    assert len(one.memory.sent) == 60
    assert set(one.memory.counts.values()) == {1}
    await first.close()
    await second.close()


async def test_a_change_plans_again_and_keeps_the_date_once(database, clock):
    """A move west after the morning's push gives no second one that day."""
    world = World(database, clock, toys())
    (student,) = await world.enroll(1, zone="America/New_York")
    courier = world.courier()
    clock.move(hours=9)  # 8:00 in New York
    await courier.settle()
    assert len(world.memory.sent) == 1
    async with database.write() as work:
        await work.use(Students).change(student, zone="America/Los_Angeles")
        await world.planner.replan(work, student, clock())
    clock.move(hours=4)  # 9:00 in Los Angeles
    await courier.settle()
    assert len(world.memory.sent) == 1


async def test_a_change_between_planning_and_sending_does_not_lose_the_push(database, clock):
    """Unsent rows are taken back and planned again where they still fit."""
    world = World(database, clock, toys())
    (student,) = await world.enroll(1)
    clock.move(hours=10)
    courier = world.courier()
    await courier.plan()
    async with database.write() as work:
        await work.use(Students).change(student, cadence="few")
        await world.planner.replan(work, student, clock())
    await courier.settle()
    assert len(world.memory.sent) == 1


async def test_a_blocked_student_is_left_alone(database, clock):
    """A permanent refusal stops all further pushes, to that student only."""
    world = World(database, clock, toys())
    await world.enroll(2)
    calls: list[str] = []

    def refuse(to: Address) -> DeliveryError | None:
        calls.append(to.user)
        return DeliveryError("gone", "blocked") if to.user == "u0" else None

    world.memory.refuse = refuse
    courier = world.courier()
    clock.move(hours=10)
    for _ in range(3):
        await courier.settle()
        clock.move(days=1)
    assert calls.count("u0") == 1
    assert calls.count("u1") == 3


async def test_a_pause_stops_its_bucket_and_delays_nobody_else(database, clock):
    """One throttled workspace waits; the others get theirs."""
    world = World(database, clock, toys())
    await world.enroll(4, tenants=2)
    world.memory.refuse = lambda to: (
        DeliveryError("paused", retry_after=timedelta(seconds=3600)) if to.tenant == "t0" else None
    )
    clock.move(hours=10)
    await world.courier().settle()
    assert {user for user, _ in world.memory.sent} == {"u1", "u3"}


async def test_a_pause_holds_back_what_was_claimed_before_it(database, clock):
    """Rows that wait for their turn in a worker's hands go out after the pause, not in it."""
    world = World(database, clock, toys(), gap=20_000)
    await world.enroll(5)
    calls: list[str] = []

    def refuse(to: Address) -> DeliveryError:
        calls.append(to.user)
        return DeliveryError("paused", retry_after=timedelta(hours=1))

    world.memory.refuse = refuse
    clock.move(hours=10)
    await world.courier().settle()
    assert len(calls) == 1


async def test_twenty_buckets_in_backoff_starve_no_healthy_one(database, clock):
    """The claim looks only at buckets with a row available now."""
    world = World(database, clock, toys())
    await world.enroll(42, tenants=21)
    world.memory.refuse = lambda to: (
        DeliveryError("down", retry_after=timedelta(hours=1)) if to.tenant != "t20" else None
    )
    clock.move(hours=10)
    await world.courier().settle()
    assert {user for user, _ in world.memory.sent} == {"u20", "u41"}


async def test_an_acknowledgment_of_a_reaped_worker_matches_nothing(database, clock):
    """A worker given up for dead can't close rows another one holds."""
    world = World(database, clock, toys())
    await world.enroll(1)
    clock.move(hours=10)
    lost, alive = world.courier(), world.courier()
    await lost.plan()
    async with database.write() as work:
        rows = await work.use(Claims).claim(clock(), lost.me, 5)
    async with database.write() as work:
        await work.use(Claims).reap()  # the lost worker has no heartbeat
    await alive.settle()
    async with database.write() as work:
        assert await work.use(Claims).sent([rows[0].id], lost.me, clock()) == 0
    assert len(world.memory.sent) == 1


async def test_a_claim_takes_no_more_than_asked(database, clock):
    """The limited sub-select is evaluated once."""
    world = World(database, clock, toys())
    await world.enroll(40)
    clock.move(hours=10)
    await world.courier().plan()
    async with database.write() as work:
        rows = await work.use(Claims).claim(clock(), "me", 7)
        assert len(rows) == 7
        assert [row.wait for row in rows] == sorted(row.wait for row in rows)
        left = (await work.connection.execute(text("SELECT count(*) FROM outbox WHERE status = 0"))).scalar_one()
        assert left == 33


async def test_a_poisonous_row_holds_up_nobody(database, clock):
    """A handler that raises is put back; the rest of its batch goes out."""
    feature = toys()
    rule = feature.nudges[0]

    async def poisonous(ctx, slot):
        if ctx.student.home.user == "u1":
            raise RuntimeError("boom")
        return await rule.handler(ctx, slot)

    feature.nudges[0] = type(rule)(rule.name, poisonous, rule.next, rule.describe)
    world = World(database, clock, feature)
    await world.enroll(3)
    clock.move(hours=10)
    await world.courier().settle()
    assert {user for user, _ in world.memory.sent} == {"u0", "u2"}


async def test_a_row_is_claimed_for_all_to_see_before_it_is_sent(database, database_url, clock):
    """Handed out before its claim is committed, a row's acknowledgment would match nothing and it would go out twice."""
    world = World(database, clock, toys())
    await world.enroll(5)
    seen: list[list[int]] = []

    def look(_: Address) -> None:
        seen.append(outside(database_url, "SELECT status FROM outbox ORDER BY id"))

    world.memory.refuse = look
    clock.move(hours=10)
    await world.courier().settle()
    assert len(seen) == 5
    assert all(set(statuses) <= {1, 2} for statuses in seen)


async def test_a_claim_that_an_outage_cuts_off_is_tried_again_by_the_same_worker(database, clock):
    """Rows claimed, and then in nobody's hands, are freed by the worker itself: alive, it would hold them for ever."""
    world = World(database, clock, toys())
    await world.enroll(3)
    clock.move(hours=10)
    courier = world.courier()
    await courier.plan()
    whole = courier._composer._library

    def cut_off():
        courier._composer._library = whole
        raise Away("OperationalError")

    courier._composer._library = cut_off
    with pytest.raises(Away):
        await courier.round()
    assert await courier.settle() == 3
    assert set(world.memory.counts.values()) == {1}


async def test_statements_are_built_without_types_left_open(database, clock):
    """Every statement of the engine runs on both drivers: a wait, a pause, a lease, a sweep, an expiry."""
    world = World(database, clock, toys())
    await world.enroll(2)
    clock.move(hours=10)
    await world.courier().settle()
    async with database.write() as work:
        await work.use(Pace).block("test:t0", 1_000)
        await work.use(Pace).debit("test:t0", 3)
        assert await work.use(Pace).hold("poller", "me", 5)
        assert not await work.use(Pace).hold("poller", "you", 5)
        await work.use(Pace).release("poller", "me")
        assert await work.use(Claims).turn(clock(), 1_000_000) == 0
        assert await work.use(Outbox).ages(clock()) == {}
        assert await work.use(Outbox).expire(clock()) == 0
        assert await work.use(Outbox).sweep(clock() + timedelta(days=9)) == 2


def outside(url: str, query: str) -> list[int]:
    """Return the first column of *query* as another connection sees it."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return [row[0] for row in connection.execute(query)]
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(query)]


async def test_while_somebody_asks_the_engine_takes_small_steps(database, clock):
    """Answers must not wait for hundreds of others' tips; once nobody asks, batches are full again."""
    world = World(database, clock, toys(), gap=1)
    await world.enroll(3 * SMALL)
    clock.move(hours=10)
    courier = world.courier()
    database.asked_at = time.monotonic()
    assert await courier.plan() == SMALL
    await courier.plan_all()
    assert await courier.round() == SMALL
    database.asked_at = -math.inf
    assert await courier.round() == 2 * SMALL
    await courier.settle()
    assert len(world.memory.sent) == 3 * SMALL


async def test_settling_beside_the_running_courier_doubles_nothing_and_waits_for_all(database, clock):
    """Time travel settles while the courier runs: each batch is composed once, and none is left behind."""
    world = World(database, clock, toys(), gap=1)
    await world.enroll(40)
    courier = world.courier()
    running = asyncio.create_task(courier.run())
    for day in range(1, 6):
        clock.move(hours=10 if day == 1 else 24)
        await courier.settle()
        assert len(world.memory.sent) == 40 * day
    courier.stop()
    await running
    assert set(world.memory.counts.values()) == {1}
