"""What the far side sees of the pace: two workers on one PostgreSQL, one bot, and more due than one second may carry."""

import asyncio
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks import edge, postgres
from benchmarks.figures import Figure, judged
from benchmarks.peers.chats import TOKEN
from tests.processes import environment
from tests.reliability.seeding import seed

STUDENTS, RATE, WORKERS = 300, 30, 2
#: One more than the rate: where the second begins is the observer's choice.
ALLOWED = RATE + 1
SECONDS = 60.0


def figures() -> Iterator[Figure]:
    """Yield what came in the fullest second, and whether everyone got one message."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server, edge.running() as far:
        url = postgres.database(server, "pace", migrated=True)
        key = Fernet.generate_key().decode()
        asyncio.run(seed(url, key, STUDENTS))
        settings = environment(
            Path(folder),
            DATABASE_URL=url,
            WARDWISE_SECRET_KEY=key,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=far.url,
            TELEGRAM_RATE=str(RATE),
            OPERATOR_CONTACT="ward@example.edu",
            LOG_LEVEL="ERROR",
        )
        with ExitStack() as running:
            workers = [running.enter_context(_worker(settings, folder)) for _ in range(WORKERS)]
            far.until(lambda counts: counts["total"] >= STUDENTS or _ended(workers), seconds=SECONDS)
        told = far.counts()
    name = f"{STUDENTS} due, {WORKERS} workers, {RATE}/s: most in any second"
    yield Figure(name, told["most_in_any_second"], most=ALLOWED)
    yield Figure("  students without a message", STUDENTS - told["distinct"], most=0)
    yield Figure("  sent twice", told["total"] - told["distinct"], most=0)
    yield Figure("  on average a second", (told["total"] - 1) / (told["last"] - told["first"]))


@contextmanager
def _worker(settings: dict[str, str], folder: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-m", "bot", "worker"], cwd=folder, env=settings)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _ended(workers: list["subprocess.Popen[bytes]"]) -> bool:
    return any(worker.poll() is not None for worker in workers)


if __name__ == "__main__":
    sys.exit(not judged(figures()))
