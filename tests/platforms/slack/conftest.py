"""The real adapter between a Slack of our own and a dispatcher of a few lines, by both transports."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from starlette.applications import Starlette

from bot.clock import system
from bot.core.inbound import Inbound
from bot.core.messages import Reply, say
from bot.platforms import spacing
from bot.platforms.slack.adapter import Slack
from bot.storage.database import Away, Database
from tests.drivers.slack import SECRET, HttpWire, SlackDriver, SocketWire, Wire
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.platforms.slack import judge
from tests.serving import serving

COMMANDS = [("help", "List"), ("phrase", "Look up"), ("tip", "A tip"), ("settings", "Change"), ("log", "Note")]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pushes to one chat follow each other at once; `tests/platforms/test_spacing.py` is about the second between."""
    monkeypatch.setattr(spacing, "EVERY", 0.0)


@dataclass
class Core:
    """A dispatcher: once by key, the answer kept until it is sent."""

    answer: Callable[[Inbound], Reply | None] = lambda event: say(f"got {type(event).__name__}")
    events: list[Inbound] = field(default_factory=list)
    handled: dict[str, Reply | None] = field(default_factory=dict)
    away: bool = False
    block: asyncio.Event | None = None

    async def __call__(self, event: Inbound) -> Reply | None:
        if self.away:
            raise Away("gone fishing")
        key = f"{event.sender.tenant}:{event.key}"
        assert len(key) <= 128
        if key not in self.handled:
            self.events.append(event)
            self.handled[key] = self.answer(event)
        if self.block is not None:
            await self.block.wait()
        return self.handled[key]

    async def sent(self, event: Inbound) -> None:
        self.handled[f"{event.sender.tenant}:{event.key}"] = None


@dataclass
class Pace:
    """What the adapter told the shared pace."""

    debits: list[str] = field(default_factory=list)
    pauses: list[tuple[str, float]] = field(default_factory=list)

    async def debit(self, bucket: str) -> None:
        self.debits.append(bucket)

    async def pause(self, bucket: str, seconds: float) -> None:
        self.pauses.append((bucket, seconds))

    async def hold(self, name: str, seconds: int) -> bool:
        return True

    async def release(self, name: str) -> None:
        return None


@dataclass
class World:
    """Everything of one test."""

    fake: FakeSlack
    slack: Slack
    core: Core
    pace: Pace
    wire: Wire
    url: str = ""

    def student(self, user: str = "U1", **where: Any) -> SlackDriver:
        return SlackDriver(self.fake, self.wire, user, **where)


def adapter(fake: FakeSlack, database: Database, pace: Pace, **settings: Any) -> Slack:
    given = {
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "signing_secret": SECRET,
        "client_id": "",
        "client_secret": "",
        "api_url": fake.api,
        "public_url": "",
        "pacing": pace,
        "commands": COMMANDS,
        "database": database,
    }
    return Slack(**{**given, **settings})


@asynccontextmanager
async def served(slack: Slack) -> AsyncIterator[str]:
    """Serve the adapter's routes by the real web server; yields the address."""
    async with serving(Starlette(routes=slack.routes)) as address:
        yield address


@asynccontextmanager
async def running(slack: Slack, core: Core, ready: Callable[[], Awaitable[Any]]) -> AsyncIterator[None]:
    """Run the adapter until the block ends."""
    task = asyncio.create_task(slack.run(core))
    try:
        waiting = asyncio.create_task(ready())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            waiting.cancel()
            task.result()
        else:
            waiting.result()
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def socket_world(database: Database, **settings: Any) -> AsyncIterator[World]:
    async with FakeSlack().serving() as fake:
        core, pace = Core(), Pace()
        slack = adapter(fake, database, pace, **settings)
        async with running(slack, core, lambda: until(lambda: slack.state == "ready")):
            yield World(fake, slack, core, pace, SocketWire(fake))
        assert slack.state == "stopped"


@asynccontextmanager
async def http_world(database: Database, **settings: Any) -> AsyncIterator[World]:
    async with FakeSlack().serving() as fake:
        core, pace = Core(), Pace()
        slack = adapter(fake, database, pace, **{"public_url": "https://bot.example.org", **settings})
        async with served(slack) as url, running(slack, core, lambda: until(lambda: slack.state == "ready")):
            yield World(fake, slack, core, pace, HttpWire(url), url)


@pytest.fixture(params=["socket", "http"])
async def world(request: pytest.FixtureRequest, sqlite: Database) -> AsyncIterator[World]:
    """Both transports, one after the other."""
    make = socket_world if request.param == "socket" else http_world
    async with make(sqlite) as made:
        yield made
        assert made.fake.refusals == []
        assert not judge.METHODS.exists() or judge.wrong(made.fake) == []


@pytest.fixture
async def socket_only(sqlite: Database) -> AsyncIterator[World]:
    async with socket_world(sqlite) as made:
        yield made


@pytest.fixture
async def http_only(sqlite: Database) -> AsyncIterator[World]:
    async with http_world(sqlite) as made:
        yield made


@pytest.fixture
def now() -> datetime:
    return system()
