"""Whether the database is up to date, and bringing it there."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database, lost_is_away

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).parent.parent.parent
VERSIONS = ROOT / "migrations" / "versions"


def head() -> str:
    """Return the newest revision: migrations are numbered, one after the other."""
    return max(path.name.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


async def revision(database: Database) -> str:
    """Return the revision the database is at, empty where it has none. Raises Away."""
    async with database.read() as work:
        connection: AsyncConnection = work.connection
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        if "alembic_version" not in tables:
            return ""
        found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
        return str(found or "")


def upgrade(url: str, to: str = "head") -> None:
    """Migrate the database at *url* up to *to*. Raises Away."""
    from alembic import command

    with lost_is_away():
        command.upgrade(_config(url), to)


def downgrade(url: str, to: str) -> None:
    """Migrate the database at *url* down to *to*."""
    from alembic import command

    command.downgrade(_config(url), to)


def in_child(url: str) -> None:
    """Migrate in a child process: alembic is heavy, and most starts do without it. Raises CalledProcessError."""
    code = "import sys; from bot.storage.migrate import upgrade; upgrade(sys.stdin.read())"
    # The folder stays ours, so that a relative path names the same file in the child.
    found = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    # The address goes by standard input: it holds a password, and arguments are for everybody to read.
    subprocess.run([sys.executable, "-c", code], input=url, text=True, check=True, env=found)  # noqa: S603 our own code


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.attributes["url"] = url
    return config
