"""A loopback server in a process of its own that answers as Telegram's and Slack's APIs do, and counts what it was sent.

For turns: bots that know nothing of each other, on two platforms, call what they like and get a whole answer, and the last
message is kept so that every echo can be made to send the same. What that costs is in no figure: only the bot's own processor
time counts. Where the far side's cost would count, in fan-outs, there is `edge.py`.
"""

import asyncio
import json
import sys
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

ME = {"id": 700000001, "is_bot": True, "first_name": "Echo", "username": "echo_bot"}
#: Methods that tell something; every other one is answered with a plain yes.
TOLD: dict[str, Any] = {"getMe": ME, "getMyCommands": [], "getMyDescription": {}, "getMyShortDescription": {}}
DATE = 1795348800


class Edge:
    """What arrived: how many messages, and the last one's parameters."""

    def __init__(self) -> None:
        self._sent = 0
        self._last: dict[str, Any] = {}
        self._came = asyncio.Condition()

    def application(self) -> web.Application:
        """Return the server's routes."""
        made = web.Application()
        made.router.add_get("/sent", self.sent)
        made.router.add_route("*", "/slack/{method}", self.slack)
        made.router.add_post("/{token}/{method}", self.telegram)
        return made

    async def sent(self, request: web.Request) -> web.Response:
        """Tell the last message and how many came, once there are at least as many as are asked for."""
        wanted = int(request.query["least"])
        async with self._came:
            await self._came.wait_for(lambda: self._sent >= wanted)
        return web.json_response({"sent": self._sent, "last": self._last})

    async def telegram(self, request: web.Request) -> web.Response:
        """Answer a call of the Bot API."""
        method, body = request.match_info["method"], await request.read()
        if method != "sendMessage":
            return web.json_response({"ok": True, "result": TOLD.get(method, True)})
        given = json.loads(body) if request.content_type == "application/json" else _form(body)
        await self._took(given)
        chat = {"id": int(given["chat_id"]), "type": "private", "first_name": "Sam"}
        message = {"message_id": self._sent, "from": ME, "chat": chat, "date": DATE, "text": given["text"]}
        shown = {name: given[name] for name in ("entities", "reply_markup") if name in given}
        return web.json_response({"ok": True, "result": {**message, **shown}})

    async def slack(self, request: web.Request) -> web.Response:
        """Answer a call of the Web API."""
        method = request.match_info["method"]
        if method == "auth.test":
            who = {"url": "https://t.slack.com/", "team": "T", "user": "coach", "team_id": "T0001", "user_id": "U0"}
            return web.json_response({"ok": True, "bot_id": "B0", **who}, headers={"x-oauth-scopes": "commands"})
        if method == "users.info":
            return web.json_response({"ok": True, "user": {"id": "U1", "tz": "America/New_York"}})
        if method == "respond":
            await self._took(await request.json())
            return web.Response(text="ok")
        return web.json_response({"ok": True, "channel": {"id": "D1"}, "ts": "1.2"})

    async def _took(self, message: dict[str, Any]) -> None:
        async with self._came:
            self._sent += 1
            self._last = message
            self._came.notify_all()


def _form(body: bytes) -> dict[str, Any]:
    """Return a form's fields, those that are JSON read."""
    fields = dict(parse_qsl(body.decode()))
    return {name: json.loads(value) if value[:1] in ("{", "[") else value for name, value in fields.items()}


if __name__ == "__main__":
    web.run_app(Edge().application(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
