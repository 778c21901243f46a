"""What is forgotten of itself, and when: every hour, in batches that let others in between."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.storage.database import Database
from bot.storage.deliveries import SEEN_FOR, Deliveries
from bot.storage.everything import Everything
from bot.storage.keys import Keys
from bot.storage.outbox import Outbox
from bot.storage.work import Work

log = structlog.get_logger(__name__)

#: Platforms redeliver for a day; keys older than two days are met by nothing any more.
KEYS_KEPT = timedelta(days=2)
#: A day's push keeps its key until no zone on earth has that date.
ROWS_KEPT = timedelta(days=4)
#: Who had no rotation for so long is forgotten but for what they wrote, as `/privacy` says.
STUDENTS_KEPT = timedelta(days=365)


async def sweep(database: Database, now: datetime) -> None:
    """Delete what nothing can meet any more, and what was promised to go. Raises Away."""
    async with database.write() as work:
        await work.use(Keys).drop(now - KEYS_KEPT)
    await _emptied(database, lambda work: work.use(Outbox).sweep(now - ROWS_KEPT))
    await _emptied(database, lambda work: work.use(Deliveries).sweep(now - SEEN_FOR))
    lapsed = await _emptied(database, lambda work: work.use(Everything).lapse((now - STUDENTS_KEPT).date()))
    if lapsed:
        log.info("students forgotten a year after their last rotation", students=lapsed)


async def _emptied(database: Database, batch: Callable[[Work], Awaitable[int]]) -> int:
    """Delete batch after batch until one is empty; return how many rows, or students, it was in all."""
    total, deleted = 0, 1
    while deleted:
        async with database.write() as work:
            deleted = await batch(work)
        total += deleted
        await asyncio.sleep(0)
    return total
