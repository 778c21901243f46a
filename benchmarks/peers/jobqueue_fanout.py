"""python-telegram-bot's own JobQueue: one job per student, all due now, each a call of the Bot API by its own transport.

As it comes (`--gate 0`) every job calls at once, and the cost of a call grows with those that wait for a connection. The
default is where it was fastest on loopback: a few at a time, which a program would have to add.
"""

import argparse
import asyncio
import json
import logging
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import uvloop
from apscheduler.events import EVENT_JOB_MISSED
from telegram import InlineKeyboardMarkup, MessageEntity
from telegram.error import TelegramError
from telegram.ext import Application, ContextTypes

from benchmarks.peers.chats import FIRST_CHAT, TOKEN
from benchmarks.peers.measure import measured


def main() -> None:
    """Print what one run measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("payload", type=Path, help='JSON: {"text", "entities", "reply_markup"}')
    parser.add_argument("--edge", required=True, help="the Bot API, as http://127.0.0.1:port")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--gate", type=int, default=8, help="calls in flight at most, by a semaphore; 0 for none")
    parser.add_argument("--pool", type=int, default=0, help="connections; 0 for the library's own number")
    parser.add_argument("--pool-timeout", type=float, default=0, help="seconds; 0 for the library's own")
    parser.add_argument(
        "--grace", type=float, default=0, help="misfire_grace_time; 0 for the scheduler's own, -1 for none"
    )
    parser.add_argument(
        "--loop", choices=["asyncio", "uvloop"], default="asyncio", help="the library's own is asyncio's"
    )
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    (uvloop.run if given.loop == "uvloop" else asyncio.run)(_sent(given))


def _application(given: argparse.Namespace) -> "Application[Any, Any, Any, Any, Any, Any]":
    builder = Application.builder().token(TOKEN).base_url(f"{given.edge}/bot")
    if given.pool:
        builder = builder.connection_pool_size(given.pool)
    if given.pool_timeout:
        builder = builder.pool_timeout(given.pool_timeout)
    return builder.build()


async def _sent(given: argparse.Namespace) -> None:
    """Run every job once and print the figures; a job that is dropped or whose call fails is a message that is lost."""
    message = _message(given.payload)
    gate = asyncio.Semaphore(given.gate) if given.gate else nullcontext()
    ended: Counter[str] = Counter()
    over = asyncio.Event()

    def end(how: str) -> None:
        ended[how] += 1
        if ended.total() == given.count:
            over.set()

    async def send(context: ContextTypes.DEFAULT_TYPE) -> None:
        assert context.job is not None
        assert context.job.chat_id is not None
        try:
            async with gate:
                await context.bot.send_message(context.job.chat_id, **message)
        except TelegramError as fault:
            end(f"{type(fault).__name__}: {fault.message[:40]}")
        else:
            end("sent")

    application = _application(given)
    jobs = application.job_queue
    assert jobs is not None
    jobs.scheduler.add_listener(lambda _: end("dropped: late by more than the grace"), EVENT_JOB_MISSED)
    async with application:
        await application.start()
        jobs.scheduler.pause()
        grace = {"misfire_grace_time": None if given.grace < 0 else given.grace} if given.grace else {}
        for student in range(given.count):
            jobs.run_once(send, when=0, chat_id=FIRST_CHAT + student, job_kwargs=grace)
        with measured() as run:
            jobs.scheduler.resume()
            await over.wait()
        await application.stop()
    sent = ended.pop("sent", 0)
    print(run.told(sent, lost=ended))


def _message(path: Path) -> dict[str, Any]:
    payload = json.loads(path.read_text())
    return {
        "text": payload["text"],
        "entities": [MessageEntity(**each) for each in payload["entities"]],
        "reply_markup": InlineKeyboardMarkup.de_json(payload["reply_markup"], None),
    }


if __name__ == "__main__":
    main()
