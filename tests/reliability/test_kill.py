"""The real process, killed in the middle of a fan-out: nothing is lost, and little is said twice."""

import signal
import time
from pathlib import Path

import pytest

from bot.storage.claims import SENT
from tests.conftest import Figure
from tests.reliability.fanout import IN_FLIGHT, Edge, Fanout, ended


@pytest.fixture
def fanout(database_url: str, seal_key: str, caches: Path, far_side: Edge) -> Fanout:
    return Fanout(database_url, seal_key, caches, far_side, 2000)


#: Most that a process has on its way, or sent and not noted, at the pace of a real platform.
WINDOW = 8


async def killed_again_and_again(
    fanout: Fanout, figure: Figure, kills: int, most_times: int = 2, window: int = IN_FLIGHT
) -> None:
    """Kill the process *kills* times, evenly through the fan-out; the last one may finish."""
    await fanout.seed()
    far, began = fanout.edge, time.monotonic()
    for n in range(1, kills + 1):
        process = fanout.start()
        far.signal_at(n * fanout.count // (kills + 1), process.pid, signal.SIGKILL)
        assert ended(process) == -signal.SIGKILL, fanout.log
        await fanout.bury()
    process = fanout.start()
    try:
        far.until(lambda: len(set(far.taken)) >= fanout.count, process)
        statuses = await fanout.drained(process)
    finally:
        process.terminate()
        code = ended(process)
    most = max(far.counts.values())
    lost, bound = fanout.count - len(far.counts), kills * window
    figure(
        f"kill -9 on {fanout.kind}: {kills} kills in a fan-out of {fanout.count} at {fanout.rate}/s, {lost} lost, "
        f"{far.duplicates} duplicates (bound {bound}: {window} a kill), each at most {most} times, "
        f"{time.monotonic() - began:.0f} s with all starts"
    )
    assert code == 0
    assert statuses == {SENT: fanout.count}
    assert len(far.counts) == fanout.count
    assert far.duplicates <= bound
    assert most <= most_times


async def test_five_kills_lose_nothing(fanout: Fanout, figure: Figure) -> None:
    """R1, small: what was accepted but not acknowledged at a kill is all that can come twice."""
    await killed_again_and_again(fanout, figure, 5)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_thirty_kills_lose_nothing(fanout: Fanout, figure: Figure) -> None:
    """R1 at its full size; among thirty kills two may meet the same message on its way."""
    fanout.count = 10_000
    await killed_again_and_again(fanout, figure, 30, most_times=3)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_two_hundred_kills_lose_nothing(fanout: Fanout, figure: Figure) -> None:
    """R1 for a night: a process that never lives longer than a tenth of a second of sending."""
    fanout.count = 20_000
    await killed_again_and_again(fanout, figure, 200, most_times=4)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_thirty_kills_at_a_real_pace_double_no_more_than_its_window(fanout: Fanout, figure: Figure) -> None:
    """R1 as students would see it: thirty messages a second, as Telegram allows."""
    fanout.count, fanout.rate = 900, 30
    await killed_again_and_again(fanout, figure, 30, window=WINDOW)


async def test_a_polite_end_says_nothing_twice(fanout: Fanout, figure: Figure) -> None:
    """R10: SIGTERM in the middle ends within ten seconds, and the next process goes on exactly there."""
    fanout.count = 1000
    await fanout.seed()
    far = fanout.edge
    process = fanout.start()
    far.signal_at(400, process.pid, signal.SIGTERM)
    far.until(lambda: len(far.taken) >= 400, process)
    asked = time.monotonic()
    assert ended(process, 10) == 0, fanout.log
    took = time.monotonic() - asked
    at_the_end = len(far.taken)
    assert at_the_end < fanout.count
    assert far.duplicates == 0
    assert await fanout.statuses() == {SENT: at_the_end, 0: fanout.count - at_the_end}
    process = fanout.start()
    try:
        far.until(lambda: len(set(far.taken)) >= fanout.count, process)
        statuses = await fanout.drained(process)
    finally:
        process.terminate()
        ended(process)
    figure(f"SIGTERM on {fanout.kind}: ended after {took:.1f} s with {at_the_end} of {fanout.count} sent, 0 duplicates")
    assert statuses == {SENT: fanout.count}
    assert far.duplicates == 0
