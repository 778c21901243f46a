"""One process of ours with Telegram configured, sending real tips as fast as it can: planned, composed and acknowledged durably.

`python -m benchmarks.fan --database URL --edge URL` says "ready", waits for a line, works until nothing is left, prints one
JSON line. Its pace is out of the way; everything else is as in `python -m bot worker`.
"""

import argparse
import asyncio
import gc
import logging
import resource
import sys

import structlog

from benchmarks.drain import left
from benchmarks.peers.chats import TOKEN
from benchmarks.peers.measure import measured
from bot.app.adapters import connect
from bot.app.compose import compose, ready_database
from bot.app.ending import run_through
from bot.config import settings


def main() -> None:
    """Print what one run measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--edge", required=True)
    parser.add_argument("--key", required=True)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    run_through(_fan(given))


async def _fan(given: argparse.Namespace) -> None:
    found = settings(
        database_url=given.database,
        telegram_bot_token=TOKEN,
        telegram_api_url=given.edge,
        wardwise_secret_key=given.key,
        operator_contact="bench@example.org",
    )
    # Faster than any setting allows: the pace must not be what is measured.
    parts = compose(found.model_copy(update={"telegram_rate": 1_000_000.0}))
    connect(parts)
    await ready_database(parts, migrate=False)
    await asyncio.to_thread(parts.shelf().warm)
    gc.freeze()
    await parts.courier.begin()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    with measured() as run:
        working, planning = asyncio.create_task(parts.courier.run()), asyncio.create_task(parts.courier.plan_all())
        await planning
        await left(parts.courier, parts.database)
    parts.courier.stop()
    await working
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(run.told(parts.courier.delivered, rss_mb=round(peak, 1)), flush=True)
    await parts.close()


if __name__ == "__main__":
    main()
