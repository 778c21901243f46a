"""Statements of every turn, compiled once: on SQLite they run on the driver's own connection, with nothing around it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, TextClause
from sqlalchemy.dialects import sqlite

from bot.storage.database import Work

Read = Callable[[Any], Any]

_SQLITE = sqlite.dialect(paramstyle="named")


class Prepared:
    """One statement whose values are plain: what a column's type would make of them when written, the caller has made.

    On PostgreSQL SQLAlchemy runs it like any other. On SQLite, where a look-up by key takes five microseconds,
    SQLAlchemy's way to it takes thirty times as long, so only its types are kept: rows come out as it would give them.
    """

    def __init__(self, statement: "Select[Any] | TextClause", *, locking: "Select[Any] | None" = None) -> None:
        """Prepare *statement*; *locking* is what PostgreSQL runs in its place, where rows must be locked."""
        self._elsewhere = statement if locking is None else locking
        self._sql = str(statement.compile(dialect=_SQLITE))
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self._names = [str(column.key) for column in columns]
        reads = [(str(each.key), each.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None)) for each in columns]
        self._reads: list[tuple[str, Read]] = [(name, read) for name, read in reads if read is not None]

    async def rows(self, work: Work, **values: Any) -> list[dict[str, Any]]:
        """Return the rows, each by the names of its columns."""
        if work.near is None:
            return [{**row} for row in (await work.connection.execute(self._elsewhere, values)).mappings()]
        found = work.near.execute(self._sql, values).fetchall()
        rows = [dict(zip(self._names, row, strict=True)) for row in found]
        for row in rows:
            for name, read in self._reads:
                row[name] = read(row[name])
        return rows

    async def run(self, work: Work, **values: Any) -> int:
        """Run a change; return how many rows it met."""
        if work.near is None:
            return int((await work.connection.execute(self._elsewhere, values)).rowcount)
        return work.near.execute(self._sql, values).rowcount
