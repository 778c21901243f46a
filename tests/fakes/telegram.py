"""A Telegram of ours on loopback: it keeps chats, hands out updates, and refuses what the real one refuses."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from starlette.applications import Starlette

from tests.serving import serving

TOKEN = "700000001:AAfake-token-for-tests-only_0123456789"
BOT = {
    "id": 700000001,
    "is_bot": True,
    "first_name": "Wardwise",
    "username": "wardwise_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
SPECS = Path(__file__).parents[2].parent / "shared" / "specs"
#: 2026-11-22, 12:00 UTC: when everything here is said to have happened.
DATE = 1795348800

#: Methods we answer, with the parameters they know.
METHODS: dict[str, set[str]] = {
    "getMe": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setWebhook": {"url", "secret_token", "allowed_updates", "max_connections", "drop_pending_updates"},
    "deleteWebhook": {"drop_pending_updates"},
    "getMyCommands": {"scope", "language_code"},
    "setMyCommands": {"commands", "scope", "language_code"},
    "getMyDescription": {"language_code"},
    "setMyDescription": {"description", "language_code"},
    "getMyShortDescription": {"language_code"},
    "setMyShortDescription": {"short_description", "language_code"},
    "getChatMenuButton": {"chat_id"},
    "setChatMenuButton": {"chat_id", "menu_button"},
    "sendMessage": {
        "chat_id",
        "text",
        "entities",
        "link_preview_options",
        "reply_markup",
        "reply_parameters",
        "allow_paid_broadcast",
    },
    "sendPhoto": {
        "chat_id",
        "photo",
        "caption",
        "caption_entities",
        "reply_markup",
        "reply_parameters",
        "allow_paid_broadcast",
    },
    "sendDocument": {
        "chat_id",
        "document",
        "caption",
        "caption_entities",
        "reply_markup",
        "reply_parameters",
        "allow_paid_broadcast",
    },
    "editMessageText": {"chat_id", "message_id", "text", "entities", "link_preview_options", "reply_markup"},
    "deleteMessage": {"chat_id", "message_id"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert"},
}
#: Parameters that are text on a form; all others are JSON there.
WORDS = {"text", "caption", "description", "short_description", "url", "secret_token", "callback_query_id"}
ENTITIES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote"}


class Refused(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True)
class Call:
    """One call as it came: *files* are the uploads by parameter, as (name, size)."""

    method: str
    params: dict[str, Any]
    files: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass
class Fault:
    """What shall go wrong with the next *times* calls of *method* ('*': of any but getUpdates)."""

    method: str
    kind: str
    times: int
    refusal: Refused | None = None
    status: int = 502

    def meets(self, method: str) -> bool:
        return self.times > 0 and (self.method == method or (self.method == "*" and method != "getUpdates"))


@dataclass
class Message:
    """One message in a chat, by the bot or by a student."""

    chat: int
    id: int
    data: dict[str, Any]
    touched: int
    edits: int = 0

    @property
    def mine(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.data["from"]["is_bot"])

    @property
    def text(self) -> str:
        return str(self.data.get("text", self.data.get("caption", "")))

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [item for row in self.data.get("reply_markup", {}).get("inline_keyboard", []) for item in row]


class FakeTelegram:
    """The server. Use it as `async with FakeTelegram() as telegram`, or from a thread by `threaded`.

    Attributes:
        calls: every call that came, in order, also those refused.
        acked: ids of updates the bot has confirmed, by a later poll or by a 2xx to the post.
        posts: the status of each post to the webhook.
    """

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.messages: dict[tuple[int, int], Message] = {}
        self.started: set[int] = set()
        self.blocked: set[int] = set()
        self.moved: dict[int, int] = {}
        self.groups: set[int] = set()
        self.acked: list[int] = []
        self.posts: list[int] = []
        self.handed = 0
        self.commands: list[dict[str, str]] = []
        self.description = ""
        self.short_description = ""
        self.menu_button: dict[str, Any] = {"type": "default"}
        self.webhook: dict[str, Any] = {}
        self.answered: dict[str, str] = {}
        self.retry_seconds = 0.05
        self.url = ""
        self._updates: list[dict[str, Any]] = []
        self._queries: set[str] = set()
        self._next = {"update": 1000, "message": 0, "query": 0, "touch": 0}
        self._polls = 0
        self._busy = 0
        self._poster: asyncio.Task[None] | None = None
        # Set by `threaded`: how to act on the fake from another thread, and how to end it.
        self.run: Callable[[Any], Any] = asyncio.run
        self.stop: Callable[[], Any] = lambda: None

    # Running

    async def __aenter__(self) -> "FakeTelegram":
        self._changed = asyncio.Condition()
        self._over = asyncio.Event()
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/{bot}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.02)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._poster = asyncio.create_task(self._post_all())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        async with self._changed:
            self._changed.notify_all()
        if self._poster is not None:
            self._poster.cancel()
            await asyncio.wait({self._poster})
        await self._runner.cleanup()

    # What tests make happen

    def fail(self, method: str, code: int, description: str, *, times: int = 1, **parameters: Any) -> None:
        """Refuse the next *times* calls of *method*."""
        self.faults.append(Fault(method, "refuse", times, Refused(code, description, **parameters)))

    def html(self, method: str, status: int = 502, *, times: int = 1) -> None:
        """Answer with a page of HTML, as a proxy in front of the API does."""
        self.faults.append(Fault(method, "html", times, status=status))

    def hang(self, method: str, *, times: int = 1) -> None:
        """Never answer."""
        self.faults.append(Fault(method, "hang", times))

    def lose(self, method: str, *, times: int = 1) -> None:
        """Do what is asked, then hang up without a word."""
        self.faults.append(Fault(method, "lose", times))

    def garble(self, method: str, *, times: int = 1) -> None:
        """Do what is asked, then answer 200 with something that is not JSON."""
        self.faults.append(Fault(method, "garble", times))

    async def push(self, **update: Any) -> int:
        """Queue an update and return its id."""
        self._next["update"] += 1
        await self.push_raw({"update_id": self._next["update"], **update})
        return self._next["update"]

    async def push_raw(self, update: Any) -> None:
        """Queue *update* as it is."""
        async with self._changed:
            self._updates.append(update)
            self._changed.notify_all()

    async def say(self, user: dict[str, Any], text: str, *, chat: dict[str, Any] | None = None, **more: Any) -> int:
        """Have *user* write *text*, in private or in the group *chat*; return the update's id."""
        chat = chat or private(user)
        if chat["type"] == "private":
            self.started.add(user["id"])
            self.blocked.discard(user["id"])
        else:
            self.groups.add(chat["id"])
        data = {"from": user, "chat": chat, "date": DATE, **({"text": text} if text else {}), **more}
        command = re.match(r"/[A-Za-z0-9_]+(@\w+)?", text)
        if command:
            data["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command[0])}]
        return await self.push(message=deepcopy(self._keep(chat["id"], data).data))

    async def press(self, user: dict[str, Any], message: Message, data: str, *, query: str = "") -> int:
        """Have *user* press the button that carries *data*; return the update's id."""
        if not query:
            self._next["query"] += 1
            query = f"query{self._next['query']}"
            self._queries.add(query)
        pressed = {"id": query, "from": user, "chat_instance": "1", "data": data, "message": deepcopy(message.data)}
        return await self.push(callback_query=pressed)

    async def membership(self, user: dict[str, Any], before: str, after: str) -> int:
        """Have *user* block the bot ('member', 'kicked') or come back; return the update's id."""
        (self.blocked.add if after == "kicked" else self.blocked.discard)(user["id"])

        def member(status: str) -> dict[str, Any]:
            return {"user": BOT, "status": status, **({"until_date": 0} if status == "kicked" else {})}

        change = {"chat": private(user), "from": user, "date": DATE}
        return await self.push(
            my_chat_member={**change, "old_chat_member": member(before), "new_chat_member": member(after)}
        )

    async def until(self, true: Callable[[], Any], seconds: float = 20) -> None:
        """Wait until *true* holds; something happening here makes it be looked at again."""

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(true)

        await asyncio.wait_for(wait(), seconds)

    async def settled(self, seconds: float = 20) -> None:
        """Wait until every update is confirmed and no call is under way but a poll."""
        await self.until(lambda: not self._updates and not self._busy, seconds)

    # What tests look at

    def made(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of every call of *method*."""
        return [call.params for call in self.calls if call.method == method]

    def sent(self, chat: int) -> list[Message]:
        """Return what stands in *chat* by the bot, in the order it was sent."""
        return sorted((each for each in self.messages.values() if each.chat == chat and each.mine), key=lambda m: m.id)

    # Serving

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        polls = method == "getUpdates"
        try:
            self._busy += not polls
            return await self._call(request, method)
        except Refused as refused:
            body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
            if refused.parameters:
                body["parameters"] = refused.parameters
            return web.json_response(body, status=refused.code)
        finally:
            self._busy -= not polls
            async with self._changed:
                self._changed.notify_all()

    async def _call(self, request: web.Request, method: str) -> web.StreamResponse:
        params, files = await _params(request)
        self.calls.append(Call(method, params, files))
        async with self._changed:
            self._changed.notify_all()
        if request.match_info["bot"] != f"bot{self.token}":
            raise Refused(401, "Unauthorized")
        fault = next((each for each in self.faults if each.meets(method)), None)
        if fault is not None:
            fault.times -= 1
            if fault.refusal is not None:
                raise fault.refusal
            if fault.kind == "html":
                return web.Response(
                    status=fault.status, text="<html><h1>Bad gateway</h1></html>", content_type="text/html"
                )
            if fault.kind == "hang":
                await self._over.wait()
        result = await self._result(method, params, files)
        if fault is not None and fault.kind == "lose":
            assert request.transport is not None
            request.transport.abort()
        if fault is not None and fault.kind == "garble":
            return web.Response(text="<html>fine</html>")
        return web.json_response({"ok": True, "result": result})

    async def _result(self, method: str, params: dict[str, Any], files: dict[str, tuple[str, int]]) -> Any:
        known = METHODS.get(method)
        if known is None:
            raise Refused(404, "Not Found")
        unknown = sorted((set(params) | set(files)) - known)
        if unknown:
            raise Refused(400, f"Bad Request: unknown parameter {unknown[0]}")
        if method == "getUpdates":
            return await self._poll(params)
        act = getattr(self, f"_{re.sub('[A-Z]', lambda m: '_' + m[0].lower(), method)}")
        return act(params, files) if method in ("sendPhoto", "sendDocument") else act(params)

    def _get_me(self, _: dict[str, Any]) -> Any:
        return BOT

    async def _poll(self, params: dict[str, Any]) -> Any:
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first",
            )
        self._polls += 1
        mine = self._polls
        offset = params.get("offset", 0)
        gone = [each for each in self._updates if _id(each) is not None and _id(each) < offset]
        if gone:
            self._updates = [each for each in self._updates if each not in gone]
            self.acked += [each["update_id"] for each in gone]
        self._filter(params.get("allowed_updates", []))
        async with self._changed:
            self._changed.notify_all()
            try:
                await asyncio.wait_for(
                    self._changed.wait_for(lambda: self._updates or self._polls != mine or self._over.is_set()),
                    params.get("timeout", 0) or 0.001,
                )
            except TimeoutError:
                return []
        if self._polls != mine:
            raise Refused(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        self._filter(params.get("allowed_updates", []))
        batch = self._updates[: params.get("limit", 100)]
        self.handed += len(batch)
        return batch

    def _filter(self, kinds: list[str]) -> None:
        """Drop what was not asked for, as the real one does."""
        if kinds:
            self._updates = [
                each
                for each in self._updates
                if not isinstance(each, dict) or {*each} & {*kinds} or {*each} <= {"update_id"} or "broken" in each
            ]

    def _set_webhook(self, params: dict[str, Any]) -> Any:
        url = urlsplit(params["url"])
        if url.scheme != "https" and url.hostname != "127.0.0.1":
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", params.get("secret_token", "x")):
            raise Refused(400, "Bad Request: bad webhook: secret token contains unallowed characters")
        self.webhook = params
        return True

    def _delete_webhook(self, _: dict[str, Any]) -> Any:
        self.webhook = {}
        return True

    async def _post_all(self) -> None:
        """Post updates to the webhook one after the other, each until it is taken."""
        async with aiohttp.ClientSession() as session:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._updates and self.webhook)
                update = self._updates[0]
                headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
                self.handed += 1
                try:
                    async with session.post(self.webhook["url"], json=update, headers=headers) as response:
                        status = response.status
                except aiohttp.ClientError:
                    status = 0
                async with self._changed:
                    self.posts.append(status)
                    if 200 <= status < 300:
                        self._updates.remove(update)
                        if _id(update) is not None:
                            self.acked.append(update["update_id"])
                    self._changed.notify_all()
                if not 200 <= status < 300:
                    await asyncio.sleep(self.retry_seconds)

    def _get_my_commands(self, _: dict[str, Any]) -> Any:
        return self.commands

    def _set_my_commands(self, params: dict[str, Any]) -> Any:
        if len(params["commands"]) > 100:
            raise Refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for each in params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(each["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = params["commands"]
        return True

    def _get_my_description(self, _: dict[str, Any]) -> Any:
        return {"description": self.description}

    def _set_my_description(self, params: dict[str, Any]) -> Any:
        _short(params["description"], 512)
        self.description = params["description"]
        return True

    def _get_my_short_description(self, _: dict[str, Any]) -> Any:
        return {"short_description": self.short_description}

    def _set_my_short_description(self, params: dict[str, Any]) -> Any:
        _short(params["short_description"], 120)
        self.short_description = params["short_description"]
        return True

    def _get_chat_menu_button(self, _: dict[str, Any]) -> Any:
        return self.menu_button

    def _set_chat_menu_button(self, params: dict[str, Any]) -> Any:
        self.menu_button = params["menu_button"]
        return True

    def _send_message(self, params: dict[str, Any]) -> Any:
        chat = self._reach(params)
        _text(params.get("text"), params.get("entities", []), 4096, "message is too long")
        return self._said(chat, params, {"text": params["text"], "entities": params.get("entities", [])})

    def _send_photo(self, params: dict[str, Any], files: dict[str, tuple[str, int]]) -> Any:
        if "photo" not in files or files["photo"][1] > 10_000_000:
            raise Refused(400, "Bad Request: there is no photo in the request")
        return self._media(params, {"photo": [{"file_id": "1", "file_unique_id": "1", "width": 960, "height": 540}]})

    def _send_document(self, params: dict[str, Any], files: dict[str, tuple[str, int]]) -> Any:
        if "document" not in files or not files["document"][1]:
            raise Refused(400, "Bad Request: file must be non-empty")
        name, size = files["document"]
        return self._media(
            params, {"document": {"file_id": "2", "file_unique_id": "2", "file_name": name, "file_size": size}}
        )

    def _media(self, params: dict[str, Any], content: dict[str, Any]) -> Any:
        chat = self._reach(params)
        if params.get("caption"):
            _text(params["caption"], params.get("caption_entities", []), 1024, "message caption is too long")
        return self._said(chat, params, {**content, "caption": params.get("caption", "")})

    def _edit_message_text(self, params: dict[str, Any]) -> Any:
        chat = self._reach(params)
        found = self.messages.get((chat, params["message_id"]))
        if found is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if not found.mine:
            raise Refused(400, "Bad Request: message can't be edited")
        _text(params.get("text"), params.get("entities", []), 4096, "message is too long")
        if "text" not in found.data:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        before = deepcopy(found.data)
        found.data.update(text=params["text"], entities=params.get("entities", []))
        self._keyboard(found.data, params)
        if found.data == before:
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message",
            )
        found.edits += 1
        found.touched = self._touch()
        return found.data

    def _delete_message(self, params: dict[str, Any]) -> Any:
        if self.messages.pop((params["chat_id"], params["message_id"]), None) is None:
            raise Refused(400, "Bad Request: message to delete not found")
        return True

    def _answer_callback_query(self, params: dict[str, Any]) -> Any:
        _short(params.get("text", ""), 200)
        if params["callback_query_id"] not in self._queries:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered[params["callback_query_id"]] = params.get("text", "")
        return True

    def _reach(self, params: dict[str, Any]) -> int:
        chat = params.get("chat_id")
        if not isinstance(chat, int):
            raise Refused(400, "Bad Request: chat_id is empty")
        if chat in self.moved:
            raise Refused(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.moved[chat]
            )
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat in self.groups or chat in self.started:
            return chat
        if chat < 0:
            raise Refused(400, "Bad Request: chat not found")
        raise Refused(403, "Forbidden: bot can't initiate conversation with a user")

    def _said(self, chat: int, params: dict[str, Any], content: dict[str, Any]) -> Any:
        kind = (
            {"id": chat, "type": "supergroup", "title": "Ward"}
            if chat in self.groups
            else {"id": chat, "type": "private"}
        )
        data = {"from": {**BOT}, "chat": kind, "date": DATE, **content}
        asked = params.get("reply_parameters")
        if asked is not None:
            found = self.messages.get((chat, asked["message_id"]))
            if found is None and not asked.get("allow_sending_without_reply"):
                raise Refused(400, "Bad Request: message to be replied not found")
            if found is not None:
                data["reply_to_message"] = deepcopy(found.data)
        self._keyboard(data, params)
        return self._keep(chat, data).data

    def _keyboard(self, data: dict[str, Any], params: dict[str, Any]) -> None:
        data.pop("reply_markup", None)
        markup = params.get("reply_markup")
        if markup is None:
            return
        rows = markup["inline_keyboard"]
        if not all(isinstance(row, list) for row in rows) or any(len(row) > 8 for row in rows):
            raise Refused(
                400, 'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
            )
        buttons = [item for row in rows for item in row]
        if len(buttons) > 100:
            raise Refused(400, "Bad Request: reply markup is too long")
        for item in buttons:
            if not item.get("text", "").strip():
                raise Refused(400, "Bad Request: can't parse inline keyboard button: text must be non-empty")
            if ("url" in item) == ("callback_data" in item):
                raise Refused(400, "Bad Request: can't parse inline keyboard button: inline button type is unspecified")
            if "url" in item and not re.match(r"(https?|tg)://[^\s/]", item["url"]):
                raise Refused(400, "Bad Request: BUTTON_URL_INVALID")
            if "callback_data" in item and not 1 <= len(item["callback_data"].encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        data["reply_markup"] = markup

    def _keep(self, chat: int, data: dict[str, Any]) -> Message:
        self._next["message"] += 1
        number = self._next["message"]
        kept = Message(chat, number, {"message_id": number, **data}, self._touch())
        self.messages[chat, number] = kept
        return kept

    def _touch(self) -> int:
        self._next["touch"] += 1
        return self._next["touch"]


@contextmanager
def threaded(token: str = TOKEN) -> Iterator[FakeTelegram]:
    """Run a fake in a thread of its own, for a bot in a process of its own; call its coroutines by `run`."""
    fake = FakeTelegram(token)
    ready = threading.Event()
    loop = asyncio.new_event_loop()

    async def live() -> None:
        over = asyncio.Event()
        fake.stop = lambda: loop.call_soon_threadsafe(over.set)
        async with fake:
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), daemon=True)
    thread.start()
    ready.wait(10)
    fake.run = lambda act: asyncio.run_coroutine_threadsafe(act, loop).result(60)
    try:
        yield fake
    finally:
        fake.stop()
        thread.join(10)
        loop.close()


@asynccontextmanager
async def served(routes: list[Any]) -> AsyncIterator[str]:
    """Serve *routes* on loopback and yield the address, for a webhook to be posted to."""
    app = Starlette()
    # The list itself, not a copy: a bot may need the address before it has routes.
    app.router.routes = routes
    async with serving(app) as address:
        yield address


def student(number: int = 5001, name: str = "Ana") -> dict[str, Any]:
    """Return a user."""
    return {"id": number, "is_bot": False, "first_name": name, "language_code": "en"}


def private(user: dict[str, Any]) -> dict[str, Any]:
    """Return the private chat of *user*."""
    return {"id": user["id"], "type": "private", "first_name": user["first_name"]}


def group(number: int = -1001) -> dict[str, Any]:
    """Return a group."""
    return {"id": number, "type": "supergroup", "title": "Ward"}


def _id(update: Any) -> int | None:
    found = update.get("update_id") if isinstance(update, dict) else None
    return found if isinstance(found, int) else None


async def _params(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, int]]]:
    if request.content_type == "application/json":
        raw = await request.read()
        try:
            params = json.loads(raw)
            json.dumps(params, ensure_ascii=False).encode()
        except UnicodeError:
            raise Refused(400, "Bad Request: strings must be encoded in UTF-8") from None
        except ValueError:
            raise Refused(400, "Bad Request: can't parse the request") from None
        return params, {}
    params, files = {}, {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, len(value.file.read()))
            value.file.close()
        else:
            params[name] = value if name in WORDS else json.loads(str(value))
    return params, files


def _short(text: str, limit: int) -> None:
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")


def _text(text: Any, entities: list[dict[str, Any]], limit: int, too_long: str) -> None:
    if not isinstance(text, str) or not text.strip("\u200b\u2060\ufeff \n\t"):
        raise Refused(400, "Bad Request: message text is empty")
    units = text.encode("utf-16-le")
    if len(units) // 2 > limit:
        raise Refused(400, f"Bad Request: {too_long}")
    if len(entities) > 100:
        raise Refused(400, "Bad Request: too many entities")
    for each in entities:
        start, end = each["offset"], each["offset"] + each["length"]
        if each["type"] not in ENTITIES:
            raise Refused(400, "Bad Request: can't parse MessageEntity: unsupported type")
        if (each["type"] == "text_link") != ("url" in each):
            raise Refused(400, "Bad Request: can't parse MessageEntity: url")
        if not 0 <= start < end <= len(units) // 2:
            raise Refused(400, "Bad Request: entity is out of the text")
        try:
            units[start * 2 : end * 2].decode("utf-16-le")
        except UnicodeError:
            raise Refused(400, "Bad Request: entity beginning in the middle of a UTF-16 symbol") from None
    _nested(entities)


def _nested(entities: list[dict[str, Any]]) -> None:
    """Refuse entities that cross, and any in or around fixed-width text; the real one would drop or cut them."""
    spans = [(each["offset"], each["offset"] + each["length"], each["type"]) for each in entities]
    for n, (start, end, kind) in enumerate(spans):
        for other_start, other_end, other in spans[n + 1 :]:
            if other_start >= end or other_end <= start:
                continue
            crossing = not (start <= other_start and other_end <= end) and not (
                other_start <= start and end <= other_end
            )
            both = {kind, other}
            if crossing or (both & {"code", "pre"} and "blockquote" not in both) or both == {kind} == {"blockquote"}:
                raise Refused(400, "Bad Request: can't parse entities: they cross")


# The Bot API's own description, as a judge


@cache
def _specs() -> tuple[dict[str, Any], dict[str, Any]]:
    schema = SPECS / "telegram_params_10.3_from_gramio.schema.json"
    if not schema.exists():
        pytest.skip("the descriptions of the Bot API are not on this machine")
    limits = json.loads((SPECS / "telegram_limits.json").read_text())["limits"]
    return json.loads(schema.read_text()), limits


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft7Validator

    schema, _ = _specs()
    return Draft7Validator({**schema, "$ref": f"#/definitions/{name}"}) if name in schema["definitions"] else None


def judged(calls: list[Call]) -> list[str]:
    """Return what the Bot API's description has against *calls*, one line a fault; skips the test without it."""
    _, limits = _specs()
    faults = []
    for call in calls:
        validator = _validator(f"{call.method[0].upper()}{call.method[1:]}Params")
        params = {**call.params, **dict.fromkeys(call.files, "file")}
        if validator is not None:
            faults += [
                f"{call.method}: {fault.json_path}: {fault.message[:200]}" for fault in validator.iter_errors(params)
            ]
        elif params:
            faults.append(f"{call.method} takes no parameters")
        faults += _over(call.method, params, limits)
        for row in call.params.get("reply_markup", {}).get("inline_keyboard", []):
            for item in row if isinstance(row, list) else ():
                faults += _over("InlineKeyboardButton", item, limits)
        for item in call.params.get("commands", []):
            faults += _over("BotCommand", item, limits)
    return faults


def _over(what: str, params: dict[str, Any], limits: dict[str, Any]) -> list[str]:
    faults = []
    for name, value in params.items():
        limit = limits.get(f"{what}.{name}", {})
        if isinstance(value, str) and limit.get("unit") in ("characters", "bytes"):
            size = len(value.encode()) if limit["unit"] == "bytes" else len(value.encode("utf-16-le")) // 2
        elif isinstance(value, list):
            size = len(value)
        elif isinstance(value, int) and limit.get("unit") == "value":
            size = value
        else:
            continue
        if not limit.get("min", 0) <= size <= limit.get("max", size):
            faults.append(f"{what}.{name}: {size} is outside {limit.get('min', 0)} to {limit['max']}")
    return faults
