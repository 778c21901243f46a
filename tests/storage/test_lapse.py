"""What is forgotten of itself: a year after the last rotation all of a student but what they wrote in their log."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from bot.app.sweeping import STUDENTS_KEPT, sweep
from bot.domain.student import Address, Student
from bot.features.log.store import Log
from bot.storage.database import Database
from bot.storage.everything import Everything, owned
from bot.storage.facts import FactBook
from bot.storage.schema import addresses, students
from bot.storage.students import Rotations, Students
from tests.storage.test_repositories import ROTATION

ZONE = "America/Chicago"


async def enrolled(database: Database, clock, user: str, *ends: date) -> Student:
    """Make a student with a rotation that ended on each of *ends*, and a fact of one of them."""
    home = Address("test", "T1", user, user)
    async with database.write() as work:
        made = await work.use(Students).at(home, clock(), ZONE)
        for end in ends:
            rotation = await work.use(Rotations).add(
                made.id, replace(ROTATION, start=end - timedelta(days=27), end=end, midpoint_on=None)
            )
            await work.use(FactBook).set(made.id, "oriented", "true", now=clock(), rotation_id=rotation)
    return made


async def counts(database: Database, student: Student) -> dict[str, int]:
    async with database.read() as work:
        return {name: n for name, n in (await Everything(work).counts(student.id)).items() if n}


async def test_a_year_after_the_last_rotation_nothing_is_left(database, clock):
    last = clock().date() - STUDENTS_KEPT
    over = await enrolled(database, clock, "over", last - timedelta(days=1), last - timedelta(days=90))
    just = await enrolled(database, clock, "just", last)
    again = await enrolled(database, clock, "again", last - timedelta(days=400), clock().date())
    never = await enrolled(database, clock, "never")
    before = [await counts(database, each) for each in (just, again, never)]
    await sweep(database, clock())
    assert await counts(database, over) == {}
    assert [await counts(database, each) for each in (just, again, never)] == before


async def test_a_log_stays_with_whose_it_is_and_no_more(database, clock):
    writer = await enrolled(database, clock, "writer", clock().date() - timedelta(days=500))
    async with database.write() as work:
        await work.use(Students).change(writer.id, cadence="few", state="stopped")
        await work.use(Log).add(writer.id, 0, "", "taught the use of the doppler", clock())
    await sweep(database, clock())
    assert await counts(database, writer) == {"students": 1, "addresses": 1, "log_lines": 1}
    async with database.read() as work:
        left = (await work.use(Students).many([writer.id]))[writer.id]
        assert [line.text for line in await work.use(Log).latest(writer.id, 5)] == ["taught the use of the doppler"]
    assert left == Student(writer.id, writer.home, state="stopped")


async def test_many_go_batch_by_batch(database, clock):
    for n in range(5):
        await enrolled(database, clock, f"u{n}", clock().date() - timedelta(days=500))
    async with database.write() as work:
        assert await work.use(Everything).lapse(clock().date() - timedelta(days=365), most=3) == 3
    async with database.write() as work:
        assert await work.use(Everything).lapse(clock().date() - timedelta(days=365), most=3) == 2
    async with database.read() as work:
        for table in (students, addresses):
            assert await work.connection.scalar(select(func.count()).select_from(table)) == 0
        assert {table.name for table, _ in owned()} >= {"log_lines", "facts"}
