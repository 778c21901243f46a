"""The chat page as a platform: events in, replies into each visitor's stream."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, assert_never

from starlette.routing import BaseRoute

from bot.core.inbound import ButtonPressed, CommandSent, FormSent, TextSent
from bot.core.messages import Reply
from bot.core.platform import Dispatch, Pacing
from bot.domain.student import Address
from bot.platforms.travel import Step, Travel
from bot.platforms.web import render
from bot.platforms.web.doors import Shut
from bot.platforms.web.inbound import Event, own_key
from bot.platforms.web.routes import Pages
from bot.platforms.web.visitors import Visitor, Visitors
from bot.storage.database import Away


class Described(Protocol):
    """A command as the page completes it."""

    @property
    def name(self) -> str:
        """Its name, without the slash."""
        ...

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        ...

    @property
    def example(self) -> str:
        """What to type behind it, or empty."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """How an event went: the page has everything once its stream reached *mark*; *notice* is the little answer."""

    mark: str
    notice: str = ""


class Web:
    """The chat page; *commands* are what its message box completes."""

    name = "web"
    has_modals = True

    def __init__(self, *, travel: Travel, pacing: Pacing, commands: Iterable[Described] = ()) -> None:
        self.travel = travel
        self.commands = tuple(commands)
        self.visitors = Visitors()
        self._pacing = pacing
        self._dispatch: Dispatch | None = None
        self._moving = asyncio.Lock()
        # At its debug level the library logs every chunk, which is what students wrote.
        logging.getLogger("sse_starlette.sse").setLevel(logging.INFO)

    @property
    def routes(self) -> list[BaseRoute]:
        """What to mount: the page, its assets and its API."""
        return Pages(self).routes()

    @property
    def running(self) -> bool:
        """Whether events are taken; streams end when they are not."""
        return self._dispatch is not None

    def bucket(self, _: Address) -> str:
        """Return the pacing key, one for the whole page."""
        return "web"

    async def run(self, dispatch: Dispatch) -> None:
        """Take events until cancelled, then end every stream."""
        self._dispatch = dispatch
        try:
            await asyncio.Event().wait()
        finally:
            self._dispatch = None
            for visitor in self.visitors:
                for awake in visitor.awake:
                    awake.set()

    async def send(self, to: Address, reply: Reply) -> None:
        """Put a push into the visitor's stream, where it waits if the page is closed."""
        visitor = self.visitors.by_user(to.user)
        await self._write(visitor, reply)
        visitor.stale = True

    async def handle(self, visitor: Visitor, event: Event) -> Answered:
        """Dispatch *event* and stream its answer, once however often it is sent.

        Raises Away and Shut: then nothing happened, and the page sends it again.
        """
        key = own_key(event)
        async with visitor.turn:
            if key not in visitor.answered:
                if self._dispatch is None:
                    raise Shut
                dispatch = self._dispatch
                reply = await dispatch(event)
                await self._answer(visitor, event, reply)
                visitor.done(key, reply.notice if reply else "")
                with suppress(Away):  # the answer is out: all that is lost is that it need not be kept
                    await dispatch.sent(event)
            answered = Answered(visitor.mark, visitor.answered[key])
        await self.look(visitor)
        return answered

    async def move(self, visitor: Visitor, step: Step) -> None:
        """Travel by *step*: one traveler at a time, since the clock is everybody's."""
        async with self._moving:
            await self.travel.move(visitor.address, step)
        for each in self.visitors:
            await self.look(each)

    async def look(self, visitor: Visitor) -> None:
        """Show the visitor the clock and the timeline as they are now."""
        visitor.stale = False
        with suppress(Away):
            visitor.show("clock", render.clock(await self.travel.local_time(visitor.address)))
            upcoming = await self.travel.upcoming(visitor.address)
            visitor.show("timeline", {"entries": render.timeline(upcoming)})

    async def _answer(self, visitor: Visitor, event: Event, reply: Reply | None) -> None:
        own = _said(visitor, event, reply, render.clock(await self._local(visitor.address))["day"])
        if reply is None:
            return
        await self._pacing.debit(self.bucket(visitor.address))
        if reply.erases and own:
            visitor.erase(own)
        again = isinstance(event, FormSent) and reply.form is not None and reply.form.name == event.form
        place = event.message if reply.replaces or again else ""
        if isinstance(event, FormSent) and not place:
            _close(visitor, event.message)
        if reply.cards or reply.rows or reply.form or reply.files:
            await self._write(visitor, reply, place=place, own=own)

    async def _write(self, visitor: Visitor, reply: Reply, *, place: str = "", own: str = "") -> None:
        local = await self._local(visitor.address)
        files = [render.file(visitor.keep(each), each.name, len(each.data)) for each in reply.files]
        id = place or visitor.new_message()
        data = render.message(reply, id=id, local=local, quotes=own if reply.quotes else "", files=files)
        if reply.form:
            data["opener"] = own  # the student's own words that opened it: its answer may erase them
        if place:
            visitor.edit(data)
        else:
            visitor.push("message", data)
        if local is not None:
            visitor.show("clock", render.clock(local))

    async def _local(self, address: Address) -> datetime | None:
        try:
            return await self.travel.local_time(address)
        except Away:
            return None


def _said(visitor: Visitor, event: Event, reply: Reply | None, day: str) -> str:
    """Put the student's own words into the stream; return the key of the message a reply would quote or erase."""
    key = own_key(event)
    match event:
        case TextSent():
            visitor.push("said", {"key": key, "text": event.text, "day": day})
            return key
        case CommandSent():
            visitor.push("said", {"key": key, "text": f"/{event.name} {event.text}".rstrip(), "day": day})
            return key
        case ButtonPressed():
            pressed = visitor.message(event.message)
            label = visitor.choose(event.message, f"{event.action} {event.value}".rstrip())
            if label and reply is not None and (reply.cards or reply.form) and not reply.replaces:
                visitor.push("said", {"key": key, "text": label, "day": day, "pressed": True})
            return pressed["quotes"] if pressed else ""
        case FormSent():
            asked = visitor.message(event.message)
            return asked.get("opener", "") if asked else ""
        case _:
            assert_never(event)


def _close(visitor: Visitor, id: str) -> None:
    """Shut an answered form: its title stays, what was typed goes."""
    data = visitor.message(id)
    if data is not None and data["form"]:
        visitor.edit({**data, "form": None, "closed": data["form"]["title"]})
