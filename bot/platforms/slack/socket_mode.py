"""The Socket Mode connection: made, watched, and closed after the last acknowledgment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import DeliveryError
from bot.platforms.slack.failures import FAULTS, told

log = structlog.get_logger(__name__)

#: How long connecting may take, how often the connection is looked at, how long it may be away; in seconds.
CONNECT, WATCH, LOST = 30.0, 1.0, 60.0

Working = Callable[[], AbstractContextManager[None]]


class Connection(AsyncSocketModeHandler):
    """The library's handler; an envelope counts as work until its acknowledgment is out."""

    def __init__(
        self, app: AsyncApp, app_token: str, logger: logging.Logger, client: AsyncWebClient, working: Working
    ) -> None:
        super().__init__(app, app_token, logger, client, ping_interval=5)
        self._working = working

    @property
    def alive(self) -> bool:
        """Whether envelopes can arrive."""
        session = self.client.current_session
        return session is not None and not session.closed and not self.client.stale

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as theirs
        """Handle an envelope; one that fails is not acknowledged, and comes again."""
        with self._working():
            try:
                await super().handle(client, req)
            except Exception as fault:  # noqa: BLE001 - shapes the library can't read, a socket that closed
                log.warning("slack envelope failed", fault=type(fault).__name__)

    @asynccontextmanager
    async def kept(self, drained: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Connect, and close at the end, after what is under way has *drained*. Raises DeliveryError."""
        try:
            async with asyncio.timeout(CONNECT):
                # Asked for here, because the client's own first attempt goes on forever in silence.
                self.client.wss_uri = await self.client.issue_new_wss_url()
                await self.connect_async()  # type: ignore[no-untyped-call] # theirs
            yield
        except FAULTS as fault:
            raise told(fault) from None
        finally:
            await drained()
            await self.close_async()  # type: ignore[no-untyped-call] # theirs

    async def watch(self) -> None:
        """Wait until the connection has been gone for so long that its address is no good. Raises DeliveryError."""
        lost = 0.0
        while lost < LOST:
            await asyncio.sleep(WATCH)
            lost = 0.0 if self.alive else lost + WATCH
        raise DeliveryError("down", "connection lost")
