"""Waiting for what other processes do: there is only looking, again and again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")

#: Seconds between two looks, and until nobody believes in it any more.
EVERY, PATIENCE = 0.02, 60.0


def until(look: Callable[[], Found | None], *, seconds: float = PATIENCE, every: float = EVERY) -> Found:
    """Return what *look* finds, once that is anything. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:g} s")
        time.sleep(every)
    return found


async def found(look: Callable[[], Awaitable[Found]], *, seconds: float = PATIENCE, every: float = EVERY) -> Found:
    """Like `until`, in a loop that has other things to do meanwhile. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not (seen := await look()):  # noqa: ASYNC110 - it happens in another process, which sets no event of ours
            await asyncio.sleep(every)
        return seen
