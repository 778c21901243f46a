"""A round in which nothing is due, with ten thousand and with a million students waiting for tomorrow."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import uvloop
from cryptography.fernet import Fernet

from benchmarks.engine import on_postgres, on_sqlite
from benchmarks.figures import Figure, judged
from benchmarks.postgres import server
from benchmarks.world import DUE, Sink, courier
from bot.storage.database import Database
from bot.storage.types import Seal

FEW, MANY = 10_000, 1_000_000
ROUNDS = 300
TOMORROW = DUE + timedelta(days=1)


def figures() -> Iterator[Figure]:
    """Yield the figures of both databases."""
    with server() as url, tempfile.TemporaryDirectory() as folder:
        yield from _figures(url, Path(folder))


def _figures(url: str, folder: Path) -> Iterator[Figure]:
    few, many = (uvloop.run(_round(on_sqlite(folder, count, due=TOMORROW))) for count in (FEW, MANY))
    yield Figure("SQLite, idle round of a million, ms", many, most=round(2 * few + 1, 2))
    yield Figure("  of ten thousand, ms", few)
    few, many = (uvloop.run(_round(on_postgres(url, count, due=TOMORROW))) for count in (FEW, MANY))
    yield Figure("PostgreSQL, idle round of a million, ms", many, most=round(2 * few + 1, 2))
    yield Figure("  of ten thousand, ms", few)


async def _round(url: str) -> float:
    """Return how long one tick and one round take in the median, in milliseconds."""
    database = Database(url, Seal((Fernet.generate_key().decode(),)))
    worker = courier(database, lambda: DUE, Sink())
    await worker.begin()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await worker.plan()
        await worker.round()
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0)
    await database.close()
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(not judged(figures()))
