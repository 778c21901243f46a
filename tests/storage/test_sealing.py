"""Free text at rest: sealed everywhere, opened by every key given, by no other."""

import subprocess
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bot.features.log.store import Log
from bot.platforms.slack.installs import Installs
from bot.storage.database import Database
from bot.storage.facts import FactBook
from bot.storage.interviews import Interviews
from bot.storage.keys import Keys
from bot.storage.marks import Marks
from bot.storage.students import Students
from bot.storage.types import Seal, WrongKey
from tests.schedule.world import Address

CANARY = "canary-7f3a-sang-in-the-mine"
HERE = Address("test", "", "u1", "c1")


async def write_everywhere(database: Database, now) -> int:
    """Put the canary wherever text of a student, or a token, is kept."""
    async with database.write() as work:
        student = await work.use(Students).at(HERE, now)
        await work.use(FactBook).set(student.id, "note", "yes", now=now, note=CANARY)
        await work.use(Interviews).put(student.id, CANARY, now)
        await work.use(Log).add(student.id, 0, "seen", CANARY, now)
        await work.use(Installs).put("T1", CANARY, now)
        await work.use(Keys).take("test", "k", student.id, now)
        await work.use(Keys).keep("test", "k", CANARY)
        await work.use(Marks).check_seal()
    return student.id


async def read_everywhere(database: Database, student_id: int) -> list[str]:
    async with database.read() as work:
        return [
            await work.use(FactBook).note(student_id, "note"),
            (await work.use(FactBook).notes(student_id))[0].text,
            await work.use(Interviews).of(student_id) or "",
            (await work.use(Log).latest(student_id, 1))[0].text,
            await work.use(Installs).of("T1") or "",
            await work.use(Keys).kept("test", "k") or "",
        ]


async def test_no_free_text_stands_in_the_sqlite_files(sqlite_url, seal, clock):
    """Neither in the database nor in what is written ahead, while it is open and after."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    database = Database(sqlite_url, seal)
    await write_everywhere(database, clock())
    while_open = b"".join(each.read_bytes() for each in path.parent.glob("test.db*"))
    assert path.with_name("test.db-wal").exists()
    await database.close()
    after = b"".join(each.read_bytes() for each in path.parent.glob("test.db*"))
    for kept in (while_open, after):
        assert CANARY.encode() not in kept
        assert b"u1" in kept


async def test_no_free_text_stands_in_postgres(postgres_url, seal, clock):
    """A dump of every table does not hold it."""
    database = Database(postgres_url, seal)
    await write_everywhere(database, clock())
    await database.close()
    with psycopg.connect(postgres_url) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        dumped = b""
        for name in names:
            with connection.cursor().copy(f"COPY {name} TO STDOUT (FORMAT binary)") as copy:
                dumped += b"".join(bytes(chunk) for chunk in copy)
    assert b"u1" in dumped
    assert CANARY.encode() not in dumped


async def test_several_keys_the_first_seals_and_all_open(database_url, clock):
    """Rotation: with the new key in front, old text opens; what is written now needs the new one."""
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    before = Database(database_url, Seal((old,)))
    student = await write_everywhere(before, clock())
    await before.close()
    both = Database(database_url, Seal((new, old)))
    assert await read_everywhere(both, student) == [CANARY] * 6
    async with both.write() as work:
        await work.use(Marks).check_seal()
    await write_everywhere(both, clock())
    await both.close()
    after = Database(database_url, Seal((new,)))
    async with after.read() as work:
        assert await work.use(FactBook).note(student, "note") == CANARY
        assert await work.use(Interviews).of(student) == CANARY
    await after.close()


async def test_a_wrong_key_opens_nothing(database_url, clock, seal):
    """It raises, and never returns something that is not the text."""
    right = Database(database_url, seal)
    student = await write_everywhere(right, clock())
    await right.close()
    wrong = Database(database_url, Seal((Fernet.generate_key().decode(),)))
    with pytest.raises(WrongKey):
        await read_everywhere(wrong, student)
    with pytest.raises(WrongKey):
        async with wrong.write() as work:
            await work.use(Marks).check_seal()
    await wrong.close()


async def test_tampered_text_does_not_open(sqlite, clock):
    """Sealed text is authenticated."""
    student = await write_everywhere(sqlite, clock())
    async with sqlite.write() as work:
        sealed = bytearray((await work.connection.execute(text("SELECT form FROM interviews"))).scalar_one())
        sealed[40] ^= 1
        await work.connection.execute(text("UPDATE interviews SET form = :form"), {"form": bytes(sealed)})
    with pytest.raises(WrongKey):
        await read_everywhere(sqlite, student)


async def test_a_wrong_key_stops_the_start_with_one_sentence(sqlite_url, seal, clock, process):
    """Exit 2, the variable named, nothing served, no key shown."""
    database = Database(sqlite_url, seal)
    await write_everywhere(database, clock())
    await database.close()
    wrong = Fernet.generate_key().decode()
    ended: subprocess.CompletedProcess[str] = process("run", DATABASE_URL=sqlite_url, WARDWISE_SECRET_KEY=wrong)
    assert ended.returncode == 2
    assert ended.stdout == ""
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("WARDWISE_SECRET_KEY: ")
    assert wrong not in ended.stderr


def test_the_embedded_key_is_made_for_its_owner_alone(tmp_path, process):
    """A fresh SQLite database gets a key file that nobody else can read, once."""
    url = f"sqlite:///{tmp_path / 'made' / 'wardwise.db'}"
    first = process("doctor", DATABASE_URL=url)
    assert first.returncode == 1
    assert "run `python -m bot migrate`" in first.stdout
    path = tmp_path / "made" / "wardwise.db.key"
    assert path.stat().st_mode & 0o777 == 0o600
    key = path.read_text()
    process("doctor", DATABASE_URL=url)
    assert path.read_text() == key
    assert key not in first.stdout + first.stderr
