"""`python -m bot chat`: the coach in a terminal, on the same database and clock as the chat page."""

import asyncio
import contextlib
import sys
from typing import TextIO

from bot.app.compose import compose, moved_clock, ready_database
from bot.app.travel import Traveler
from bot.clock import MovedClock
from bot.config import Settings
from bot.schedule.courier import Courier


async def talk(settings: Settings) -> None:
    """Talk until the input ends. Raises BadSettings, BadContent, InUse."""
    from bot.platforms.console import Console, reader_of

    clock = MovedClock()
    parts = compose(settings, clock=clock)
    try:
        await ready_database(parts, migrate=True)
        clock.offset = (await moved_clock(parts.database)).offset
        reader = reader_of(sys.stdin.fileno())
        console = Console(
            travel=Traveler(parts, clock),
            pacing=parts.pace,
            reader=reader,
            writer=sys.stdout,
            styled=styled(settings, sys.stdout),
        )
        parts.platforms[console.name] = console
        courier = asyncio.create_task(_ticking(parts.courier))
        try:
            await console.run(parts.dispatcher)
        finally:
            courier.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await courier
            await parts.courier.finish()
    finally:
        await parts.close()


def styled(settings: Settings, writer: TextIO) -> bool:
    """Return whether *writer* takes styles: it is a screen, and nobody asked for plain letters."""
    return writer.isatty() and not settings.no_color


async def _ticking(courier: Courier) -> None:
    await courier.begin()
    while True:
        await courier.settle()
        await asyncio.sleep(1)
