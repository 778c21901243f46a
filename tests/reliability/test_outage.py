"""R6: the database goes away under the real process and comes back; the process lives on and nothing is lost."""

import http.client
import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.claims import SENT
from bot.storage.database import PATIENCE
from bot.storage.migrate import upgrade
from tests.conftest import Figure
from tests.fakes.telegram import student
from tests.processes import free_port
from tests.reliability.fanout import IN_FLIGHT, Edge, Fanout, ended
from tests.reliability.outages import Full, Killed, Locked, Outage, Stopped, full, own_postgres

ASKER = student(9001)
#: By when a process must say that its database is away, and send again once it is back, in seconds.
SOON = 5


@pytest.fixture(params=["stopped", "killed", "locked", "full", "limited"])
def outage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outage]:
    """Every way for a database to go away."""
    template: Path = request.getfixturevalue("sqlite_template")
    match request.param:
        case "stopped" | "killed":
            with own_postgres() as postgres:
                upgrade(postgres.url)
                yield (Stopped if request.param == "stopped" else Killed)(postgres)
        case "locked":
            yield Locked(request.getfixturevalue("sqlite_url"))
        case "full":
            with full(tmp_path, template) as made:
                yield made
        case _:
            yield Full(tmp_path, template, mounted=False)


class Watched:
    """The process, and what it says of itself."""

    def __init__(self, fanout: Fanout, *, quiet: bool) -> None:
        self.port = free_port()
        public = {"PUBLIC_URL": f"http://127.0.0.1:{self.port}", "PORT": str(self.port)}
        self.process = fanout.start(log=not quiet, **public)
        self._fanout = fanout

    def ready(self) -> int:
        """Return the status of /readyz, 0 where nothing answers within the time in which it must tell."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SOON)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            told = json.loads(answer.read())
        except OSError:
            return 0
        finally:
            connection.close()
        assert told["ready"] == (answer.status == 200)
        assert told["ready"] == (told["parts"]["database"] == "ready")
        return answer.status

    def until_ready_is(self, status: int, seconds: float = 30) -> float:
        """Look until /readyz has *status*; return how many seconds that took."""
        began, waiting = time.monotonic(), threading.Event()
        while self.ready() != status:
            assert self.process.poll() is None, self._fanout.log
            assert time.monotonic() - began < seconds, self._fanout.log
            waiting.wait(0.05)
        return time.monotonic() - began

    def end(self) -> int:
        self.process.terminate()
        return ended(self.process)


async def outlived(fanout: Fanout, outage: Outage, figure: Figure, seconds: float) -> None:
    """Take the database away in the middle of a fan-out for *seconds* or a little more, then count."""
    await fanout.seed()
    far, telegram = fanout.edge, fanout.edge.telegram
    watched = Watched(fanout, quiet=isinstance(outage, Full) and not outage.mounted)
    process = watched.process
    try:
        far.until(lambda: bool(telegram.webhook) and len(far.taken) >= 40, process)
        outage.begin(process.pid)
        began = time.monotonic()
        try:
            telegram.run(telegram.say(ASKER, "/phrase dispo"))
            told = watched.until_ready_is(503)
            if outage.prompt or seconds > PATIENCE:
                far.until(lambda: 503 in telegram.posts, process)
            # How long it lasts is what is tested, not something waited for.
            threading.Event().wait(max(0.0, seconds - (time.monotonic() - began)))
            before = len(far.taken)
            away = time.monotonic() - began
        finally:
            outage.end(process.pid)
        back = time.monotonic()
        far.until(lambda: len(far.taken) > before, process)
        first = time.monotonic() - back
        watched.until_ready_is(200)
        far.until(lambda: len(set(far.taken)) > fanout.count, process)
        telegram.run(telegram.settled())
        statuses = await fanout.drained(process)
        code = watched.end()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    lost, refused = fanout.count + 1 - len(far.counts), len([each for each in telegram.posts if each == 503])
    figure(
        f"{outage.name} for {away:.0f} s: told after {told:.1f} s, {refused} webhooks refused with 503, first success "
        f"{first:.1f} s after, {lost} lost, {far.duplicates} duplicates of {fanout.count}"
    )
    assert code == 0, fanout.log
    assert statuses == {SENT: fanout.count}
    assert not lost
    assert far.counts[ASKER["id"]] == 1
    assert far.duplicates <= IN_FLIGHT
    assert set(telegram.posts) <= {200, 503}
    assert told <= SOON
    assert first <= SOON


@pytest.fixture
def fanout(outage: Outage, seal_key: str, caches: Path, far_side: Edge) -> Fanout:
    return Fanout(outage.url, seal_key, caches, far_side, 250, rate=100)


async def test_a_database_away_for_a_moment_costs_nothing(fanout: Fanout, outage: Outage, figure: Figure) -> None:
    """R6, small: a second at least, and until the process has told that it is not ready."""
    await outlived(fanout, outage, figure, 1)


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_a_database_away_for_a_minute_costs_nothing(fanout: Fanout, outage: Outage, figure: Figure) -> None:
    """R6 at its full size: long enough that webhooks are refused."""
    await outlived(fanout, outage, figure, 60)
