"""A whole bot on a stage: the real composition, one platform over the wire, a clock to move."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.app.compose import Parts, compose, ready_database
from bot.app.http import application
from bot.app.processes import Process
from bot.app.travel import Traveler
from bot.clock import MovedClock
from bot.config import Settings
from bot.core.platform import Platform
from tests.drivers.console import ConsoleDriver
from tests.drivers.slack import SECRET, HttpWire, SlackDriver, SocketWire
from tests.drivers.telegram import TelegramDriver
from tests.drivers.web import WebDriver
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.serving import serving

ZONE = "America/Chicago"
TRANSPORTS = ("telegram polling", "telegram webhook", "slack socket", "slack http", "page", "terminal")


@dataclass
class Stage:
    """One student before the curtain: *chat* is the driver, the same words on every platform."""

    parts: Parts
    clock: MovedClock
    chat: Any
    transport: str

    @property
    def modals(self) -> bool:
        """Whether forms open as dialogs here."""
        return self.transport.startswith(("slack", "page"))

    async def until(self, local: str) -> None:
        """Live on until *local*, such as "2026-12-01 05:16", on the student's clock."""
        at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(ZONE))
        await Traveler(self.parts, self.clock).to(at)
        await self.chat.settled()

    async def fill(self, values: dict[str, str]) -> None:
        """Answer a form; a place is asked only where the platform doesn't know it."""
        if self.modals:
            values = {name: value for name, value in values.items() if name != "place"}
        await self.chat.fill(values)

    async def set_up(self, specialty: str = "Surgery") -> None:
        """Set up four weeks of surgery from Monday, November 30, hands-on, in Central time."""
        await self.chat.command("start")
        if self.modals:
            await self.fill({"specialty": "surgery", "first": "2026-11-30", "length": "4 wk", "role": "hands_on"})
            return
        for label in ("Central", specialty, "Mon, Nov 30", "4 weeks", "Hands-on"):
            await self.chat.press(label)

    async def choose(self, label: str, value: str) -> None:
        """Settle what the guard stopped: a button, or a choice in the form."""
        if self.transport == "page":
            await self.chat.fill({"guard_choice": value})
        else:
            await self.chat.press(label)

    def since(self, mark: int) -> str:
        """Return everything said since there were *mark* messages."""
        return "\n".join(self.chat.messages[mark:])

    async def stored(self) -> str:
        """Return everything that is stored of anybody, opened, as one text."""
        from bot.storage.everything import Everything

        async with self.parts.database.read() as work:
            from sqlalchemy import text

            ids = (await work.connection.execute(text("SELECT id FROM students"))).scalars().all()
            return "\n".join([str(await Everything(work).dump(each)) for each in ids])


@asynccontextmanager
async def staged(transport: str, database_url: str, now: str = "2026-11-29 16:12") -> AsyncIterator[Stage]:
    """Raise the curtain on *transport*."""
    clock = MovedClock()
    clock.move_to(datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(ZONE)))
    async with AsyncExitStack() as stack:
        build = {"telegram": _telegram, "slack": _slack, "page": _page, "terminal": _terminal}[transport.split()[0]]
        yield await build(stack, transport, database_url, clock)


async def _parts(stack: AsyncExitStack, clock: MovedClock, **given: Any) -> Parts:
    settings = Settings(_env_file=None, operator_contact="ops@example.org", **given)  # type: ignore[call-arg]
    parts = compose(settings, clock=clock, chance=Random(7))
    stack.push_async_callback(parts.close)
    await ready_database(parts, migrate=True)
    return parts


async def _telegram(stack: AsyncExitStack, transport: str, database_url: str, clock: MovedClock) -> Stage:
    fake = await stack.enter_async_context(FakeTelegram())
    routes: list[Any] = []
    base = await stack.enter_async_context(_served(routes)) if transport.endswith("webhook") else ""
    parts = await _parts(
        stack, clock, database_url=database_url, telegram_bot_token=TOKEN, telegram_api_url=fake.url, public_url=base
    )
    platform = _connected(parts, routes)
    await stack.enter_async_context(_running(platform, parts))
    await fake.until(lambda: fake.webhook or fake.made("getUpdates"))
    return Stage(parts, clock, TelegramDriver(fake), transport)


async def _slack(stack: AsyncExitStack, transport: str, database_url: str, clock: MovedClock) -> Stage:
    fake = await stack.enter_async_context(FakeSlack().serving())
    fake.zones["U1"] = ZONE
    routes: list[Any] = []
    base = await stack.enter_async_context(_served(routes)) if transport.endswith("http") else ""
    parts = await _parts(
        stack,
        clock,
        database_url=database_url,
        slack_bot_token=BOT_TOKEN,
        slack_app_token=APP_TOKEN,
        slack_signing_secret=SECRET,
        slack_api_url=fake.api,
        public_url="https://bot.example.org" if base else "",
    )
    platform = _connected(parts, routes)
    await stack.enter_async_context(_running(platform, parts))
    await _until(lambda: platform.state == "ready")
    return Stage(parts, clock, SlackDriver(fake, HttpWire(base) if base else SocketWire(fake)), transport)


async def _page(stack: AsyncExitStack, transport: str, database_url: str, clock: MovedClock) -> Stage:
    parts = await _parts(stack, clock, database_url=database_url)
    routes: list[Any] = []
    platform = _connected(parts, routes)
    base = await stack.enter_async_context(_served(routes))
    await stack.enter_async_context(_running(platform, parts))
    return Stage(parts, clock, await stack.enter_async_context(WebDriver(base, zone=ZONE)), transport)


async def _terminal(stack: AsyncExitStack, transport: str, database_url: str, clock: MovedClock) -> Stage:
    parts = await _parts(stack, clock, database_url=database_url)
    driver = ConsoleDriver(travel=Traveler(parts, clock), pacing=parts.pace, width=4000)
    parts.platforms["console"] = driver.console
    await stack.enter_async_context(_running(driver.console, parts))
    return Stage(parts, clock, driver, transport)


def _connected(parts: Parts, routes: list[Any]) -> Any:
    """Make the adapter that the settings ask for, as the process does."""
    process = Process(parts, web=True, worker=True)
    process.connect()
    (platform,) = parts.platforms.values()
    routes += getattr(platform, "routes", [])
    return platform


@asynccontextmanager
async def _running(platform: Platform, parts: Parts) -> AsyncIterator[None]:
    task = asyncio.create_task(platform.run(parts.dispatcher))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _served(routes: list[Any]) -> AsyncIterator[str]:
    """Serve *routes*, which may be filled later, by the real web server."""
    made: list[Any] = []

    async def late(scope: Any, receive: Any, send: Any) -> None:
        if not made:
            made.append(application(routes))
        await made[0](scope, receive, send)

    async with serving(late) as address:
        yield address


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 the adapter tells its state, not when it changes
            await asyncio.sleep(0.005)
