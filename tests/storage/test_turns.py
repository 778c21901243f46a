"""Turns that share a flush: to each it is a transaction of its own."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.storage.database import Away
from bot.storage.marks import Marks
from bot.storage.turns import turns


@pytest.fixture
def turn(sqlite):
    return turns(sqlite)


async def marked(database, *names):
    async with database.read() as work:
        return [await work.use(Marks).get(name) for name in names]


def spoil(database):
    Path(database.url.database).write_bytes(b"no database " * 400)


async def test_turns_at_once_share_one_transaction(sqlite, turn):
    """Forty that come together are a few commits, and no update is lost."""
    commits = []
    event.listen(sqlite._writer.sync_engine, "commit", commits.append)

    async def bump():
        async with turn() as work:
            await work.use(Marks).set("n", str(int(await work.use(Marks).get("n") or 0) + 1))

    await asyncio.gather(*(bump() for _ in range(40)))
    assert await marked(sqlite, "n") == ["40"]
    assert len(commits) < 10


async def test_what_one_turn_raises_undoes_that_turn_alone(sqlite, turn):
    """Its neighbors' effects stand, and it is told what it raised."""

    async def act(name, fault=None):
        async with turn() as work:
            await work.use(Marks).set(name, "1")
            if fault is not None:
                raise fault

    done = await asyncio.gather(act("a"), act("b", RuntimeError("no")), act("c"), return_exceptions=True)
    assert [type(each).__name__ for each in done] == ["NoneType", "RuntimeError", "NoneType"]
    assert await marked(sqlite, "a", "b", "c") == ["1", "", "1"]


async def test_nobody_goes_on_before_the_flush(sqlite, turn):
    """When a turn is over, another connection reads what it wrote."""

    async def act(name):
        async with turn() as work:
            await work.use(Marks).set(name, "1")
        return await marked(sqlite, name)

    assert await asyncio.gather(*(act(str(n)) for n in range(12))) == [["1"]] * 12


async def test_a_commit_that_fails_is_told_to_all_who_shared_it(sqlite, turn):
    """None of them may tell a platform that its event arrived."""

    async def act(name):
        async with turn() as work:
            await work.use(Marks).set(name, "1")

    async def break_it():
        async with turn() as work:
            # A reference to nobody, looked at only when the transaction ends.
            await work.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            await work.connection.execute(
                text("INSERT INTO interviews (student_id, form, at) VALUES (999, x'00', 0)"),
            )

    done = await asyncio.gather(act("a"), break_it(), act("b"), return_exceptions=True)
    assert [type(each) for each in done] == [Away] * 3
    assert await marked(sqlite, "a", "b") == ["", ""]
    await act("c")
    assert await marked(sqlite, "c") == ["1"]


async def test_a_transaction_lost_on_the_way_is_told_to_all_before(sqlite, turn):
    """SQLite takes the whole transaction back where the disk is full: whoever shared it must know."""

    async def act(name):
        async with turn() as work:
            await work.use(Marks).set(name, "1")

    async def lose_it():
        async with turn() as work:
            await work.use(Marks).set("b", "1")
            work.near.execute("ROLLBACK")

    done = await asyncio.gather(act("a"), lose_it(), act("c"), return_exceptions=True)
    assert [type(each).__name__ for each in done] == ["Away", "Away", "NoneType"]
    assert await marked(sqlite, "a", "b", "c") == ["", "", "1"]


@pytest.mark.parametrize("hops", range(8))
async def test_a_canceled_turn_holds_up_nobody(sqlite, turn, hops):
    """Wherever it was: waiting, let in, at work, or waiting for the flush."""

    async def act(name):
        async with turn() as work:
            await work.use(Marks).set(name, "1")
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(act(name)) for name in "abc"]
    for _ in range(hops):
        await asyncio.sleep(0)
    tasks[1].cancel()
    async with asyncio.timeout(10):
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await act("d")
    kept = await marked(sqlite, "a", "c", "d")
    assert kept == ["1", "1", "1"]


async def test_a_database_that_is_away_is_told_to_whoever_waits(sqlite, turn):
    """And to the next one again: nobody waits for good."""
    await sqlite.close()
    spoil(sqlite)

    async def act():
        async with turn() as work:
            await work.use(Marks).set("a", "1")

    async with asyncio.timeout(10):
        done = await asyncio.gather(*(act() for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in done] == [Away] * 3
        with pytest.raises(Away):
            await act()


async def test_closing_waits_for_whoever_is_in_a_turn(sqlite, turn):
    """Its connection goes with the database: closed around it, it would be left open for nobody."""
    pool, order, go = sqlite._writer.sync_engine.pool, [], asyncio.Event()

    async def slow():
        async with turn():
            entered.set()
            await go.wait()
        order.append("turn")

    async def close():
        await sqlite.close()
        order.append("closed")

    entered = asyncio.Event()
    running = asyncio.create_task(slow())
    await entered.wait()
    closing = asyncio.create_task(close())
    for _ in range(50):  # more than closing every idle connection takes
        await asyncio.to_thread(len, "")
    go.set()
    await asyncio.gather(running, closing)
    assert order == ["turn", "closed"]
    assert pool.checkedout() == 0
