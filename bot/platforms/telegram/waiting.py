"""Waits: between tries, for what is under way, for a task to end, for good."""

import asyncio
import contextlib
from collections.abc import Iterator

from telegram.error import RetryAfter, TelegramError

from bot.platforms.telegram.failures import pause_of

#: Waits between tries that Telegram or the network failed: the first, and the longest.
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
#: How long the end waits for what is under way.
DRAIN_SECONDS = 5.0


class Waits:
    """Waits that double from one failure to the next."""

    def __init__(self) -> None:
        self._failures = 0

    def next(self) -> float:
        """Return how long to wait now, in seconds."""
        self._failures += 1
        return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self._failures - 1, 10))

    def after(self, fault: TelegramError) -> float:
        """Return how long to wait after *fault*: as long as Telegram asks for, or else as long as it is our turn to."""
        return pause_of(fault).total_seconds() if isinstance(fault, RetryAfter) else self.next()

    def over(self) -> None:
        """Begin anew."""
        self._failures = 0


class Underway:
    """Counts what is under way, so that the end can wait for it."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Count one more while the block lasts."""
        self._count += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._idle.set()

    async def drained(self) -> None:
        """Wait until nothing is under way, but not forever."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), DRAIN_SECONDS)


async def forever() -> None:
    """Wait until cancelled."""
    await asyncio.Event().wait()


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel *task* and wait until it is over."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait({task})
    if task.done() and not task.cancelled():
        task.exception()
