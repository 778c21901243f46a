"""/forget: everything of one student, gone."""

import re
from random import Random

from bot.core.messages import Button
from bot.features.forget import receipt
from bot.storage.database import Database
from bot.storage.everything import Everything, owned
from bot.storage.students import Students
from tests.features.conftest import Chat, assert_carried, read
from tests.features.world import filled


async def test_it_counts_asks_once_and_erases(chat: Chat) -> None:
    await chat.rotate()
    await chat.command("log", "saw my first paracentesis")
    await chat.command("log", "taught the use of the doppler")
    reply = await chat.command("forget")
    assert_carried(reply)
    assert "1 rotation, 2 notes, and your settings" in read(reply)
    assert "can't be undone" in read(reply)
    assert [button.label for button in reply.buttons] == ["Send me a copy first", "Erase all", "Keep"]
    text = read(await chat.press("Erase all"))
    assert text.startswith("Erased: 1 rotation, 2 notes")
    assert re.search(r"planned messages?, and your settings\. Receipt F-[2-9A-Z]{4}\.", text)


async def test_afterwards_no_table_holds_a_trace(chat: Chat) -> None:
    """A canary in every text of every table, another student's beside it: the one is nowhere, the other untouched."""
    other = chat.other("u2")
    mine, theirs = await chat.student(), await other.student()
    canaries = await filled(chat.database, mine.id, "mine")
    await filled(chat.database, theirs.id, "theirs")
    before = await chat.stored()
    assert all(canary in str(before) for canary in canaries.values())
    await chat.command("forget")
    await chat.press("Erase all")
    after = await chat.stored()
    assert "mine" not in str(after)
    for table, owner in owned():
        assert [row for row in after[table.name] if row[owner.name] == mine.id] == []
        assert [row for row in after[table.name] if row[owner.name] == theirs.id] == [
            row for row in before[table.name] if row[owner.name] == theirs.id
        ]


async def test_every_table_is_counted(database: Database, clock: object) -> None:
    """On both databases: as many rows go as there were, and nobody is left to plan for."""
    from bot.domain.student import Address

    async with database.write() as work:
        student = await work.use(Students).at(Address("telegram", "", "u1", "c1"), clock())  # type: ignore[operator]
    await filled(database, student.id, "canary")
    async with database.write() as work:
        work.changed.add(student.id)
        there = await Everything(work).counts(student.id)
        gone = await Everything(work).erase(student.id)
        assert gone == there
        assert all(gone.values())
        assert student.id not in work.changed
        assert not any((await Everything(work).counts(student.id)).values())


async def test_a_copy_can_be_had_first(chat: Chat) -> None:
    await chat.command("forget")
    assert len((await chat.press("Send me a copy first")).files) == 2


async def test_keep_changes_nothing(chat: Chat) -> None:
    await chat.command("log", "saw my first paracentesis")
    await chat.command("forget")
    await chat.press("Keep")
    assert len((await chat.stored())["log_lines"]) == 1


async def test_an_old_button_asks_again(chat: Chat) -> None:
    await chat.command("log", "saw my first paracentesis")
    await chat.command("forget")
    chat.clock.move(days=2)
    assert "can't be undone" in read(await chat.press("Erase all"))
    for value in ("", "x", "9" * 30):
        assert "can't be undone" in read(await chat.act(Button("", "forget.erase", value)))
    assert len((await chat.stored())["log_lines"]) == 1


async def test_the_same_press_again_erases_nobody_else(chat: Chat) -> None:
    """A platform that hands the press in twice finds somebody new, with nothing to erase."""
    await chat.command("log", "saw my first paracentesis")
    await chat.command("forget")
    asked = chat.reply
    await chat.press("Erase all", key="once")
    chat.reply = asked
    assert "Erased: your settings and answers." in read(await chat.press("Erase all", key="once"))


async def test_writing_again_starts_from_nothing(chat: Chat) -> None:
    old = await chat.rotate()
    await chat.command("forget")
    await chat.press("Erase all")
    assert "I don't have" not in read(await chat.type("dispo"))
    new = await chat.student()
    assert new.id != old.id or not new.zone
    assert (await chat.stored())["rotations"] == []


async def test_with_nothing_kept_it_says_so(chat: Chat) -> None:
    assert "your settings and answers" in read(await chat.command("forget"))


def test_a_receipt_has_no_look_alikes() -> None:
    signs = {sign for seed in range(500) for sign in receipt(Random(seed)).removeprefix("F-")}
    assert signs.isdisjoint("0O1IL5S8BZ")
    assert len(signs) > 20
    assert all(len(receipt(Random(seed))) == 6 for seed in range(50))
