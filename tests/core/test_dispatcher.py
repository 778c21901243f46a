"""Once only, all or nothing, and an answer that is kept until it is sent."""

import asyncio
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from bot.core.inbound import ButtonPressed, CommandSent, Gone, Joined
from bot.domain.delivery import Delivery
from bot.domain.student import Address
from bot.storage.database import Away, Database
from bot.storage.deliveries import Deliveries
from bot.storage.schema import addresses, inbound, students
from bot.storage.students import Students
from tests.core.logged import logged
from tests.core.toys import Talk, body

TOO_OLD = "That message is too old for me to know."


async def test_one_event_a_hundred_times_at_once_has_one_effect(database, clock):
    """R7: every copy gets the same answer, until it was sent; then none does."""
    talk = Talk(database, clock)
    await talk.command("count")
    event = CommandSent(sender=talk.address, key="same", name="count")
    replies = await asyncio.gather(*(talk.dispatch(event) for _ in range(100)))
    assert {body(each) for each in replies} == {"tap 2"}
    assert all(each == replies[0] for each in replies)
    assert await talk.fact("taps") == "2"
    assert await talk.dispatch(event) == replies[0]
    await talk.dispatch.sent(event)
    assert await talk.dispatch(event) is None
    assert await talk.fact("taps") == "2"


async def test_a_stranger_is_welcomed_once_whatever_comes_at_once(database, clock):
    """The first events of somebody new, side by side, make one student, and each is handled."""
    talk = Talk(database, clock)
    events = [CommandSent(sender=talk.address, key=f"first{n}", name="count") for n in range(8)]
    replies = await asyncio.gather(*(talk.dispatch(each) for each in events))
    assert sorted(body(each) for each in replies) == [f"tap {n}" for n in range(1, 9)]
    async with database.read() as work:
        for table in (students, addresses):
            assert (await work.connection.execute(select(func.count()).select_from(table))).scalar_one() == 1


async def test_two_presses_at_once_come_one_after_the_other(database, clock):
    """The second press sees what the first one did: a transaction locks its student first."""
    talk = Talk(database, clock)
    await talk.command("count")
    presses = [ButtonPressed(sender=talk.address, key=f"press{n}", action="ward.tap") for n in range(20)]
    replies = await asyncio.gather(*(talk.dispatch(each) for each in presses))
    assert sorted(int(body(each).split()[1]) for each in replies) == list(range(2, 22))
    assert await talk.fact("taps") == "21"


async def test_the_same_key_from_another_tenant_is_another_event(database, clock):
    """Slack's ids are one workspace's own."""
    talk = Talk(database, clock)
    for team in ("T1", "T2"):
        event = CommandSent(sender=Address("test", team, "u1", "c1"), key="same", name="count")
        reply = await talk.dispatch(event)
        assert reply is not None
        assert body(reply) == "tap 1"


async def test_a_handler_that_fails_leaves_nothing_behind(database, clock):
    """The student gets a code, the log has it beside the fault and without what was typed."""
    talk = Talk(database, clock)
    await talk.command("count")
    event = CommandSent(sender=talk.address, key="k-boom", name="boom", text="Mrs. Alvarez in room 12")
    with logged() as log:
        reply = await talk.dispatch(event)
    assert reply is not None
    code = reply.cards[0].footer.rpartition(" ")[2]
    assert f"code='{code}'" in log.getvalue()
    assert "RuntimeError" in log.getvalue()
    assert "toys.py" in log.getvalue()
    # The exception's message quotes what was typed; the log must not.
    assert "Alvarez" not in log.getvalue()
    assert await talk.fact("taps") == "1"
    assert await talk.armed() == 0
    # The key went back too: the platform's next try is handled.
    async with database.read() as work:
        kept = (await work.connection.execute(select(inbound.c.key))).scalars().all()
    assert not any("k-boom" in key for key in kept)


async def test_sorry_undoes_what_was_begun_and_comes_once(database, clock):
    """An apology is an answer like any other: kept until sent, its effects undone."""
    talk = Talk(database, clock)
    await talk.command("count")
    event = CommandSent(sender=talk.address, key="s", name="sorry")
    reply = await talk.dispatch(event)
    assert reply is not None
    assert body(reply) == "No rotation yet. `/start` makes one."
    assert await talk.fact("taps") == "1"
    assert await talk.armed() == 0
    assert await talk.dispatch(event) == reply
    await talk.dispatch.sent(event)
    assert await talk.dispatch(event) is None


async def test_sorry_a_hundred_times_at_once_is_one_answer(database, clock):
    """Copies of an event that ends in an apology all get that apology."""
    talk = Talk(database, clock)
    await talk.command("count")
    event = CommandSent(sender=talk.address, key="s", name="sorry")
    replies = await asyncio.gather(*(talk.dispatch(event) for _ in range(30)))
    assert len({body(each) for each in replies}) == 1
    assert await talk.fact("taps") == "1"


async def test_a_locked_sqlite_file_is_away_and_nothing_is_half_done(sqlite_url, seal, clock):
    """Another program holds the file: the event is not told to have arrived, and comes again."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    database = Database(sqlite_url, seal)
    talk = Talk(database, clock)
    await talk.command("count")
    async with database.write() as work:
        await work.connection.exec_driver_sql("PRAGMA busy_timeout=50")
    event = CommandSent(sender=talk.address, key="later", name="count")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Away):
        await talk.dispatch(event)
    other.execute("ROLLBACK")
    other.close()
    assert await talk.fact("taps") == "1"
    reply = await talk.dispatch(event)
    assert reply is not None
    assert body(reply) == "tap 2"
    await database.close()


async def test_a_database_that_hangs_up_is_away_and_comes_back(postgres_url, seal, clock):
    """PostgreSQL ends our connections: the event raises, and its next delivery is handled."""
    database = Database(postgres_url, seal)
    talk = Talk(database, clock)
    await talk.command("count")
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    event = CommandSent(sender=talk.address, key="later", name="count")
    with pytest.raises(Away):
        await talk.dispatch(event)
    assert await talk.fact("taps") == "1"
    reply = await talk.dispatch(event)
    assert reply is not None
    assert body(reply) == "tap 2"
    await database.close()


async def test_a_pool_with_no_connection_left_is_away(postgres_url, seal, clock):
    """Waiting in vain for a connection commits nothing, so it must not pass for a handled event."""
    database = Database(postgres_url, seal, pool=1)
    database._writer.sync_engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    talk = Talk(database, clock)
    await talk.command("count")
    async with database.write():
        with pytest.raises(Away):
            await talk.command("count")
    await database.close()


async def pushed(database: Database, talk: Talk, number: int) -> None:
    """Let the talker have had the push *number*."""
    async with database.write() as work:
        student = await work.use(Students).at(talk.address, talk.clock())
        made = Delivery(number, student.id, "armed", "slot-7", 0, "", "", "", "", composed_at=talk.clock())
        await work.use(Deliveries).composed([made])


async def test_a_stamp_brings_back_the_push_it_belongs_to(database, clock):
    """The button's own push is what the handler sees, and its answer is noted."""
    talk = Talk(database, clock)
    await pushed(database, talk, 41)
    event = ButtonPressed(sender=talk.address, key="p", action="ward.tap", value="~41 x")
    assert body(await talk.send(event)) == "tap 1 about slot-7, value x"
    async with database.read() as work:
        student = await work.use(Students).find(talk.address)
        assert student is not None
        push = await work.use(Deliveries).owned(41, student.id)
    assert push is not None
    assert (push.answer, push.answered_at) == ("ward.tap x", clock())


@pytest.mark.parametrize(
    "stamp", ["~41", "~42", "~0", "~-1", "~", "~4 1", "~٤١", "~41; DROP TABLE students", "~" + "9" * 30]
)
async def test_a_stamp_of_somebody_else_or_of_nobody_is_too_old(sqlite, clock, stamp):
    """Stamps can be forged, so they must be the presser's own; nothing is done for another's."""
    owner, thief = Talk(sqlite, clock), Talk(sqlite, clock, address=Address("test", "", "u2", "c2"))
    await pushed(sqlite, owner, 41)
    reply = await thief.send(ButtonPressed(sender=thief.address, key="p", action="ward.tap", value=stamp))
    assert body(reply).startswith(TOO_OLD)
    assert await thief.fact("taps") is None
    async with sqlite.read() as work:
        student = await work.use(Students).find(owner.address)
        assert student is not None
        push = await work.use(Deliveries).owned(41, student.id)
    assert push is not None
    assert push.answered_at is None


async def test_unknown_buttons_forms_and_commands_are_answered(sqlite, clock):
    """What an older version showed gets a line, never silence."""
    talk = Talk(sqlite, clock)
    assert "older version" in body(
        await talk.send(ButtonPressed(sender=talk.address, key="a", action="gone.verb", value=""))
    )
    assert "older version" in body(await talk.fill("gone"))
    assert body(await talk.command("nonsense")) == "words"


async def test_gone_stops_and_a_word_brings_back(sqlite, clock):
    """A student who blocked the bot and writes again is active again."""
    talk = Talk(sqlite, clock)
    await talk.command("count")
    assert await talk.dispatch(Gone(sender=talk.address, key="g")) is None
    async with sqlite.read() as work:
        found = await work.use(Students).find(talk.address)
    assert found is not None
    assert found.state == "gone"
    assert await talk.dispatch(Joined(sender=talk.address, key="j")) is None
    async with sqlite.read() as work:
        found = await work.use(Students).find(talk.address)
    assert found is not None
    assert found.state == "active"


async def test_a_long_key_keeps_its_identity(sqlite, clock):
    """Keys longer than the column still tell two events apart."""
    talk = Talk(sqlite, clock)
    for end in ("a", "b"):
        reply = await talk.dispatch(CommandSent(sender=talk.address, key="x" * 200 + end, name="count"))
        assert reply is not None
    assert await talk.fact("taps") == "2"


async def test_the_kept_answer_is_sealed_and_forgotten(sqlite, clock):
    """What waits to be sent can't be read in the database, and is gone once it was sent."""
    talk = Talk(sqlite, clock)
    event = CommandSent(sender=talk.address, key="k", name="count")
    await talk.dispatch(event)
    async with sqlite.read() as work:
        kept = (await work.connection.execute(select(inbound.c.reply))).scalar_one()
    assert kept is not None
    assert b"tap" not in kept
    await talk.dispatch.sent(event)
    await talk.dispatch.close()
    async with sqlite.read() as work:
        assert (await work.connection.execute(select(inbound.c.reply))).scalar_one() is None


async def test_what_was_sent_while_the_database_was_away_is_written_down_later(sqlite_url, seal, clock):
    """Until then this process knows it: the event is not answered a second time, and the copy goes in the end."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    database = Database(sqlite_url, seal)
    talk = Talk(database, clock)
    event = CommandSent(sender=talk.address, key="k", name="count")
    await talk.dispatch(event)
    async with database.write() as work:
        await work.connection.exec_driver_sql("PRAGMA busy_timeout=50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    await talk.dispatch.sent(event)
    await talk.dispatch.close()
    other.execute("ROLLBACK")
    other.close()
    assert await talk.dispatch(event) is None
    await talk.dispatch.close()
    async with database.read() as work:
        assert (await work.connection.execute(select(inbound.c.reply))).scalar_one() is None
    await database.close()


async def test_a_history_that_was_not_read_is_not_taken_for_an_empty_one(database, clock):
    """A command that says it needs none, and looks at it all the same, fails where anybody sees it."""
    talk = Talk(database, clock)
    assert "Something broke" in body(await talk.command("peek"))
