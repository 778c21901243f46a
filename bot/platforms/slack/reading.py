"""What Slack sends, as events and the place where each may be answered."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any, Literal

from bot.core.inbound import ButtonPressed, CommandSent, FormSent, Inbound, Joined, TextSent, pressed
from bot.domain.student import Address
from bot.platforms.slack.modal import answers
from bot.platforms.slack.text import clean, typed, unescaped

Body = dict[str, Any]

#: private_metadata takes 3,000 characters.
_MOST_METADATA = 3_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer may go.

    Attributes:
        url: the response_url of a command or a press.
        trigger: opens a modal within three seconds.
        message: the message whose button was pressed.
        hidden: that message is one only the presser sees.
        view: the modal that was sent.
    """

    kind: Literal["command", "press", "form", "text"]
    team: str
    user: str
    channel: str = ""
    thread: str = ""
    url: str = ""
    trigger: str = ""
    message: str = ""
    hidden: bool = False
    view: Body | None = None

    @property
    def narrow(self) -> bool:
        """Whether the place is a conversation of two, and not a channel."""
        return self.channel.startswith("D") or not self.channel

    def metadata(self, context: str) -> str:
        """Return the place with a form's *context*, for the modal to bring back."""
        held = {"c": context, "h": self.channel, "t": self.thread, "m": self.message, "e": self.hidden, "u": self.url}
        text = json.dumps(held, separators=(",", ":"))
        return text if len(text) <= _MOST_METADATA else json.dumps({**held, "u": ""}, separators=(",", ":"))


def command(body: Body) -> tuple[Inbound, Place]:
    """Read a slash command."""
    place = Place(
        "command",
        team=str(body["team_id"]),
        user=str(body["user_id"]),
        channel=str(body["channel_id"]),
        url=str(body.get("response_url", "")),
        trigger=str(body["trigger_id"]),
    )
    name, text = str(body["command"]).removeprefix("/").casefold(), unescaped(str(body.get("text", "")))
    if name == "coach":
        name, _, text = text.partition(" ")
        name = name.removeprefix("/").casefold() or "help"
    return (
        CommandSent(sender=_address(place), key=place.trigger, private=place.narrow, name=name, text=text.strip()),
        place,
    )


def press(body: Body) -> tuple[Inbound, Place] | None:
    """Read the press of a button; None for a link, which Slack tells of too."""
    action = body["actions"][0]
    held = body.get("container") or {}
    message = body.get("message") or {}
    place = Place(
        "press",
        team=_team(body),
        user=str(body["user"]["id"]),
        channel=str((body.get("channel") or {}).get("id") or held.get("channel_id") or ""),
        thread=str(message.get("thread_ts") or held.get("thread_ts") or ""),
        url=str(body.get("response_url") or ""),
        trigger=str(body["trigger_id"]),
        message=str(held.get("message_ts") or message.get("ts") or ""),
        hidden=bool(held.get("is_ephemeral")),
    )
    if not str(action["action_id"]).startswith("b") or action.get("type") != "button":
        return None
    name, value = pressed(clean(str(action["value"])))
    event = ButtonPressed(
        sender=_address(place), key=place.trigger, private=place.narrow, message=place.message, action=name, value=value
    )
    return event, place


def submission(body: Body, secret: bytes) -> tuple[Inbound, Place]:
    """Read a modal's answers; *secret* keeps the key from telling what was typed."""
    view = body["view"]
    held = json.loads(view.get("private_metadata") or "{}")
    place = Place(
        "form",
        team=_team(body),
        user=str(body["user"]["id"]),
        channel=str(held.get("h", "")),
        thread=str(held.get("t", "")),
        url=str(held.get("u", "")),
        message=str(held.get("m", "")),
        hidden=bool(held.get("e")),
        view=view,
    )
    values = answers(view["state"]["values"])
    # Slack keeps the hash of a modal that was answered with errors, so what was typed is part of the key, unreadably.
    typed_now = hmac.new(secret, json.dumps(values, sort_keys=True).encode(), hashlib.sha256).hexdigest()
    event = FormSent(
        sender=_address(place),
        key=f"{view['id']}:{view['hash']}:{typed_now[:16]}",
        private=place.narrow,
        message=place.message,
        form=str(view["callback_id"]),
        values=values,
        context=str(held.get("c", "")),
    )
    return event, place


def event(body: Body) -> tuple[Inbound, Place] | None:
    """Read a message, a mention or the opening of the chat; None for what is not a student's."""
    held = body["event"]
    if held.get("bot_id") or held.get("subtype") or not held.get("user"):
        return None
    kind, team, key = held["type"], str(body["team_id"]), str(body["event_id"])
    place = Place(
        "text", team=team, user=str(held["user"]), channel=str(held["channel"]), thread=str(held.get("thread_ts") or "")
    )
    sender = _address(place, chat=place.channel)
    if kind == "message" and held.get("channel_type") == "im":
        return TextSent(sender=sender, key=key, text=typed(str(held.get("text", "")))), place
    if kind == "app_mention" and not place.channel.startswith("D"):
        text = typed(str(held.get("text", "")))
        return TextSent(sender=_address(place), key=key, private=False, text=text), place
    if kind == "app_home_opened":
        return Joined(sender=sender, key=f"home:{place.user}"), place
    return None


def left(body: Body) -> str:
    """Return the workspace that removed the app or took back the bot's token, or nothing."""
    held = body["event"]
    revoked = held["type"] == "tokens_revoked" and (held.get("tokens") or {}).get("bot")
    return str(body["team_id"]) if revoked or held["type"] == "app_uninstalled" else ""


def _team(body: Body) -> str:
    return str((body.get("team") or {}).get("id") or body["user"]["team_id"])


def _address(place: Place, chat: str = "") -> Address:
    return Address("slack", place.team, place.user, chat)
