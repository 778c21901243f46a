"""The Slack platform: Socket Mode or HTTP in, the Web API out."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from starlette.routing import BaseRoute

from bot.clock import system
from bot.core.errors import DeliveryError
from bot.core.messages import Reply
from bot.core.platform import Dispatch, Pacing
from bot.domain.student import Address
from bot.platforms.slack.answering import Answers, files_of
from bot.platforms.slack.calls import SILENT, Calls
from bot.platforms.slack.events import Events, Removed
from bot.platforms.slack.oauth import InstallStore, StateStore, flow
from bot.platforms.slack.render import pieces, typed_in_form, with_opener
from bot.platforms.slack.seats import Seat
from bot.platforms.slack.socket_mode import Connection
from bot.platforms.slack.web import Pages
from bot.platforms.spacing import Spacing
from bot.storage.database import Away, Database

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]


class Slack:
    """Slack, in one workspace with a token or in any that installs the app.

    Attributes:
        removed: called with a workspace that removed the app, after its token was deleted.
    """

    name = "slack"
    has_modals = True

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        signing_secret: str,
        client_id: str,
        client_secret: str,
        api_url: str,
        public_url: str,
        pacing: Pacing,
        commands: Sequence[tuple[str, str]],
        database: Database,
        clock: Clock = system,  # signatures and states are as old as Slack's own clock says, however ours is moved
    ) -> None:
        logging.getLogger("slack_bolt").disabled = True  # what of the library does not take our silent logger
        self.removed: Removed = _nothing
        self._app_token = app_token
        self._public = bool(public_url)
        self._names = frozenset(name for name, _ in commands)
        self._calls = Calls(api_url=api_url, bot_token=bot_token, database=database if client_id else None)
        self._installs = InstallStore(database, clock, SILENT, self._calls.welcome)
        self._events = Events(
            self._calls,
            Answers(self._calls, pacing, self._names),
            api_url=api_url,
            secret=hashlib.sha256((signing_secret or app_token or bot_token).encode()).digest(),
            left=self._forget,
        )
        self._pages = Pages(
            self._events.take,
            signing_secret=signing_secret,
            clock=clock,
            flow=lambda: flow(
                self._calls.client,
                self._installs,
                StateStore(database, clock, SILENT),
                client_id=client_id,
                client_secret=client_secret,
                public_url=public_url,
                logger=SILENT,
            ),
            installable=bool(client_id),
        )
        self._connection: Connection | None = None
        self._trouble = ""
        self._spacing = Spacing()
        self._seatless = False
        self._pacing = pacing

    def bucket(self, address: Address) -> str:
        """Return the pacing key: Slack counts by workspace."""
        return f"slack:{address.tenant}"

    @property
    def routes(self) -> list[BaseRoute]:
        """What the web server must serve: nothing in Socket Mode."""
        return self._pages.routes if self._public else []

    @property
    def state(self) -> str:
        """How the platform is: "ready", or what is wrong."""
        if self._events.dispatch is None:
            return f"down: {self._trouble}" if self._trouble else "stopped"
        if self._seatless:
            return "sends only: ten others hold the sockets"
        if not self._public and (self._connection is None or not self._connection.alive):
            return "reconnecting" if self._connection else "connecting"
        refused = ", ".join(f"{team} {said}" for team, (said, _) in sorted(self._calls.refused.items()))
        return f"ready, but not for {refused}" if refused else "ready"

    async def run(self, dispatch: Dispatch) -> None:
        """Receive events and answer them until cancelled. Raises DeliveryError where Slack is away."""
        self._trouble = ""
        try:
            await self._calls.check()
            self._events.dispatch = dispatch
            await (self._served() if self._public else self._connected())
        except DeliveryError as fault:
            self._trouble = fault.detail
            raise
        finally:
            await self._events.drained()
            self._connection = None
            await self._calls.close()

    async def send(self, to: Address, reply: Reply) -> None:
        """Send *reply* as a push to the student's direct message. Raises DeliveryError."""
        calls, reply = self._calls, typed_in_form(with_opener(reply))
        try:
            channel = to.chat or await calls.direct(to.tenant, to.user)
            for file, alt in files_of(reply):
                await calls.share(to.tenant, channel, file, alt=alt)
            for piece in pieces(reply, self._names):
                await self._spacing.turn(f"{to.tenant} {channel}")
                await calls.post(to.tenant, channel, piece)
        except Away as fault:
            raise DeliveryError("down", "database away") from fault

    async def close(self) -> None:
        """Close what `send` opened after `run` had ended, or without it."""
        await self._calls.close()

    async def _served(self) -> None:
        """Wait while the web server brings the events."""
        log.info("slack ready", socket_mode=False)
        await asyncio.Event().wait()

    async def _connected(self) -> None:
        """Hold a connection that brings the events."""
        async with Seat(self._pacing, self._wait_for_seat).taken() as kept:
            connection = Connection(self._events.app, self._app_token, SILENT, self._calls.client, self._events.working)
            self._connection = connection
            async with connection.kept(self._events.drained):
                log.info("slack ready", socket_mode=True)
                watching = asyncio.ensure_future(connection.watch())
                try:
                    done, _ = await asyncio.wait({kept, watching}, return_when=asyncio.FIRST_COMPLETED)
                    done.pop().result()
                finally:
                    watching.cancel()

    def _wait_for_seat(self, waiting: bool) -> None:
        self._seatless = waiting

    async def _forget(self, team: str) -> None:
        """Delete the token of a workspace that removed the app."""
        await self._installs.async_delete_all(enterprise_id=None, team_id=team)
        log.info("slack workspace removed the app", team=team)
        await self.removed(team)


async def _nothing(_: str) -> None:
    return None
