"""How long one `/phrase` takes in process: from the event to the committed answer, on a real SQLite file."""

import statistics
import tempfile
import time
from pathlib import Path

import uvloop

from bot.app.compose import compose, ready_database
from bot.config import Settings
from bot.core.inbound import CommandSent
from bot.domain.student import Address

TURNS = 300
ALLOWED_MS = 3.0


def main() -> bool:
    """Print the figures; return whether the median is within the allowance."""
    with tempfile.TemporaryDirectory() as folder:
        taken = uvloop.run(_turns(Path(folder)))
    taken.sort()
    median, late = statistics.median(taken), taken[int(len(taken) * 0.95)]
    fine = median <= ALLOWED_MS
    print(
        f"/phrase  p50 {median:.2f} ms   p95 {late:.2f} ms   allowed {ALLOWED_MS:.0f} ms   {'reached' if fine else 'MISSED'}"
    )
    return fine


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
    main()
