"""What Slack refuses in messages and modals, written down from its own limits, for the fake to refuse too."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

ARGUMENTS = {
    "auth.test": (set(), set()),
    "apps.connections.open": (set(), set()),
    "chat.postMessage": ({"channel"}, {"text", "blocks", "thread_ts", "unfurl_links", "unfurl_media"}),
    "chat.postEphemeral": ({"channel", "user"}, {"text", "blocks", "thread_ts"}),
    "chat.update": ({"channel", "ts"}, {"text", "blocks"}),
    "conversations.open": ({"users"}, {"return_im"}),
    "users.info": ({"user"}, set()),
    "views.open": ({"trigger_id", "view"}, set()),
    "files.getUploadURLExternal": ({"filename", "length"}, {"alt_txt"}),
    "files.completeUploadExternal": ({"files"}, {"channel_id", "thread_ts"}),
    "oauth.v2.access": ({"code"}, {"client_id", "client_secret", "redirect_uri"}),
}
RICH = {"rich_text_section", "rich_text_list", "rich_text_quote"}
IN_MESSAGES = {"rich_text", "section", "context", "actions"}
IN_MODALS = {"rich_text", "section", "context", "input"}


def wrong_blocks(blocks: Any, *, modal: bool = False) -> Iterator[str]:
    """Yield what is wrong with *blocks*."""
    if not isinstance(blocks, list) or len(blocks) > (100 if modal else 50):
        yield "too many blocks, or no list"
        return
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    elements = [each for block in blocks for each in block.get("elements", [])]
    actions = Counter(each["action_id"] for each in elements if "action_id" in each)
    yield from (f"twice: {name}" for name, count in (ids + actions).items() if count > 1)
    for block in blocks:
        if block.get("type") not in (IN_MODALS if modal else IN_MESSAGES):
            yield f"block {block.get('type')}"
            continue
        yield from _RULES[block["type"]](block)


def wrong_view(view: Any) -> Iterator[str]:
    """Yield what is wrong with a modal."""
    if view.get("type") != "modal":
        yield "no modal"
    for name in ("title", "submit", "close"):
        if name in view:
            yield from _plain(view[name], 24)
    if "title" not in view:
        yield "no title"
    has_inputs = any(block.get("type") == "input" for block in view["blocks"])
    if has_inputs and "submit" not in view:
        yield "inputs without submit"
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        yield "metadata or callback_id too long"
    if not view["blocks"]:
        yield "no blocks"
    yield from wrong_blocks(view["blocks"], modal=True)


def wrong_body(body: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a message, however it arrives."""
    if not body.get("text"):
        yield "no text"
    if len(body.get("text", "")) > 4000:
        yield "text too long"
    yield from wrong_blocks(body.get("blocks", []))
    if len(str(body.get("blocks", ""))) > 13_200:
        yield "msg_blocks_too_long"


def _rich(block: dict[str, Any]) -> Iterator[str]:
    if not block["elements"]:
        yield "empty rich_text"
    for part in block["elements"]:
        if part["type"] not in RICH:
            yield f"rich part {part['type']}"
        inner = part["elements"]
        if part["type"] == "rich_text_list":
            inner = [each for section in part["elements"] for each in section["elements"]]
        if not inner:
            yield f"empty {part['type']}"
        for each in inner:
            if each["type"] not in ("text", "link"):
                yield f"rich element {each['type']}"
            if not each.get("text"):
                yield "empty text"


def _section(block: dict[str, Any]) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield "section without text"
    if "text" in block:
        yield from _text(block["text"], 3000)
    if len(block.get("fields", [])) > 10:
        yield "too many fields"
    for each in block.get("fields", []):
        yield from _text(each, 2000)


def _context(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield "context elements"
    for each in block["elements"]:
        yield from _text(each, 3000)


def _actions(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield "actions elements"
    for each in block["elements"]:
        yield from _plain(each["text"], 75)
        if each["type"] != "button" or len(each.get("value", "")) > 2000 or len(each.get("url", "")) > 3000:
            yield "button"
        if not 1 <= len(each["action_id"]) <= 255:
            yield "action_id"


def _input(block: dict[str, Any]) -> Iterator[str]:
    yield from _plain(block["label"], 2000)
    if "hint" in block:
        yield from _plain(block["hint"], 2000)
    element = block["element"]
    kind = element["type"]
    if kind not in ("plain_text_input", "static_select", "radio_buttons", "datepicker", "timepicker", "number_input"):
        yield f"element {kind}"
    if kind in ("static_select", "radio_buttons"):
        options = element["options"]
        if not 1 <= len(options) <= (100 if kind == "static_select" else 10):
            yield "options"
        for option in options:
            yield from _plain(option["text"], 75)
            if not 1 <= len(option["value"]) <= 150:
                yield "option value"
        if "initial_option" in element and element["initial_option"] not in options:
            yield "initial_option"
    if kind == "plain_text_input":
        if not 1 <= element.get("max_length", 3000) <= 3000:
            yield "max_length"
        if len(element.get("initial_value", "")) > element.get("max_length", 3000):
            yield "initial_value too long"


def _text(held: dict[str, Any], limit: int) -> Iterator[str]:
    if held["type"] not in ("plain_text", "mrkdwn") or not 1 <= len(held["text"]) <= limit:
        yield "text object"
    if "verbatim" in held and held["type"] != "mrkdwn":
        yield "verbatim plain_text"


def _plain(held: dict[str, Any], limit: int) -> Iterator[str]:
    if held["type"] != "plain_text":
        yield "not plain_text"
    yield from _text(held, limit)


_RULES = {"rich_text": _rich, "section": _section, "context": _context, "actions": _actions, "input": _input}
