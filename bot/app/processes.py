"""The processes: run (all of it), web and worker (the halves), each with its parts supervised."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app.adapters import connect
from bot.app.compose import Clock, Parts, compose, moved_clock, ready_database
from bot.app.http import Health, application
from bot.app.sweeping import sweep
from bot.clock import MovedClock, system
from bot.config import BadSettings, Settings
from bot.core.platform import Platform
from bot.schedule.crowding import crowded, spread_out
from bot.storage.database import Away

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 10
WARM_AFTER = 1.0
#: Seconds between two looks at the loop.
LAG_EVERY = 0.25


async def serve(settings: Settings, *, web: bool = True, worker: bool = True) -> None:
    """Run the halves asked for until SIGTERM or SIGINT, then drain. Raises BadSettings, BadContent, InUse."""
    listening = _listening(settings) if web else None
    local = not (settings.telegram or settings.slack)
    clock: Clock = MovedClock() if local else system
    parts = compose(settings, clock=clock)
    process = Process(parts, web=web, worker=worker, listening=listening)
    try:
        await ready_database(parts, migrate=web and worker)
        if isinstance(clock, MovedClock):
            clock.offset = (await moved_clock(parts.database)).offset
        process.connect()
        await process.until_stopped()
    finally:
        await parts.close()


class Process:
    """One running process: its platforms, its courier, its server and its ticks."""

    def __init__(self, parts: Parts, *, web: bool, worker: bool, listening: socket.socket | None = None) -> None:
        self.parts = parts
        self._web = web
        self._worker = worker
        self._listening = listening
        self._routes: list[Any] = []
        self._states: dict[str, str] = {}
        self._stopping = asyncio.Event()
        self.health = Health(parts, self.states)

    def states(self) -> dict[str, str]:
        """Return each platform's state in a word; one whose events come to other processes only sends from here."""
        receiving = {platform.name for platform in self._receiving()}
        return {
            name: self._states.get(name) or str(getattr(platform, "state", "ready"))
            if name in receiving
            else "sends only"
            for name, platform in self.parts.platforms.items()
        }

    def connect(self) -> None:
        """Make the adapters of what is configured: a library is imported only where it is."""
        connect(self.parts, web=self._web)
        for platform in self.parts.platforms.values():
            self._routes += getattr(platform, "routes", [])

    async def until_stopped(self) -> None:
        """Serve, send and tick; end within ten seconds of being asked."""
        self._listen_for_signals()
        server = self._server()
        ticks = self._ticks()
        jobs = [asyncio.create_task(self._supervised(platform)) for platform in self._receiving()]
        courier = asyncio.create_task(self.parts.courier.run()) if self._worker else None
        serving = asyncio.create_task(server.serve(sockets=[self._listening])) if self._listening else None
        ticks.start()
        self._announce()
        warming = asyncio.create_task(self._warm())
        lag = asyncio.create_task(self._lag())
        stopped = asyncio.create_task(self._stopping.wait())
        watched = [task for task in (serving, courier, stopped) if task is not None]
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        self.health.draining = True
        ticks.shutdown(wait=False)
        await self._drain(jobs, courier, server, serving)
        stopped.cancel()
        warming.cancel()
        lag.cancel()
        for task in (courier, serving):
            if task is not None and task.done() and not task.cancelled() and task.exception() is not None:
                raise task.exception()  # type: ignore[misc]  # it is not None here

    async def _warm(self) -> None:
        """Build the index once the first requests are through."""
        await asyncio.sleep(WARM_AFTER)
        await asyncio.to_thread(self.parts.shelf().warm)
        # The index stays too: the collector need not walk through it with every few thousand events.
        gc.freeze()

    async def _lag(self) -> None:
        """Measure how late the event loop comes to a timer: what every handler and every send waits for."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self.parts.metrics.lag.observe(max(0.0, loop.time() - due))

    async def _drain(self, jobs: list[Any], courier: Any, server: uvicorn.Server, serving: Any) -> None:
        self.parts.courier.stop()
        server.should_exit = True
        if courier is not None:
            # Platforms close their sessions when they end: what is on its way goes out first, or it would go twice.
            await asyncio.wait({courier}, timeout=DRAIN_SECONDS / 2)
        for job in jobs:
            job.cancel()
        waiting = [task for task in (*jobs, courier, serving) if task is not None]
        done, late = await asyncio.wait(waiting, timeout=DRAIN_SECONDS / 2) if waiting else (set(), set())
        for task in late:
            task.cancel()
        for task in done:
            with contextlib.suppress(asyncio.CancelledError):
                task.exception()

    def _receiving(self) -> list[Platform]:
        """Return the platforms whose events come to this process: webhooks to the web half, connections to the worker."""
        public = bool(self.parts.settings.public_url)
        both = self._web and self._worker
        return [platform for platform in self.parts.platforms.values() if both or self._web == public]

    async def _supervised(self, platform: Platform) -> None:
        """Run a platform, and again after a fault: one that is down leaves the rest alone."""
        wait = 1.0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await platform.run(self.parts.dispatcher)
                self._states[platform.name] = "stopped"
                return
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("platform failed, starting it again", platform=platform.name)
                self._states[platform.name] = "failed"
            wait = 1.0 if asyncio.get_running_loop().time() - began > 60 else min(wait * 2, 60)
            await asyncio.sleep(wait)

    def _server(self) -> uvicorn.Server:
        settings = self.parts.settings
        config = uvicorn.Config(
            # In the order of how often they are asked for: each is tried in turn.
            application([*self._routes, *self.health.routes()]),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            server_header=False,
            proxy_headers=bool(settings.public_url),
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # signals are ours
        return server

    def _ticks(self) -> AsyncIOScheduler:
        ticks = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        if self._worker:
            ticks.add_job(_safely(self.parts.courier.plan_all), "interval", seconds=1)
            ticks.add_job(_safely(self._sweep), "interval", hours=1)
            ticks.add_job(_safely(self._spread), "interval", hours=1)
            ticks.add_job(_safely(self._spread))  # and once at the start
        ticks.add_job(_safely(self._reload), "interval", seconds=30)
        return ticks

    async def _reload(self) -> None:
        await asyncio.to_thread(self.parts.shelf.refresh)

    async def _sweep(self) -> None:
        await sweep(self.parts.database, self.parts.clock())

    async def _spread(self) -> None:
        """Look at the crowded minutes of the coming day, and spread them; a bucket without one is left alone."""
        planner = self.parts.planner
        async with self.parts.database.read() as work:
            found = await crowded(work, self.parts.clock(), planner.bucket, planner.gap)
        async with self.parts.database.write() as work:
            await spread_out(work, found, planner.gap)
        for n, each in enumerate(found):
            if n == 0 or each.over:
                log.info("fullest minute of the coming day", pushes=str(each))

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)

    def _announce(self) -> None:
        names = sorted(self.parts.platforms)
        log.info("started", platforms=names, web=self._web, worker=self._worker)
        if "web" in names and self._listening is not None:
            host, port = self._listening.getsockname()[:2]
            print(f"Wardwise is at http://{host}:{port}/  (Ctrl+C ends it)", flush=True)  # noqa: T201 for a person


def _listening(settings: Settings) -> socket.socket:
    """Open the port before anything is announced. Raises BadSettings."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as fault:
        where, why = f"{settings.host}:{settings.port}", str(fault.strerror).partition(" (")[0]
        raise BadSettings(
            [f"HOST and PORT: can't listen at {where} ({why}); end what listens there, or choose another"]
        ) from None


def _safely(job: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[None]]:
    """Wrap a tick: while the database is away it does nothing, and the next one tries again."""

    async def ticked() -> None:
        try:
            await job()
        except Away:
            log.warning("database away, a tick is left out")

    return ticked
