"""APScheduler: one job per student in its store, all due at once, until the last send is finished."""

import argparse
import asyncio
import contextlib
import time
from datetime import timedelta

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from benchmarks.peers.measure import SEND, measured
from bot.clock import system

#: Jobs are late here by design; by its default of one second most would be dropped.
SETTINGS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}

#: The students sent to, and the end; a job of a store is found by its function's name and brings nothing along.
sent: list[int] = []
over = asyncio.Event()


async def send(student: int, last: int) -> None:
    """Send one message; after *last* of them that is the end."""
    await asyncio.sleep(SEND)
    sent.append(student)
    if len(sent) == last:
        over.set()


def main() -> None:
    """Print what one run measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True, help="sqlite:///file or postgresql://…, empty")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=600, help="after how long it counts as not finished")
    given = parser.parse_args()
    asyncio.run(_drain(given))


def _scheduler(url: str) -> AsyncIOScheduler:
    store = SQLAlchemyJobStore(url=url.replace("postgresql://", "postgresql+psycopg://", 1))
    return AsyncIOScheduler(jobstores={"default": store}, job_defaults=SETTINGS, timezone="UTC")


async def _drain(given: argparse.Namespace) -> None:
    loading = _scheduler(given.store)
    loading.start(paused=True)
    due = system() - timedelta(seconds=1)
    began = time.perf_counter()
    for student in range(given.count):
        loading.add_job(send, "date", run_date=due, args=[student, given.count])
    loaded = time.perf_counter() - began
    loading.shutdown(wait=False)
    scheduler = _scheduler(given.store)
    with measured() as run:
        scheduler.start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), given.seconds)
    scheduler.shutdown(wait=False)
    print(run.told(len(sent), enqueue_seconds=round(loaded, 3), finished=over.is_set()))


if __name__ == "__main__":
    main()
