"""The terminal: what is printed, what numbers press, and what a pipe does."""

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.terminal import styled
from bot.config import Settings
from bot.core.inbound import ButtonPressed, CommandSent, TextSent
from bot.core.markup import plain
from bot.core.messages import Button, Document, Reply, say
from bot.platforms.console import Console, reader_of
from bot.platforms.terminal import Paper, clean
from bot.storage.database import Away
from tests.drivers.console import ConsoleDriver
from tests.platforms.web.talk import Pace, Talk, Trip


class Seat:
    """A driver, the conversation behind it, and the clock."""

    def __init__(self, width: int = 100_000) -> None:
        self.trip = Trip()
        self.talk = Talk(self.trip)
        self.pace = Pace()
        self.driver = ConsoleDriver(travel=self.trip, pacing=self.pace, width=width)
        self.trip.send = self.driver.console.send


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    made = Seat()
    running = asyncio.create_task(made.driver.console.run(made.talk))
    yield made
    made.driver.leave()
    await running


async def test_a_command_is_answered_and_its_buttons_are_numbered(seat: Seat) -> None:
    """Buttons stand under their message as [1], [2], …."""
    await seat.driver.command("start")
    assert "Hello. I'm Wardwise, a coach for your rotation." in seat.driver.last
    assert seat.driver.buttons[:2] == ["Eastern", "Central"]
    assert "  [1] Eastern  [2] Central\n" in seat.driver.output
    assert seat.pace.debits == ["console"]
    [event] = seat.talk.handled
    assert isinstance(event, CommandSent)
    assert (event.name, event.text) == ("start", "")
    assert seat.talk.done == [event.key]


async def test_a_number_presses_the_button_of_the_newest_message(seat: Seat) -> None:
    """The second button is 2."""
    await seat.driver.command("start")
    await seat.driver.line("2")
    event = seat.talk.handled[-1]
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value) == ("hello.zone", "Central")
    assert "Which specialty?" in seat.driver.last


async def test_a_number_that_no_button_has_is_text_and_so_is_one_after_an_equals_sign(seat: Seat) -> None:
    """A question may want a number while buttons stand there."""
    await seat.driver.command("start")
    await seat.driver.line("45")
    await seat.driver.line("=2")
    texts = [each.text for each in seat.talk.handled if isinstance(each, TextSent)]
    assert texts == ["45", "2"]


async def test_an_older_button_is_pressed_by_its_label(seat: Seat) -> None:
    """What scrolled away can still be pressed."""
    await seat.driver.command("start")
    await seat.driver.type("dispo")
    await seat.driver.press("Central")
    assert seat.talk.handled[-1].value == "Central"
    await seat.driver.line(":press Nowhere")
    assert "No message shows that button." in seat.driver.output


async def test_the_stopped_text_comes_back_with_the_press_and_is_let_go_when_erased(seat: Seat) -> None:
    """`quotes` keeps what was typed in memory; `erases` forgets it."""
    await seat.driver.command("log", "Mr. Alvarez, 68M with cirrhosis")
    await seat.driver.type("dispo")
    await seat.driver.press("Keep this version")
    event = seat.talk.handled[-1]
    assert isinstance(event, ButtonPressed)
    assert event.quoted == "Mr. Alvarez, 68M with cirrhosis"
    assert "Kept: MR. ALVAREZ" in seat.driver.last
    await seat.driver.line(":press Drop it")
    assert "No message shows that button." in seat.driver.output


async def test_files_are_written_to_the_current_folder_and_never_over_another(
    seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path is told; the second of a name gets a number."""
    monkeypatch.chdir(tmp_path)
    await seat.driver.command("export")
    await seat.driver.command("export")
    assert (
        (tmp_path / "wardwise.md").read_bytes()
        == (tmp_path / "wardwise-2.md").read_bytes()
        == "# Yours\n\nÉté.\n".encode()
    )
    assert f"Written: {tmp_path / 'timeline.ics'}" in seat.driver.output


async def test_a_file_name_never_leaves_the_folder(seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Separators and control characters are dropped."""
    monkeypatch.chdir(tmp_path)
    await seat.driver.console.send(
        seat.driver.console.address, Reply(files=(Document("../../etc/\x1b[2Jpass", "text/plain", b"x"),))
    )
    assert {each.name for each in tmp_path.iterdir()} == {"etc[2Jpass"}  # noqa: ASYNC240 - a folder of one


async def test_a_picture_is_its_line(seat: Seat) -> None:
    """A chart always has its one-line equivalent."""
    await seat.driver.command("progress")
    assert "[Picture: Five ratings, rising from 2 to 4]" in seat.driver.last


async def test_the_clock_is_moved_and_what_is_due_comes_on_the_way(seat: Seat) -> None:
    """:next, :day and :midpoint; each message carries its own time."""
    seat.trip.plan("local")
    await seat.driver.travel("next")
    assert "Wardwise · Mon Nov 30, 5:15 am" in seat.driver.output
    assert "Speak trends, not columns" in seat.driver.last
    before = seat.trip.clock
    await seat.driver.travel("day")
    assert seat.trip.clock - before == timedelta(days=1)
    await seat.driver.travel("midpoint")
    assert "It is Sat Dec 12, 11:00 am." in seat.driver.output
    await seat.driver.line(":plan")
    assert "sent  Fri Dec 11, 10:50 am    Your ask" in seat.driver.output


async def test_while_the_database_is_away_nothing_is_lost(seat: Seat) -> None:
    """Enter sends the same line again, under the same key."""
    seat.talk.away = 1
    await seat.driver.command("start")
    assert "Nothing was saved" in seat.driver.output
    assert seat.driver.messages == []
    await seat.driver.line("")
    assert "Hello." in seat.driver.last
    await seat.driver.line("")
    assert len(seat.talk.handled) == 1


async def test_travel_and_time_survive_a_database_that_is_away(seat: Seat) -> None:
    """The message comes without its time."""

    async def refuse(*_: object) -> None:
        raise Away("gone")

    seat.trip.away = True
    seat.trip.move = refuse  # type: ignore[method-assign, assignment]
    await seat.driver.command("start")
    await seat.driver.line(":day")
    assert "The clock stands: the database is away." in seat.driver.output


async def test_a_notice_is_told_and_a_replaced_message_lets_go_of_its_buttons(seat: Seat) -> None:
    """A terminal cannot rewrite: it prints again."""
    await seat.driver.type("dispo")
    await seat.driver.press("Quiz me later")
    assert "(Tomorrow, then in four days)" in seat.driver.output
    assert "Quiz me later ✓" in seat.driver.buttons
    await seat.driver.line(":press Quiz me later")
    assert "No message shows that button." in seat.driver.output


async def test_a_link_is_shown_not_pressed(seat: Seat) -> None:
    """Its address is printed."""
    await seat.driver.type("dispo")
    await seat.driver.press("Source")
    assert "https://example.org/dispo" in seat.driver.output
    assert len(seat.talk.handled) == 1


async def test_help_and_unknown_words_of_the_terminal(seat: Seat) -> None:
    """Anything else behind a colon shows how this works."""
    await seat.driver.line(":what")
    assert ":quit leaves" in seat.driver.output


async def test_quit_leaves() -> None:
    """:quit ends the run, and so does the end of the pipe."""
    for last in (b":quit\n", b""):
        seat = Seat()
        seat.driver.reader.feed_data(last)
        seat.driver.leave()
        await asyncio.wait_for(seat.driver.console.run(seat.talk), 5)


async def test_a_line_too_long_to_read_is_dropped_and_the_next_one_is_taken(seat: Seat) -> None:
    """No line ends the conversation."""
    await seat.driver.line("x" * 200_000)
    await seat.driver.command("start")
    assert "Hello." in seat.driver.last


async def test_nothing_printed_to_a_pipe_has_escapes_and_lines_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """80 columns, plain."""
    monkeypatch.chdir(tmp_path)
    seat = Seat(width=80)
    running = asyncio.create_task(seat.driver.console.run(seat.talk))
    for line in ("/start", "dispo", "/log Mr. A", "/list", "/progress"):
        await seat.driver.line(line)
    seat.driver.leave()
    await running
    assert "\x1b" not in seat.driver.output
    assert max(map(len, seat.driver.output.splitlines())) <= 80
    assert "  - one\n  - two\n" in seat.driver.output
    assert "  | and a quote\n" in seat.driver.output


async def test_pipes_and_files_are_read_to_their_end(tmp_path: Path) -> None:
    """What is typed, piped or redirected: the same reader."""
    (tmp_path / "script.txt").write_text("/start\n2\n")
    near, far = os.pipe()
    os.write(far, b"/start\n2\n")
    os.close(far)
    with (tmp_path / "script.txt").open() as script:
        for descriptor in (near, script.fileno()):
            sheet, talk = io.StringIO(), Talk()
            reader = reader_of(descriptor)
            console = Console(travel=Trip(), pacing=Pace(), reader=reader, writer=sheet, styled=False)
            await asyncio.wait_for(console.run(talk), 10)
            assert "Which specialty?" in sheet.getvalue()
    os.close(near)


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("plain_wanted", [False, True])
async def test_styles_only_for_a_screen_that_wants_them(plain_wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bold on a terminal; with NO_COLOR, nothing."""
    if plain_wanted:
        monkeypatch.setenv("NO_COLOR", "1")
    reader, screen = asyncio.StreamReader(), Screen()
    reader.feed_data(b"/start\n")
    reader.feed_eof()
    wanted = styled(Settings(_env_file=None), screen)
    await Console(travel=Trip(), pacing=Pace(), reader=reader, writer=screen, styled=wanted).run(Talk())
    assert ("\x1b[1m" in screen.getvalue()) is not plain_wanted
    assert "› " in screen.getvalue()
    assert not styled(Settings(_env_file=None), io.StringIO())


def test_styled_lines_fit_by_what_is_seen() -> None:
    """Escapes take no columns."""
    text = Paper(80, styled=True).message(say("**word** *slanted* `/phrase dispo` plain " * 20), "now", [])
    bare = re.sub(r"\x1b\[\d+m", "", text)
    assert all(len(line) <= 80 for line in bare.splitlines())
    assert "  word slanted /phrase dispo plain" in bare


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_what_students_type_never_steers_the_terminal(text: str) -> None:
    """No escape, no control character, no turned direction reaches the screen, and no name fakes a heading."""
    reply = say(plain(text), (Button(text[:30] or "b", "a.b"),))
    printed = Paper(80, styled=False).message(reply, "now", [])
    for line in printed.split("\n")[1:]:
        assert clean(line) == line
        assert not line or line.startswith("  ")
