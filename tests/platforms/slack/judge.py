"""Slack's published descriptions as a judge of every call: arguments, blocks and modals."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.fakes.slack import FakeSlack

SPECS = Path(__file__).parents[4] / "shared" / "specs"
METHODS = SPECS / "slack_methods.json"
BLOCK_KIT = SPECS / "slack_block_kit_from_slack_types.schema.json"


@cache
def methods() -> dict[str, Any]:
    """Return what is published of each method."""
    held: dict[str, Any] = json.loads(METHODS.read_text())
    return held


@cache
def _schema(name: str) -> Draft7Validator:
    held = json.loads(BLOCK_KIT.read_text())
    return Draft7Validator({**held, "$ref": f"#/definitions/{name}"})


def wrong(fake: FakeSlack) -> list[str]:
    """Return what is wrong with what *fake* was sent."""
    found = [fault for call in fake.calls for fault in _wrong_call(call.method, call.arguments)]
    for _, body in fake.posted:
        found += wrong_blocks(body["blocks"])
    return found


def _wrong_call(method: str, arguments: dict[str, Any]) -> Iterator[str]:
    spec = methods()[method]["args"]
    if unknown := set(arguments) - set(spec["properties"]):
        yield f"{method}: unknown {sorted(unknown)}"
    if missing := set(spec.get("required") or ()) - set(arguments) - {"token"}:
        yield f"{method}: missing {sorted(missing)}"
    if "blocks" in arguments:
        yield from wrong_blocks(arguments["blocks"])
    if "view" in arguments:
        view = arguments["view"]
        yield from wrong_view(json.loads(view) if isinstance(view, str) else view)


def wrong_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with the blocks of a message."""
    found = [each.message[:300] for each in _schema("Blocks").iter_errors(blocks)]
    try:
        for block in Block.parse_all(blocks):
            block.to_dict()
    except SlackObjectFormationError as fault:
        found.append(str(fault))
    return found


def wrong_view(view: dict[str, Any]) -> list[str]:
    """Return what is wrong with a modal."""
    found = [each.message[:300] for each in _schema("Modal").iter_errors(view)]
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as fault:
        found.append(str(fault))
    return found
