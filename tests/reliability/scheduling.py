"""One scheduler as a process: it plans and sends what is due by a clock that several share, until SIGTERM.

Arguments: the address of the database, the key, a file of eight bytes with the instant (seconds since 1970, a double), and
a file that takes a line for every message: who sent, to whom, and what.
"""

import asyncio
import mmap
import os
import signal
import struct
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.core.feature import Feature
from bot.core.messages import Reply
from bot.domain.student import Address
from bot.storage.database import Database
from bot.storage.types import Seal
from tests.schedule.world import Memory, World, daily, toys

#: Two pushes a day, as students get them, of a kind that yields to no weekly budget.
MORNING, EVENING = time(7), time(19)
STEP = 60


def pushes() -> Feature:
    return toys(
        tip=daily(MORNING, priority=STEP, keep=timedelta(hours=3)),
        step=daily(EVENING, priority=STEP, keep=timedelta(hours=3), part="evening"),
    )


class SharedClock:
    """An instant in a file that one process moves and all read."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._held = mmap.mmap(file.fileno(), 8)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(struct.unpack("d", self._held)[0], UTC)

    def move_to(self, at: datetime) -> None:
        self._held[:] = struct.pack("d", at.timestamp())


class Written(Memory):
    """A platform whose far side is a file: one line appended for every message, whoever sends."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(self, to: Address, reply: Reply) -> None:
        await asyncio.sleep(0.001)
        os.write(self._file, f"{os.getpid()} {to.user} {reply.cards[0].body}\n".encode())
        await asyncio.sleep(0.001)


async def schedule(url: str, key: str, clock: Path, sent: Path) -> None:
    """Plan without a pause, so that schedulers meet as often as they can, and send in small claims."""
    database = Database(url, Seal((key,)))
    courier = World(database, SharedClock(clock), pushes(), memory=Written(sent)).courier(room=8)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    running = asyncio.create_task(courier.run())
    while not stopped.is_set():
        await courier.plan()
        await asyncio.sleep(0.002)
    courier.stop()
    await running
    await database.close()


if __name__ == "__main__":
    asyncio.run(schedule(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
