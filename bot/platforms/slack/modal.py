"""Forms as modals: drawing one, and reading what was typed into it."""

import re
from typing import Any, assert_never

from bot.core.forms import CHOICE
from bot.core.markup import text_of
from bot.core.messages import Field, Form
from bot.platforms.slack.render import rich
from bot.platforms.slack.text import clean, shorten

ANSWER = "answer"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_LONG = 200


def view(form: Form, names: frozenset[str], metadata: str) -> dict[str, Any]:
    """Return *form* as a modal; *metadata* comes back with the answers."""
    intro = f"**{text_of(form.title)}**\n\n{form.intro}" if len(form.title) > 24 else form.intro
    blocks = [block for block, _ in rich(intro, names)]
    for field in form.fields:
        blocks.append(_input(field))
        if field.error:
            blocks.append({"type": "context", "elements": [_plain(f"Please change this: {field.error}", 1_500)]})
    return {
        "type": "modal",
        "callback_id": form.name,
        "title": _plain(form.title, 24),
        "submit": _plain(form.submit, 24),
        "close": _plain("Cancel", 24),
        "private_metadata": metadata,
        "blocks": blocks[:100],
    }


def closing(title: str, words: str) -> dict[str, Any]:
    """Return a modal that only says something."""
    return {
        "type": "modal",
        "title": _plain(title, 24),
        "close": _plain("Close", 24),
        "blocks": [{"type": "section", "text": _plain(words, 2_000)}],
    }


def answers(state: dict[str, Any]) -> dict[str, str]:
    """Return what stands in the fields of a modal that was sent."""
    return {name: clean(_answer(held.get(ANSWER) or {})) for name, held in state.items()}


def faults(form: Form, sent: dict[str, Any]) -> dict[str, str] | None:
    """Return the errors by field where *form* differs from the *sent* modal in nothing else: then it stays open."""
    asked = [block["block_id"] for block in sent.get("blocks", []) if block.get("type") == "input"]
    if asked != [field.name for field in form.fields] or sent.get("callback_id") != form.name or CHOICE in asked:
        return None
    return {field.name: shorten(field.error, 1_500) for field in form.fields if field.error} or None


def _input(field: Field) -> dict[str, Any]:
    block: dict[str, Any] = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(text_of(field.label), 2_000),
        "optional": not field.required,
        "element": {"action_id": ANSWER, **_element(field)},
    }
    if hint := _hint(field):
        block["hint"] = _plain(hint, 2_000)
    return block


def _hint(field: Field) -> str:
    hint = text_of(field.hint)
    if field.kind not in ("text", "place", "length") or not field.options:
        return hint
    # Slack has no field to type in with choices beside it.
    return f"{hint} Such as: {', '.join(option.label for option in field.options[:6])}.".strip()


def _element(field: Field) -> dict[str, Any]:
    match field.kind:
        case "choice":
            return _choice(field)
        case "date":
            return {"type": "datepicker", **_first("initial_date", field.value if _DATE.fullmatch(field.value) else "")}
        case "time":
            return {"type": "timepicker", **_first("initial_time", field.value if _TIME.fullmatch(field.value) else "")}
        case "number":
            value = field.value if field.value.isascii() and field.value.isdigit() else ""
            return {"type": "number_input", "is_decimal_allowed": False, **_first("initial_value", value)}
        case "text" | "place" | "length":
            longest = min(field.max_length, 3_000)
            return {
                "type": "plain_text_input",
                "max_length": longest,
                "multiline": field.max_length > _LONG or field.guard,
                **_first("initial_value", field.value[:longest]),
            }
        case _:
            assert_never(field.kind)


def _choice(field: Field) -> dict[str, Any]:
    options = [{"text": _plain(option.label, 75), "value": option.value} for option in field.options[:100]]
    chosen = [option for option in options if option["value"] == field.value]
    kind = "radio_buttons" if len(options) <= 5 else "static_select"
    return {"type": kind, "options": options, **({"initial_option": chosen[0]} if chosen else {})}


def _first(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": shorten(text, limit) or "…", "emoji": False}


def _answer(element: dict[str, Any]) -> str:
    if option := element.get("selected_option"):
        return str(option["value"])
    return str(element.get("value") or element.get("selected_date") or element.get("selected_time") or "")
