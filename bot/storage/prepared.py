"""Statements of every turn, compiled once: on SQLite they run on the driver's own connection, with nothing around it.

On PostgreSQL SQLAlchemy runs them like any other. On SQLite, where a look-up by key takes five microseconds, SQLAlchemy's
way to it takes thirty times as long, so that only its spelling and its types are kept. Values are plain: what a column's
type would make of them when written, the caller has made.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, TextClause
from sqlalchemy.dialects import sqlite

from bot.storage.database import Work

T = TypeVar("T")
#: Makes a value of a row, given by the names of its columns.
Make = Callable[[dict[str, Any]], T]

_SQLITE = sqlite.dialect(paramstyle="named")
#: How many values of each look-up are kept for the next time the very same row is read.
_KEPT = 2048


class Look(Generic[T]):
    """A look-up, and what each row of it becomes: a frozen value, made once while the row stays what it is."""

    def __init__(self, query: "Select[Any]", make: Make[T], *, locking: "Select[Any] | None" = None) -> None:
        """Prepare *query*; *locking* is what PostgreSQL runs in its place, where rows must be locked."""
        self._elsewhere = query if locking is None else locking
        self._make = make
        self._sql = str(query.compile(dialect=_SQLITE))
        columns = query.selected_columns
        self._names = [str(column.key) for column in columns]
        reads = [(str(each.key), each.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None)) for each in columns]
        self._reads = [(name, read) for name, read in reads if read is not None]
        self._known = lru_cache(maxsize=_KEPT)(self._made)

    async def all(self, work: Work, **values: Any) -> list[T]:
        """Return what the rows became, in order."""
        if work.near is None:
            rows = (await work.connection.execute(self._elsewhere, values)).mappings()
            return [self._make({**row}) for row in rows]
        return [self._known(row) for row in work.near.execute(self._sql, values)]

    def _made(self, row: tuple[Any, ...]) -> T:
        named = dict(zip(self._names, row, strict=True))
        for name, read in self._reads:
            named[name] = read(named[name])
        return self._make(named)


class Change:
    """A statement that writes."""

    def __init__(self, statement: TextClause) -> None:
        self._statement = statement
        self._sql = str(statement.compile(dialect=_SQLITE))

    async def run(self, work: Work, **values: Any) -> int:
        """Run it; return how many rows it met."""
        if work.near is None:
            return int((await work.connection.execute(self._statement, values)).rowcount)
        return work.near.execute(self._sql, values).rowcount
