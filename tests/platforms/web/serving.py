"""The page on a port of this computer, with the small conversation behind it, in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.platforms.web.adapter import Web
from tests.platforms.web.talk import COMMANDS, Pace, Talk, Trip


class Served:
    """A running page: *web*, *talk* and *trip* live in another thread's loop; `call` runs something there."""

    def __init__(self) -> None:
        self.trip = Trip()
        self.talk = Talk(self.trip)
        self.pace = Pace()
        self.web = Web(travel=self.trip, pacing=self.pace, commands=COMMANDS)
        self.trip.send = self.web.send
        self.loop = asyncio.new_event_loop()
        self.running: asyncio.Task[None] | None = None
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        app = Starlette(routes=self.web.routes)
        self.server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=3)
        )

    def call(self, made: Callable[[], Awaitable[Any]]) -> Any:
        async def called() -> Any:
            return await made()

        return asyncio.run_coroutine_threadsafe(called(), self.loop).result(10)

    def reset(self) -> None:
        """Put the clock back and forget what was handled."""
        fresh = Trip()
        self.trip.clock, self.trip.away = fresh.clock, False
        self.talk.away = 0
        self.talk.handled.clear()
        self.talk.done.clear()
        self.pace.debits.clear()

    def serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    def stop(self) -> None:
        """Stop as the process does: first the platform, which ends its streams, then the server."""
        self.loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
        self.server.should_exit = True

    async def _serve(self) -> None:
        self.running = asyncio.create_task(self.web.run(self.talk))
        await self.server.serve(sockets=[self.socket])
        await asyncio.gather(self.running, return_exceptions=True)
        # sse-starlette watches for a shutdown signal for as long as the loop lives.
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


@contextmanager
def served() -> Iterator[Served]:
    """Serve the page for the length of the block."""
    made = Served()
    thread = threading.Thread(target=made.serve)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(15)
        made.socket.close()
        assert not thread.is_alive(), "the page did not stop"
