"""Many small transactions as one: on SQLite, turns that wait for the writer share its next flush to the disk."""

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import structlog

from bot.storage.database import Away, Database, lost_is_away
from bot.storage.work import Work

log = structlog.get_logger(__name__)

#: How many turns share one flush at most, and after how many seconds no other one is let in: the first must not wait long.
MOST = 32
OPEN_SECONDS = 0.01

Begin = Callable[[], AbstractAsyncContextManager[Work]]


def turns(database: Database) -> Begin:
    """Return what opens a turn on *database*: PostgreSQL has each in a transaction of its own, and flushes many at once."""
    begin = partial(database.write, hurried=True)
    return Turns(begin).turn if database.embedded else begin


class Turns:
    """Lets turns into a transaction one after the other, each behind a savepoint of its own, and commits it for all.

    To a turn it is a transaction: it sees what earlier ones left, alone; what it did is undone where it raises; and
    it goes on after the block only when it is on the disk. Where the disk refuses, every turn that shared it is told.
    """

    def __init__(self, begin: Begin) -> None:
        """Share the transactions that *begin* opens."""
        self._begin = begin
        self._waiting: deque[asyncio.Future[_Shared]] = deque()
        self._serving: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Work]:
        """Open a turn. Raises Away."""
        shared = await self._let_in()
        flushed = asyncio.get_running_loop().create_future()
        try:
            with lost_is_away():
                shared.near.execute("SAVEPOINT turn")
                yield Work(shared.work.connection, shared.work.seal)
                shared.near.execute("RELEASE turn")
        except BaseException:
            shared.undo()
            raise
        else:
            shared.kept.append(flushed)
        finally:
            shared.left.set()
        await flushed

    async def _let_in(self) -> "_Shared":
        entered: asyncio.Future[_Shared] = asyncio.get_running_loop().create_future()
        self._waiting.append(entered)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        try:
            return await entered
        except asyncio.CancelledError:
            if entered.done() and not entered.cancelled() and entered.exception() is None:
                # Let in and canceled at once: the door is not held open for nobody.
                entered.result().left.set()
            raise

    async def _serve(self) -> None:
        while self._waiting:
            kept: list[asyncio.Future[None]] = []
            try:
                async with self._begin() as work:
                    await self._fill(_Shared(work, kept))
            except Away as away:
                # Where nobody came in, those who wait can't: they are not kept until the database is back.
                _tell(kept or self._emptied(), away)
            except Exception as fault:
                log.exception("a commit failed", turns=len(kept))
                _tell(kept or self._emptied(), Away(type(fault).__name__))
            except asyncio.CancelledError:
                _tell([*kept, *self._emptied()], Away("stopped"))
                raise
            else:
                _tell(kept, None)

    async def _fill(self, shared: "_Shared") -> None:
        """Let in whoever waits, and whoever comes meanwhile. Raises Away where the transaction was lost on the way."""
        loop = asyncio.get_running_loop()
        until = loop.time() + OPEN_SECONDS
        while len(shared.kept) < MOST and loop.time() < until:
            if not self._waiting:
                # Whoever is just being read may still come in.
                await asyncio.sleep(0)
                if not self._waiting:
                    break
            entered = self._waiting.popleft()
            if entered.done():
                continue
            shared.left.clear()
            entered.set_result(shared)
            await shared.left.wait()
            if shared.lost:
                raise Away("the transaction is gone")

    def _emptied(self) -> "list[asyncio.Future[_Shared]]":
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting


def _tell(those: Iterable[asyncio.Future[Any]], away: Away | None) -> None:
    """Tell *those* that still listen how it ended."""
    for each in those:
        if each.done():
            continue
        if away is None:
            each.set_result(None)
        else:
            each.set_exception(away)


class _Shared:
    """One transaction while turns go through it."""

    def __init__(self, work: Work, kept: "list[asyncio.Future[None]]") -> None:
        assert work.near is not None
        self.work = work
        self.near = work.near
        #: Turns that ended well and wait for the flush.
        self.kept = kept
        self.left = asyncio.Event()
        self.lost = False

    def undo(self) -> None:
        """Take back what the turn did; a fault of the disk may have taken the whole transaction already."""
        self.lost = not self.near.in_transaction
        if not self.lost:
            with contextlib.suppress(sqlite3.Error):
                self.near.execute("ROLLBACK TO turn")
                self.near.execute("RELEASE turn")
                return
            self.lost = True
