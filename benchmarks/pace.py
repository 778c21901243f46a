"""What the far side sees of the pace: two workers on one PostgreSQL, one bot, and more due than one second may carry."""

import asyncio
import os
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
from tests.reliability.seeding import seed

ROOT = Path(__file__).parent.parent
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
        environment = _environment(url, key, far.url, folder)
        with ExitStack() as running:
            workers = [running.enter_context(_worker(environment, folder)) for _ in range(WORKERS)]
            far.until(lambda counts: counts["total"] >= STUDENTS or _ended(workers), seconds=SECONDS)
        told = far.counts()
    name = f"{STUDENTS} due, {WORKERS} workers, {RATE}/s: most in any second"
    yield Figure(name, told["most_in_any_second"], most=ALLOWED)
    yield Figure("  students without a message", STUDENTS - told["distinct"], most=0)
    yield Figure("  sent twice", told["total"] - told["distinct"], most=0)
    yield Figure("  on average a second", (told["total"] - 1) / (told["last"] - told["first"]))


def _environment(url: str, key: str, api: str, folder: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": folder,
        "DATABASE_URL": url,
        "WARDWISE_SECRET_KEY": key,
        "TELEGRAM_BOT_TOKEN": "700000001:AAtoken-of-a-benchmark_0123456789",
        "TELEGRAM_API_URL": api,
        "TELEGRAM_RATE": str(RATE),
        "OPERATOR_CONTACT": "ward@example.edu",
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def _worker(environment: dict[str, str], folder: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-m", "bot", "worker"], cwd=folder, env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _ended(workers: list["subprocess.Popen[bytes]"]) -> bool:
    return any(worker.poll() is not None for worker in workers)


if __name__ == "__main__":
    sys.exit(not judged(figures()))
