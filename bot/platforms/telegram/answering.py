"""Answers on their way: into the chat, into the pressed message, to the asker alone."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot.core.errors import DeliveryError
from bot.core.markup import plain
from bot.core.messages import Card, Link, Reply
from bot.core.platform import Dispatch, Pacing
from bot.domain.student import Address
from bot.platforms.telegram.calls import Calls
from bot.platforms.telegram.inbound import Turn
from bot.platforms.telegram.render import Payload, notice, plain_message, render
from bot.platforms.telegram.waiting import Underway
from bot.storage.database import Away

log = structlog.get_logger(__name__)

CHATS_AT_ONCE = 32

ASIDE = "I answered you in a direct message."
UNOPENED = "That answer is for you alone. Open a chat with me, press Start, then ask again."


class Answers:
    """Hands turns in and sends the replies to where they belong."""

    def __init__(self, calls: Calls, pacing: Pacing, underway: Underway) -> None:
        self._calls = calls
        self._pacing = pacing
        self._underway = underway
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def give(self, turn: Turn, dispatch: Dispatch) -> None:
        """Hand in *turn* and send the answer: one at a time in a chat, chats side by side. Raises Away."""
        lock = self._locks.setdefault(turn.chat, asyncio.Lock())
        with self._underway.one():
            async with lock, self._slots:
                try:
                    await self._answer(turn, dispatch)
                except Away:
                    raise
                except Exception as fault:  # noqa: BLE001 - one bad turn must not stop the rest; its words may be in the traceback
                    log.error("answering failed", update=turn.event and turn.event.key, fault=type(fault).__name__)  # noqa: TRY400

    async def _answer(self, turn: Turn, dispatch: Dispatch) -> None:
        event = turn.event
        if event is None:
            await self._settle(turn, "")
            return
        reply = await dispatch(event)
        crowded = not event.private and self._calls.spacing.full(turn.chat)
        aside = reply is not None and not event.private and (reply.private or crowded)
        if not aside:
            await self._settle(turn, reply.notice if reply else "")
        if reply is None:
            return
        try:
            with contextlib.suppress(Away):
                await self._pacing.debit(self._calls.bucket)
            await (self._aside(turn, reply) if aside else self._in_place(turn, reply))
            if reply.erases and turn.own:
                await self._calls.quietly("deleteMessage", chat_id=int(turn.chat), message_id=int(turn.own))
        except DeliveryError as fault:
            log.warning("a reply was not taken", update=event.key, kind=fault.kind, detail=fault.detail)
            return
        try:
            await dispatch.sent(event)
        except Away:
            # The answer is out and its effects are kept: the update need not come again.
            log.warning("database away, an answer sent stays noted as unsent", update=event.key)

    async def _in_place(self, turn: Turn, reply: Reply) -> None:
        """Send *reply* to the chat the event came from, into the pressed message where it replaces that."""
        assert turn.event is not None
        to = _chat(turn)
        payloads = _rendered(reply)
        quote = turn.own if reply.quotes or not turn.event.private else ""
        editable = reply.replaces and turn.callback and (bool(turn.own) or not reply.quotes)
        for n, payload in enumerate(payloads):
            if n == 0 and editable and await self._edited(payload, to, turn.event.message):
                continue
            # The last one carries the buttons, so it is the one whose press must bring the student's message back.
            extra = _quoting(quote) if quote and n == len(payloads) - 1 else {}
            await self._calls.patiently(payload, to, **extra)

    async def _edited(self, payload: Payload, to: Address, message: str) -> bool:
        """Rewrite *message* and return whether that worked; a message that can't be rewritten is no fault."""
        if payload.method != "sendMessage":
            return False
        try:
            await self._calls.patiently(Payload("editMessageText", payload.params), to, message_id=int(message))
        except DeliveryError as fault:
            if fault.kind == "rejected":
                return "not modified" in fault.detail
            raise
        return True

    async def _aside(self, turn: Turn, reply: Reply) -> None:
        """Send a personal *reply* to what was asked in a group: to the asker alone, with a line in the group."""
        assert turn.event is not None
        sender = turn.event.sender
        line, link = ASIDE, None
        payloads = _rendered(reply)
        try:
            for payload in payloads:
                await self._calls.patiently(payload, sender)
        except DeliveryError as fault:
            if fault.kind != "gone":
                await self._settle(turn, "")
                raise
            line, link = UNOPENED, Link("Open a chat", f"https://t.me/{self._calls.username}?start=group")
        await self._settle(turn, line)
        if (not turn.callback or link is not None) and not self._calls.spacing.full(turn.chat):
            await self._calls.patiently(plain_message(line, link), _chat(turn), **_quoting(turn.own))

    async def _settle(self, turn: Turn, text: str) -> None:
        """Answer a press, so that its button stops waiting; one too old for that is no fault."""
        if turn.callback:
            # The client leaves out what is None.
            said = notice(text) or None
            await self._calls.quietly("answerCallbackQuery", callback_query_id=turn.callback, text=said)


def formless(reply: Reply) -> Reply:
    """Return *reply* without a form: the core asks question by question, so one that comes here is a fault of ours."""
    if reply.form is None:
        return reply
    log.error("a form reached telegram, which has none", form=reply.form.name)
    return replace(reply, form=None, cards=reply.cards or (Card(f"**{plain(reply.form.title)}**"),))


def _rendered(reply: Reply) -> list[Payload]:
    """Return what to send for *reply*; buttons that Telegram would refuse are a fault of ours, and left out."""
    try:
        return render(formless(reply))
    except ValueError as fault:
        log.error("a reply goes out without its buttons", fault=str(fault))  # noqa: TRY400 - the traceback says no more
        return render(formless(replace(reply, rows=())))


def _chat(turn: Turn) -> Address:
    """Return where *turn* came from, which in a group is not where its sender is reached."""
    return Address("telegram", "", "", turn.chat)


def _quoting(message: str) -> dict[str, Any]:
    if not message:
        return {}
    return {"reply_parameters": {"message_id": int(message), "allow_sending_without_reply": True}}
