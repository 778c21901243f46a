"""One way to SQLite and PostgreSQL: engines, their transactions, and what it means that one is out of reach."""

import asyncio
import fcntl
import math
import os
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.nearby import connect
from bot.storage.types import Seal
from bot.storage.work import Work

#: How long a transaction may take before its connection is given up, in seconds: a server that stands still keeps
#: connections open and answers nothing. SQLite waits as long for another process's lock.
PATIENCE = 10
#: How long a transaction for which nobody waits lets those go first for which somebody does, in seconds.
PATIENT = 0.05
#: How long connecting may take, in seconds.
CONNECTING = 5


class InUse(Exception):
    """Another process holds the SQLite file."""


class Away(Exception):
    """The database can't be reached, or would not take the transaction."""


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

        One is *hurried* where somebody waits for its answer: long work then goes in small steps (`asked_at`), and on
        SQLite it goes before those that are not. Raises Away.
        """
        if hurried:
            self.asked_at = time.monotonic()
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
        if self._turn is not None:
            # A transaction that turns share may outlast the last of them by a moment, and its connection goes with it.
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE), self._turn:
                    pass
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
