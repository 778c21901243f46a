"""Transactions, one writer, one process a file."""

import asyncio
import contextlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from bot.storage.database import Away, Database, InUse, driver_options, normal
from bot.storage.marks import Marks
from bot.storage.types import instant_of, millis


async def test_a_block_that_fails_leaves_nothing(database):
    """All or nothing, whatever was raised."""

    async def fail() -> None:
        async with database.write() as work:
            await work.use(Marks).set("a", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.read() as work:
        assert await work.use(Marks).get("a") == ""


async def test_a_block_canceled_while_the_driver_works_leaves_nothing_and_the_writer_goes_on(database):
    """Whoever is canceled in a batch or a commit takes neither the connection from under it nor the process down."""
    for n in range(12):
        begun = asyncio.Event()

        async def fill(n: int = n, begun: asyncio.Event = begun) -> None:
            async with database.write() as work:
                begun.set()
                rows = [{"name": f"{n}-{each}", "value": "x" * 300} for each in range(3000)]
                await work.connection.execute(text("INSERT INTO settings (name, value) VALUES (:name, :value)"), rows)
                await asyncio.Event().wait()

        task = asyncio.create_task(fill())
        await begun.wait()
        for _ in range(n):
            await asyncio.sleep(0)
        task.cancel()
        # A driver may answer with an error of its own to being canceled in the middle of a batch.
        await asyncio.gather(task, return_exceptions=True)
        async with database.write() as work:
            assert await work.use(Marks).get(f"{n}-0") == ""
            await work.use(Marks).set("a", str(n))


async def test_a_canceled_block_leaves_nothing_and_the_writer_goes_on(database):
    """A task that is canceled in its transaction neither commits nor holds up the next one."""
    begun = asyncio.Event()

    async def stuck() -> None:
        async with database.write() as work:
            await work.use(Marks).set("a", "1")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await begun.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10):
        async with database.write() as work:
            assert await work.use(Marks).get("a") == ""
            await work.use(Marks).set("a", "2")


async def test_readers_see_what_was_committed_while_somebody_writes(database):
    """A writer holds up no reader."""
    async with database.write() as work:
        await work.use(Marks).set("a", "1")
    async with database.write() as work:
        await work.use(Marks).set("a", "2")
        async with asyncio.timeout(5), database.read() as other:
            assert await other.use(Marks).get("a") == "1"


async def test_many_writers_at_once_lose_no_update(database):
    """Read and write in one transaction behind a lock: forty increments are forty."""
    async with database.write() as work:
        await work.use(Marks).set("n", "0")

    async def bump() -> None:
        async with database.write() as work:
            lock = " FOR UPDATE" if work.dialect == "postgresql" else ""
            found = await work.connection.execute(text(f"SELECT value FROM settings WHERE name = 'n'{lock}"))
            await work.use(Marks).set("n", str(int(found.scalar_one()) + 1))

    await asyncio.gather(*(bump() for _ in range(40)))
    async with database.read() as work:
        assert await work.use(Marks).get("n") == "40"


async def test_sqlite_is_set_up_to_keep_what_it_took(sqlite):
    """Write-ahead, flushed at every commit, foreign keys on, deleted text overwritten."""
    async with sqlite.write() as work:
        found = {
            name: (await work.connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


async def test_a_file_that_is_no_database_is_away(tmp_path, seal):
    """And not a fault of some other kind that would pass for a handled event."""
    path = tmp_path / "bad.db"
    path.write_bytes(b"this is no database at all, and long enough to be looked at" * 40)
    database = Database(f"sqlite:///{path}", seal)
    with pytest.raises(Away):
        async with database.read() as work:
            await work.use(Marks).get("a")
    await database.close()


async def test_a_postgres_that_is_not_there_is_away(seal):
    """Nobody listens at the port."""
    database = Database("postgresql://nobody:none@127.0.0.1:1/none", seal)
    with pytest.raises(Away):
        async with database.read():
            pass
    await database.close()


async def test_one_sqlite_file_serves_one_process(sqlite_url, seal, process):
    """A second process is refused with a sentence and exit 2, and may start when the first has ended."""
    holding = Database(sqlite_url, seal)
    holding.claim_file()
    holding.claim_file()
    other = Database(sqlite_url, seal)
    with pytest.raises(InUse):
        other.claim_file()
    refused: subprocess.CompletedProcess[str] = await asyncio.to_thread(process, "run", DATABASE_URL=sqlite_url)
    assert refused.returncode == 2
    lines = refused.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("DATABASE_URL: ")
    assert "PostgreSQL" in lines[0]
    assert "Traceback" not in refused.stderr
    await holding.close()
    other.claim_file()
    await other.close()


def test_a_dead_process_holds_no_file(sqlite_url, seal):
    """The lock ends with its process, however that ended."""
    code = (
        "import sys, os\nfrom bot.storage.database import Database\nfrom bot.storage.types import Seal\n"
        "url, key = sys.stdin.read().split()\nDatabase(url, Seal((key,))).claim_file()\nos.kill(os.getpid(), 9)"
    )
    from cryptography.fernet import Fernet

    ended = subprocess.run(
        [sys.executable, "-c", code], input=f"{sqlite_url} {Fernet.generate_key().decode()}", text=True, check=False
    )
    assert ended.returncode == -9
    again = Database(sqlite_url, seal)
    again.claim_file()
    asyncio.run(again.close())


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///a/b.db", "sqlite+aiosqlite"),
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql://u:p@h:5433/d?sslmode=require", "postgresql+psycopg"),
    ],
)
def test_addresses_are_read_as_hosts_write_them(given, driver):
    """The short form of hosting services too; nothing else of it changes."""
    made = normal(given)
    assert made.drivername == driver
    assert made.database in ("a/b.db", "d")
    assert dict(made.query) == ({"sslmode": "require"} if "?" in given else {})


def test_a_pooler_s_wish_goes_to_the_driver_and_not_into_the_address():
    """`none` prepares nothing, a number is when to begin; the server never sees either."""
    for said, wanted in (("none", None), ("0", 0), ("3", 3)):
        url = f"postgresql://u:p@h/d?sslmode=require&prepare_threshold={said}"
        assert dict(normal(url).query) == {"sslmode": "require"}
        assert driver_options(url) == {"prepare_threshold": wanted}
    assert driver_options("postgresql://u:p@h/d") == {}


async def test_without_prepared_statements_everything_still_runs(postgres_url, seal):
    """Often enough that the driver would have begun to prepare."""
    database = Database(f"{postgres_url}&prepare_threshold=none", seal)
    for _ in range(8):
        async with database.read() as work:
            assert (await work.run("SELECT count(*) FROM students")).value == 0
            prepared = (await work.run("SELECT count(*) FROM pg_prepared_statements")).value
    await database.close()
    assert prepared == 0


def test_instants_are_kept_to_the_millisecond_and_aware():
    """A naive one has no place; another zone's is the same instant."""
    at = datetime(2026, 11, 30, 7, 0, 0, 123000, tzinfo=timezone(timedelta(hours=-6)))
    assert instant_of(millis(at)) == at
    assert instant_of(millis(at)).tzinfo is UTC
    with pytest.raises(ValueError, match="naive"):
        millis(at.replace(tzinfo=None))
    assert json.dumps(millis(at)) == str(millis(at))


async def test_whom_somebody_waits_for_goes_first(sqlite):
    """Of those that wait for SQLite's writer, the hurried one is next, and the patient one is not forgotten."""
    order: list[str] = []

    async def write(name: str, *, hurried: bool) -> None:
        async with sqlite.write(hurried=hurried):
            order.append(name)

    async with sqlite.write():
        hurry = asyncio.create_task(write("hurried", hurried=True))
        await asyncio.sleep(0)
        patient = asyncio.create_task(write("patient", hurried=False))
        await asyncio.sleep(0)
    await asyncio.gather(hurry, patient)
    assert order == ["hurried", "patient"]
