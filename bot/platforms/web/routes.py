"""The page's HTTP: its files, one way in for events, one stream out."""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.platforms.web.doors import Doors, Shut
from bot.platforms.web.inbound import BadEvent, read
from bot.platforms.web.visitors import Entry, Visitor
from bot.storage.database import Away

if TYPE_CHECKING:
    from bot.platforms.web.adapter import Web

PAGE = Path(__file__).parent / "page"
COOKIE = "wardwise_visitor"
#: Browsers keep a cookie for 400 days at most.
COOKIE_SECONDS = 400 * 24 * 3600
MOST_BYTES = 64 * 1024
#: How often an open page's clock and timeline are looked at, in seconds: calmly, and after a push.
LOOK_CALM, LOOK_SOON = 20.0, 1.0
STEPS = ("next", "day", "midpoint")
_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")


class Refused(Exception):
    """A request that is answered with *status* and a sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Pages:
    """The endpoints, all behind the same doors."""

    def __init__(self, web: "Web") -> None:
        self._web = web

    def routes(self) -> list[BaseRoute]:
        """Return what to mount."""
        doors = [Middleware(Doors)]
        return [
            Route("/", self.page, methods=["GET"], middleware=doors),
            Mount("/assets", StaticFiles(directory=PAGE / "assets"), middleware=doors),
            Route("/api/stream", self.stream, methods=["GET"], middleware=doors),
            Route("/api/commands", self.commands, methods=["GET"], middleware=doors),
            Route("/api/file/{id}", self.file, methods=["GET"], middleware=doors),
            Route("/api/event", self.event, methods=["POST"], middleware=doors),
            Route("/api/clock", self.clock, methods=["POST"], middleware=doors),
        ]

    async def page(self, _: Request) -> Response:
        """Return the page itself."""
        return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def commands(self, _: Request) -> Response:
        """Return what the message box completes."""
        found = [{"name": each.name, "summary": each.summary, "example": each.example} for each in self._web.commands]
        return _json({"commands": found})

    async def stream(self, request: Request) -> Response:
        """Stream what the visitor has to see, from where the browser left off.

        The cookie is set here and not with the page: opened by a link elsewhere, the page's own request comes without
        the cookie there is, and a fresh one would cut the student off from their conversation.
        """
        if not self._web.running:
            return _json({"error": "Wardwise is still starting."}, 503)
        secret = _secret(request) or secrets.token_urlsafe(24)
        visitor = self._web.visitors.by_secret(secret)
        mark = request.headers.get("last-event-id") or request.query_params.get("after", "")
        response = EventSourceResponse(self._events(visitor, visitor.after(mark)), sep="\n")
        response.set_cookie(COOKIE, secret, max_age=COOKIE_SECONDS, httponly=True, samesite="strict")
        return response

    async def event(self, request: Request) -> Response:
        """Take one event and answer where its answer ends in the stream."""
        try:
            visitor = self._visitor(request)
            answered = await self._web.handle(visitor, read(await _body(request), visitor.address))
        except BadEvent as fault:
            return _json({"error": str(fault)}, 400)
        except Refused as fault:
            return _json({"error": str(fault)}, fault.status)
        except Away:
            return _json({"error": "Nothing was saved: the database is away."}, 503)
        except Shut:
            return _json({"error": "Wardwise is closing."}, 503)
        return _json({"mark": answered.mark, "notice": answered.notice})

    async def clock(self, request: Request) -> Response:
        """Move the clock by one step."""
        try:
            visitor = self._visitor(request)
            body = await _body(request)
            step = body.get("step") if isinstance(body, dict) else None
            if step not in STEPS:
                raise Refused(400, "step: next, day or midpoint")
            await self._web.move(visitor, step)
        except Refused as fault:
            return _json({"error": str(fault)}, fault.status)
        except Away:
            return _json({"error": "The clock stands: the database is away."}, 503)
        return _json({"mark": visitor.mark})

    async def file(self, request: Request) -> Response:
        """Return a file the visitor was offered."""
        try:
            document = self._visitor(request).files.get(request.path_params["id"])
        except Refused as fault:
            return _json({"error": str(fault)}, fault.status)
        if document is None:
            return _json({"error": "This file is gone. Ask for it again."}, 404)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(_one_line(document.name), safe='')}",
            "Cache-Control": "no-store",
        }
        return Response(document.data, media_type=document.media_type, headers=headers)

    def _visitor(self, request: Request) -> Visitor:
        if not self._web.running:
            raise Refused(503, "Wardwise is still starting.")
        secret = _secret(request)
        if secret is None:
            raise Refused(401, "Open the page again: this browser isn't known here.")
        return self._web.visitors.by_secret(secret)

    async def _events(self, visitor: Visitor, seen: int) -> AsyncIterator[ServerSentEvent]:
        """Yield the visitor's events after *seen*; "ready" marks the end of what was there at the beginning."""
        awake = asyncio.Event()
        visitor.awake.add(awake)
        try:
            await self._web.look(visitor)
            for entry in visitor.since(seen):
                seen = entry.number
                yield _sse(visitor, entry)
            yield ServerSentEvent(event="ready", data=json.dumps({"mark": visitor.name(seen)}), sep="\n")
            while self._web.running:
                awake.clear()
                for entry in visitor.since(seen):
                    seen = entry.number
                    yield _sse(visitor, entry)
                await self._rest(visitor, awake)
        finally:
            visitor.awake.discard(awake)

    async def _rest(self, visitor: Visitor, awake: asyncio.Event) -> None:
        """Wait for something new; where nothing comes, see whether the clock or the timeline moved on."""
        with suppress(TimeoutError):
            await asyncio.wait_for(awake.wait(), LOOK_SOON if visitor.stale else LOOK_CALM)
            return
        await self._web.look(visitor)


def _sse(visitor: Visitor, entry: Entry) -> ServerSentEvent:
    return ServerSentEvent(event=entry.kind, id=visitor.name(entry.number), data=json.dumps(entry.data), sep="\n")


def _json(body: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(body, status_code=status, headers={"Cache-Control": "no-store"})


def _secret(request: Request) -> str | None:
    secret = request.cookies.get(COOKIE, "")
    return secret if _SECRET.fullmatch(secret) else None


async def _body(request: Request) -> Any:
    """Return the JSON sent, which must say that it is JSON: a plain HTML form can't. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "JSON is expected.")
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > MOST_BYTES:
            raise Refused(413, "That is more than a message.")
    try:
        return json.loads(held)
    except (ValueError, RecursionError):
        raise Refused(400, "JSON is expected.") from None


def _one_line(name: str) -> str:
    return "".join(each for each in name if each.isprintable() and each not in '/\\"') or "file"
