"""A crowded minute in the engine: found, spread, and everybody still gets theirs once."""

from datetime import timedelta

from sqlalchemy import text

from bot.schedule.crowding import crowded, spread_out
from bot.schedule.spread import delay
from bot.storage.claims import Claims
from bot.storage.nudges import Nudge, Nudges
from tests.schedule.world import World, toys

SECOND = 1_000_000


async def world_of(database, clock, count: int, gap: int) -> World:
    """Return a world in which everybody's tip comes at seven in the morning, *gap* microseconds apart."""
    world = World(database, clock, toys(), gap=gap)
    await world.enroll(count)
    return world


async def look(world: World, database, clock):
    async with database.write() as work:
        found = await crowded(work, clock(), world.planner.bucket, world.planner.gap)
        await spread_out(work, found, world.planner.gap)
    return found


async def test_a_minute_that_fits_is_told_and_left_alone(database, clock):
    """Forty a minute at one a second fit."""
    world = await world_of(database, clock, 40, SECOND)
    (found,) = await look(world, database, clock)
    assert (found.count, found.takes, found.over) == (40, timedelta(seconds=40), timedelta(0))
    assert str(found) == "40 at 13:00 UTC on test:t0 take 40 s"


async def test_a_crowded_minute_is_spread_and_nobody_is_left_out(database, clock):
    """Each has a place in the window, the same every day; what a student armed keeps its moment."""
    world = await world_of(database, clock, 90, SECOND)
    (found,) = await look(world, database, clock)
    assert found.over == timedelta(seconds=90)
    assert str(found).endswith("take 1 min 30 s, spread over 1 min 30 s")
    due = clock() + timedelta(hours=9)
    async with database.write() as work:
        await work.use(Nudges).put([Nudge(0, 1, "armed", "ask", 0, due, None, 100)])
    clock.move(hours=9)
    courier = world.courier()
    await courier.plan()
    async with database.read() as work:
        rows = await work.run("SELECT student_id, lane, due_at, available_at FROM outbox")
        waits = {(student, lane): available - due for student, lane, due, available in rows}
    assert waits.pop((1, 1)) == 0
    assert len(waits) == 90
    assert all(wait == delay(student, found.over) // timedelta(milliseconds=1) for (student, _), wait in waits.items())
    clock.move(seconds=45)
    async with database.write() as work:
        await work.connection.execute(text("UPDATE rates SET gap = 1"))
    await courier.settle()
    early = len(world.memory.sent)
    assert 20 < early < 71
    clock.move(seconds=45)
    await courier.settle()
    assert len(world.memory.sent) == 91
    assert set(world.memory.counts.values()) == {1}


async def test_a_minute_no_longer_crowded_loses_its_window(database, clock):
    """The next look takes the window back."""
    world = await world_of(database, clock, 90, SECOND)
    await look(world, database, clock)
    world.gap = 1000
    (found,) = await look(world, database, clock)
    assert not found.over
    async with database.read() as work:
        assert (await work.run("SELECT max(spread) FROM rates")).value == 0


async def test_what_waits_for_its_place_is_not_claimed_before(database, clock):
    """A row whose place has not come holds up nobody behind it."""
    world = await world_of(database, clock, 90, SECOND)
    await look(world, database, clock)
    clock.move(hours=9)
    await world.courier().plan()
    async with database.write() as work:
        await work.connection.execute(text("UPDATE rates SET gap = 1"))
        taken = await work.use(Claims).claim(clock() + timedelta(seconds=10), "me", 90)
    assert 0 < len(taken) < 30
    assert all(delay(row.student_id, timedelta(seconds=90)) <= timedelta(seconds=10) for row in taken)
