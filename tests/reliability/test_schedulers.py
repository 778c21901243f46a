"""R3: several schedulers at once on one PostgreSQL; each occasion of each student goes out exactly once."""

import os
import subprocess
import sys
import threading
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.storage.database import Database
from bot.storage.types import Seal
from tests.conftest import Clock, Figure
from tests.reliability.fanout import ROOT
from tests.reliability.scheduling import EVENING, MORNING, SharedClock, pushes
from tests.schedule.world import World

FIRST = date(2026, 11, 30)
DAYS = 7
ZONES = ("America/Chicago", "Pacific/Honolulu")


class Schedulers:
    """Processes that share a clock, and the file where their messages end."""

    def __init__(self, url: str, key: str, folder: Path, count: int) -> None:
        (folder / "clock").write_bytes(bytes(8))
        (folder / "sent").touch()
        self.clock = SharedClock(folder / "clock")
        self.clock.move_to(datetime(2026, 11, 30, tzinfo=UTC))
        self.sent = folder / "sent"
        self._held = ExitStack()
        arguments = [sys.executable, "-m", "tests.reliability.scheduling", url, key, folder / "clock", folder / "sent"]
        self.processes = [
            self._held.enter_context(
                subprocess.Popen(arguments, cwd=ROOT, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)})
            )
            for _ in range(count)
        ]

    @property
    def lines(self) -> list[str]:
        return self.sent.read_text().splitlines()

    def until(self, count: int) -> None:
        """Wait until *count* messages in all are out: other processes send them, so there is only looking."""
        waiting = threading.Event()
        for _ in range(3000):
            if len(self.lines) >= count:
                return
            assert all(each.poll() is None for each in self.processes)
            waiting.wait(0.02)
        raise AssertionError(f"{len(self.lines)} of {count}")

    def end(self) -> list[int]:
        """End all politely and return their codes: what was in flight is out then."""
        for each in self.processes:
            each.terminate()
        return [each.wait(20) for each in self.processes]

    def close(self) -> None:
        for each in self.processes:
            each.kill()
        self._held.close()


def occasions(count: int) -> dict[datetime, list[tuple[str, str]]]:
    """Return who shall get what at which instant, worked out without the engine."""
    found: dict[datetime, list[tuple[str, str]]] = {}
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        for name, at in (("tip", MORNING), ("step", EVENING)):
            for place, zone in enumerate(ZONES):
                due = datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
                found.setdefault(due, []).extend((f"u{n}", f"{name} {day}") for n in range(place, count, len(ZONES)))
    return found


async def enroll(url: str, key: str, count: int) -> None:
    database = Database(url, Seal((key,)))
    world = World(database, Clock(datetime(2026, 11, 30, tzinfo=UTC)), pushes())
    await world.enroll(count, tenants=3, zones=ZONES)
    await database.close()


async def once_each(url: str, key: str, folder: Path, figure: Figure, students: int, schedulers: int) -> None:
    """Live through the days with *schedulers* processes, then count what went out."""
    await enroll(url, key, students)
    made = Schedulers(url, key, folder, schedulers)
    wanted = occasions(students)
    try:
        due = 0
        for at in sorted(wanted):
            made.clock.move_to(at)
            due += len(wanted[at])
            made.until(due)
        codes = made.end()
    finally:
        made.close()
    sent = [tuple(line.split(" ", 2)) for line in made.lines]
    counts = Counter((user, what) for _, user, what in sent)
    shares = Counter(pid for pid, _, _ in sent)
    expected = {each for found in wanted.values() for each in found}
    figure(
        f"{schedulers} schedulers on one PostgreSQL: {students} students, {DAYS} days, {len(expected)} occasions, "
        f"{len(expected - set(counts))} lost, {len(sent) - len(counts)} duplicates; the least busy sent "
        f"{min(shares.values()) / len(sent):.0%}"
    )
    assert codes == [0] * schedulers
    assert set(counts) == expected
    assert set(counts.values()) == {1}
    # Each took part, or there was nothing to contend for.
    assert len(shares) == schedulers


async def test_two_schedulers_send_each_occasion_once(
    postgres_url: str, seal_key: str, tmp_path: Path, figure: Figure
) -> None:
    """R3, small: two processes plan and claim the same rows without a pause."""
    await once_each(postgres_url, seal_key, tmp_path, figure, 150, 2)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_four_schedulers_send_each_occasion_once(
    postgres_url: str, seal_key: str, tmp_path: Path, figure: Figure
) -> None:
    """R3 at its full size."""
    await once_each(postgres_url, seal_key, tmp_path, figure, 2000, 4)
