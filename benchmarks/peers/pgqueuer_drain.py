"""PgQueuer: jobs that lie ready in PostgreSQL, taken by one worker until the last is acknowledged there.

The defaults are where it is fastest: a pool, so that claims and acknowledgements run side by side; and a bound of in-flight
jobs so wide that it is seldom reached, because a worker that has reached it rests.
"""

import argparse
import asyncio
import time
from datetime import timedelta

import asyncpg
import uvloop
from pgqueuer.db import AsyncpgDriver, AsyncpgPoolDriver, Driver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

from benchmarks.peers.measure import SEND, Run, measured

CHUNK = 5000
#: Connections of the pool: one listens, the others claim, acknowledge and beat side by side.
POOL = 4


def main() -> None:
    """Print what one run measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="an empty PostgreSQL database")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=256, help="jobs claimed, and acknowledged, at a time")
    parser.add_argument("--tasks", type=int, default=2048, help="jobs in flight at most, 0 for no bound")
    parser.add_argument("--limit", type=int, default=0, help="concurrency_limit of the entrypoint, 0 for none")
    parser.add_argument(
        "--poll", type=float, default=0.1, help="seconds it rests where a bound is reached (0.1 is its own)"
    )
    parser.add_argument("--driver", choices=["connection", "pool"], default="pool")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="uvloop")
    given = parser.parse_args()
    (uvloop.run if given.loop == "uvloop" else asyncio.run)(_drain(given))


async def _drain(given: argparse.Namespace) -> None:
    pool = await asyncpg.create_pool(given.database, min_size=POOL, max_size=POOL)
    connection = await asyncpg.connect(given.database)
    driver: Driver = AsyncpgPoolDriver(pool) if given.driver == "pool" else AsyncpgDriver(connection)
    queries = Queries(driver)
    await queries.install()
    began = time.perf_counter()
    for first in range(0, given.count, CHUNK):
        n = min(CHUNK, given.count - first)
        await queries.enqueue(["send"] * n, [b"%d" % (first + each) for each in range(n)], [0] * n)
    enqueued = time.perf_counter() - began
    await connection.execute("VACUUM ANALYZE")
    sent, run = await _worked(queries, connection if given.driver == "pool" else pool, given)
    print(run.told(sent, enqueue_seconds=round(enqueued, 3), configuration={**vars(given), "database": "PostgreSQL"}))
    await connection.close()
    await pool.close()


async def _worked(
    queries: Queries, look: asyncpg.Connection | asyncpg.Pool, given: argparse.Namespace
) -> tuple[int, Run]:
    """Run the worker until its queue is empty in the database; *look* is a connection that it doesn't use."""
    worker = QueueManager(queries)
    worker.min_dequeue_poll_interval = timedelta(seconds=given.poll)
    sent = 0
    over = asyncio.Event()

    async def send(_: Job) -> None:
        nonlocal sent
        await asyncio.sleep(SEND)
        sent += 1
        if sent == given.count:
            over.set()

    worker.entrypoint("send", concurrency_limit=given.limit)(send)
    with measured() as run:
        working = asyncio.create_task(worker.run(batch_size=given.batch, max_concurrent_tasks=given.tasks or None))
        await over.wait()
        # Acknowledged jobs have left the table: only now is none of them sent again after a crash.
        while await look.fetchval("SELECT count(*) FROM pgqueuer"):  # noqa: ASYNC110 the database tells nobody
            await asyncio.sleep(0.001)
    worker.shutdown.set()
    await working
    return sent, run


if __name__ == "__main__":
    main()
