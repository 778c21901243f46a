"""What one run cost: the wall clock, the processor, and how long the event loop stood still."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

#: Out, accepted, back: the send of which the engine's figures speak, in seconds.
SEND = 0.005
#: How often the loop is looked at, in seconds.
EVERY = 0.005


@dataclass
class Run:
    """One measured run; *lags* are how late the loop came to its timer, in seconds."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    lags: list[float] = field(default_factory=list)

    def told(self, sent: int, **more: Any) -> str:
        """Return the line that whoever started this program reads."""
        late = sorted(self.lags) or [0.0]
        figures = {
            "sent": sent,
            "seconds": round(self.seconds, 4),
            "per_second": round(sent / self.seconds, 1),
            "cpu_seconds": round(self.cpu_seconds, 4),
            "lag_p99_ms": round(1000 * late[min(len(late) - 1, int(len(late) * 0.99))], 2),
            "lag_max_ms": round(1000 * late[-1], 2),
        }
        return json.dumps({**figures, **more})


@contextmanager
def measured() -> Iterator[Run]:
    """Measure the block, in the loop it runs in."""
    run = Run()
    watch = asyncio.create_task(_watch(run.lags))
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield run
    finally:
        run.seconds, run.cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
        watch.cancel()


async def _watch(lags: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        lags.append(max(0.0, loop.time() - due))
