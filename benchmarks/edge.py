"""A far side that costs next to nothing: a Bot API on loopback that takes every message, counts, and refuses none.

For fan-outs: at thousands of messages a second the far side shares the machine with the sender, so this one is a bare
protocol that costs next to nothing and answers `sendMessage` alone as Telegram does. A turn is a message or two and meets both
platforms; for turns there is `apis.py`, which answers what they call in full.

`python -m benchmarks.edge` prints its port, and runs until SIGTERM. Every POST to `/bot<token>/<method>` is answered, for
any token; `GET /counts` tells what came, `POST /reset` forgets it. It is for measuring senders; whether they speak the
Bot API correctly is what `tests/fakes/telegram.py` judges.
"""

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl

import uvloop

from benchmarks.paths import ROOT
from benchmarks.waiting import until
from bot.clock import system

BOT = {"id": 700000001, "is_bot": True, "first_name": "Wardwise", "username": "wardwise_bot"}
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
#: Where the chat stands in a JSON body and in a form.
CHAT = re.compile(rb'(?:"chat_id": ?"?|(?:^|&)chat_id=)(-?\d+)')
#: What a bot asks when it starts; all else is answered `true`.
ANSWERS: dict[str, Any] = {
    "getMe": BOT,
    "getMyCommands": [],
    "getMyDescription": {"description": ""},
    "getMyShortDescription": {"short_description": ""},
    "getChatMenuButton": {"type": "default"},
}
#: How long a poll for updates that never come is held, in seconds.
POLL = 2.0


class Counts:
    """What was accepted: when each message came, and how many for each chat."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.times = array("d")
        self.chats: dict[bytes, int] = {}

    def add(self, chat: bytes) -> int:
        """Count one message for *chat* and return its number."""
        self.times.append(time.monotonic())
        self.chats[chat] = self.chats.get(chat, 0) + 1
        return len(self.times)

    def told(self) -> dict[str, float]:
        """Return the figures; *first* and *last* are readings of this machine's monotonic clock, in seconds."""
        times = self.times
        return {
            "total": len(times),
            "distinct": len(self.chats),
            "most_for_one_chat": max(self.chats.values(), default=0),
            "most_in_any_second": most_in_any_second(times),
            "first": times[0] if times else 0.0,
            "last": times[-1] if times else 0.0,
        }


def most_in_any_second(times: "array[float]") -> int:
    """Return how many of the sorted *times* lie in the fullest second, wherever it begins."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


class Connection(asyncio.Protocol):
    """One connection that is kept alive; requests may come in pieces, or several at once."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._read = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        # uvloop's are transports in all but name.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._read = self._read + data if self._read else data
        while self._read:
            end = self._read.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._read[: end + 2]
            length = LENGTH.search(head)
            if CHUNKED.search(head):
                self._transport.write(_response(b"this edge wants a Content-Length", b"411 Length Required"))
                self._transport.close()
                return
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._read) < whole:
                return
            body, self._read = self._read[end + 4 : whole], self._read[whole:]
            self._answer(head.split(b" ", 2)[1], body)

    def _answer(self, path: bytes, body: bytes) -> None:
        if path.endswith(b"/sendMessage"):
            self._transport.write(_accepted(self._counts, body))
        elif path.endswith(b"/getUpdates"):
            asyncio.get_running_loop().call_later(POLL, self._later, _ok([]))
        elif path == b"/counts":
            self._transport.write(_response(json.dumps(self._counts.told()).encode()))
        elif path == b"/reset":
            self._counts.reset()
            self._transport.write(_ok(result=True))
        else:
            self._transport.write(_ok(ANSWERS.get(path.rpartition(b"/")[2].decode(), True)))

    def _later(self, response: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(response)


def _accepted(counts: Counts, body: bytes) -> bytes:
    """Return the message as the Bot API returns it: what was sent, with who, where and when before it."""
    found = CHAT.search(body)
    if found is None:
        return _response(
            b'{"ok":false,"error_code":400,"description":"Bad Request: chat_id is empty"}', b"400 Bad Request"
        )
    number = counts.add(found[1])
    # The fields of a message bear the names of the parameters: what came as JSON goes back as it is.
    rest = body[1:] if body[:1] == b"{" else _form(body[: found.start(1)] + body[found.end(1) :])
    return _response(
        b'{"ok":true,"result":{"message_id":%d,"from":%b,"chat":{"id":%b,"first_name":"Ana","type":"private"},"date":%d,%b}'
        % (number, _BOT, found[1], system().timestamp(), rest)
    )


@lru_cache(256)
def _form(body: bytes) -> bytes:
    """Return the fields of a form as the inside of a JSON object; entities and keyboards are JSON in it already."""
    fields = {name: value for name, value in parse_qsl(body.decode(), keep_blank_values=True) if name != "chat_id"}
    inside = ",".join(
        f"{json.dumps(name)}:{value if value[:1] in ('{', '[') and name != 'text' else json.dumps(value)}"
        for name, value in fields.items()
    )
    return f"{inside}}}".encode()


def _ok(result: Any) -> bytes:
    return _response(json.dumps({"ok": True, "result": result}).encode())


def _response(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


_BOT = json.dumps(BOT, separators=(",", ":")).encode()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    counts, over = Counts(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    server = await loop.create_server(lambda: Connection(counts), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await over.wait()
    server.close()


@dataclass(frozen=True)
class Edge:
    """A running edge, seen from the process that measures; *url* is what a bot takes for the Bot API."""

    url: str

    def counts(self) -> dict[str, float]:
        """Return what came so far."""
        with urllib.request.urlopen(f"{self.url}/counts") as answer:
            return dict(json.load(answer))

    def reset(self) -> None:
        """Begin to count anew."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/reset", data=b"")).close()

    def until(
        self, true: Callable[[dict[str, float]], bool], *, seconds: float, every: float = 0.05
    ) -> dict[str, float]:
        """Wait until *true* of the counts and return them. Raises TimeoutError."""

        def look() -> dict[str, float] | None:
            counts = self.counts()
            return counts if true(counts) else None

        return until(look, seconds=seconds, every=every)


@contextmanager
def running() -> Iterator[Edge]:
    """Run an edge in a process of its own until the block ends."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.edge"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Edge(f"http://127.0.0.1:{int(process.stdout.readline())}")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    uvloop.run(_serve())
