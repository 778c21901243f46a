"""A Slack of our own on loopback: Web API, response_urls, uploads and the Socket Mode websocket, all of it strict."""

import asyncio
import copy
import itertools
import json
import threading
import time
from base64 import b64decode
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack_rules import ARGUMENTS, wrong_body, wrong_view

BOT_TOKEN = "xoxb-111111111111-loopback"
APP_TOKEN = "xapp-1-A1-111111111111-loopback"
TRIGGER_LIFE = 3.0


@dataclass(slots=True)
class Call:
    """One call of the Web API as it arrived."""

    method: str
    token: str
    arguments: dict[str, Any]


@dataclass(slots=True)
class Fault:
    """How the next call fails. *lost*: it is done, and the answer never arrives."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    html: str = ""
    hang: bool = False
    lost: bool = False


@dataclass(slots=True)
class Message:
    """A message on somebody's screen; *only* is the one who sees it, empty for everybody in the channel."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    only: str = ""
    thread: str = ""
    file: dict[str, Any] | None = None
    gone: bool = False


@dataclass(slots=True)
class View:
    """A modal on a student's screen."""

    id: str
    user: str
    view: dict[str, Any]
    hash: str
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    open: bool = True


@dataclass(slots=True)
class Hook:
    """A response_url."""

    user: str
    channel: str
    message: Message | None
    uses: int = 0
    expired: bool = False


class FakeSlack:
    """One workspace with one app.

    Attributes:
        calls, posted: Web API calls and bodies sent to response_urls, in order.
        refusals: what was refused for being malformed; a test that expects none asserts that this is empty.
        feed: every message, edit, modal and modal's change, in the order students saw them.
    """

    def __init__(self) -> None:
        self.team = "T1"
        self.tokens = {BOT_TOKEN: "T1"}
        self.app_tokens = {APP_TOKEN}
        self.client = "1.2:shh"
        self.zones = {"U1": "America/Chicago", "U2": "America/New_York"}
        self.calls: list[Call] = []
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.refusals: list[str] = []
        self.feed: list[Message | View] = []
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.members = {"C1": True}
        self.sockets: list[web.WebSocketResponse] = []
        self.connected = asyncio.Event()
        self.opened = 0
        self.unacknowledged: list[str] = []
        self._triggers: dict[str, tuple[str, float]] = {}
        self._hooks: dict[str, Hook] = {}
        self._uploads: dict[str, dict[str, Any]] = {}
        self._waiting: dict[str, asyncio.Future[dict[str, Any] | None]] = {}
        self._count = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def api(self) -> str:
        """The base of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    def of(self, method: str) -> list[dict[str, Any]]:
        """Return the arguments of every call of *method*."""
        return [call.arguments for call in self.calls if call.method == method]

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of *method* fail ("response_url" for those)."""
        self.faults[method].extend(faults)

    def refuse(self, method: str, error: str) -> None:
        """Let the next call of *method* be answered with Slack's *error*."""
        self.fail(method, Fault(body={"ok": False, "error": error}))

    def trigger(self, user: str, *, age: float = 0.0) -> str:
        """Return a trigger_id of something *user* did *age* seconds ago."""
        made = f"{next(self._count)}.{self.team}.{'0' * 8}"
        self._triggers[made] = (user, time.monotonic() - age)
        return made

    def hook(self, user: str, channel: str, message: Message | None = None) -> str:
        """Return a response_url."""
        name = f"h{next(self._count)}"
        self._hooks[name] = Hook(user, channel, message)
        return f"http://127.0.0.1:{self.port}/hook/{name}"

    def expire_hooks(self) -> None:
        """Let half an hour pass for every response_url."""
        for hook in self._hooks.values():
            hook.expired = True

    def direct(self, user: str) -> str:
        """Return the direct message of *user* and the app."""
        return f"D{user}"

    def show(self, body: dict[str, Any], channel: str, *, only: str = "", thread: str = "") -> Message:
        """Put a message on the screen."""
        message = Message(channel, self.stamp(), body.get("text", ""), body.get("blocks", []), only, thread)
        self.messages.append(message)
        self.saw(message)
        return message

    def saw(self, shown: Message | View) -> None:
        """Note what is on the screen now."""
        self.feed.append(copy.deepcopy(shown))

    def now(self, shown: Message | View) -> Message | View:
        """Return what became of something that was on the screen."""
        if isinstance(shown, View):
            return self.views[shown.id]
        return next(each for each in self.messages if each.ts == shown.ts)

    def put_view(self, user: str, view: dict[str, Any], *, into: View | None = None) -> View:
        """Open a modal, or rewrite an open one: what stands in fields that stay is kept."""
        self._strict(wrong_view(view))
        shown = into or View(f"V{next(self._count)}", user, view, "")
        old = dict(shown.values)
        shown.view, shown.hash, shown.errors = view, self.stamp(), {}
        shown.values = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                shown.values[block["block_id"]] = old.get(block["block_id"], _initial(block["element"]))
        self.views[shown.id] = shown
        self.saw(shown)
        return shown

    def stamp(self) -> str:
        """Return a new message id."""
        return f"1700000000.{next(self._count):06d}"

    async def deliver(self, kind: str, payload: dict[str, Any], *, attempt: int = 0, wait: float = 3.0) -> Any:
        """Send an envelope through the newest socket and return its acknowledgment's payload; TimeoutError without."""
        envelope = f"e{next(self._count)}"
        message = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        if attempt:
            message |= {"retry_attempt": attempt, "retry_reason": "timeout"}
        future: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope] = future
        await self.live[-1].send_str(json.dumps(message))
        try:
            return await asyncio.wait_for(future, wait)
        except TimeoutError:
            self.unacknowledged.append(envelope)
            raise
        finally:
            self._waiting.pop(envelope, None)

    @property
    def live(self) -> list[web.WebSocketResponse]:
        """The sockets that are open."""
        return [socket for socket in self.sockets if not socket.closed]

    async def refresh(self) -> None:
        """Tell the client to connect anew, as Slack does every few hours, and close the old socket once it has."""
        old = self.live[-1]
        self.connected.clear()
        await old.send_str(json.dumps({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}))
        await asyncio.wait_for(self.connected.wait(), 5)
        await old.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeSlack"]:
        """Serve in the running loop."""
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    @contextmanager
    def in_thread(self) -> Iterator["FakeSlack"]:
        """Serve in a thread with a loop of its own."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        asyncio.run_coroutine_threadsafe(self.start(), loop).result(10)
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self.stop(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

    async def start(self) -> None:
        """Begin to serve, on a port of the machine's choice or the one from before."""
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_post("/hook/{name}", self._hook)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop to serve; connections are refused from now on."""
        for socket in self.live:
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _strict(self, wrong: Iterator[str]) -> bool:
        found = list(wrong)
        self.refusals += found
        return not found

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.pop("token", ""))
        self.calls.append(Call(method, token, arguments))
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and not fault.lost:
            return await _failed(request, fault)
        answer = self._judged(method, token, arguments)
        if fault is not None:
            return await _failed(request, fault)
        return web.json_response(answer)

    def _judged(self, method: str, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if method not in ARGUMENTS:
            self.refusals.append(f"unknown method {method}")
            return {"ok": False, "error": "unknown_method"}
        needed, more = ARGUMENTS[method]
        if not needed <= set(arguments) <= needed | more:
            self.refusals.append(f"{method}: {sorted(set(arguments) ^ needed)}")
            return {"ok": False, "error": "invalid_arguments"}
        if method == "oauth.v2.access":
            client = b64decode(token.removeprefix("Basic ")).decode()
            return self._granted(arguments) if client == self.client else {"ok": False, "error": "bad_client_secret"}
        good = token in self.app_tokens if method == "apps.connections.open" else token in self.tokens
        if not good:
            return {"ok": False, "error": "invalid_auth"}
        return getattr(self, "_" + method.replace(".", "_"))(arguments)

    def _granted(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if not arguments["code"].startswith("good-"):
            return {"ok": False, "error": "invalid_code"}
        team = arguments["code"].removeprefix("good-")
        token = f"xoxb-222222222222-{team}"
        self.tokens[token] = team
        return {
            "ok": True,
            "app_id": "A1",
            "access_token": token,
            "token_type": "bot",
            "scope": "chat:write,commands",
            "bot_user_id": "UBOT",
            "team": {"id": team, "name": "A hospital"},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": "U1"},
        }

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "team_id": self.team, "user_id": "UBOT", "bot_id": "B1", "url": "https://x.slack.com/"}

    def _apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        self.opened += 1
        return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/socket?ticket={self.opened}"}

    def _chat_postMessage(self, held: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as the method
        if not self._strict(wrong_body(held)):
            return {"ok": False, "error": "invalid_blocks"}
        if not self._reachable(held["channel"]):
            return {"ok": False, "error": "channel_not_found"}
        message = self.show(held, held["channel"], thread=held.get("thread_ts", ""))
        return {"ok": True, "channel": held["channel"], "ts": message.ts}

    def _chat_postEphemeral(self, held: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as the method
        if not self._strict(wrong_body(held)):
            return {"ok": False, "error": "invalid_blocks"}
        if not self._reachable(held["channel"]):
            return {"ok": False, "error": "channel_not_found"}
        message = self.show(held, held["channel"], only=held["user"], thread=held.get("thread_ts", ""))
        return {"ok": True, "message_ts": message.ts}

    def _chat_update(self, held: dict[str, Any]) -> dict[str, Any]:
        found = [each for each in self.messages if each.ts == held["ts"] and each.channel == held["channel"]]
        if not found or found[0].only:
            return {"ok": False, "error": "message_not_found"}
        if not self._strict(wrong_body(held)):
            return {"ok": False, "error": "invalid_blocks"}
        self._rewrite(found[0], held)
        return {"ok": True, "ts": held["ts"]}

    def _conversations_open(self, held: dict[str, Any]) -> dict[str, Any]:
        if held["users"] not in self.zones:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "channel": {"id": self.direct(held["users"])}}

    def _users_info(self, held: dict[str, Any]) -> dict[str, Any]:
        if held["user"] not in self.zones:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "user": {"id": held["user"], "tz": self.zones[held["user"]]}}

    def _views_open(self, held: dict[str, Any]) -> dict[str, Any]:
        view = json.loads(held["view"]) if isinstance(held["view"], str) else held["view"]
        user, since = self._triggers.pop(held["trigger_id"], ("", 0.0))
        if not user:
            return {"ok": False, "error": "invalid_trigger_id"}
        if time.monotonic() - since > TRIGGER_LIFE:
            return {"ok": False, "error": "expired_trigger_id"}
        if list(wrong_view(view)):
            self._strict(wrong_view(view))
            return {"ok": False, "error": "invalid_arguments"}
        shown = self.put_view(user, view)
        return {"ok": True, "view": {**view, "id": shown.id, "hash": shown.hash}}

    def _files_getUploadURLExternal(self, held: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as the method
        name = f"F{next(self._count):09d}"
        self._uploads[name] = {**held, "data": b""}
        return {"ok": True, "file_id": name, "upload_url": f"http://127.0.0.1:{self.port}/upload/{name}"}

    def _files_completeUploadExternal(self, held: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as the method
        files = json.loads(held["files"])
        for each in files:
            kept = self._uploads.get(each["id"])
            if kept is None or len(kept["data"]) != int(kept["length"]):
                return {"ok": False, "error": "file_not_found"}
            if channel := held.get("channel_id"):
                message = self.show({"text": each.get("title", "")}, channel, thread=held.get("thread_ts", ""))
                message.file = kept
        return {"ok": True, "files": [{"id": each["id"], "title": each.get("title")} for each in files]}

    def _reachable(self, channel: str) -> bool:
        return self.members.get(channel, False) or channel in {self.direct(user) for user in self.zones}

    def _rewrite(self, message: Message, body: dict[str, Any]) -> None:
        message.text, message.blocks = body.get("text", ""), body.get("blocks", [])
        self.saw(message)

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.posted.append((request.match_info["name"], body))
        if self.faults["response_url"]:
            return await _failed(request, self.faults["response_url"].popleft())
        hook = self._hooks.get(request.match_info["name"])
        if hook is None or hook.expired or hook.uses >= 5:
            return web.json_response({"ok": False, "error": "used_url" if hook else "expired_url"}, status=404)
        unknown = set(body) - {
            "text", "blocks", "response_type", "replace_original", "delete_original", "unfurl_links", "unfurl_media"
        }  # fmt: skip
        if unknown or not self._strict(wrong_body(body)):
            self.refusals += sorted(unknown)
            return web.json_response({"ok": False, "error": "invalid_blocks"}, status=400)
        hook.uses += 1
        if body.get("replace_original") and hook.message is not None:
            self._rewrite(hook.message, body)
        else:
            self.show(body, hook.channel, only="" if body.get("response_type") == "in_channel" else hook.user)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self._uploads[request.match_info["file"]]["data"] = await request.read()
        return web.Response(text="OK - 1")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": len(self.live)}))
        self.connected.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self._acknowledged(json.loads(message.data))
        return socket

    def _acknowledged(self, held: dict[str, Any]) -> None:
        future = self._waiting.get(held["envelope_id"])
        if future is not None and not future.done():
            future.set_result(held.get("payload"))


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        held = await request.json()
    else:
        held = {**request.query, **(await request.post())}
    if isinstance(held.get("blocks"), str):
        held["blocks"] = json.loads(held["blocks"])
    return held


async def _failed(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.hang:
        await asyncio.sleep(60)
    if fault.lost and request.transport is not None:
        request.transport.close()
    if fault.html:
        return web.Response(status=fault.status, text=fault.html, content_type="text/html", headers=fault.headers)
    return web.json_response(fault.body, status=fault.status, headers=fault.headers)


def _initial(element: dict[str, Any]) -> str:
    option = element.get("initial_option")
    if option:
        return str(option["value"])
    return str(element.get("initial_value") or element.get("initial_date") or element.get("initial_time") or "")
