"""One worker that plans, claims, sends and acknowledges what is due in a filled database; then says what it cost.

`python -m benchmarks.drain --database URL` says "ready", waits for a line, works until nothing is left, prints one JSON line.
"""

import argparse
import asyncio
import logging
import resource
import sys
from datetime import timedelta

import structlog
from cryptography.fernet import Fernet

from benchmarks.peers.measure import measured
from benchmarks.waiting import found
from benchmarks.world import DUE, Sink, courier
from bot.app.ending import run_through
from bot.schedule.courier import Courier
from bot.storage.database import Database
from bot.storage.types import Seal

#: Seconds between two looks whether anything is left, and after which something must be wrong.
QUIET, LONGEST = 0.01, 1_800.0


def main() -> None:
    """Print what one run measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--room", type=int, default=64, help="sends on their way at once")
    parser.add_argument("--planned", action="store_true", help="plan before the time is taken, as a queue is filled")
    parser.add_argument("--composing", action="store_true", help="load each student and compose, as the bot does")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    run_through(_drain(given))


async def _drain(given: argparse.Namespace) -> None:
    database = Database(given.database, Seal((Fernet.generate_key().decode(),)))
    sink = Sink()
    at, composing = DUE + timedelta(minutes=1), given.composing
    worker = courier(database, lambda: at, sink, room=given.room, composing=composing)
    if given.planned:
        await worker.plan_all()
    await worker.begin()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    with measured() as run:
        working, planning = asyncio.create_task(worker.run()), asyncio.create_task(worker.plan_all())
        await planning
        await left(worker, database)
    worker.stop()
    await working
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(run.told(worker.delivered, doubled=sink.doubled, rss_mb=round(peak, 1)), flush=True)
    await database.close()


async def left(worker: Courier, database: Database) -> None:
    """Wait until nothing is left to send; the database is asked only when *worker* has written nothing for a moment."""
    before = -1

    async def none() -> bool:
        nonlocal before
        if before != worker.delivered:
            before = worker.delivered
            return False
        async with database.read() as work:
            # Each by its own index: both at once would read all that was sent so far.
            waiting = "EXISTS (SELECT 1 FROM outbox WHERE status = 0) OR EXISTS (SELECT 1 FROM outbox WHERE status = 1)"
            return not (await work.run(f"SELECT {waiting}")).value

    await found(none, seconds=LONGEST, every=QUIET)


if __name__ == "__main__":
    main()
