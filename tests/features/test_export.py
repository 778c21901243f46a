"""/export: everything, in two files."""

import json

from sqlalchemy import text

from bot.core.messages import Reply
from bot.core.wire import dump
from bot.storage.everything import SHARED, Everything, owned
from bot.storage.schema import metadata
from tests.features.conftest import Chat, assert_carried, read
from tests.features.world import filled


def files(reply: Reply) -> dict[str, str]:
    return {each.name.rsplit(".", 1)[1]: each.data.decode() for each in reply.files}


def test_every_table_is_a_students_or_named_as_shared() -> None:
    """A new table is handed over and erased by itself, or somebody has said why not."""
    mine = {table.name for table, _ in owned()}
    assert mine.isdisjoint(SHARED)
    for table in metadata.tables.values():
        assert table.name in mine | SHARED, f"{table.name} has no student_id: whose is it?"
    for table, owner in owned():
        assert owner.name == ("id" if table.name == "students" else "student_id")


async def test_every_text_of_every_table_is_in_both_files(chat: Chat) -> None:
    student = await chat.student()
    canaries = await filled(chat.database, student.id, "canary")
    assert len(canaries) > 15
    handed = files(await chat.command("export"))
    for place, canary in canaries.items():
        assert canary in handed["json"], place
        if place.split(".")[1] not in ("dedupe_key", "bucket", "owner", "tenant"):
            assert canary in handed["md"], place


async def test_the_files_open(chat: Chat) -> None:
    await chat.rotate("surgery")
    await chat.command("log", "saw my first paracentesis")
    reply = await chat.command("export")
    assert_carried(reply)
    assert [each.media_type for each in reply.files] == ["text/markdown", "application/json"]
    assert all(each.name.startswith("wardwise-2026-11-") for each in reply.files)
    handed = files(reply)
    data = json.loads(handed["json"])
    assert set(data) == {table.name for table, _ in owned()}
    assert data["rotations"][0]["specialty"] == "surgery"
    assert data["log_lines"][0]["line"] == "saw my first paracentesis"
    assert handed["md"].startswith("# Kept by Wardwise on")
    assert "## Log" in handed["md"]
    assert "specialty: surgery" in handed["md"]


async def test_nobody_gets_anything_of_another_one(chat: Chat) -> None:
    """Two students with everything: neither file of one holds a canary of the other."""
    other = chat.other("u2")
    await filled(chat.database, (await chat.student()).id, "mine")
    await filled(chat.database, (await other.student()).id, "theirs")
    handed = "".join(files(await chat.command("export")).values())
    assert "mine" in handed
    assert "theirs" not in handed


async def test_one_export_does_not_hold_the_one_before(chat: Chat) -> None:
    """Answers wait beside their event until they are sent: files among them must not pile up."""
    sizes = []
    for _ in range(5):
        reply = await chat.command("export")
        sizes.append(sum(len(each.data) for each in reply.files))
    assert sizes[-1] < sizes[0] + 8_000


async def test_the_same_event_gives_the_same_files(chat: Chat) -> None:
    first = await chat.command("export", key="once")
    assert dump(await chat.command("export", key="once")) == dump(first)


async def test_it_stays_between_the_two(chat: Chat) -> None:
    reply = await chat.other("u3", private=False).command("export")
    assert reply.private


async def test_nothing_sealed_is_left_sealed(chat: Chat) -> None:
    student = await chat.student()
    await filled(chat.database, student.id, "canary")
    async with chat.database.read() as work:
        dumped = await Everything(work).dump(student.id)
    assert not any(isinstance(value, bytes) for rows in dumped.values() for row in rows for value in row.values())
    assert "gAAAA" not in files(await chat.command("export"))["json"]


async def test_a_table_that_comes_later_is_covered(chat: Chat) -> None:
    """Tables are read from the metadata, not listed: what is erased is what is handed over."""
    student = await chat.student()
    async with chat.database.read() as work:
        assert set(await Everything(work).dump(student.id)) == set(await Everything(work).counts(student.id))
        names = {
            row[0] for row in await work.connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))
        }
    ours = {name for name in names if not name.startswith("sqlite_")} - {"alembic_version"}
    assert ours <= {table.name for table, _ in owned()} | SHARED


async def test_it_says_how_to_keep_them(chat: Chat) -> None:
    assert "plain text" in read(await chat.command("export"))
