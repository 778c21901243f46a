"""Slack's HTTP side: events behind the door, and the pages of an install."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.platforms.slack.door import MOST_BYTES, Refused, opened, retries, verify
from bot.storage.database import Away

log = structlog.get_logger(__name__)

Take = Callable[[dict[str, Any], dict[str, str]], Awaitable[BoltResponse]]
Show = Callable[[AsyncOAuthFlow, AsyncBoltRequest], Awaitable[BoltResponse]]


class Pages:
    """The routes of the Slack platform."""

    def __init__(
        self,
        take: Take,
        *,
        signing_secret: str,
        clock: Callable[[], datetime],
        flow: Callable[[], AsyncOAuthFlow],
        installable: bool,
    ) -> None:
        self._take = take
        self._signing_secret = signing_secret
        self._clock = clock
        self._flow = flow
        self._installable = installable

    @property
    def routes(self) -> list[BaseRoute]:
        """Return the routes; those of an install only where the app has a client id."""
        events = Route("/slack/events", self, methods=["POST"])
        if not self._installable:
            return [events]
        install = Route("/slack/install", self._install, methods=["GET"])
        return [events, install, Route("/slack/oauth_redirect", self._redirect, methods=["GET"])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one post as the server hands it over: what the framework wraps around a function has no use here."""
        response = await self._events(Request(scope, receive))
        await response(scope, receive, send)

    async def _events(self, request: Request) -> Response:
        headers = request.scope["headers"]
        try:
            body = await _bounded(request)
            verify(headers, body, self._signing_secret, self._clock().timestamp())
            held = opened(headers, body)
        except Refused as refused:
            return Response(status_code=refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            answer = await self._take(held, retries(headers))
        except Exception as fault:  # noqa: BLE001 - the library reads shapes before its own error handling begins
            log.warning("slack request can't be read", fault=type(fault).__name__)
            return Response(status_code=400)
        return to_starlette_response(answer)

    async def _install(self, request: Request) -> Response:
        return await self._shown(request, lambda flow, bolt: flow.handle_installation(bolt))

    async def _redirect(self, request: Request) -> Response:
        return await self._shown(request, lambda flow, bolt: flow.handle_callback(bolt))

    async def _shown(self, request: Request, show: Show) -> Response:
        try:
            return to_starlette_response(await show(self._flow(), to_async_bolt_request(request, b"")))
        except Away:
            fault = "database away"
        except Exception as caught:  # noqa: BLE001 - Slack or the network; the page must say so and the log no more
            fault = type(caught).__name__
        log.warning("slack install failed", fault=fault)
        return PlainTextResponse("Installing didn't work just now. Try again in a minute.", status_code=503)


async def _bounded(request: Request) -> bytes:
    """Return the body, or refuse it before anything looks at it."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise Refused(413)
        parts.append(part)
    return b"".join(parts)
