"""One way to SQLite and PostgreSQL: engines, transactions, and the unit of work that repositories share."""

import asyncio
import fcntl
import json
import math
import os
import re
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TextIO, TypeVar

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.nearby import Nearby, connect
from bot.storage.types import Seal

R = TypeVar("R")

#: How long a transaction may take before its connection is given up, in seconds: a server that stands still keeps
#: connections open and answers nothing. SQLite waits as long for another process's lock.
PATIENCE = 10
#: How long a transaction for which nobody waits lets those go first for which somebody does, in seconds.
PATIENT = 0.05
#: How long connecting may take, in seconds.
CONNECTING = 5

#: What is spelled differently on the two databases, by the name a statement has for it in braces.
#: clock: microseconds since 1970 by the database's own clock, which decides leases and pace whatever the workers'
#: clocks say. lock: leave out what another worker holds, which one writer need not. in_ids, rows: among the
#: numbers, or the lists, of one JSON parameter, so that a batch of any size is one statement.
WORDS = {
    "sqlite": {
        "clock": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
        "lock": "",
        "lock_rates": "",
        "in_ids": "IN (SELECT value FROM json_each(:ids))",
        "rows": "(SELECT value FROM json_each(:rows)) AS each",
    },
    "postgresql": {
        "clock": "CAST(extract(epoch from clock_timestamp()) * 1000000 AS BIGINT)",
        "lock": "FOR UPDATE SKIP LOCKED",
        "lock_rates": "FOR UPDATE OF r SKIP LOCKED",
        "in_ids": "= ANY (ARRAY(SELECT CAST(id AS BIGINT) FROM jsonb_array_elements_text(CAST(:ids AS jsonb)) AS each(id)))",
        "rows": "jsonb_array_elements(CAST(:rows AS jsonb)) AS each(value)",
    },
}


class InUse(Exception):
    """Another process holds the SQLite file."""


class Away(Exception):
    """The database can't be reached, or would not take the transaction."""


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
        self._line: Any = None

    @cached_property
    def near(self) -> sqlite3.Connection | None:
        """SQLite's own connection, in this transaction; None on PostgreSQL."""
        driver = self.connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]  # it is open
        return driver.here if isinstance(driver, Nearby) else None

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    async def run(self, statement: str, **values: Any) -> Rows:
        """Run one statement of ours, its words in braces spelled for this database; lists go in as JSON.

        The braces are filled from `WORDS` alone: what comes from outside is a value. It goes to the driver under
        SQLAlchemy's connection, in the same transaction: through all of its layers it would cost five times as much.
        """
        given = {name: json.dumps(value) if type(value) in (list, tuple) else value for name, value in values.items()}
        if self._line is None:
            self._line = (await self.connection.get_raw_connection()).driver_connection
        if isinstance(self._line, Nearby):
            return Rows(*await self._line.rows(_spelled(statement, "sqlite"), given))
        cursor = await self._line.execute(_spelled(statement, "postgresql"), given)
        return Rows(await cursor.fetchall() if cursor.description else (), cursor.rowcount)

    def use(self, repository: "type[R]") -> R:
        """Return this transaction's *repository*, made once."""
        if repository not in self._used:
            self._used[repository] = repository(self)  # type: ignore[call-arg]
        found: R = self._used[repository]
        return found


@lru_cache(maxsize=256)
def _spelled(statement: str, dialect: str) -> str:
    said = statement.format(**WORDS[dialect])
    # SQLite's driver reads :name as it stands, PostgreSQL's wants %(name)s.
    return said if dialect == "sqlite" else re.sub(r":([a-z]+)", r"%(\1)s", said.replace("%", "%%"))


class Database:
    """The database of one process: readers side by side, and on SQLite one writer at a time."""

    def __init__(self, url: str, seal: Seal, *, pool: int = 10) -> None:
        self.url = normal(url)
        self.seal = seal
        self._lock: TextIO | None = None
        #: When somebody last waited for an answer, in monotonic seconds: long work then goes in small steps.
        self.asked_at = -math.inf
        self._hurried = 0
        self._calm = asyncio.Event()
        self._calm.set()
        if self.url.get_backend_name() == "sqlite":
            self._writer = self._sqlite("IMMEDIATE", size=1)
            self._reader = self._sqlite("DEFERRED", size=4)
            self._turn: asyncio.Lock | None = asyncio.Lock()
        else:
            self._writer = self._reader = create_async_engine(
                self.url,
                pool_size=pool,
                max_overflow=0,
                pool_pre_ping=False,
                pool_timeout=CONNECTING,
                connect_args={"connect_timeout": CONNECTING, **driver_options(url)},
            )
            self._turn = None

    @property
    def embedded(self) -> bool:
        """Whether this is the one-process SQLite mode."""
        return self._turn is not None

    def claim_file(self) -> None:
        """Take the SQLite file for this process alone. Raises InUse."""
        if not self.embedded or self.url.database is None or self._lock is not None:
            return
        path = Path(self.url.database + ".lock")
        handle = path.open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            handle.close()
            raise InUse(
                f"{self.url.database} is open in another Wardwise process. One SQLite file serves one process; "
                "for several, set DATABASE_URL to a PostgreSQL database"
            ) from fault
        handle.write(str(os.getpid()))
        handle.flush()
        self._lock = handle

    @asynccontextmanager
    async def write(self, *, hurried: bool = False) -> AsyncIterator[Work]:
        """Open a transaction that may change things; it commits when the block ends well and rolls back otherwise.

        On SQLite one that is *hurried*, because somebody waits for its answer, goes before those that are not.
        Raises Away.
        """
        async with self._queued(hurried) if self._turn else nullcontext():
            with lost_is_away():
                async with self._writer.connect() as connection, self._answered(connection), connection.begin():
                    yield Work(connection, self.seal)

    @asynccontextmanager
    async def _queued(self, hurried: bool) -> AsyncIterator[None]:
        """Hold the writer's turn."""
        assert self._turn is not None
        if hurried:
            self._hurried += 1
            self._calm.clear()
        else:
            # Not for long: who always lets others go first never goes.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._calm.wait(), PATIENT)
        try:
            await self._turn.acquire()
        finally:
            self._hurried -= hurried
            if not self._hurried:
                self._calm.set()
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a transaction that only looks. Raises Away."""
        with lost_is_away():
            async with self._reader.connect() as connection, self._answered(connection), connection.begin():
                yield Work(connection, self.seal)

    async def close(self) -> None:
        """Close every connection and let go of the file."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @asynccontextmanager
    async def _answered(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """Hang up on a server that has not answered in time: what waits for it ends as if the server had gone."""
        if self.embedded:
            yield
            return
        line = (await connection.get_raw_connection()).driver_connection
        waiting = asyncio.get_running_loop().call_later(PATIENCE, hang_up, line)
        try:
            yield
        finally:
            waiting.cancel()

    def _sqlite(self, begin: str, *, size: int) -> AsyncEngine:
        engine = create_async_engine(
            self.url, pool_size=size, max_overflow=0, connect_args={"timeout": 10, "async_creator_fn": connect}
        )

        @event.listens_for(engine.sync_engine, "connect")
        def configure(connection: Any, _: Any) -> None:
            # The driver's own begin is switched off: only ours can be IMMEDIATE, and a deferred transaction that
            # turns into a writing one fails at once when another holds the file, busy_timeout or not.
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                "busy_timeout=10000",
                "secure_delete=ON",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def start(connection: Any) -> None:
            connection.exec_driver_sql(f"BEGIN {begin}")

        return engine


def hang_up(line: Any) -> None:
    """Close the way to and from the server under the driver's connection *line*, which notices at once."""
    with suppress(OSError), socket.socket(fileno=os.dup(line.fileno())) as way:
        way.shutdown(socket.SHUT_RDWR)


@contextmanager
def lost_is_away() -> Iterator[None]:
    """Turn what drivers raise when the database is out of reach, or won't commit, into Away."""
    try:
        yield
    except Exception as fault:
        if isinstance(fault, NoConnection) or _lost(fault.orig if isinstance(fault, DBAPIError) else fault):
            raise Away(type(fault).__name__) from fault
        raise


def _lost(fault: BaseException | None) -> bool:
    """Whether a driver's *fault* is the database's and not the statement's."""
    if isinstance(fault, sqlite3.Error):
        # The bare class is SQLite's word for a damaged file, or for one that is no database.
        return (
            isinstance(fault, sqlite3.OperationalError | sqlite3.InterfaceError) or type(fault) is sqlite3.DatabaseError
        )
    kinds = type(fault).__mro__
    # By name: a process on SQLite starts without PostgreSQL's driver.
    return kinds[0].__module__.startswith("psycopg") and any(
        kind.__name__ in ("OperationalError", "InterfaceError") for kind in kinds
    )


def normal(url: str) -> URL:
    """Return *url* as SQLAlchemy reads it: sqlite:///path, postgres://… and postgresql://… are understood."""
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    made = make_url(url)
    backend = made.get_backend_name()
    if backend == "sqlite":
        return made.set(drivername="sqlite+aiosqlite")
    return made.set(drivername="postgresql+psycopg").difference_update_query(["prepare_threshold"])


def driver_options(url: str) -> dict[str, int | None]:
    """Return what *url* tells the PostgreSQL driver as numbers: `?prepare_threshold=none` prepares no statements.

    A pooler that hands connections around by transaction loses prepared statements, unless it follows their names.
    """
    told = make_url(url).query.get("prepare_threshold")
    return {} if not isinstance(told, str) else {"prepare_threshold": int(told) if told.isdigit() else None}
