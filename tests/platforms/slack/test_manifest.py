"""The manifest asks for what the code needs, no more, and knows the commands the code knows."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import bot.platforms.slack.adapter
from bot.platforms.slack.oauth import SCOPES
from bot.platforms.slack.text import SLASH
from tests.fakes.slack_rules import ARGUMENTS
from tests.platforms.slack import judge

FOLDER = Path(bot.platforms.slack.adapter.__file__).parent
#: What each subscription needs, by Slack's description of its events; the rest need nothing.
EVENTS = {"message.im": "im:history", "app_mention": "app_mentions:read"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    held: dict[str, Any] = yaml.safe_load((FOLDER / "manifest.yaml").read_text())
    return held


def test_scopes_are_those_of_the_install(manifest: dict[str, Any]) -> None:
    assert manifest["oauth_config"]["scopes"] == {"bot": sorted(SCOPES)}


def test_every_scope_is_needed_and_none_is_missing(manifest: dict[str, Any]) -> None:
    """Methods called, events subscribed to and commands, each by what it asks for."""
    if not judge.METHODS.exists():
        pytest.skip("the published descriptions of Slack's API are not on this machine")
    # conversations.open asks for the scope of the kind of conversation: ours is a direct message.
    own = {"conversations.open": {"im:write"}}
    needed = {"commands"} | {
        EVENTS[each] for each in manifest["settings"]["event_subscriptions"]["bot_events"] if each in EVENTS
    }
    for method in ARGUMENTS:
        scopes = own.get(method) or set(judge.methods()[method]["scope"].get("bot", []))
        needed |= scopes
    assert set(SCOPES) == needed


def test_the_fake_knows_every_method_the_code_calls() -> None:
    """The list above is complete: no call of another method stands in the code."""
    code = (FOLDER / "calls.py").read_text() + (FOLDER / "oauth.py").read_text()
    called = {part.split("(")[0] for part in code.split("client.")[1:]}
    named = {method.replace(".", "_") for method in ARGUMENTS}
    assert {each for each in called if "_" in each and each.isidentifier()} - {
        "files_upload_v2",
        "async_client",
    } <= named


def test_commands_are_those_of_the_code(manifest: dict[str, Any]) -> None:
    assert [each["command"] for each in manifest["features"]["slash_commands"]] == [f"/{name}" for name in SLASH]
    assert not any(each["should_escape"] for each in manifest["features"]["slash_commands"])


def test_socket_mode_is_on_and_needs_no_address(manifest: dict[str, Any]) -> None:
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert set(settings["event_subscriptions"]) == {"bot_events"}
    assert settings["token_rotation_enabled"] is False
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140


def test_events_are_those_the_code_reads(manifest: dict[str, Any]) -> None:
    code = (FOLDER / "reading.py").read_text()
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        assert f'"{event.split(".")[0]}"' in code
