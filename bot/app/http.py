"""The HTTP side: health, readiness, metrics, the privacy page, and whatever routes the platforms bring."""

import asyncio
import html
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app.compose import Parts
from bot.core.notices import UNREVIEWED
from bot.metrics import CONTENT_TYPE
from bot.storage.database import Away
from bot.storage.marks import Marks
from bot.storage.migrate import revision
from bot.storage.outbox import Outbox

PRIVACY = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wardwise: privacy</title>
</head>
<body>
<main>
<h1>Privacy</h1>
<p>Wardwise keeps a student's time zone and settings, rotations, taps, what was sent, and the lines they write
(encrypted). Patient details are not wanted; a rule-based guard reads each line before anything stores it.</p>
<p>Kept for 12 months after a rotation, the log until it is erased. <code>/export</code> gives a copy of everything,
<code>/forget</code> erases all of it at once.</p>
<p>The owner of a Slack workspace may be able to read direct messages there; Telegram's bot chats are not end-to-end
encrypted. No language model and no advertising; no network but the chat platforms.</p>
<p>{unreviewed}</p>
<p>Questions: {contact}</p>
</main>
</body>
</html>
"""


#: How long /readyz waits for the database, in seconds; a hint of a fault must come before whoever asks gives up.
LOOK = 3.0
#: For how long one look at the database is good enough for all who ask, in seconds.
FRESH = 0.5
LOOKED = "looked_at"


class Health:
    """What this process says about itself; *states* are its platforms' own words."""

    def __init__(self, parts: Parts, states: Callable[[], dict[str, str]]) -> None:
        self._parts = parts
        self._states = states
        self._metrics = parts.metrics
        self.draining = False
        self._looking: asyncio.Task[str] | None = None
        self._looked_at = 0.0

    def routes(self) -> list[BaseRoute]:
        """Return the routes every process serves."""
        return [
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
            Route("/privacy", self.privacy),
        ]

    async def alive(self, _: Request) -> Response:
        """Say that the process runs."""
        return PlainTextResponse("alive\n")

    async def ready(self, _: Request) -> Response:
        """Tell each part; 503 only while the database is away or the process drains: a dead platform is told, not fatal."""
        parts = {"database": await self._database(), "content": self._parts.shelf.fault or "ready", **self._states()}
        fine = parts["database"] == "ready" and not self.draining
        if self.draining:
            parts["process"] = "draining"
        return JSONResponse({"ready": fine, "parts": parts}, status_code=200 if fine else 503)

    async def metrics(self, _: Request) -> Response:
        """Return the numbers."""
        try:
            async with self._parts.database.read() as work:
                depth = await work.use(Outbox).depth()
                ages = await work.use(Outbox).ages(self._parts.clock())
        except Away:
            return PlainTextResponse("database away\n", status_code=503)
        for lane in (1, 2, 3):
            self._metrics.depth.labels(lane=str(lane)).set(depth.get(lane, 0))
            self._metrics.age.labels(lane=str(lane)).set(ages.get(lane, 0))
        return Response(self._metrics.text(), headers={"content-type": CONTENT_TYPE})

    async def privacy(self, _: Request) -> Response:
        """Show the privacy page."""
        contact = self._parts.settings.operator_contact or "the person who runs this bot"
        return HTMLResponse(PRIVACY.format(unreviewed=html.escape(UNREVIEWED), contact=html.escape(contact)))

    async def _database(self) -> str:
        """Tell how the database is; one that has not answered within a moment is away, whatever becomes of the look."""
        now = asyncio.get_running_loop().time()
        if self._looking is None or (self._looking.done() and now - self._looked_at > FRESH):
            self._looking, self._looked_at = asyncio.create_task(self._look()), now
        done, _ = await asyncio.wait({self._looking}, timeout=LOOK)
        return self._looking.result() if done else "away"

    async def _look(self) -> str:
        """Read, and write: a full disk and a lock of somebody else's let everything be read."""
        try:
            if not await revision(self._parts.database):
                return "empty"
            async with self._parts.database.write() as work:
                await work.use(Marks).set(LOOKED, self._parts.clock().isoformat())
        except Away:
            return "away"
        return "ready"


def application(routes: list[BaseRoute]) -> Starlette:
    """Return the web application."""
    return Starlette(routes=routes)
