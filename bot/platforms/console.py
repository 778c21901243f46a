"""The terminal as a platform: lines in, wrapped text out, buttons by number."""

import asyncio
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.core.inbound import ButtonPressed, CommandSent, Inbound, TextSent
from bot.core.messages import Button, Document, Link, Reply
from bot.core.platform import Dispatch, Pacing
from bot.domain.student import Address
from bot.platforms import terminal
from bot.platforms.travel import Step, Travel
from bot.storage.database import Away

MOST_MESSAGES = 50
STEPS: dict[str, Step] = {":next": "next", ":day": "day", ":midpoint": "midpoint"}
HELP = """\
/ and a name is a command, such as /start; anything else is looked up or taken as an answer.
A number presses that button of the newest message; =2 sends the number 2 itself.
:press LABEL presses a button of an older message.
:next, :day and :midpoint move the clock; :plan lists what will come; :time tells the time; :quit leaves."""
_COMMAND = re.compile(r"/([A-Za-z][A-Za-z0-9_]{0,31})(?:\s+(.*))?")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the screen whose buttons can be pressed; *quoted* is the student's text that it answers."""

    id: str
    items: tuple[Button | Link, ...]
    quoted: str = ""


class Console:
    """One student at a terminal, or at a pipe."""

    name = "console"
    has_modals = False

    def __init__(
        self,
        *,
        travel: Travel,
        pacing: Pacing,
        reader: asyncio.StreamReader,
        writer: TextIO,
        styled: bool,
        width: int = 80,
    ) -> None:
        self.address = Address("console", "", "local", "local")
        self._travel = travel
        self._pacing = pacing
        self._reader = reader
        self._writer = writer
        self._paper = terminal.Paper(width, styled=styled)
        self._prompt = "› " if writer.isatty() else ""
        self._shown: list[Shown] = []
        self._typed = ""
        self._unsent: Inbound | None = None
        self._count = 0

    def bucket(self, _: Address) -> str:
        """Return the pacing key."""
        return self.name

    async def run(self, dispatch: Dispatch) -> None:
        """Read and answer lines until the input ends or the student leaves."""
        self._print("Wardwise in your terminal: /start begins, :help explains, :quit leaves.\n\n")
        while True:
            self._print(self._prompt)
            line = await self._line()
            if line is None or line == ":quit":
                self._print("\n" if line is None and self._prompt else "")
                return
            await self._take(dispatch, line)

    async def send(self, to: Address, reply: Reply) -> None:
        """Print a push."""
        await self._show(reply, quoted="")

    async def _line(self) -> str | None:
        """Return the next line without what no database takes, or None at the end."""
        try:
            raw = await self._reader.readline()
        except ValueError:  # longer than the reader holds: nothing a person types
            return ""
        if not raw:
            return None
        return raw.decode("utf-8", "replace").replace("\x00", "").strip()

    async def _take(self, dispatch: Dispatch, line: str) -> None:
        if line.startswith(":") and not line.startswith(":press "):
            await self._own(line)
            return
        event = self._event(line)
        if event is not None:
            self._unsent = None
            await self._handle(dispatch, event)

    async def _own(self, line: str) -> None:
        """Do what the terminal itself offers."""
        if line in STEPS:
            try:
                await self._travel.move(self.address, STEPS[line])
            except Away:
                self._print("The clock stands: the database is away.\n\n")
                return
            self._print(f"It is {await self._time()}.\n\n")
        elif line == ":time":
            self._print(f"The clock says {await self._time()}.\n\n")
        elif line == ":plan":
            await self._plan()
        else:
            self._print(f"{HELP}\n\n")

    async def _plan(self) -> None:
        upcoming = await self._travel.upcoming(self.address)
        lines = [
            f"{'sent' if each.sent else '    '}  {each.local:<22}  {terminal.clean(each.what)}" for each in upcoming
        ]
        self._print("\n".join(lines or ["Nothing planned yet."]) + "\n\n")

    def _event(self, line: str) -> Inbound | None:
        """Return what *line* means; None where there is nothing to hand in."""
        if not line:
            return self._unsent
        if line.startswith(":press "):
            return self._pressed_by_label(line.removeprefix(":press ").strip())
        if self._shown and line.isascii() and line.isdigit() and 1 <= int(line[:6]) <= len(self._shown[-1].items):
            return self._press(self._shown[-1], self._shown[-1].items[int(line[:6]) - 1])
        self._typed = line
        message = self._new_id()
        if found := _COMMAND.fullmatch(line):
            self._typed = found[2] or ""
            return CommandSent(
                sender=self.address, key=_key(), message=message, name=found[1].lower(), text=self._typed.strip()
            )
        text = line[1:] if re.fullmatch(r"=\s*\d+", line) else line
        return TextSent(sender=self.address, key=_key(), message=message, text=text.strip())

    def _pressed_by_label(self, label: str) -> Inbound | None:
        for shown in reversed(self._shown):
            for item in shown.items:
                if terminal.clean(item.label) == label:
                    return self._press(shown, item)
        self._print("No message shows that button.\n\n")
        return None

    def _press(self, shown: Shown, item: Button | Link) -> Inbound | None:
        if isinstance(item, Link):
            self._print(f"{terminal.clean(item.url)}\n\n")
            return None
        return ButtonPressed(
            sender=self.address, key=_key(), message=shown.id, action=item.action, value=item.value, quoted=shown.quoted
        )

    async def _handle(self, dispatch: Dispatch, event: Inbound) -> None:
        try:
            reply = await dispatch(event)
        except Away:
            self._unsent = event
            self._print("Nothing was saved: the database is away. Press Enter to send that again.\n\n")
            return
        if reply is None:
            return
        await self._pacing.debit(self.name)
        quoted = event.quoted if isinstance(event, ButtonPressed) else self._typed
        if reply.erases:
            # What stands on the screen stays there; what is in memory goes.
            quoted = self._typed = ""
            self._shown = [replace(each, quoted="") for each in self._shown]
        if reply.replaces:
            self._shown = [each for each in self._shown if each.id != event.message]
        if reply.notice:
            self._print(f"({terminal.clean(reply.notice)})\n")
        await self._show(reply, quoted=quoted if reply.quotes else "")
        with suppress(Away):  # the answer is out: all that is lost is that it need not be kept
            await dispatch.sent(event)

    async def _show(self, reply: Reply, *, quoted: str) -> None:
        """Print *reply* and remember its buttons."""
        files = [await asyncio.to_thread(_write, each) for each in reply.files]
        text = self._paper.message(reply, await self._time(), files)
        if text:
            self._print(text)
        items = tuple(item for row in reply.rows for item in row)
        if items:
            self._shown = [*self._shown, Shown(self._new_id(), items, quoted)][-MOST_MESSAGES:]

    async def _time(self) -> str:
        try:
            return _clock(await self._travel.local_time(self.address))
        except Away:
            return ""

    def _new_id(self) -> str:
        self._count += 1
        return str(self._count)

    def _print(self, text: str) -> None:
        if text:
            self._writer.write(text)
            self._writer.flush()


def reader_of(descriptor: int) -> asyncio.StreamReader:
    """Return a reader of an open file, whatever it is: a screen, a pipe, a file on disk.

    A thread reads it. Asyncio's own way would refuse files, and make a screen's output non-blocking with its input.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()

    def read() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            while data := os.read(descriptor, 65536):
                loop.call_soon_threadsafe(reader.feed_data, data)
            loop.call_soon_threadsafe(reader.feed_eof)

    threading.Thread(target=read, name="terminal", daemon=True).start()
    return reader


def _key() -> str:
    """Return a key of its own for each line: a terminal never sends one twice."""
    return secrets.token_hex(16)


def _clock(local: datetime) -> str:
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M} {half}"


def _write(document: Document) -> Path:
    """Write a file to the current folder, beside what has its name already, and return its path."""
    name = (
        "".join(each for each in document.name if each.isprintable() and each not in '/\\:*?"<>|').lstrip(".") or "file"
    )
    for path in _names(Path.cwd() / name):
        try:
            with path.open("xb") as held:
                held.write(document.data)
        except FileExistsError:
            continue
        return path
    raise AssertionError("the names never end")


def _names(path: Path) -> Iterator[Path]:
    yield path
    count = 2
    while True:
        yield path.with_stem(f"{path.stem}-{count}")
        count += 1
