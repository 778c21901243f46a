"""SQLite without a change of threads for each small statement: only what may wait goes to the driver's thread."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

import aiosqlite

#: What writes to the disk, or waits for another process's lock, must not stop the loop.
_MAY_WAIT = frozenset({"commit", "executemany"})
#: What may come while a commit whose task was canceled still runs in the driver's thread: it goes behind it.
_AFTER = frozenset({"rollback", "close"})


class Nearby(aiosqlite.Connection):
    """A connection whose small statements run where they are asked for.

    The driver sends every call to a thread of its own, four to a statement; one such change takes longer than
    SQLite does for a look-up by key. Taking the lock, committing and batches still go there. Calls never overlap:
    a connection serves one task at a time, which awaits each of them.
    """

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        name = getattr(fn, "__name__", "")
        ends = name in _AFTER and getattr(fn, "__self__", None) is self._connection
        if ends or name in _MAY_WAIT or (name == "execute" and args and str(args[0]).startswith("BEGIN IMMEDIATE")):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # the driver has no types
        if not self._running or self._connection is None:
            raise ValueError("connection closed")
        return fn(*args, **kwargs)

    @property
    def here(self) -> sqlite3.Connection:
        """The connection itself, for small statements of the transaction that is open on it."""
        return self._conn


def connect(database: str, **options: Any) -> Nearby:
    """Return a connection to be awaited, as `aiosqlite.connect` does."""
    return Nearby(partial(sqlite3.connect, database, **{**options, "check_same_thread": False}), iter_chunk_size=64)
