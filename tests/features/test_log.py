"""/log: a line kept only when the guard has nothing against it."""

import pytest

from bot.features.log.store import Log
from tests.features.conftest import Chat, assert_carried, read

NAMED = "Mr. Alvarez, 68M with cirrhosis, did the paracentesis"
NUMBERED = "68M cirrhosis MRN 4471822, did the paracentesis"
CLEAN = "saw my first paracentesis, held the light"


async def lines(chat: Chat) -> list[str]:
    student = await chat.student()
    async with chat.database.read() as work:
        return [line.text for line in await work.use(Log).latest(student.id, 50)]


async def test_a_clean_line_is_kept_and_shown(chat: Chat) -> None:
    reply = await chat.command("log", CLEAN)
    assert_carried(reply)
    assert CLEAN in read(reply)
    assert await lines(chat) == [CLEAN]


async def test_the_line_is_sealed_where_it_lies(chat: Chat) -> None:
    await chat.command("log", CLEAN)
    async with chat.database.read() as work:
        raw = (await work.connection.exec_driver_sql("SELECT line FROM log_lines")).scalar_one()
    assert b"paracentesis" not in bytes(raw)


async def test_a_line_belongs_to_the_rotation_at_hand(chat: Chat) -> None:
    await chat.rotate()
    await chat.command("log", CLEAN)
    stored = await chat.stored()
    assert stored["log_lines"][0]["rotation_id"] == stored["rotations"][0]["id"] != 0


async def test_the_same_event_twice_keeps_one_line(chat: Chat) -> None:
    first = await chat.command("log", CLEAN, key="once")
    assert await chat.command("log", CLEAN, key="once") == first
    assert await lines(chat) == [CLEAN]


async def test_a_name_stops_the_line_and_three_things_may_follow(chat: Chat) -> None:
    reply = await chat.command("log", NAMED)
    assert reply.quotes
    assert [button.label for button in reply.buttons] == ["Keep this version", "Not a patient", "Drop it"]
    assert await lines(chat) == []


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("Keep this version", ["68M with cirrhosis, did the paracentesis"]),
        ("Not a patient", [NAMED]),
        ("Drop it", []),
    ],
)
async def test_the_press_brings_the_text_back_and_settles_it(chat: Chat, label: str, kept: list[str]) -> None:
    """The command in front of the quoted text is no part of the line; the student's message is deleted."""
    await chat.command("log", NAMED)
    reply = await chat.press(label, quoted=f"/log {NAMED}")
    assert await lines(chat) == kept
    assert reply.erases
    assert all(line in read(reply) for line in kept)


@pytest.mark.parametrize("prefix", ["/log ", "/log@wardwise_bot ", "/LOG  ", "/coach log ", "\n/log\n", ""])
async def test_however_the_command_was_typed_it_is_no_part_of_the_line(chat: Chat, prefix: str) -> None:
    await chat.command("log", NAMED)
    await chat.press("Not a patient", quoted=prefix + NAMED)
    assert await lines(chat) == [NAMED]


async def test_a_number_is_never_not_a_patient(chat: Chat) -> None:
    """The button is not offered, and a forged press keeps nothing."""
    reply = await chat.command("log", NUMBERED)
    assert [button.label for button in reply.buttons] == ["Keep this version", "Drop it"]
    assert "4471822" not in read(reply)
    forged = type(reply.buttons[0])("", "log.guard", "mine")
    again = await chat.act(forged, quoted=f"/log {NUMBERED}")
    assert await lines(chat) == []
    assert not again.erases


async def test_a_press_without_the_message_keeps_nothing(chat: Chat) -> None:
    await chat.command("log", NAMED)
    for quoted in ("", "/log", "/log "):
        reply = await chat.act(chat.reply.buttons[0], quoted=quoted) if chat.reply.quotes else chat.reply
        assert "nothing was kept" in read(reply)
    assert await lines(chat) == []


async def test_a_stopped_number_is_nowhere(chat: Chat) -> None:
    """Not in a table, not in the answer that waits to be sent."""
    await chat.command("log", NUMBERED)
    assert "4471822" not in str(await chat.stored())
    await chat.press("Drop it", quoted=f"/log {NUMBERED}")
    assert "4471822" not in str(await chat.stored())


async def test_without_words_the_last_five_are_shown(chat: Chat) -> None:
    assert "empty" in read(await chat.command("log"))
    for number in range(7):
        chat.clock.move(minutes=1)
        await chat.command("log", f"saw procedure {'abcdefg'[number]}")
    text = read(await chat.command("log"))
    assert [f"saw procedure {sign}" in text for sign in "abcdefg"] == [False, False, True, True, True, True, True]
    assert text.index("procedure g") < text.index("procedure c")
    assert "Write a line" in {button.label for button in chat.reply.buttons}


async def test_write_a_line_asks_and_keeps(chat: Chat) -> None:
    await chat.command("log")
    await chat.press("Write a line")
    reply = await chat.type(CLEAN)
    assert CLEAN in read(reply)
    assert await lines(chat) == [CLEAN]


async def test_a_line_that_spells_markup_stays_as_typed(chat: Chat) -> None:
    line = "learned *well* `now` [this](that) _here_"
    assert line in read(await chat.command("log", line))
    assert line in read(await chat.command("log"))
    assert await lines(chat) == [line]


async def test_a_long_line_is_asked_to_be_shorter(chat: Chat) -> None:
    reply = await chat.command("log", "a learned thing " * 40)
    assert "500 characters" in read(reply)
    assert await lines(chat) == []


async def test_with_dialogs_an_empty_line_opens_the_form(modal_chat: Chat) -> None:
    reply = await modal_chat.command("log")
    assert reply.form is not None
    await modal_chat.fill(reply.form, line=CLEAN)
    assert await lines(modal_chat) == [CLEAN]


async def test_with_dialogs_a_stopped_line_opens_the_form_with_the_text(modal_chat: Chat) -> None:
    """The choice is made in the dialog, the text still in its field."""
    reply = await modal_chat.command("log", NAMED)
    assert reply.form is not None
    assert reply.form.fields[0].value == NAMED
    stopped = await modal_chat.fill(reply.form, line=NAMED)
    assert stopped.form is not None
    assert "Alvarez" in stopped.form.intro
    assert await lines(modal_chat) == []
    await modal_chat.fill(stopped.form, line=NAMED, guard_choice="keep")
    assert await lines(modal_chat) == ["68M with cirrhosis, did the paracentesis"]


async def test_nobody_reads_another_ones_log(chat: Chat) -> None:
    await chat.command("log", CLEAN)
    assert "empty" in read(await chat.other("u2").command("log"))
