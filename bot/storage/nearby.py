"""SQLite without a change of threads for each small statement: only what may wait goes to the driver's thread."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import aiosqlite

#: What writes to the disk, or waits for another process's lock, must not stop the loop.
_MAY_WAIT = frozenset({"commit", "executemany"})


class Nearby(aiosqlite.Connection):
    """A connection whose small statements run where they are asked for.

    The driver sends every call to a thread of its own, four to a statement; one such change takes longer than
    SQLite does for a look-up by key. Taking the lock, committing and batches still go there, and whatever comes
    while the thread is at work. Calls never overlap: a connection serves one task at a time, which awaits each of them.
    """

    #: Calls given to the thread, and those it has finished: it goes on with one whose task was canceled.
    _given = 0
    _finished = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or self._connection is None:
            raise ValueError("connection closed")
        name = getattr(fn, "__name__", "")
        waits = name in _MAY_WAIT or (name == "execute" and args and str(args[0]).startswith("BEGIN IMMEDIATE"))
        if waits or self._given != self._finished:
            # Behind a canceled call too: the connection must not be used, or closed, under the thread's hands.
            self._given += 1
            return await super()._execute(partial(self._finishing, fn), *args, **kwargs)  # type: ignore[no-untyped-call]  # the driver has no types
        return fn(*args, **kwargs)

    async def close(self) -> None:
        """End what a canceled task left open, then close: a cursor that is still alive would keep the file locked."""
        if self._connection is not None:
            with suppress(sqlite3.Error, ValueError):
                await self.rollback()
        await super().close()

    @property
    def here(self) -> sqlite3.Connection:
        """The connection itself, for small statements of the transaction that is open on it."""
        return self._conn

    def _finishing(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._finished += 1


def connect(database: str, **options: Any) -> Nearby:
    """Return a connection to be awaited, as `aiosqlite.connect` does."""
    return Nearby(partial(sqlite3.connect, database, **{**options, "check_same_thread": False}), iter_chunk_size=64)
