"""R2: the process ended at every labelled step of a push; nothing is lost, and only what was not noted comes twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.schedule.courier import STEPS
from bot.storage.claims import SENT
from tests.conftest import Figure
from tests.reliability.fanout import ROOT, Edge, Fanout

#: From the platform's yes until it is committed here: a crash in between must say it again.
UNNOTED = {"after send", "before ack"}
#: These go on beside the sends: a crash there may meet one of them on its way.
BESIDE = {"before plan", "after plan", "before claim", "after claim", "after compose"}


class Forks:
    """Starts processes by `crashing`, one at a time."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.crashing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        )
        self.pid = 0

    def start(self, environment: dict[str, str]) -> None:
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps(environment) + "\n")
        self._server.stdin.flush()
        self.pid = self._answer()

    def ended(self) -> int:
        """Wait for the end of the process and return its code."""
        code = self._answer()
        self.pid = 0
        return code

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        self._server.kill()
        self._server.communicate()

    def _answer(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    made = Forks()
    yield made
    made.close()


@pytest.fixture
def fanout(database_url: str, seal_key: str, caches: Path, far_side: Edge) -> Fanout:
    return Fanout(database_url, seal_key, caches, far_side, 120, rate=60)


async def crash(fanout: Fanout, forks: Forks, step: str) -> None:
    """Run the process until it ends itself at *step*; then a lease passes, and another worker frees what it held."""
    # The plan ticks once a second; elsewhere one push goes through first, once there are any.
    nth = 1 if step.endswith("plan") else 2
    forks.start({**fanout.environment(), "CRASH_AT": f"{step}:{nth}"})
    assert forks.ended() == -signal.SIGKILL, fanout.log
    await fanout.bury()
    await fanout.reap()


async def goes_on(fanout: Fanout, forks: Forks) -> dict[int, int]:
    """Run the ordinary process until nothing waits; return how many rows have each status."""
    greetings = len(fanout.edge.telegram.made("getMe"))
    forks.start(fanout.environment())
    try:
        return await fanout.drained()
    finally:
        # It says hello once it listens for signals.
        fanout.edge.telegram.run(
            fanout.edge.telegram.until(lambda: len(fanout.edge.telegram.made("getMe")) > greetings)
        )
        os.kill(forks.pid, signal.SIGTERM)
        assert forks.ended() == 0, fanout.log


def judge(fanout: Fanout, statuses: dict[int, int], figure: Figure, steps: Sequence[str]) -> None:
    """Assert that nothing is lost, and that with one send in flight no crash at *steps* doubled a message it could spare."""
    far, kills = fanout.edge, len(steps)
    lost = fanout.count - len(far.counts)
    fewest, most = (sum(step in doubling for step in steps) for doubling in (UNNOTED, UNNOTED | BESIDE))
    where = f"{steps[0]}" if len({*steps}) == 1 else f"at each of {len({*steps})} steps"
    figure(
        f"kill -9 {where} on {fanout.kind}: {kills} kills among {fanout.count} with one send in flight, {lost} lost, "
        f"{far.duplicates} duplicates ({fewest} unavoidable, bound {most})"
    )
    assert statuses == {SENT: fanout.count}
    assert not lost
    assert fewest <= far.duplicates <= most


async def test_a_crash_at_any_step_loses_nothing(fanout: Fanout, forks: Forks, figure: Figure) -> None:
    """R2, small: a kill doubles one message where it falls between the platform's yes and our note, and none elsewhere."""
    await fanout.seed()
    steps = [step for step in STEPS for _ in range(2)]
    for step in steps:
        await crash(fanout, forks, step)
    judge(fanout, await goes_on(fanout, forks), figure, steps)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("step", STEPS)
async def test_twenty_crashes_at_a_step_lose_nothing(step: str, fanout: Fanout, forks: Forks, figure: Figure) -> None:
    """R2 at its full size."""
    # Between two ticks of the plan a second's worth goes out.
    fanout.count = 1300 if step.endswith("plan") else 60
    await fanout.seed()
    steps = [step] * 20
    for each in steps:
        await crash(fanout, forks, each)
    judge(fanout, await goes_on(fanout, forks), figure, steps)
