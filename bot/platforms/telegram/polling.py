"""Updates that we ask Telegram for, by the one process that holds the lease."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.core.platform import Dispatch, Pacing
from bot.platforms.telegram.answering import Answers
from bot.platforms.telegram.calls import Calls
from bot.platforms.telegram.failures import detail_of
from bot.platforms.telegram.inbound import KINDS, Reader, Turn
from bot.platforms.telegram.waiting import DRAIN_SECONDS, Waits, ended
from bot.storage.database import Away

log = structlog.get_logger(__name__)

LEASE = "telegram-poller"
LEASE_SECONDS = 30
#: How often the lease is renewed, and how often one that another process holds is asked for.
RENEW_SECONDS = 10.0
ASK_SECONDS = 2.0


class Polling:
    """Asks for updates, one process at a time."""

    def __init__(self, calls: Calls, pacing: Pacing, reader: Reader, answers: Answers, *, seconds: int) -> None:
        self._calls = calls
        self._pacing = pacing
        self._reader = reader
        self._answers = answers
        self._seconds = seconds
        self._leads = asyncio.Event()

    async def run(self, dispatch: Dispatch) -> None:
        """Ask for updates for as long as this process holds the lease. Raises InvalidToken."""
        keeping = asyncio.create_task(self._keep_lease())
        listening = asyncio.create_task(self._listen(dispatch))
        try:
            done, _ = await asyncio.wait({keeping, listening}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._leads.clear()
            await ended(listening)
            await ended(keeping)
            with contextlib.suppress(Away):
                await self._pacing.release(LEASE)

    async def _keep_lease(self) -> None:
        while True:
            # Without a database nobody can take the lease from us, nor we from another.
            with contextlib.suppress(Away):
                if await self._pacing.hold(LEASE, LEASE_SECONDS):
                    self._leads.set()
                else:
                    self._leads.clear()
            await asyncio.sleep(RENEW_SECONDS if self._leads.is_set() else ASK_SECONDS)

    async def _listen(self, dispatch: Dispatch) -> None:
        calls = self._calls
        offset = 0
        waits = Waits()
        while True:
            if not self._leads.is_set():
                await self._led()
            try:
                batch = await calls.client.call(
                    "getUpdates", offset=offset, timeout=self._seconds, allowed_updates=KINDS
                )
            except InvalidToken:
                raise
            except TelegramError as fault:
                await self._unlucky(fault, waits)
                continue
            ids = _ids(batch)
            if batch and (not ids or not await self._batch(batch, dispatch)):
                # Nothing is acknowledged: the whole batch comes again, and what was handled is known by its key.
                calls.state = "waiting for the database" if ids else "unreachable"
                await asyncio.sleep(waits.next())
                continue
            offset = max(ids, default=offset - 1) + 1
            calls.state = "ready"
            waits.over()

    async def _led(self) -> None:
        """Wait for the lease, then take away a webhook, beside which no one can poll."""
        self._calls.state = "waiting for the lease"
        await self._leads.wait()
        await self._calls.insist("deleteWebhook")
        self._calls.state = "ready"

    async def _unlucky(self, fault: TelegramError, waits: Waits) -> None:
        """Wait after a poll that failed, and mend what can be mended."""
        log.warning("polling failed", detail=detail_of(fault))
        if isinstance(fault, Conflict):
            self._calls.state = "another poller"
            if "webhook" in fault.message.casefold():
                await self._calls.insist("deleteWebhook")
        else:
            self._calls.state = "unreachable"
        await asyncio.sleep(waits.after(fault))

    async def _batch(self, batch: Sequence[Any], dispatch: Dispatch) -> bool:
        """Handle *batch*, in order within a chat; return whether all of it may be acknowledged."""
        stalled: set[str] = set()

        async def answer(turn: Turn) -> None:
            if turn.chat in stalled:
                return
            try:
                await self._answers.give(turn, dispatch)
            except Away:
                # What follows in this chat waits for what came before it.
                stalled.add(turn.chat)

        tasks = [asyncio.create_task(_in_order(answer, turns)) for turns in self._by_chat(batch)]
        if not tasks:
            return True
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
            for task in late:
                await ended(task)
            raise
        for task in tasks:
            task.result()
        return not stalled

    def _by_chat(self, batch: Sequence[Any]) -> list[list[Turn]]:
        """Return the turns of *batch* that are for us, those of each chat in their order."""
        chats: dict[str, list[Turn]] = {}
        for raw in batch:
            turn = self._reader.turn(raw, self._calls.username)
            if turn is not None:
                chats.setdefault(turn.chat, []).append(turn)
        return list(chats.values())


def _ids(batch: Any) -> list[int]:
    """Return the ids of the updates in *batch*: those that can be read."""
    if not isinstance(batch, list):
        return []
    found = (each.get("update_id") for each in batch if isinstance(each, dict))
    return [each for each in found if isinstance(each, int) and not isinstance(each, bool)]


async def _in_order(answer: Callable[[Turn], Awaitable[None]], turns: Sequence[Turn]) -> None:
    for turn in turns:
        await answer(turn)
