"""Bots side by side: each a process of its own, asked the same way, its CPU time read from the kernel."""

import asyncio
import os
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parent.parent
#: The interpreter that has what others run; `make bench` makes it.
PEERS = ROOT / ".venv-bench" / "bin" / "python"
READY_SECONDS = 60
#: What a bot does after it has answered counts too: it is given so long for it.
AFTERWARDS = 0.25

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
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        **settings,
    }
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            python, *arguments, cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def until_ready(
    process: Process, folder: Path, session: aiohttp.ClientSession, url: str, *, status: int = 200
) -> Any:
    """Wait until *url* answers with *status*; return the answer as JSON, where it is any."""
    async with asyncio.timeout(READY_SECONDS):
        while True:
            if process.returncode is not None:
                raise SystemExit((folder / "log").read_text())
            try:
                async with session.get(url) as answer:
                    if answer.status == status:
                        return await answer.json() if status == 200 else None
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.02)


async def idle(contender: Contender) -> None:
    """Wait until the bot has nothing left to do of its own accord."""
    async with asyncio.timeout(READY_SECONDS):
        before = -1.0
        while contender.seconds > before + 0.03:
            before = contender.seconds
            await asyncio.sleep(0.5)


async def asked(contender: Contender, session: aiohttp.ClientSession, numbers: range, *, at_once: int) -> None:
    """Ask once for each of *numbers*, *at_once* side by side."""
    left = iter(numbers)

    async def one_after_another() -> None:
        for number in left:
            await contender.ask(session, number)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
