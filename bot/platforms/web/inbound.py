"""What the page posts, read into the events every platform shares."""

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.core.inbound import ButtonPressed, CommandSent, FormSent, TextSent, pressed
from bot.core.messages import MAX_BUTTON_BYTES
from bot.domain.student import Address

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_COMMAND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LONGEST = 16_000
_MOST_FIELDS = 50

Event = CommandSent | TextSent | ButtonPressed | FormSent


class BadEvent(Exception):
    """A body that no page of ours sends."""


def read(body: Any, sender: Address) -> Event:
    """Return the event in *body*. Raises BadEvent."""
    if not isinstance(body, dict):
        raise BadEvent("an object is expected")
    key = _text(body, "key")
    if not _KEY.fullmatch(key):
        raise BadEvent("key: 8 to 64 letters, digits, - or _")
    # Keys are chosen by the page: with the visitor in front, nobody can take another's.
    common: dict[str, Any] = {
        "sender": sender,
        "key": f"{sender.user}:{key}",
        "zone": _zone(_text(body, "zone")),
        "message": _text(body, "message")[:64] or key,
    }
    match body.get("type"):
        case "command":
            return CommandSent(**common, name=_name(_text(body, "name")), text=_text(body, "text").strip())
        case "text":
            return TextSent(**common, text=_words(_text(body, "text")))
        case "press":
            action, value = pressed(_data(_text(body, "data")))
            return ButtonPressed(**common, action=action, value=value, quoted=_text(body, "quoted"))
        case "form":
            form, context = _text(body, "form"), _text(body, "context")
            return FormSent(**common, form=form, values=_values(body.get("values")), context=context)
        case _:
            raise BadEvent("type: command, text, press or form")


def own_key(event: Event) -> str:
    """Return the key as the page made it."""
    return event.key.rpartition(":")[2]


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise BadEvent(f"{name}: a string is expected")
    if len(value) > _LONGEST:
        raise BadEvent(f"{name}: too long")
    return _storable(value)


def _storable(text: str) -> str:
    """Return *text* without what no database takes: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _name(name: str) -> str:
    if not _COMMAND.fullmatch(name.lower()):
        raise BadEvent("name: not a command")
    return name.lower()


def _words(text: str) -> str:
    if not text.strip():
        raise BadEvent("text: empty")
    return text.strip()


def _data(data: str) -> str:
    if not data or len(data.encode()) > MAX_BUTTON_BYTES:
        raise BadEvent("data: not a button of ours")
    return data


def _values(values: Any) -> dict[str, str]:
    if not isinstance(values, dict) or len(values) > _MOST_FIELDS:
        raise BadEvent("values: an object is expected")
    return {_storable(str(name))[:64]: _text(values, name) for name in values}


def _zone(zone: str) -> str:
    return zone if zone in _zones() else ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
