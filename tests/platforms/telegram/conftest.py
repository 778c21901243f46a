"""What the tests of the Telegram adapter share: the fake, a bot against it, and a core that only keeps its promises."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.core.inbound import ButtonPressed, CommandSent, Gone, Inbound, Joined, TextSent
from bot.core.messages import Button, Card, Document, Picture, Reply, say
from bot.platforms import spacing
from bot.platforms.telegram.adapter import Telegram
from bot.storage.database import Away
from tests.drivers.telegram import TelegramDriver
from tests.fakes.telegram import SPECS, TOKEN, FakeTelegram, judged, served

COMMANDS = (("start", "Begin"), ("phrase", "Look up ward jargon"))
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@dataclass
class Core:
    """A dispatch that keeps what the contract says: the same answer until it was sent, then nothing."""

    answers: dict[str, Reply] = field(default_factory=dict)
    away: int = 0
    seen: list[Inbound] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    acked: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    _kept: dict[str, Reply | None] = field(default_factory=dict)

    async def __call__(self, event: Inbound) -> Reply | None:
        self.seen.append(event)
        if self.away:
            self.away -= 1
            raise Away("OperationalError")
        if self.gate is not None:
            await self.gate.wait()
        if event.key not in self._kept:
            self.effects.append(event.key)
            self._kept[event.key] = self.answer(event)
        return self._kept[event.key]

    async def sent(self, event: Inbound) -> None:
        self.acked.append(event.key)
        self._kept[event.key] = None

    def answer(self, event: Inbound) -> Reply | None:
        """Return what is set for the command, the action or the text, or something plain."""
        match event:
            case Joined() | Gone():
                return None
            case CommandSent():
                return self.answers.get(f"/{event.name}") or say(
                    f"**{event.name}** is *{event.text or 'bare'}*", title="Found"
                )
            case ButtonPressed():
                return self.answers.get(event.action) or say(f"You pressed {event.value}.", replaces=True)
            case TextSent():
                return self.answers.get(event.text) or say("You wrote something.")
        raise AssertionError(event)


@dataclass
class Pace:
    """A pacing that grants everything and remembers."""

    free: bool = True
    debits: list[str] = field(default_factory=list)
    pauses: list[tuple[str, float]] = field(default_factory=list)
    holds: int = 0
    released: list[str] = field(default_factory=list)

    async def debit(self, bucket: str) -> None:
        self.debits.append(bucket)

    async def pause(self, bucket: str, seconds: float) -> None:
        self.pauses.append((bucket, seconds))

    async def hold(self, name: str, seconds: int) -> bool:
        assert (name, seconds) == ("telegram-poller", 30)
        self.holds += 1
        return self.free

    async def release(self, name: str) -> None:
        self.released.append(name)


@dataclass
class Bench:
    """A running bot, the Telegram it talks to, and a student."""

    fake: FakeTelegram
    bot: Telegram
    core: Core
    pace: Pace
    driver: TelegramDriver
    task: asyncio.Task[None]
    base: str = ""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Wait for nothing that a test doesn't want to wait for."""
    waits = (
        "waiting.FIRST_WAIT",
        "waiting.LONGEST_WAIT",
        "calls.REPLY_WAIT",
        "polling.ASK_SECONDS",
        "webhook.REFUSED_WAIT",
    )
    for name in waits:
        monkeypatch.setattr(f"bot.platforms.telegram.{name}", 0.01)
    monkeypatch.setattr(spacing, "EVERY", 0.0)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as running:
        yield running
        # One test says so where the descriptions are missing; the rest go on without.
        assert not SPECS.exists() or not judged(running.calls)


Running = Callable[..., Awaitable[Bench]]


@asynccontextmanager
async def running(fake, *, webhook=False, core=None, pace=None, token=TOKEN, wait=True, **more):
    core, pace = core or Core(), pace or Pace()

    def make(base: str) -> Telegram:
        return Telegram(
            token, api_url=fake.url, pacing=pace, commands=COMMANDS, public_url=base, poll_seconds=1, **more
        )

    if not webhook:
        async with lived(fake, make(""), core, pace, wait=wait) as bench:
            yield bench
        return
    routes: list = []
    async with served(routes) as base:
        bot = make(base)
        routes += bot.routes
        async with lived(fake, bot, core, pace, wait=wait) as bench:
            bench.base = base
            yield bench


@asynccontextmanager
async def lived(fake, bot, core, pace, *, wait):
    task = asyncio.create_task(bot.run(core))
    try:
        if wait:
            await fake.until(lambda: fake.made("setChatMenuButton") or fake.menu_button["type"] == "commands")
            await fake.until(lambda: fake.webhook or fake.made("getUpdates"))
        yield Bench(fake, bot, core, pace, TelegramDriver(fake), task)
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()


@pytest.fixture(params=["polling", "webhook"])
async def bench(request, fake) -> AsyncIterator[Bench]:
    """A bot that runs, both ways updates come in."""
    async with running(fake, webhook=request.param == "webhook") as made:
        yield made


@pytest.fixture
async def polling(fake) -> AsyncIterator[Bench]:
    async with running(fake) as made:
        yield made


@pytest.fixture
async def webhook(fake) -> AsyncIterator[Bench]:
    async with running(fake, webhook=True) as made:
        yield made


CHART = Reply(cards=(Card("This month", picture=Picture(PNG, "Five days of seven.")),))
FILE = Reply(cards=(Card("Here it is."),), files=(Document('log "ä".csv', "text/csv", b"a,b\n"),))
CHOICE = say("Where?", (Button("East", "place.set", "east"), Button("West", "place.set", "west")))
