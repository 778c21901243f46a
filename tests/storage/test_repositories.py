"""The edges of what features share of the database."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import text

from bot.domain.delivery import Delivery
from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address
from bot.storage.claims import CANCELLED, DEAD, SENT, Claims, Ended, PutBack
from bot.storage.deliveries import SEEN_FOR, Deliveries
from bot.storage.everything import SHARED, Everything, owned
from bot.storage.facts import FactBook
from bot.storage.interviews import Interviews
from bot.storage.keys import Keys
from bot.storage.marks import Marks
from bot.storage.nudges import Nudge, Nudges
from bot.storage.outbox import Outbox, Planned
from bot.storage.pace import Pace
from bot.storage.schema import metadata
from bot.storage.students import Rotations, Students
from tests.storage import filled

HERE = Address("test", "T1", "u1", "c1")
ROTATION = Rotation(
    0,
    "im",
    "observer",
    date(2026, 11, 30),
    date(2026, 12, 27),
    Hours(time(6, 30), time(11), time(17), time(20), time(8), 30),
    days_off=frozenset({5, 6}),
    leave=frozenset({date(2026, 12, 25), date(2026, 12, 24)}),
    nights=((date(2026, 12, 1), date(2026, 12, 3)), (date(2026, 12, 8), date(2026, 12, 8))),
    midpoint_on=date(2026, 12, 14),
)


async def test_a_student_is_found_where_they_wrote_from_and_keeps_every_setting(database, clock):
    """What is set comes back as it was; the same person writes from a new chat and is followed."""
    async with database.write() as work:
        made = await work.use(Students).at(HERE, clock())
        await work.use(Students).change(
            made.id, zone="America/Chicago", home_zone="Asia/Manila", arrives=date(2026, 11, 28), tip_at=time(6, 5),
            quiet_from=time(22), quiet_to=time(5), cadence="few", paused_until=date(2026, 12, 1),
        )  # fmt: skip
    async with database.write() as work:
        moved = await work.use(Students).at(replace(HERE, chat="c2"), clock())
        assert moved.id in work.changed
    async with database.read() as work:
        found = await work.use(Students).find(HERE)
        assert (await work.use(Students).many([made.id, 999]))[made.id] == found
    assert found == replace(
        made, home=replace(HERE, chat="c2"), zone="America/Chicago", home_zone="Asia/Manila", arrives=date(2026, 11, 28),
        tip_at=time(6, 5), quiet_from=time(22), quiet_to=time(5), cadence="few", paused_until=date(2026, 12, 1),
    )  # fmt: skip


async def test_nobody_is_found_where_nobody_wrote(database):
    """Looking makes no student."""
    async with database.read() as work:
        assert await work.use(Students).find(HERE) is None
        assert await work.use(Students).many([]) == {}
        assert await work.use(Rotations).of([]) == {}
        assert await work.use(FactBook).of([1]) != {}
        assert await work.use(Deliveries).owned(1, 1) is None
        assert await work.use(Nudges).next_due() is None


async def test_a_rotation_comes_back_as_it_was(database, clock):
    """Nights, leave, days off and hours included; another student can't change or remove it."""
    async with database.write() as work:
        student = await work.use(Students).at(HERE, clock())
        other = await work.use(Students).at(replace(HERE, user="u2"), clock())
        made = await work.use(Rotations).add(student.id, ROTATION)
        await work.use(Rotations).change(other.id, replace(ROTATION, id=made, specialty="peds"))
        await work.use(Rotations).remove(other.id, made)
    async with database.read() as work:
        assert (await work.use(Rotations).of([student.id, other.id])) == {
            student.id: (replace(ROTATION, id=made),),
            other.id: (),
        }
    async with database.write() as work:
        await work.use(Rotations).change(
            student.id, replace(ROTATION, id=made, leave=frozenset(), nights=(), midpoint_on=None)
        )
        bare = (await work.use(Rotations).of([student.id]))[student.id][0]
        assert (bare.leave, bare.nights, bare.midpoint_on) == (frozenset(), (), None)
        await work.use(Rotations).remove(student.id, made)
        assert (await work.use(Rotations).of([student.id]))[student.id] == ()


async def test_a_fact_keeps_one_row_and_tells_itself_apart(database, clock):
    """Set again it is rewritten; another rotation, person or name is another fact; clearing none is fine."""
    async with database.write() as work:
        student = (await work.use(Students).at(HERE, clock())).id
        book = work.use(FactBook)
        await book.set(student, "asked", "1", now=clock())
        await book.set(student, "asked", "2", now=clock(), note="a line")
        await book.set(student, "asked", "3", now=clock(), about="attending")
        await book.set(student, "asked", "4", now=clock(), rotation_id=7)
        facts = (await book.of([student]))[student]
        assert facts.get("asked") is not None
        assert facts.get("asked").value == "2"
        assert facts.get("asked").noted
        assert await book.note(student, "asked") == "a line"
        await book.clear(student, "asked", about="attending")
        await book.clear(student, "never")
        rows = (await work.connection.execute(text("SELECT count(*) FROM facts"))).scalar_one()
        assert rows == 2
        await book.set(student, "asked", "2", now=clock())
        assert await book.note(student, "asked") == ""


@pytest.mark.parametrize(
    "value", ["'; DROP TABLE students; --", "%s :name {clock}", "\u202e💊 ' \" \\", "NULL", "x'00'"]
)
async def test_words_are_values_and_never_statements(database, clock, value):
    """Whatever stands in a name, a fact, a note or a mark comes back as it went in."""
    async with database.write() as work:
        student = await work.use(Students).at(Address("test", value[:20], value[:20], value[:20]), clock())
        await work.use(FactBook).set(student.id, "f", value, now=clock(), about=value[:20], note=value)
        await work.use(Marks).set("m", value)
        await work.use(Interviews).put(student.id, value, clock())
        assert await work.use(Keys).take("test", value, student.id, clock())
        assert not await work.use(Keys).take("test", value, student.id, clock())
    async with database.read() as work:
        assert await work.use(FactBook).note(student.id, "f", about=value[:20]) == value
        assert await work.use(Marks).get("m") == value
        assert await work.use(Interviews).of(student.id) == value
        assert (await work.connection.execute(text("SELECT count(*) FROM students"))).scalar_one() == 1


async def test_the_history_belongs_to_one_student_and_ends_after_400_days(database, clock):
    """Composing again rewrites; the first answer counts; what is too old is no longer seen."""
    async with database.write() as work:
        student = (await work.use(Students).at(HERE, clock())).id
        other = (await work.use(Students).at(replace(HERE, user="u2"), clock())).id
        history = work.use(Deliveries)
        push = Delivery(5, student, "tip", "s", 0, "", "tip-a", "morning", "because", clock())
        await history.composed([push])
        await history.composed([push._replace(item="tip-b", reason="x" * 900)])
        await history.composed([])
        assert await history.owned(5, other) is None
        assert (await history.seen([student], clock()))[student] == ()
        await work.connection.execute(text("UPDATE deliveries SET sent_at = composed_at"))
        seen = (await history.seen([student, other], clock()))[student]
        assert [(each.item, len(each.reason)) for each in seen] == [("tip-b", 400)]
        await history.answered(5, "first", clock())
        await history.answered(5, "second", clock() + timedelta(seconds=1))
        owned_push = await history.owned(5, student)
        assert owned_push is not None
        assert owned_push.answer == "first"
        assert (await history.seen([student], clock() + SEEN_FOR + timedelta(days=1)))[student] == ()
        assert await history.sweep(clock()) == 0
        assert await history.sweep(clock() + timedelta(milliseconds=1)) == 1
        assert await history.owned(5, student) is None


async def test_a_nudge_has_one_row_per_slot_and_moves(database, clock):
    """Put again it moves; canceling by name takes all slots, by slot one."""
    async with database.write() as work:
        student = (await work.use(Students).at(HERE, clock())).id
        nudges = work.use(Nudges)
        due = Nudge(0, student, "ask", "1", 0, clock(), None, 10)
        await nudges.put([due, due._replace(slot="2"), due._replace(name="tip", slot="")])
        await nudges.put([due._replace(due_at=clock() + timedelta(hours=1))])
        await nudges.put([])
        await nudges.remove([])
        assert [each.slot for each in await nudges.due(clock(), 10)] != []
        assert len(await nudges.due(clock(), 1)) == 1
        assert await nudges.next_due() == clock()
        assert await nudges.cancel(student, "ask", "2") == 1
        assert await nudges.cancel(student, "ask") == 1
        assert [each.name for each in await nudges.of(student)] == ["tip"]


def planned(student: int, key: str, now, **more) -> Planned:
    made = Planned(student, key, "tip", "", 0, "morning", "b", 2, now, now, now + timedelta(hours=3))
    return made._replace(**more)


async def test_the_outbox_takes_a_key_once_and_lets_others_join(database, clock):
    """A second nudge joins a push of the day that waits, with the later end; what was sent takes nobody in."""
    async with database.write() as work:
        student = (await work.use(Students).at(HERE, clock())).id
        outbox, claims = work.use(Outbox), work.use(Claims)
        later = clock() + timedelta(hours=9)
        await outbox.add([], {})
        await outbox.add([planned(student, "k", clock()), planned(student, "k", clock())], {"b": 10})
        await outbox.add([planned(student, "k", clock(), names="step", expires_at=later)], {"b": 10})
        assert await outbox.depth() == {2: 1}
        (row,) = await claims.claim(clock(), "me", 5)
        assert row.names == ("tip", "step")
        assert row.expires_at == later
        assert await claims.sent([row.id], "me", clock()) == 1
        assert await claims.sent([row.id], "me", clock()) == 0
        assert await claims.sent([], "me", clock()) == 0
        await outbox.add([planned(student, "k", clock(), names="late")], {"b": 10})
        assert await claims.claim(clock(), "me", 5) == []
        assert await outbox.depth() == {}


async def test_only_the_owner_ends_or_gives_back_a_row(database, clock):
    """Another worker's word changes nothing; a try that is not counted is taken back."""
    async with database.write() as work:
        student = (await work.use(Students).at(HERE, clock())).id
        outbox, claims = work.use(Outbox), work.use(Claims)
        await outbox.add([planned(student, "k", clock())], {"b": 10})
        (row,) = await claims.claim(clock(), "me", 5)
        assert row.attempts == 1
        await claims.end([Ended(row.id, DEAD)], "other", clock())
        await claims.put_back([PutBack(row.id, clock(), counted=True)], "other")
        await claims.put_back([PutBack(row.id, clock(), counted=False, fault="x" * 900)], "me")
        (row,) = await claims.claim(clock(), "me", 5)
        assert row.attempts == 1
        await claims.put_back([PutBack(row.id, clock() + timedelta(seconds=5), counted=True)], "me")
        assert await claims.claim(clock(), "me", 5) == []
        (row,) = await claims.claim(clock() + timedelta(seconds=5), "me", 5)
        assert row.attempts == 2
        await claims.end([Ended(row.id, CANCELLED)], "me", clock())
        status = (await work.connection.execute(text("SELECT status FROM outbox"))).scalar_one()
        assert status == CANCELLED


async def test_leases_of_the_living_are_not_reaped(database, clock):
    """A worker with a heartbeat keeps its rows; without one they are free."""
    async with database.write() as work:
        student = (await work.use(Students).at(HERE, clock())).id
        outbox, claims = work.use(Outbox), work.use(Claims)
        await outbox.add([planned(student, "a", clock()), planned(student, "b", clock())], {"b": 10})
        await work.use(Pace).beat("alive", "")
        await claims.claim(clock(), "alive", 1)
        await claims.claim(clock(), "dead", 1)
        assert await claims.reap() == 1
        await work.connection.execute(text("UPDATE workers SET beat_at = beat_at - 31000000"))
        assert await claims.reap() == 1


async def test_closed_rows_are_swept_and_waiting_ones_stay(database, clock):
    """Only what was closed before the given instant goes."""
    async with database.write() as work:
        student = (await work.use(Students).at(HERE, clock())).id
        outbox, claims = work.use(Outbox), work.use(Claims)
        await outbox.add([planned(student, key, clock()) for key in "abc"], {"b": 10})
        rows = await claims.claim(clock(), "me", 2)
        await claims.sent([rows[0].id], "me", clock() - timedelta(days=9))
        await claims.sent([rows[1].id], "me", clock())
        assert await outbox.sweep(clock() - timedelta(days=4)) == 1
        left = (await work.connection.execute(text("SELECT status FROM outbox ORDER BY status"))).scalars().all()
        assert list(left) == [0, SENT]


async def test_no_number_comes_again(database, clock):
    """A push's history, a rotation's facts and a student's keys are kept under numbers that mean nobody else's later."""
    async with database.write() as work:
        students, outbox = work.use(Students), work.use(Outbox)
        student = (await students.at(HERE, clock())).id
        await outbox.add([planned(student, "a", clock())], {"b": 10})
        (row,) = await work.use(Claims).claim(clock(), "me", 1)
        await work.use(Claims).sent([row.id], "me", clock() - timedelta(days=9))
        assert await outbox.sweep(clock() - timedelta(days=4)) == 1
        await outbox.add([planned(student, "b", clock())], {"b": 10})
        (later,) = await work.use(Claims).claim(clock(), "me", 1)
        assert later.id > row.id

        first = await work.use(Rotations).add(student, ROTATION)
        await work.use(Rotations).remove(student, first)
        assert await work.use(Rotations).add(student, ROTATION) > first

        await work.use(Everything).erase(student)
        assert (await students.at(HERE, clock())).id > student


async def test_a_named_lease_has_one_holder(database):
    """It is renewed by its holder, refused to others, free when given back or run out."""
    async with database.write() as work:
        pace = work.use(Pace)
        assert await pace.hold("poller", "a", 30)
        assert await pace.hold("poller", "a", 30)
        assert not await pace.hold("poller", "b", 30)
        await pace.release("poller", "b")
        assert not await pace.hold("poller", "b", 30)
        await pace.release("poller", "a")
        assert await pace.hold("poller", "b", 30)
        await work.connection.execute(text("UPDATE leases SET until = 0"))
        assert await pace.hold("poller", "a", 30)


def test_every_table_says_whose_it_is():
    """A table is the service's own, by name, or has a student's column, so that export and erasure can't miss it."""
    assert filled.metadata is metadata
    told = {table.name for table, _ in owned()}
    assert told | SHARED == set(metadata.tables)
    assert not told & SHARED


async def test_erasing_leaves_nothing_of_one_and_all_of_the_other(database, clock):
    """Whatever tables there are: a row in each for two students, then one is erased."""
    async with database.write() as work:
        await work.connection.run_sync(filled.fill, 2)
        other = await work.use(Students).at(Address("test", "T9", "u9", "c9"), clock())
        await work.use(FactBook).set(other.id, "stays", now=clock(), note="mine")
    async with database.write() as work:
        before = await work.use(Everything).counts(1)
        assert all(before.values())
        erased = await work.use(Everything).erase(1)
        assert set(erased) == set(before)
    async with database.read() as work:
        assert not any((await work.use(Everything).counts(1)).values())
        assert (await work.use(Everything).counts(other.id))["facts"] == 1
        assert (await work.use(Everything).dump(other.id))["facts"][0]["note"] == "mine"
        assert await work.use(Everything).notes(other.id) == 1
