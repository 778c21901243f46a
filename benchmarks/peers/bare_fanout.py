"""The bare loop: the least that sends to many chats through our transport; nothing is kept, and a crash forgets it all."""

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import uvloop
from telegram import Bot, InlineKeyboardMarkup, MessageEntity

from benchmarks.peers.chats import FIRST_CHAT, TOKEN
from benchmarks.peers.measure import measured
from bot.platforms.telegram.transport import READ_SECONDS, AiohttpRequest, Client

Send = Callable[[int], Coroutine[Any, Any, Any]]


def main() -> None:
    """Print what one run measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("payload", type=Path, help='JSON: {"text", "entities", "reply_markup"}')
    parser.add_argument("--edge", required=True, help="the Bot API, as http://127.0.0.1:port")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--method", choices=["send_message", "call"], default="send_message")
    given = parser.parse_args()
    uvloop.run(_sent(given))


async def _sent(given: argparse.Namespace) -> None:
    payload = json.loads(given.payload.read_text())
    opened = _called(given, payload) if given.method == "call" else _library(given, payload)
    send, close = await opened
    chats = iter(range(FIRST_CHAT, FIRST_CHAT + given.count))
    sent = 0

    async def lane() -> None:
        nonlocal sent
        for chat in chats:
            await send(chat)
            sent += 1

    with measured() as run:
        await asyncio.gather(*(lane() for _ in range(given.in_flight)))
    print(run.told(sent, method=given.method))
    await close()


async def _library(given: argparse.Namespace, payload: dict[str, Any]) -> tuple[Send, Callable[[], Any]]:
    """Send as one writes it with the library: its method, its classes in and out."""
    request = AiohttpRequest(connections=given.in_flight, read_timeout=READ_SECONDS)
    bot = Bot(TOKEN, base_url=f"{given.edge}/bot", request=request, get_updates_request=request)
    await bot.initialize()
    message = {
        "text": payload["text"],
        "entities": [MessageEntity(**each) for each in payload["entities"]],
        "reply_markup": InlineKeyboardMarkup.de_json(payload["reply_markup"], None),
    }
    return lambda chat: bot.send_message(chat, **message), bot.shutdown


async def _called(given: argparse.Namespace, payload: dict[str, Any]) -> tuple[Send, Callable[[], Any]]:
    """Send as our adapter does: JSON in and out."""
    client = Client(TOKEN, api_url=given.edge, poll_seconds=10)
    await client.open()
    return lambda chat: client.call("sendMessage", chat_id=chat, **payload), client.close_sessions


if __name__ == "__main__":
    main()
