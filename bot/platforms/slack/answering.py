"""Answers on their way: in the ack, by the response_url, as messages, as modals."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

from bot.core.errors import DeliveryError
from bot.core.inbound import Inbound
from bot.core.messages import Card, Document, Form, Reply
from bot.core.platform import Pacing
from bot.platforms.slack.calls import Calls
from bot.platforms.slack.modal import closing, faults, view
from bot.platforms.slack.reading import Place
from bot.platforms.slack.recent import Recent
from bot.platforms.slack.render import Piece, pieces, typed_in_form, with_opener
from bot.storage.database import Away

#: A pause that an answer waits out, in seconds; after a longer one it is not sent.
PATIENCE = 5.0

Ack = dict[str, Any]


class Answers:
    """Sends replies to where they were asked for; what belongs into the ack is returned."""

    def __init__(self, calls: Calls, pacing: Pacing, names: frozenset[str]) -> None:
        self._calls = calls
        self._pacing = pacing
        self._names = names
        self._errors: Recent[dict[str, str]] = Recent(1_000)

    async def give(self, place: Place, event: Inbound, reply: Reply | None) -> Ack | None:
        """Answer *event* with *reply*; return what the ack must carry. Raises DeliveryError."""
        if reply is None:
            return self._again(place, event)
        with contextlib.suppress(Away):
            await self._pacing.debit(f"slack:{place.team}")
        try:
            return await self._once(place, event, reply)
        except DeliveryError as fault:
            if fault.kind != "paused" or fault.retry_after is None:
                raise
            seconds = fault.retry_after.total_seconds()
            with contextlib.suppress(Away):
                await self._pacing.pause(f"slack:{place.team}", seconds)
            if seconds > PATIENCE:
                raise
            await asyncio.sleep(seconds)
            return await self._once(place, event, reply)

    async def _once(self, place: Place, event: Inbound, reply: Reply) -> Ack | None:
        ack: Ack | None = None
        form = reply.form
        if form is not None and place.view is not None:
            ack = self._reopened(place, event, form)
            reply = replace(reply, form=None)
        elif form is not None:
            reply = await self._opened(place, reply, form)
        said = await self._say(place, typed_in_form(reply))
        return ack or said

    async def _opened(self, place: Place, reply: Reply, form: Form) -> Reply:
        """Open *form* where a trigger still does; else leave a button that will."""
        if place.trigger:
            try:
                await self._calls.open(place.team, place.trigger, view(form, self._names, place.metadata(form.context)))
            except DeliveryError as fault:
                if fault.kind != "rejected" or "trigger" not in fault.detail:
                    raise
            else:
                return replace(reply, form=None)
        return with_opener(reply)

    def _reopened(self, place: Place, event: Inbound, form: Form) -> Ack:
        errors = faults(form, place.view or {})
        if errors:
            self._errors.put(event.key, errors)
            return {"response_action": "errors", "errors": errors}
        return {"response_action": "update", "view": view(form, self._names, place.metadata(form.context))}

    def _again(self, place: Place, event: Inbound) -> Ack | None:
        """Answer what was handled before: a modal must not close as if it had been saved just now."""
        if place.view is None:
            return None
        if errors := self._errors.get(event.key):
            return {"response_action": "errors", "errors": errors}
        title = str((place.view.get("title") or {}).get("text") or "Wardwise")
        view_now = closing(title, "This form was sent before. Nothing more to do here.")
        return {"response_action": "update", "view": view_now}

    async def _say(self, place: Place, reply: Reply) -> Ack | None:
        messages = pieces(reply, self._names)
        if not messages and not files_of(reply):
            if not reply.notice:
                return None
            # Slack has no little answer to a press: a line that only the presser sees is the nearest.
            reply = replace(reply, cards=(Card(body=reply.notice),), private=True, replaces=False)
            messages = pieces(reply, self._names)
            if await self._calls.respond(place.url, {**_body(messages[0], hidden=True), "replace_original": False}):
                return None
        await self._files(place, reply)
        if place.kind == "command" and len(messages) == 1:
            return _body(messages[0], hidden=reply.private)
        for number, piece in enumerate(messages):
            await self._send(place, piece, reply, replaces=reply.replaces and number == 0)
        return None

    async def _send(self, place: Place, piece: Piece, reply: Reply, *, replaces: bool) -> None:
        calls = self._calls
        ours = await self._ours(place)
        # What others read must not turn into something for one of them.
        replaces = replaces and bool(place.message) and (ours or place.hidden or not reply.private)
        if replaces and await calls.respond(place.url, {**_body(piece), "replace_original": True}):
            return
        if replaces and not place.hidden and ours:
            await calls.rewrite(place.team, place.channel, place.message, piece)
            return
        if ours and place.kind != "command":
            await calls.post(place.team, place.channel, piece, place.thread)
            return
        if await calls.respond(place.url, {**_body(piece, hidden=reply.private), "replace_original": False}):
            return
        await self._without_url(place, piece, reply)

    async def _without_url(self, place: Place, piece: Piece, reply: Reply) -> None:
        calls = self._calls
        if place.channel and not place.channel.startswith("D"):
            try:
                if reply.private:
                    await calls.whisper(place.team, place.channel, place.user, piece, place.thread)
                else:
                    await calls.post(place.team, place.channel, piece, place.thread)
            except DeliveryError as fault:
                if fault.kind != "gone":
                    raise
            else:
                return
        # The app is no member of that channel: the direct message reaches the one who asked.
        await calls.post(place.team, await calls.direct(place.team, place.user), piece)

    async def _files(self, place: Place, reply: Reply) -> None:
        """Put files where only those see them who may: nothing hides a file in a channel."""
        sent = files_of(reply)
        if not sent:
            return
        here = await self._ours(place) or (not reply.private and place.kind == "text")
        channel = place.channel if here else await self._calls.direct(place.team, place.user)
        for file, alt in sent:
            await self._calls.share(place.team, channel, file, alt=alt, thread=place.thread if here else "")

    async def _ours(self, place: Place) -> bool:
        """Whether the place is the app's own direct message with the student, and not one with somebody else."""
        if not place.channel.startswith("D"):
            return False
        known = self._calls.known_direct(place.team, place.user)
        if not known:
            with contextlib.suppress(DeliveryError):
                known = await self._calls.direct(place.team, place.user)
        return known == place.channel


def files_of(reply: Reply) -> list[tuple[Document, str]]:
    """Return the files of *reply*, each with the words that stand for a picture."""
    pictures = [card.picture for card in reply.cards if card.picture is not None]
    shown = [(Document("chart.png", "image/png", picture.png), picture.alt) for picture in pictures]
    return [*shown, *((file, "") for file in reply.files)]


def _body(piece: Piece, *, hidden: bool | None = None) -> Ack:
    body: Ack = {"text": piece.text, "blocks": list(piece.blocks), "unfurl_links": False, "unfurl_media": False}
    if hidden is not None:
        body["response_type"] = "ephemeral" if hidden else "in_channel"
    return body
