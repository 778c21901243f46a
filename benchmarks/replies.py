"""How long `/phrase` takes by webhook, reply sent, at rest and while twenty thousand tips go out at a thousand a second."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
from cryptography.fernet import Fernet

from benchmarks import edge
from benchmarks.asking import update
from benchmarks.contenders import all_ready, running
from benchmarks.figures import Figure, judged
from benchmarks.peers.chats import TOKEN
from benchmarks.postgres import database, server
from bot.storage.migrate import upgrade
from tests.processes import free_port
from tests.reliability.seeding import seed

STUDENTS = 20_000
ASKED = 360
#: Seconds between two that ask: about twenty a second, as a class does.
EVERY = 0.05


def figures() -> Iterator[Figure]:
    """Yield the figures of both databases."""
    with server() as url, edge.running() as far, tempfile.TemporaryDirectory() as folder:
        yield from _figures(url, far, Path(folder))


def _figures(url: str, far: edge.Edge, folder: Path) -> Iterator[Figure]:
    key = Fernet.generate_key().decode()
    for name, quiet, busy in (
        ("SQLite", f"sqlite:///{folder}/rest.db", f"sqlite:///{folder}/busy.db"),
        ("PostgreSQL", database(url, "rest"), database(url, "busy")),
    ):
        for each, students in ((quiet, 0), (busy, STUDENTS)):
            upgrade(each)
            if students:
                asyncio.run(seed(each, key, students))
        rest, during = (asyncio.run(_late(each, key, far, folder)) for each in (quiet, busy))
        yield Figure(f"{name}: p99 in a fan-out against at rest", during / rest, most=3)
        yield Figure("  at rest, ms", rest)
        yield Figure("  tips a second meanwhile", far.counts()["total"] / (ASKED * EVERY))


async def _late(url: str, key: str, far: edge.Edge, folder: Path) -> float:
    """Return the p99 of what a reply takes, in milliseconds, from the post to the acknowledgment after it was sent."""
    far.reset()
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    settings = {
        "DATABASE_URL": url,
        "WARDWISE_SECRET_KEY": key,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": far.url,
        "TELEGRAM_WEBHOOK_SECRET": "s",
        "TELEGRAM_RATE": "1000",
        "OPERATOR_CONTACT": "bench@example.org",
        "PUBLIC_URL": here,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }
    ask = update(f"{here}/telegram/webhook")
    async with aiohttp.ClientSession() as session, running(["-m", "bot", "run"], folder, **settings) as process:
        await all_ready(process, folder, session, here)
        for number in range(20):
            await ask(session, number)

        async def timed(number: int) -> float:
            await asyncio.sleep(number * EVERY)
            began = time.perf_counter()
            await ask(session, number + 20)
            return (time.perf_counter() - began) * 1000

        taken = sorted(await asyncio.gather(*(timed(number) for number in range(ASKED))))
    return taken[int(ASKED * 0.99)]


if __name__ == "__main__":
    sys.exit(not judged(figures()))
