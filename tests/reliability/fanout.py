"""A fan-out to many students by the real process: seeded, started, killed, counted."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from bot.storage.claims import Claims
from bot.storage.database import Database
from bot.storage.schema import outbox
from bot.storage.types import Seal
from tests.fakes.telegram import FakeTelegram, threaded
from tests.reliability.seeding import FIRST_CHAT, seed

ROOT = Path(__file__).parents[2]
#: Of a bucket with a pace: how many sends of one process are on their way, or sent and not written yet (`sending.FEW`).
IN_FLIGHT = 128


@dataclass
class Edge:
    """The far side: counts what it took, and does something to the sender when a number is reached."""

    telegram: FakeTelegram
    taken: list[int] = field(default_factory=list)
    _pending: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        accept = self.telegram._send_message

        def counted(params: dict[str, Any]) -> Any:
            answer = accept(params)
            self.taken.append(params["chat_id"])
            if self._pending is not None and len(self.taken) >= self._pending[0]:
                _, pid, number = self._pending
                self._pending = None
                os.kill(pid, number)
            return answer

        self.telegram._send_message = counted  # type: ignore[method-assign]

    def signal_at(self, taken: int, pid: int, number: int) -> None:
        """Send *number* to the process *pid* once *taken* messages in all have come, before the last one is answered."""
        self._pending = (taken, pid, number)

    @property
    def counts(self) -> Counter[int]:
        return Counter(self.taken)

    @property
    def duplicates(self) -> int:
        return len(self.taken) - len(set(self.taken))

    def until(self, true: Callable[[], bool], process: "subprocess.Popen[bytes]", seconds: int = 60) -> None:
        """Wait until something holds; a process that has ended makes nothing true any more."""
        for _ in range(seconds):
            with suppress(TimeoutError):
                return self.telegram.run(self.telegram.until(true, 1))
            if process.poll() is not None:
                break
        assert true(), f"the process has ended: {process.poll()}"
        return None


@contextmanager
def edge() -> Iterator[Edge]:
    with threaded() as telegram:
        yield Edge(telegram)


@dataclass
class Fanout:
    """One database with *count* students whose morning message was due a minute ago."""

    url: str
    key: str
    folder: Path
    edge: Edge
    count: int
    #: Messages a second.
    rate: int = 1000

    @property
    def kind(self) -> str:
        return "SQLite" if self.url.startswith("sqlite") else "PostgreSQL"

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "DATABASE_URL": self.url,
            "WARDWISE_SECRET_KEY": self.key,
            "TELEGRAM_BOT_TOKEN": self.edge.telegram.token,
            "TELEGRAM_API_URL": self.edge.telegram.url,
            "TELEGRAM_RATE": str(self.rate),
            "OPERATOR_CONTACT": "ward@example.edu",
            "PORT": "0",
            "LOG_LEVEL": "WARNING",
        }

    def start(self, *, log: bool = True, **settings: str) -> "subprocess.Popen[bytes]":
        """Start the process with *settings* beside the usual ones."""
        environment = {**self.environment(), **settings}
        with (self.folder / "stderr").open("ab") if log else Path(os.devnull).open("ab") as kept:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=self.folder, env=environment, stdout=kept, stderr=kept
            )

    @property
    def log(self) -> str:
        """The end of what the processes wrote."""
        return (self.folder / "stderr").read_text()[-4000:]

    async def seed(self) -> None:
        """Fill the database, and have Telegram know every chat."""
        self.telegram_knows()
        await seed(self.url, self.key, self.count)

    def telegram_knows(self) -> None:
        self.edge.telegram.started.update(range(FIRST_CHAT, FIRST_CHAT + self.count + 1))

    async def statuses(self) -> dict[int, int]:
        """Return how many rows of the outbox have each status."""
        database = Database(self.url, Seal((self.key,)))
        try:
            async with database.read() as work:
                query = select(outbox.c.status, func.count()).group_by(outbox.c.status)
                return {int(status): int(n) for status, n in await work.connection.execute(query)}
        finally:
            await database.close()

    async def bury(self) -> None:
        """Age the heartbeats, as if a lease had passed since the worker died: only dead ones are on the list now."""
        database = Database(self.url, Seal((self.key,)))
        async with database.write() as work:
            await work.connection.execute(text("UPDATE workers SET beat_at = 0"))
        await database.close()

    async def reap(self) -> None:
        """Free what dead workers held, as another worker's heartbeat does."""
        database = Database(self.url, Seal((self.key,)))
        async with database.write() as work:
            await work.use(Claims).reap()
        await database.close()

    async def drained(self, process: "subprocess.Popen[bytes] | None" = None, seconds: float = 40) -> dict[int, int]:
        """Wait until no row waits or is leased; return the statuses. The process is another one, so there is only looking."""
        waiting, rounds = threading.Event(), int(seconds / 0.1)
        for _ in range(rounds):
            found = await self.statuses()
            if found and not found.get(0) and not found.get(1):
                break
            assert process is None or process.poll() is None, self.log
            waiting.wait(0.1)
        return found


def ended(process: "subprocess.Popen[bytes]", seconds: float = 40) -> int:
    """Wait for the end of *process* and return its code; one that does not end is killed."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        raise
