"""One way to SQLite and PostgreSQL: engines, transactions, and the unit of work that repositories share."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO, TypeVar

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.nearby import Nearby, connect
from bot.storage.types import Seal

R = TypeVar("R")

#: Microseconds since 1970 by the database's own clock, which decides leases and pace whatever the workers' clocks say.
CLOCK = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    "postgresql": "CAST(extract(epoch from clock_timestamp()) * 1000000 AS BIGINT)",
}


class InUse(Exception):
    """Another process holds the SQLite file."""


class Away(Exception):
    """The database can't be reached, or would not take the transaction."""


class Work:
    """One transaction, and what its repositories need: the connection and the seal."""

    def __init__(self, connection: AsyncConnection, seal: Seal) -> None:
        self.connection = connection
        self.seal = seal
        #: Students whose plan may have changed: they are planned again before the transaction commits.
        self.changed: set[int] = set()
        self._used: dict[type, Any] = {}

    @cached_property
    def near(self) -> sqlite3.Connection | None:
        """SQLite's own connection, in this transaction; None on PostgreSQL."""
        driver = self.connection.sync_connection.connection.driver_connection  # type: ignore[union-attr]  # it is open
        return driver.here if isinstance(driver, Nearby) else None

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    @property
    def clock(self) -> str:
        """Return the SQL of the database's clock."""
        return CLOCK[self.dialect]

    def use(self, repository: "type[R]") -> R:
        """Return this transaction's *repository*, made once."""
        if repository not in self._used:
            self._used[repository] = repository(self)  # type: ignore[call-arg]
        found: R = self._used[repository]
        return found


class Database:
    """The database of one process: readers side by side, and on SQLite one writer at a time."""

    def __init__(self, url: str, seal: Seal, *, pool: int = 10) -> None:
        self.url = normal(url)
        self.seal = seal
        self._lock: TextIO | None = None
        if self.url.get_backend_name() == "sqlite":
            self._writer = self._sqlite("IMMEDIATE", size=1)
            self._reader = self._sqlite("DEFERRED", size=4)
            self._turn: asyncio.Lock | None = asyncio.Lock()
        else:
            self._writer = self._reader = create_async_engine(
                self.url, pool_size=pool, max_overflow=0, pool_pre_ping=False
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
    async def write(self) -> AsyncIterator[Work]:
        """Open a transaction that may change things; it commits when the block ends well and rolls back otherwise.

        Raises Away.
        """
        async with self._turn or nullcontext():
            with lost_is_away():
                async with self._writer.begin() as connection:
                    yield Work(connection, self.seal)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a transaction that only looks. Raises Away."""
        with lost_is_away():
            async with self._reader.begin() as connection:
                yield Work(connection, self.seal)

    async def close(self) -> None:
        """Close every connection and let go of the file."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

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


@contextmanager
def lost_is_away() -> Iterator[None]:
    """Turn what drivers raise when the database is out of reach, or won't commit, into Away."""
    try:
        yield
    except (DBAPIError, NoConnection) as fault:
        # The bare class is SQLite's word for a damaged file, or for one that is no database.
        if isinstance(fault, OperationalError | InterfaceError | NoConnection) or type(fault) is DatabaseError:
            raise Away(type(fault).__name__) from fault
        raise
    except (sqlite3.OperationalError, sqlite3.InterfaceError) as fault:
        raise Away(type(fault).__name__) from fault
    except sqlite3.DatabaseError as fault:
        if type(fault) is sqlite3.DatabaseError:
            raise Away(type(fault).__name__) from fault
        raise


def normal(url: str) -> URL:
    """Return *url* as SQLAlchemy reads it: sqlite:///path, postgres://… and postgresql://… are understood."""
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    made = make_url(url)
    backend = made.get_backend_name()
    if backend == "sqlite":
        return made.set(drivername="sqlite+aiosqlite")
    return made.set(drivername="postgresql+psycopg")
