"""How long one `/phrase` takes in process: from the event to the committed answer, on a real SQLite file."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import uvloop

from benchmarks.figures import Figure, judged
from bot.app.compose import compose, ready_database
from bot.config import Settings
from bot.core.inbound import CommandSent
from bot.domain.student import Address

TURNS = 300
ALLOWED_MS = 3.0


def figures() -> Iterator[Figure]:
    """Yield the median and the slowest but one in twenty."""
    with tempfile.TemporaryDirectory() as folder:
        taken = uvloop.run(_turns(Path(folder)))
    taken.sort()
    yield Figure("`/phrase` in process, SQLite, p50 ms", statistics.median(taken), most=ALLOWED_MS)
    yield Figure("  p95 ms", taken[int(len(taken) * 0.95)])


async def _turns(folder: Path) -> list[float]:
    settings = Settings(database_url=f"sqlite:///{folder}/turn.db", _env_file=None)  # type: ignore[call-arg]
    parts = compose(settings)
    await ready_database(parts, migrate=True)
    sender = Address("console", "", "student", "chat")
    taken = []
    for n in range(TURNS):
        event = CommandSent(sender=sender, key=f"turn-{n}", name="phrase", text="dispo")
        began = time.perf_counter()
        reply = await parts.dispatcher(event)
        taken.append((time.perf_counter() - began) * 1000)
        assert reply is not None
        await parts.dispatcher.sent(event)
    await parts.close()
    return taken[20:]


if __name__ == "__main__":
    sys.exit(not judged(figures()))
