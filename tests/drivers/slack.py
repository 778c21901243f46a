"""A student who uses Slack: types, presses and fills in modals over the wire, and reads what is on the screen."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack import FakeSlack, Message, View

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
_COUNT = itertools.count(1)

Body = dict[str, Any]


class NotAcknowledged(Exception):
    """Slack got no answer in time, or one that says that the event was not taken."""


class Wire(Protocol):
    """How Slack hands an event to the app."""

    async def deliver(self, kind: str, payload: Body, *, attempt: int = 0) -> Body | None:
        """Return what the acknowledgment carries. Raises NotAcknowledged."""
        ...


class SocketWire:
    """Socket Mode."""

    def __init__(self, fake: FakeSlack, *, wait: float = 3.0) -> None:
        self._fake = fake
        self._wait = wait

    async def deliver(self, kind: str, payload: Body, *, attempt: int = 0) -> Body | None:
        """Send an envelope."""
        try:
            return await self._fake.deliver(kind, payload, attempt=attempt, wait=self._wait)
        except TimeoutError as fault:
            raise NotAcknowledged from fault


class HttpWire:
    """Signed requests to the app's own address."""

    def __init__(self, url: str, secret: str = SECRET, now: Callable[[], float] = time.time) -> None:
        self._url = url.rstrip("/") + "/slack/events"
        self._secret = secret
        self._now = now
        self.statuses: list[int] = []

    async def deliver(self, kind: str, payload: Body, *, attempt: int = 0) -> Body | None:
        """Post the request as Slack does: JSON for events, a form for the rest."""
        if kind == "events_api":
            body, content = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content = urlencode(form), "application/x-www-form-urlencoded"
        headers = {"Content-Type": content, **signed(body.encode(), self._secret, int(self._now()))}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        async with aiohttp.ClientSession() as session, session.post(self._url, data=body, headers=headers) as answer:
            self.statuses.append(answer.status)
            text = await answer.text()
        if answer.status != 200:
            raise NotAcknowledged(str(answer.status))
        return json.loads(text) if text.startswith("{") else None


def signed(body: bytes, secret: str, stamp: int) -> dict[str, str]:
    """Return Slack's headers for *body*."""
    made = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(stamp), "X-Slack-Signature": f"v0={made}"}


class SlackDriver:
    """One student in one workspace; *channel* is where commands are typed, the direct message unless told."""

    def __init__(self, fake: FakeSlack, wire: Wire, user: str = "U1", team: str = "T1", channel: str = "") -> None:
        self.fake = fake
        self.wire = wire
        self.user = user
        self.team = team
        self.channel = channel or fake.direct(user)
        self.sent: list[tuple[str, Body]] = []

    @property
    def messages(self) -> list[str]:
        """Everything the student saw, edits as they came, as plain text."""
        return [words(each) for each in self._seen()]

    @property
    def last(self) -> str:
        """The newest message, edit or modal."""
        return self.messages[-1] if self.messages else ""

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message, or what can be chosen in the open modal."""
        seen = self._seen()
        if not seen:
            return []
        newest = seen[-1]
        return [label for label, *_ in _choices(newest)] if isinstance(newest, View) else list(_buttons(newest))

    @property
    def modal(self) -> View | None:
        """The modal that is open."""
        shown = [view for view in self.fake.views.values() if view.user == self.user and view.open]
        return shown[-1] if shown else None

    async def type(self, text: str) -> None:
        """Send *text* in the direct message."""
        event = {
            "type": "message",
            "channel_type": "im",
            "channel": self.fake.direct(self.user),
            "user": self.user,
            "text": _as_slack_writes(text),
            "ts": self.fake.stamp(),
        }
        await self.event(event)

    async def mention(self, text: str, channel: str = "C1", thread: str = "") -> None:
        """Call the bot by name in a channel."""
        event = {
            "type": "app_mention",
            "channel": channel,
            "user": self.user,
            "text": f"<@UBOT> {_as_slack_writes(text)}",
            "ts": self.fake.stamp(),
            **({"thread_ts": thread} if thread else {}),
        }
        await self.event(event)

    async def open_chat(self) -> None:
        """Open the bot's messages."""
        await self.event(
            {"type": "app_home_opened", "user": self.user, "channel": self.fake.direct(self.user), "tab": "messages"}
        )

    async def event(self, event: Body) -> None:
        """Have Slack tell of *event*."""
        await self._deliver(
            "events_api",
            {
                "type": "event_callback",
                "team_id": self.team,
                "api_app_id": "A1",
                "event": event,
                "event_id": f"Ev{next(_COUNT):09d}",
                "event_time": 1700000000,
                "authorizations": [{"team_id": self.team, "user_id": "UBOT", "is_bot": True}],
            },
        )

    async def command(self, name: str, text: str = "") -> None:
        """Give the command *name*: by its own slash command where Slack has it, else behind /coach."""
        if name in ("start", "help") and not text:
            name, text = "coach", "" if name == "help" else name
        elif name not in ("phrase", "tip", "coach"):
            name, text = "coach", f"{name} {text}".strip()
        await self.slash(f"/{name}", text)

    async def slash(self, command: str, text: str = "") -> None:
        """Type a slash command."""
        payload = {
            "command": command,
            "text": text,
            "team_id": self.team,
            "channel_id": self.channel,
            "channel_name": "directmessage" if self.channel.startswith("D") else "general",
            "user_id": self.user,
            "user_name": "someone",
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": self.fake.hook(self.user, self.channel),
            "trigger_id": self.fake.trigger(self.user),
        }
        ack = await self._deliver("slash_commands", payload)
        if ack:
            self.fake._strict(_wrong_ack(ack))
            hidden = ack.get("response_type", "ephemeral") == "ephemeral"
            self.fake.show(ack, self.channel, only=self.user if hidden else "")

    async def press(self, label: str) -> None:
        """Press *label* on the newest message that shows it; in an open modal choose it, and send the modal."""
        view = self.modal
        if view is not None:
            for shown, field, value in _choices(view):
                if shown == label:
                    await self.fill({field: value})
                    return
        for shown in reversed(self._seen()):
            now = self.fake.now(shown)
            if isinstance(now, Message) and label in _buttons(now):
                await self.press_on(now, label)
                return
        raise AssertionError(f"no button {label!r}; there are {self.buttons}")

    async def press_on(self, message: Message, label: str) -> None:
        """Press *label* on *message*."""
        button = _buttons(message)[label]
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": bool(message.only),
        }
        payload = {
            "type": "block_actions",
            "team": {"id": self.team, "domain": "x"},
            "user": {"id": self.user, "team_id": self.team},
            "api_app_id": "A1",
            "container": container,
            "channel": {"id": message.channel, "name": "directmessage"},
            "trigger_id": self.fake.trigger(self.user),
            "response_url": self.fake.hook(self.user, message.channel, message),
            "actions": [{**button, "block_id": "x1", "action_ts": "1700000000.1"}],
        }
        if not message.only:
            payload["message"] = {"ts": message.ts, "text": message.text, "blocks": message.blocks}
        await self._deliver("interactive", payload)

    async def fill(self, values: dict[str, str]) -> None:
        """Put *values* into the open modal and send it; a form that waits behind a button is opened first."""
        if self.modal is None:
            await self.press(next(label for label in reversed(self.buttons) if label.startswith("Open")))
        view = self.modal
        assert view is not None, "no modal is open"
        for name, value in values.items():
            assert name in view.values, f"no field {name}; there are {sorted(view.values)}"
            view.values[name] = value
        await self.submit(view)

    async def submit(self, view: View) -> None:
        """Send a modal as it stands."""
        payload = {
            "type": "view_submission",
            "team": {"id": self.team, "domain": "x"},
            "user": {"id": self.user, "team_id": self.team},
            "api_app_id": "A1",
            "trigger_id": self.fake.trigger(self.user),
            "view": {**view.view, "id": view.id, "hash": view.hash, "state": {"values": _state(view)}},
            "response_urls": [],
        }
        ack = await self._deliver("interactive", payload) or {}
        match ack.get("response_action"):
            case "errors":
                assert set(ack["errors"]) <= set(view.values), "errors for fields that are not there"
                view.errors = ack["errors"]
                self.fake.saw(view)
            case "update":
                self.fake.put_view(self.user, ack["view"], into=view)
            case None | "clear":
                assert not ack or ack == {"response_action": "clear"}, ack
                view.open = False
            case other:
                raise AssertionError(f"response_action {other}")

    def dismiss(self) -> None:
        """Close the open modal without sending it."""
        if self.modal is not None:
            self.modal.open = False

    async def again(self, attempt: int = 1) -> Body | None:
        """Have Slack deliver the last event once more."""
        kind, payload = self.sent[-1]
        return await self.wire.deliver(kind, payload, attempt=attempt)

    async def settled(self) -> None:
        """Wait until the app has nothing left to do: here it answers before it acknowledges."""
        return

    async def _deliver(self, kind: str, payload: Body) -> Body | None:
        self.sent.append((kind, payload))
        return await self.wire.deliver(kind, payload)

    def _seen(self) -> list[Message | View]:
        return [each for each in self.fake.feed if self._sees(each)]

    def _sees(self, shown: Message | View) -> bool:
        if isinstance(shown, View):
            return shown.user == self.user
        if shown.only:
            return shown.only == self.user
        return not shown.channel.startswith("D") or shown.channel in (self.fake.direct(self.user), self.channel)


def words(shown: Message | View) -> str:
    """Return what a student reads in a message or a modal."""
    if isinstance(shown, View):
        lines = [shown.view["title"]["text"]]
        for block in shown.view["blocks"]:
            lines += _lines(block)
            if block["type"] == "input":
                lines += [shown.values.get(block["block_id"], ""), shown.errors.get(block["block_id"], "")]
        return "\n".join(line for line in lines if line)
    if not shown.blocks:
        return _unescaped(shown.text)
    return "\n".join(line for block in shown.blocks for line in _lines(block) if line)


def _lines(block: Body) -> list[str]:
    match block["type"]:
        case "rich_text":
            return [line for part in block["elements"] for line in _rich(part)]
        case "section":
            return [_unescaped(each["text"]) for each in [block.get("text"), *block.get("fields", [])] if each]
        case "context":
            return [_unescaped(each["text"]) for each in block["elements"]]
        case "input":
            return [block["label"]["text"], block.get("hint", {}).get("text", "")]
        case _:
            return []


def _rich(part: Body) -> list[str]:
    if part["type"] == "rich_text_list":
        return [line for section in part["elements"] for line in _rich(section)]
    return ["".join(each.get("text", "") for each in part["elements"])]


def _buttons(message: Message) -> dict[str, Body]:
    found = [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]
    return {each["text"]["text"]: each for each in found}


def _choices(view: View) -> list[tuple[str, str, str]]:
    return [
        (option["text"]["text"], block["block_id"], option["value"])
        for block in view.view["blocks"]
        for option in block.get("element", {}).get("options", [])
    ]


def _state(view: View) -> Body:
    state: Body = {}
    for block in view.view["blocks"]:
        if block["type"] != "input":
            continue
        element, value = block["element"], view.values.get(block["block_id"], "") or None
        held: Body = {"type": element["type"]}
        match element["type"]:
            case "static_select" | "radio_buttons":
                chosen = [each for each in element["options"] if value in (each["value"], each["text"]["text"])]
                held["selected_option"] = chosen[0] if chosen else None
            case "datepicker":
                held["selected_date"] = value
            case "timepicker":
                held["selected_time"] = value
            case _:
                assert len(value or "") <= element.get("max_length", 3000), "longer than the field takes"
                held["value"] = value
        state[block["block_id"]] = {element["action_id"]: held}
    return state


def _wrong_ack(ack: Body) -> Any:
    from tests.fakes.slack_rules import wrong_body

    yield from wrong_body(ack)
    yield from set(ack) - {"text", "blocks", "response_type", "unfurl_links", "unfurl_media"}


def _as_slack_writes(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
