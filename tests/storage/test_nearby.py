"""SQLite's driver with its small statements on the loop's own thread."""

import asyncio
import contextlib

from bot.storage.nearby import connect


async def test_closing_waits_for_what_the_driver_s_thread_still_does(tmp_path):
    """A task that is canceled while it takes the lock closes its connection, which must not be in use: SQLite crashes."""
    for hops in range(600):
        connection = await connect(str(tmp_path / "near.db"), timeout=5)
        connection.here.isolation_level = None
        cursor = await connection.cursor()
        taking = asyncio.create_task(cursor.execute("BEGIN IMMEDIATE"))
        for _ in range(1 + hops % 3):
            await asyncio.sleep(0)
        taking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await taking
        await connection.close()
