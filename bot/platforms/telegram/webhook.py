"""Updates that Telegram posts to us."""

import asyncio
import hashlib
import hmac
import json
import re

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from telegram.error import BadRequest

from bot.core.platform import Dispatch
from bot.platforms.telegram.answering import Answers
from bot.platforms.telegram.calls import Calls
from bot.platforms.telegram.failures import detail_of
from bot.platforms.telegram.inbound import KINDS, Reader
from bot.storage.database import Away

log = structlog.get_logger(__name__)

PATH = "/telegram/webhook"
LARGEST_UPDATE = 1_000_000
#: How long until a webhook that was refused is asked for again.
REFUSED_WAIT = 30.0


class Webhook:
    """The route of one bot's updates.

    Attributes:
        dispatch: where events go; None while the bot does not run.
        secret: what Telegram must show with every update.
    """

    def __init__(self, calls: Calls, reader: Reader, answers: Answers, *, secret: str, token: str) -> None:
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ValueError("TELEGRAM_WEBHOOK_SECRET: use 1 to 256 of the characters A-Z a-z 0-9 _ -")
        self.dispatch: Dispatch | None = None
        self.secret = secret or hmac.new(token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
        self._calls = calls
        self._reader = reader
        self._answers = answers

    @property
    def routes(self) -> list[Route]:
        """The route that Telegram posts updates to."""
        return [Route(PATH, self, methods=["POST"])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one post as the server hands it over: what the framework wraps around a function has no use here."""
        response = await self._posted(Request(scope, receive))
        await response(scope, receive, send)

    async def hook(self, public_url: str) -> None:
        """Have updates posted to us, asking until Telegram agrees. Raises InvalidToken."""
        url = public_url + PATH
        while True:
            try:
                await self._calls.insist("setWebhook", url=url, secret_token=self.secret, allowed_updates=KINDS)
                break
            except BadRequest as fault:
                self._calls.state = "webhook refused"
                log.error("telegram refuses the webhook, is PUBLIC_URL right?", detail=detail_of(fault))  # noqa: TRY400 - the traceback says no more
                await asyncio.sleep(REFUSED_WAIT)
        self._calls.state = "ready"

    async def _posted(self, request: Request) -> Response:
        """Take one update from Telegram's own servers."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.secret.encode()):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        dispatch = self.dispatch
        if dispatch is None:
            return Response(status_code=503)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raw = None
        turn = self._reader.turn(raw, self._calls.username)
        if turn is not None:
            try:
                await self._answers.give(turn, dispatch)
            except Away:
                log.warning("database away, telegram will send the update again")
                return Response(status_code=503)
        return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """Return the body of *request*, or None where it is larger than any update."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_UPDATE:
            return None
        parts.append(part)
    return b"".join(parts)
