"""A student at the terminal, over a pipe: types lines and reads what is printed."""

import asyncio
import io
import re

from bot.core.platform import Pacing
from bot.platforms.console import Console
from bot.platforms.travel import Travel

HEADING = re.compile(r"^Wardwise(?: · .*)?$")
BUTTON = re.compile(r"\[\d+\] (.*?)(?=  \[\d+\] |$)")
#: Wide enough that nothing wraps, so that sentences can be looked for.
WIDTH = 100_000


class Sheet(io.StringIO):
    """What the terminal printed, with a bell at every print."""

    def __init__(self) -> None:
        super().__init__()
        self.bell = asyncio.Event()

    def write(self, text: str) -> int:
        self.bell.set()
        return super().write(text)


class ConsoleDriver:
    """Acts as the student at `console`, which whoever composes the bot runs."""

    def __init__(self, *, travel: Travel, pacing: Pacing, width: int = WIDTH) -> None:
        self.reader = asyncio.StreamReader()
        self.sheet = Sheet()
        self.console = Console(
            travel=travel, pacing=pacing, reader=self.reader, writer=self.sheet, styled=False, width=width
        )
        self._times = 0

    @property
    def output(self) -> str:
        """All that was printed."""
        return self.sheet.getvalue()

    @property
    def messages(self) -> list[str]:
        """The plain text of each message, without its buttons."""
        return ["\n".join(parts[: _below(parts)]).strip() for parts in self._all()]

    @property
    def last(self) -> str:
        """The plain text of the newest message."""
        return self.messages[-1] if self.messages else ""

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message."""
        return _labels(self._all()[-1]) if self._all() else []

    async def type(self, text: str) -> None:
        await self.line(text)

    async def command(self, name: str, text: str = "") -> None:
        await self.line(f"/{name} {text}".rstrip())

    async def press(self, label: str) -> None:
        """Press the button *label*: by its number where the newest message with buttons has it, else by its label."""
        newest = next((labels for labels in map(_labels, reversed(self._all())) if labels), [])
        plain = [each.removesuffix(" (link)") for each in newest]
        if label in plain:
            await self.line(str(plain.index(label) + 1))
            return
        assert any(label in _labels(parts) for parts in self._all()), (
            f"no message shows a button {label!r}, but {newest}"
        )
        await self.line(f":press {label}")

    async def fill(self, values: dict[str, str]) -> None:
        """Answer the questions of a form one by one, in the order of *values*; an empty one is skipped."""
        for value in values.values():
            if value:
                await self.line(f"={value}" if value.isdigit() else value)
            else:
                await self.press("Skip")

    async def travel(self, step: str) -> None:
        """Move the clock: next, day or midpoint."""
        await self.line(f":{step}")

    async def line(self, text: str) -> None:
        """Type one line and wait until it is dealt with."""
        self.reader.feed_data(f"{text}\n".encode())
        await self.settled()

    async def settled(self) -> None:
        """Ask for the time and wait for it: lines are taken one after the other."""
        before = self._answers()
        self.reader.feed_data(b":time\n")
        while self._answers() == before:
            self.sheet.bell.clear()
            await self.sheet.bell.wait()

    def leave(self) -> None:
        """Close the pipe."""
        self.reader.feed_eof()

    def _answers(self) -> int:
        return self.output.count("\nThe clock says ")

    def _all(self) -> list[list[str]]:
        """Return the parts of each message: what stands indented under a heading."""
        found: list[list[str]] = []
        inside = False
        for line in self.output.split("\n"):
            if HEADING.match(line):
                found.append([])
                inside = True
            elif inside and line.startswith("  "):
                found[-1].append(line[2:])
            elif line:
                inside = False
        return found


def _labels(parts: list[str]) -> list[str]:
    return [label for part in parts[_below(parts) :] for label in BUTTON.findall(part)]


def _below(parts: list[str]) -> int:
    """Return where the buttons begin."""
    return next((place for place, part in enumerate(parts) if part.startswith("[1] ")), len(parts))
