"""One transaction: the connection, what its repositories share, and statements of ours spelled for both databases."""

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.nearby import Nearby
from bot.storage.types import Seal

R = TypeVar("R")

#: What is spelled differently on the two databases, by the name a statement has for it in braces.
#: clock: microseconds since 1970 by the database's own clock, which decides leases and pace whatever the workers'
#: clocks say. lock, lock_rates: leave out what another worker holds; lock_student: wait for it; one writer need
#: neither. in_ids, rows: among the numbers, or the lists, of one JSON parameter, so that a batch of any size is one
#: statement. row, of_rows: around the values that `Work.each` inserts; of_each: after those it changes.
WORDS = {
    "sqlite": {
        "clock": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
        "lock": "",
        "lock_rates": "",
        "lock_student": "",
        "in_ids": "IN (SELECT value FROM json_each(:ids))",
        "rows": "(SELECT value FROM json_each(:rows)) AS each",
        "row": "VALUES (",
        "of_rows": ")",
        "of_each": "",
    },
    "postgresql": {
        "clock": "CAST(extract(epoch from clock_timestamp()) * 1000000 AS BIGINT)",
        "lock": "FOR UPDATE SKIP LOCKED",
        "lock_rates": "FOR UPDATE OF r SKIP LOCKED",
        "lock_student": "FOR UPDATE OF s",
        "in_ids": "= ANY (ARRAY(SELECT CAST(id AS BIGINT) FROM jsonb_array_elements_text(CAST(:ids AS jsonb)) AS each(id)))",
        "rows": "jsonb_array_elements(CAST(:rows AS jsonb)) AS each(value)",
        "row": "SELECT",
        "of_rows": "FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS each(value)",
        "of_each": "FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS each(value)",
    },
}
_VALUE = re.compile(r"\$(\d+)(?:::([A-Z]+))?")
_NAME = re.compile(r":([a-z_]+)")


class Rows(list[Any]):
    """What a statement gave back, as tuples; *rowcount* is how many rows it changed."""

    def __init__(self, rows: Iterable[Any], rowcount: int) -> None:
        super().__init__(rows)
        self.rowcount = rowcount

    @property
    def value(self) -> Any:
        """The first value of the first row, or None."""
        return self[0][0] if self else None


class Work:
    """One transaction, and what its repositories need: the connection and the seal."""

    def __init__(self, connection: AsyncConnection, seal: Seal) -> None:
        self.connection = connection
        self.seal = seal
        #: Students whose plan may have changed: they are planned again before the transaction commits.
        self.changed: set[int] = set()
        self._used: dict[type, Any] = {}

    @cached_property
    def _driver(self) -> Any:
        """The driver's own connection under SQLAlchemy's."""
        return self.connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]  # it is open

    @property
    def near(self) -> sqlite3.Connection | None:
        """SQLite's own connection, in this transaction; None on PostgreSQL."""
        return self._driver.here if isinstance(self._driver, Nearby) else None

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    async def run(self, statement: str, **values: Any) -> Rows:
        """Run one statement of ours, its words in braces spelled for this database; lists go in as JSON.

        The braces are filled from `WORDS` alone: what comes from outside is a value. It goes to the driver under
        SQLAlchemy's connection, in the same transaction: through all of its layers it would cost five times as much,
        and on SQLite, where a look-up by key takes five microseconds, thirty times.
        """
        given = {name: json.dumps(value) if type(value) in (list, tuple) else value for name, value in values.items()}
        if (near := self.near) is not None:
            cursor = near.execute(_spelled(statement, "sqlite"), given)
            return Rows(cursor.fetchall(), cursor.rowcount)
        cursor = await self._driver.execute(_spelled(statement, "postgresql"), given)
        return Rows(await cursor.fetchall() if cursor.description else (), cursor.rowcount)

    async def each(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement of ours for each of *rows*, whose values are `$1`, `$2::BIGINT`, … in it.

        PostgreSQL gets all of them at once, as one JSON parameter. SQLite, which is no journey away, takes them one
        after the other in less than half of the time.
        """
        if (near := self.near) is not None:
            near.executemany(_spelled(statement, "sqlite"), rows)
        else:
            await self.run(statement, rows=rows)

    def use(self, repository: "type[R]") -> R:
        """Return this transaction's *repository*, made once."""
        if repository not in self._used:
            self._used[repository] = repository(self)  # type: ignore[call-arg]
        found: R = self._used[repository]
        return found


@lru_cache(maxsize=256)
def _spelled(statement: str, dialect: str) -> str:
    said = statement.format(**WORDS[dialect])
    if dialect == "sqlite":
        return _VALUE.sub(r"?\1", said)
    # SQLite's driver reads :name as it stands, PostgreSQL's wants %(name)s.
    return _NAME.sub(r"%(\1)s", _VALUE.sub(_of_json, said.replace("%", "%%")))


def _of_json(value: re.Match[str]) -> str:
    """Return a value of a row as PostgreSQL finds it in the JSON: a text, or what it is cast to."""
    found = f"each.value ->> {int(value[1]) - 1}"
    return f"CAST({found} AS {value[2]})" if value[2] else found
