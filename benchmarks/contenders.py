"""Bots side by side: each a process of its own, asked the same way, its CPU time read from the kernel."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.waiting import found
from tests.processes import environment

#: What a bot does after it has answered counts too: it is given so long for it.
AFTERWARDS = 0.25
#: Seconds in which a bot that rests does next to nothing.
RESTING = 0.5

#: Asks a bot for the *n*th time; returns once it has acknowledged.
Ask = Callable[[aiohttp.ClientSession, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A running bot and how it is asked; *sends* tells whether it answers by a call, and not in its acknowledgment."""

    name: str
    pid: int
    ask: Ask
    sends: bool = True

    @property
    def seconds(self) -> float:
        """CPU time of all its threads so far, for itself and in the kernel."""
        # The clock of another process, as clock_getcpuclockid(3) makes it: /proc tells the same in hundredths only.
        return time.clock_gettime(((~self.pid) << 3) | 2)


@asynccontextmanager
async def running(
    arguments: list[str], folder: Path, *, python: Path | str = sys.executable, **settings: str
) -> AsyncIterator[Process]:
    """Run Python with *arguments* and nothing of the machine's own settings while the block lasts."""
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            python, *arguments, cwd=folder, env=environment(folder, **settings), stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def answering(
    process: Process, folder: Path, session: aiohttp.ClientSession, url: str, *, status: int = 200
) -> None:
    """Wait until *url* answers with *status*."""

    async def look() -> bool:
        answer = await _answer(process, folder, session, url)
        return answer is not None and answer[0] == status

    await found(look)


async def all_ready(process: Process, folder: Path, session: aiohttp.ClientSession, url: str) -> None:
    """Wait until our process at *url* says of its database, its content and each platform that it is ready."""

    async def look() -> bool:
        answer = await _answer(process, folder, session, f"{url}/readyz")
        return answer is not None and set(json.loads(answer[1])["parts"].values()) == {"ready"}

    await found(look)


async def _answer(process: Process, folder: Path, session: aiohttp.ClientSession, url: str) -> tuple[int, bytes] | None:
    """Return what *url* answers, None where nobody does. Raises SystemExit with the log of a process that has ended."""
    if process.returncode is not None:
        raise SystemExit((folder / "log").read_text())
    try:
        async with session.get(url) as answer:
            return answer.status, await answer.read()
    except aiohttp.ClientError:
        return None


async def idle(contender: Contender) -> None:
    """Wait until the bot has nothing left to do of its own accord."""
    before = contender.seconds

    async def still() -> bool:
        nonlocal before
        last, before = before, contender.seconds
        return before <= last + 0.03

    await asyncio.sleep(RESTING)
    await found(still, every=RESTING)


async def asked(contender: Contender, session: aiohttp.ClientSession, numbers: range, *, at_once: int) -> None:
    """Ask once for each of *numbers*, *at_once* side by side."""
    left = iter(numbers)

    async def one_after_another() -> None:
        for number in left:
            await contender.ask(session, number)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())
