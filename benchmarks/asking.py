"""What the platforms post: `/phrase dispo` of one student after another, never the same update twice."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from benchmarks.contenders import Ask
from bot.clock import system

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
IDS = range(5_000_000, 5_000_200)


def update(url: str) -> Ask:
    """Return how Telegram posts a message to *url*."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": "s"}

    async def ask(session: aiohttp.ClientSession, number: int) -> None:
        user = IDS[number % len(IDS)]
        who = {"id": user, "first_name": "Sam", "last_name": "Okafor", "username": f"sam{user}", "language_code": "en"}
        message = {
            "message_id": number + 1,
            "from": {"is_bot": False, **who},
            "chat": {"type": "private", **{name: who[name] for name in ("id", "first_name", "last_name", "username")}},
            "date": int(system().timestamp()),
            "text": "/phrase dispo",
            "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
        }
        async with session.post(url, json={"update_id": number + 1000, "message": message}, headers=headers) as answer:
            assert answer.status == 200, answer.status

    return ask


def command(url: str, edge: str, acks: list[Any]) -> Ask:
    """Return how Slack posts a command to *url*, signed, with a response_url at *edge*.

    What the acknowledgment carries is added to *acks*.
    """

    async def ask(session: aiohttp.ClientSession, number: int) -> None:
        user = IDS[number % len(IDS)]
        body = urlencode(
            {
                "token": "gIkuvaNzQIHg97ATvDxqgjtO",
                "team_id": "T0001",
                "team_domain": "ward",
                "channel_id": f"D{user}",
                "channel_name": "directmessage",
                "user_id": f"U{user}",
                "user_name": "sam",
                "command": "/phrase",
                "text": "dispo",
                "api_app_id": "A0001",
                "is_enterprise_install": "false",
                "response_url": f"{edge}/slack/respond?command={number}",
                "trigger_id": f"{number}.5000000.abcdef",
            }
        ).encode()
        stamp = str(int(system().timestamp()))
        made = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {**FORM, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}
        async with session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status
            if held := await answer.text():
                acks.append(json.loads(held))

    return ask
