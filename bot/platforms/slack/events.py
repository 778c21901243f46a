"""Events on their way in: read, handed to the core in each student's order, answered, acknowledged."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

import structlog
from pydantic_core import to_json
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import DeliveryError
from bot.core.inbound import Inbound
from bot.core.platform import Dispatch
from bot.platforms.slack import reading
from bot.platforms.slack.answering import Ack, Answers
from bot.platforms.slack.calls import SILENT, Calls
from bot.platforms.slack.reading import Place
from bot.storage.database import Away

log = structlog.get_logger(__name__)

#: How long what is being handled may take to end when the process does, in seconds.
DRAIN = 5.0

_ANY = re.compile(r".*", re.DOTALL)
#: Marks in the library's context that an event has reached our code.
_OURS = "wardwise"

Removed = Callable[[str], Awaitable[None]]


class Unanswered(Exception):
    """The event is not dealt with: Slack shall send it again, or tell the student."""


class Events:
    """The library's app, and what its listeners do.

    Attributes:
        dispatch: the core, while events are taken.
        app: what a transport hands envelopes to.
    """

    def __init__(self, calls: Calls, answers: Answers, *, api_url: str, secret: bytes, left: Removed) -> None:
        self.dispatch: Dispatch | None = None
        self.app = self._bolt(api_url)
        self._calls = calls
        self._answers = answers
        self._secret = secret
        self._left = left
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._busy = 0
        self._idle = asyncio.Event()

    async def take(self, body: dict[str, Any], headers: dict[str, str]) -> BoltResponse:
        """Hand a request that came in by HTTP, verified, to the library as if it had come by the socket."""
        # Its own parser loses a command whose text holds the word "payload", and raises on shapes it does not expect.
        with self.working():
            if "command" in body and "ssl_check" not in body:
                return await self._commanded(body)
            return await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body, headers={**headers}))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count the block as work that a stop waits for."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def drained(self) -> None:
        """Take nothing new, and wait for what is under way."""
        self.dispatch = None
        if self._busy:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), DRAIN)

    def _bolt(self, api_url: str) -> AsyncApp:
        app = AsyncApp(
            name="slack_bolt.wardwise",
            logger=SILENT,
            client=AsyncWebClient(base_url=api_url, logger=SILENT),
            process_before_response=True,
            authorize=_authorize,
            signing_secret="",
            request_verification_enabled=False,  # the door did
            ignoring_self_events_enabled=False,  # reading drops what any bot wrote
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.command(_ANY)(self._on_command)
        app.action(_ANY)(self._on_press)
        app.view_submission(_ANY)(self._on_form)
        app.event(_ANY)(self._on_event)
        app.error(_failed)
        return app

    async def _on_command(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        return await self._handled(context, lambda: reading.command(body))

    async def _commanded(self, body: dict[str, Any]) -> BoltResponse:
        """Handle a command that the door let in: nothing of the library's way to its listener is left to do for it."""
        context = AsyncBoltContext({})
        try:
            return await self._on_command(body, context)
        except Exception as fault:  # noqa: BLE001 - as the library does around its listeners
            return await _failed(fault, context)

    async def _on_press(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        return await self._handled(context, lambda: reading.press(body))

    async def _on_form(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        return await self._handled(context, lambda: reading.submission(body, self._secret))

    async def _on_event(self, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
        try:
            team = reading.left(body)
        except (KeyError, TypeError, AttributeError):
            team = ""
        if team:
            context[_OURS] = True
            await self._left(team)
            return _acknowledged(None)
        return await self._handled(context, lambda: reading.event(body))

    async def _handled(
        self, context: AsyncBoltContext, read: Callable[[], tuple[Inbound, Place] | None]
    ) -> BoltResponse:
        context[_OURS] = True
        try:
            found = read()
        except (KeyError, TypeError, AttributeError, ValueError, IndexError) as fault:
            log.warning("slack sent what can't be read", fault=type(fault).__name__)
            return _acknowledged(None)
        if found is None:
            return _acknowledged(None)
        event, place = found
        async with self._turns.setdefault((place.team, place.user), asyncio.Lock()):
            return _acknowledged(await self._answered(event, place))

    async def _answered(self, event: Inbound, place: Place) -> Ack | None:
        dispatch = self.dispatch
        if dispatch is None:
            raise Unanswered
        event = await self._known(event, place)
        reply = await dispatch(event)
        try:
            ack = await self._answers.give(place, event, reply)
        except DeliveryError as fault:
            log.warning("slack answer not sent", team=place.team, kind=fault.kind, detail=fault.detail)
            if fault.kind not in ("gone", "rejected"):
                raise Unanswered from fault
            ack = None
        if reply is not None:
            # The answer is out: a database that goes away now can only make it come twice, never not at all.
            with contextlib.suppress(Away):
                await dispatch.sent(event)
        return ack

    async def _known(self, event: Inbound, place: Place) -> Inbound:
        """Return *event* with what is known of its sender: the direct message and the zone."""
        calls, sender = self._calls, event.sender
        # Who sends events may have installed the app again, in another process.
        calls.hope(place.team)
        if sender.chat:
            calls.note_direct(place.team, place.user, sender.chat)
        else:
            sender = replace(sender, chat=calls.known_direct(place.team, place.user))
        return replace(event, sender=sender, zone=await calls.zone(place.team, place.user))


async def _authorize() -> AuthorizeResult:
    # Tokens are looked up where a call is made; nothing here needs one.
    return AuthorizeResult(enterprise_id=None, team_id=None)


async def _failed(error: Exception, context: AsyncBoltContext) -> BoltResponse:
    """Leave the event unacknowledged; the library's own handler would log all of it."""
    if not isinstance(error, Unanswered | Away):
        log.error("slack event failed", fault=type(error).__name__)
    # Where the library itself could not read the event, sending it again is of no use.
    return BoltResponse(status=503 if _OURS in context else 400, body="")


def _acknowledged(ack: Ack | None) -> BoltResponse:
    # As text: the library would spell it with an encoder that takes ten times as long.
    return BoltResponse(status=200, body="" if ack is None else to_json(ack).decode())
