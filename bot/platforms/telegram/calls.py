"""Calls of the Bot API, each with the patience it deserves."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

import structlog
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.core.errors import DeliveryError
from bot.core.platform import Pacing
from bot.domain.student import Address
from bot.platforms.spacing import Spacing
from bot.platforms.telegram.failures import detail_of, failure
from bot.platforms.telegram.render import Payload
from bot.platforms.telegram.transport import Client, upload
from bot.platforms.telegram.waiting import Waits
from bot.storage.database import Away

log = structlog.get_logger(__name__)

#: The wait before a reply that was not taken is tried again, and the longest pause of a 429 a reply waits for.
REPLY_WAIT = 0.5
REPLY_PAUSE = 5.0


class Calls:
    """Makes calls for one bot.

    Attributes:
        client: the wire, for calls that need no patience.
        bucket: the pacing key: Telegram counts by bot.
        state: how it goes: 'starting', 'ready', 'waiting for the lease', 'unreachable', 'bad token', and so on.
        username: the bot's own name; empty until Telegram has told it.
        spacing: how often each chat was written to.
    """

    def __init__(self, client: Client, pacing: Pacing, *, bucket: str) -> None:
        self.client = client
        self.bucket = bucket
        self.state = "starting"
        self.username = ""
        self.spacing = Spacing()
        self._pacing = pacing

    async def take(self, payload: Payload, to: Address, **extra: Any) -> Any:
        """Make the call of *payload* for the chat of *to*. Raises DeliveryError."""
        file = {payload.field: upload(payload.filename, payload.data)} if payload.field else {}
        try:
            chat = int(to.chat)
        except ValueError:
            raise DeliveryError("rejected", "not a chat id") from None
        self.spacing.wrote(to.chat, group=chat < 0)
        try:
            return await self.client.call(payload.method, chat_id=chat, **payload.params, **extra, **file)
        except BadRequest as fault:
            slim = {key: value for key, value in payload.params.items() if not key.endswith("entities")}
            if "entit" in fault.message.casefold() and slim != payload.params:
                log.warning("telegram refuses our entities, sending without", method=payload.method)
                return await self.take(replace(payload, params=slim), to, **extra)
            raise failure(fault, to) from fault
        except TelegramError as fault:
            raise failure(fault, to) from fault

    async def patiently(self, payload: Payload, to: Address, **extra: Any) -> None:
        """Like `take`, but try once more where a short wait or another chat id mends it. Raises DeliveryError."""
        try:
            await self.take(payload, to, **extra)
        except DeliveryError as fault:
            wait = REPLY_WAIT
            if fault.kind == "paused" and fault.retry_after is not None:
                wait = fault.retry_after.total_seconds()
                with contextlib.suppress(Away):
                    await self._pacing.pause(self.bucket, wait)
            elif fault.kind == "moved" and fault.moved_to is not None:
                to, wait = fault.moved_to, 0.0
            elif fault.kind != "down":
                raise
            if wait > REPLY_PAUSE:
                raise
            await asyncio.sleep(wait)
            await self.take(payload, to, **extra)

    async def quietly(self, method: str, **params: Any) -> None:
        """Make a call whose failure changes nothing."""
        try:
            await self.client.call(method, **params)
        except TelegramError as fault:
            log.info("telegram would not", method=method, fault=type(fault).__name__)

    async def insist(self, method: str, *, quiet: bool = False, **params: Any) -> Any:
        """Call *method* until Telegram answers; unless *quiet*, the state tells of it.

        Raises InvalidToken, and BadRequest where trying again is no use.
        """
        waits = Waits()
        while True:
            try:
                return await self.client.call(method, **params)
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as fault:
                if not quiet:
                    self.state = "unreachable"
                log.warning("telegram can't be reached", method=method, detail=detail_of(fault))
                wait = waits.after(fault)
            await asyncio.sleep(wait)
