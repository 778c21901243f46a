"""R4: a storm at one platform's edge; nothing is lost, its pauses are kept, and nobody else is delayed."""

from random import Random

import pytest

from bot.storage.types import Seal
from tests.conftest import Figure
from tests.reliability.storm import Sea, Weather, sea


def p95(delays: list[float]) -> float:
    return sorted(delays)[int(len(delays) * 0.95)]


async def weathered(waters: Sea, figure: Figure, name: str, count: int, weather: Weather) -> None:
    """Send to everybody in calm, then in the storm; count what came and compare."""
    await waters.enroll({"telegram": count, "slack": 40})
    calm = await waters.everybody()
    assert waters.received().total() == count
    waters.telegram.faults = weather  # type: ignore[assignment]
    stormy = await waters.everybody()
    received, met = waters.received(), weather.met
    lost, duplicates = 2 * count - len(received), received.total() - len(received)
    ambiguous, early = met["lose"] + met["hang"], waters.log.early
    ratio = p95(stormy["slack"]) / p95(calm["slack"])
    figure(
        f"storm on {name}, a second of a pause lasting {weather.scale:g} s: {met['throttle']} pauses, "
        f"{met['html'] + met['broken']} failures, {met['lose']} answers lost, {met['hang']} hung among {count}: {lost} lost, "
        f"{duplicates} duplicates (ambiguous {ambiguous}), {early} early sends, calm tenant's p95 delay {ratio:.2f} times"
    )
    assert not lost
    assert duplicates <= ambiguous
    assert not early
    assert ratio < 2
    assert len(stormy["slack"]) == len(calm["slack"]) == 40


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that hangs is given up after half a second instead of ten."""
    monkeypatch.setattr("bot.platforms.telegram.transport.READ_SECONDS", 0.5)


async def test_a_storm_disturbs_nobody_and_its_pauses_hold_for_every_worker(
    postgres_url: str, seal: Seal, impatient: None, figure: Figure
) -> None:
    """R4, small: two workers at the pace that Telegram allows."""
    async with sea(postgres_url, seal, 2, rate=28.5) as waters:
        await weathered(waters, figure, "PostgreSQL, 2 workers", 60, Weather(0.03, Random(4)))


async def test_a_storm_on_one_file(sqlite_url: str, seal: Seal, impatient: None, figure: Figure) -> None:
    """The same on the embedded database, at a pace that has forty claimed rows in hand when a pause is told."""
    async with sea(sqlite_url, seal, 1, rate=200) as waters:
        await weathered(waters, figure, "SQLite", 200, Weather(0.01, Random(5)))


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("couriers", [1, 2])
async def test_a_long_storm(postgres_url: str, seal: Seal, figure: Figure, couriers: int) -> None:
    """R4 at its full size: calls that hang for ten seconds, four thousand messages."""
    async with sea(postgres_url, seal, couriers, rate=200) as waters:
        await weathered(waters, figure, f"PostgreSQL, {couriers} workers", 2000, Weather(0.05, Random(6)))
