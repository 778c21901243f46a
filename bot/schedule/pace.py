"""What adapters tell of the pace: replies are counted in batches, pauses at once."""

import asyncio
from collections import Counter

from bot.storage.database import Away, Database
from bot.storage.pace import Pace

#: How long replies are gathered before they are counted, in seconds.
GATHER = 0.2


class SharedPace:
    """The pace of one process, kept in the database for all."""

    def __init__(self, database: Database, me: str) -> None:
        self._database = database
        self._me = me
        self._replies: Counter[str] = Counter()
        self._counting: asyncio.Task[None] | None = None

    async def debit(self, bucket: str) -> None:
        """Count one reply; nobody waits for it."""
        self._replies[bucket] += 1
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())

    async def pause(self, bucket: str, seconds: float) -> None:
        """Stop the bucket for *seconds*, in every process."""
        async with self._database.write() as work:
            await work.use(Pace).block(bucket, int(seconds * 1_000_000))

    async def hold(self, name: str, seconds: int) -> bool:
        """Take or keep the lease *name*; return whether this process has it."""
        async with self._database.write() as work:
            return await work.use(Pace).hold(name, self._me, seconds)

    async def release(self, name: str) -> None:
        """Give the lease *name* back, so that another process need not wait for its end."""
        async with self._database.write() as work:
            await work.use(Pace).release(name, self._me)

    async def close(self) -> None:
        """Wait for what is being counted."""
        if self._counting is not None:
            await self._counting

    async def _count(self) -> None:
        await asyncio.sleep(GATHER)
        replies, self._replies = self._replies, Counter()
        try:
            async with self._database.write() as work:
                for bucket, count in sorted(replies.items()):
                    await work.use(Pace).debit(bucket, count)
        except Away:
            # Uncounted replies make the next pushes a little earlier than they might be; a 429 settles it.
            return
