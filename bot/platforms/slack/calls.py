"""Calls to Slack: one HTTP session, the right workspace's token, and failures in our own words."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.errors import DeliveryError
from bot.core.messages import Document
from bot.platforms.slack.failures import DEAD, FAULTS, LONG, told, webhook
from bot.platforms.slack.installs import Installs
from bot.platforms.slack.recent import Recent
from bot.platforms.slack.render import Piece
from bot.platforms.slack.text import shorten
from bot.storage.database import Away, Database

#: Both libraries write whole requests into their loggers, with students' words in them: they get one that
#: is deaf and hangs below no other.
SILENT = logging.Logger("slack.silent", logging.CRITICAL + 1)
SILENT.disabled = True

TIMEOUT = 15
#: How long an answer may wait for the profile that tells a student's zone, in seconds.
ZONE_WAIT = 1.0
#: How long a workspace that refused our token is not asked again, in seconds.
REST = 600.0
TOKEN_LIFE = 60.0
#: Uses of one response_url that Slack allows.
USES = 5


class Calls:
    """Slack's Web API and response_urls, for every workspace that has the app."""

    def __init__(self, *, api_url: str, bot_token: str, database: Database | None) -> None:
        """Take the tokens of workspaces from *database*; *bot_token* is for the one that is configured by hand."""
        self._api_url = api_url
        self._bot_token = bot_token
        self._database = database
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._tokens: Recent[tuple[str, float]] = Recent(1_000)
        self._direct: Recent[str] = Recent()
        self._zones: Recent[str] = Recent()
        self._uses: Recent[int] = Recent()
        #: Workspaces that refused our token: what they said, and since when.
        self.refused: dict[str, tuple[str, float]] = {}

    @property
    def client(self) -> AsyncWebClient:
        """The library's client on our session; made in the running loop."""
        if self._client is None or self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
            # No retries of the library's own: it would send a message twice without asking the pace.
            self._client = AsyncWebClient(
                base_url=self._api_url, session=self._session, logger=SILENT, retry_handlers=[], timeout=TIMEOUT
            )
        return self._client

    async def close(self) -> None:
        """Close the session; the next call opens another."""
        if self._session is not None:
            await self._session.close()
        self._session = self._client = None

    def welcome(self, team: str) -> None:
        """Forget what was known of a workspace's token: it was installed anew, or removed."""
        self._tokens.drop(team)
        self.refused.pop(team, None)

    def hope(self, team: str) -> None:
        """Ask a workspace again that refused our token: its token may be another now."""
        if self.refused.pop(team, None) is not None:
            self._tokens.drop(team)

    async def check(self) -> None:
        """Ask whether the configured token is good, where there is one. Raises DeliveryError."""
        if self._bot_token:
            await self._made(lambda client: client.auth_test(token=self._bot_token))

    async def post(self, team: str, channel: str, piece: Piece, thread: str = "") -> None:
        """Post a message. Raises DeliveryError."""
        await self._call(
            team,
            lambda client, token: client.chat_postMessage(
                token=token,
                channel=channel,
                text=piece.text,
                blocks=list(piece.blocks),
                thread_ts=thread or None,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )

    async def whisper(self, team: str, channel: str, user: str, piece: Piece, thread: str = "") -> None:
        """Post a message that only *user* sees. Raises DeliveryError."""
        await self._call(
            team,
            lambda client, token: client.chat_postEphemeral(
                token=token,
                channel=channel,
                user=user,
                text=piece.text,
                blocks=list(piece.blocks),
                thread_ts=thread or None,
            ),
        )

    async def rewrite(self, team: str, channel: str, message: str, piece: Piece) -> None:
        """Rewrite a message of ours. Raises DeliveryError."""
        await self._call(
            team,
            lambda client, token: client.chat_update(
                token=token, channel=channel, ts=message, text=piece.text, blocks=list(piece.blocks)
            ),
        )

    async def respond(self, url: str, body: dict[str, Any]) -> bool:
        """Answer by a response_url; return whether it still took the answer. Raises DeliveryError."""
        used = self._uses.get(url) or 0
        if not url or used >= USES:
            return False
        self._uses.put(url, used + 1)
        hook = AsyncWebhookClient(url, session=self.client.session, logger=SILENT, retry_handlers=[], timeout=TIMEOUT)
        try:
            answer = await hook.send_dict(body)
        except FAULTS as fault:
            raise told(fault) from None
        if answer.status_code == 200:
            return True
        failure = webhook(answer.status_code, answer.body, answer.headers)
        if failure.kind == "rejected":
            self._uses.put(url, USES)
            return False
        raise failure

    async def open(self, team: str, trigger: str, view: dict[str, Any]) -> None:
        """Open a modal. Raises DeliveryError."""
        await self._call(team, lambda client, token: client.views_open(token=token, trigger_id=trigger, view=view))

    async def share(self, team: str, channel: str, file: Document, *, alt: str = "", thread: str = "") -> None:
        """Put a file into a channel. Raises DeliveryError."""
        # Not an image block: Slack refuses those for a file that no channel shares yet.
        await self._call(
            team,
            lambda client, token: client.files_upload_v2(
                token=token,
                channel=channel,
                content=file.data,
                filename=file.name,
                title=shorten(alt or file.name, 200),
                alt_txt=shorten(alt, 1_000) or None,
                thread_ts=thread or None,
            ),
        )

    async def direct(self, team: str, user: str) -> str:
        """Return the direct message with *user*. Raises DeliveryError."""
        known = self._direct.get((team, user))
        if known is None:
            answer = await self._call(team, lambda client, token: client.conversations_open(token=token, users=user))
            known = str((answer.get("channel") or {})["id"])
            self._direct.put((team, user), known)
        return known

    def known_direct(self, team: str, user: str) -> str:
        """Return the direct message with *user* where it is known already, else nothing."""
        return self._direct.get((team, user)) or ""

    def note_direct(self, team: str, user: str, channel: str) -> None:
        """Remember the direct message with *user*."""
        self._direct.put((team, user), channel)

    async def zone(self, team: str, user: str) -> str:
        """Return the zone of the student's profile, or nothing; a failure is no reason to fail."""
        known = self._zones.get((team, user))
        if known is not None:
            return known
        try:
            async with asyncio.timeout(ZONE_WAIT):
                answer = await self._call(team, lambda client, token: client.users_info(token=token, user=user))
        except (TimeoutError, Away):
            return ""
        except DeliveryError as fault:
            if fault.kind in ("gone", "rejected") or fault.retry_after == LONG:
                self._zones.put((team, user), "")
            return ""
        found = (answer.get("user") or {}).get("tz")
        self._zones.put((team, user), found if isinstance(found, str) else "")
        return self._zones.get((team, user)) or ""

    async def _call(self, team: str, call: Callable[[AsyncWebClient, str], Any]) -> AsyncSlackResponse:
        since = self.refused.get(team)
        if since is not None and time.monotonic() - since[1] < REST:
            raise DeliveryError("down", since[0], retry_after=LONG)
        token = await self._token(team)
        try:
            answer = await self._made(lambda client: call(client, token))
        except DeliveryError as fault:
            if fault.detail in DEAD:
                self._tokens.drop(team)
                self.refused[team] = (fault.detail, time.monotonic())
            raise
        self.refused.pop(team, None)
        return answer

    async def _made(self, call: Callable[[AsyncWebClient], Any]) -> AsyncSlackResponse:
        try:
            answer: AsyncSlackResponse = await call(self.client)
        except FAULTS as fault:
            # Not as the cause: the library's message holds the whole answer.
            raise told(fault) from None
        if not isinstance(answer.data, dict):
            raise DeliveryError("down", f"status {answer.status_code}")
        return answer

    async def _token(self, team: str) -> str:
        known = self._tokens.get(team)
        if known is not None and time.monotonic() - known[1] < TOKEN_LIFE:
            return known[0]
        token = await self._installed(team) or self._bot_token
        if not token:
            raise DeliveryError("down", "not installed", retry_after=LONG)
        self._tokens.put(team, (token, time.monotonic()))
        return token

    async def _installed(self, team: str) -> str:
        if self._database is None:
            return ""
        async with self._database.read() as work:
            text = await work.use(Installs).of(team)
        return str(json.loads(text).get("bot_token") or "") if text else ""
