"""Slack lets an app hold ten sockets: which of them this process has, by a lease each."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.core.errors import DeliveryError
from bot.core.platform import Pacing
from bot.storage.database import Away

SEATS = 10
#: How long a seat is ours without a renewal, how often it is renewed, how often one is asked for; in seconds.
LEASE_SECONDS, RENEW_SECONDS, ASK_SECONDS = 30, 10.0, 5.0


class Seat:
    """One of the ten, held while the block of `taken` lasts."""

    def __init__(self, pacing: Pacing, waiting: Callable[[bool], None]) -> None:
        self._pacing = pacing
        self._waiting = waiting

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[asyncio.Future[None]]:
        """Wait for a free seat and keep it; the future yielded fails with DeliveryError where another process has it."""
        name = await self._free()
        keeping = asyncio.ensure_future(self._kept(name))
        try:
            yield keeping
        finally:
            keeping.cancel()
            # A renewal under way must not come after the seat was given back.
            await asyncio.wait({keeping})
            with contextlib.suppress(Away):
                await self._pacing.release(name)

    async def _free(self) -> str:
        while True:
            for number in range(SEATS):
                if await self._held(name := f"slack socket {number}"):
                    self._waiting(False)
                    return name
            self._waiting(True)
            await asyncio.sleep(ASK_SECONDS)

    async def _kept(self, name: str) -> None:
        held = True
        while held:
            await asyncio.sleep(RENEW_SECONDS)
            held = await self._held(name, unknown=True)
        raise DeliveryError("down", "another process has our socket's place")

    async def _held(self, name: str, *, unknown: bool = False) -> bool:
        """Take or keep a seat; without a database nobody can, which is as *unknown* says."""
        try:
            return await self._pacing.hold(name, LEASE_SECONDS)
        except Away:
            return unknown
