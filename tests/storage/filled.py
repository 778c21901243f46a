"""A database with a row in every table there is, whichever features brought them."""

import importlib
import pkgutil
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Column, Connection, Engine, create_engine, func, insert, inspect, select, table
from sqlalchemy.pool import NullPool

import bot.features
from bot.storage.database import normal
from bot.storage.schema import metadata
from bot.storage.types import LocalDate, LocalTime, UtcDateTime

for module in pkgutil.walk_packages(bot.features.__path__, "bot.features.", onerror=importlib.import_module):
    if module.name.endswith(".store"):
        importlib.import_module(module.name)
importlib.import_module("bot.platforms.slack.installs")
importlib.import_module("bot.storage.dialects")

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


def engine(url: str) -> Engine:
    """Return a plain synchronous engine."""
    made = normal(url)
    return create_engine(
        made.set(drivername="sqlite") if made.get_backend_name() == "sqlite" else made, poolclass=NullPool
    )


def sample(column: Column[Any], number: int) -> Any:
    """Return some value that the column takes."""
    if column.foreign_keys:
        return 1
    match column.type:
        case UtcDateTime():
            return AT
        case LocalDate():
            return date(2026, 11, 30)
        case LocalTime():
            return time(7, 30)
    python = column.type.python_type
    if python is bool:
        return True
    if python is int:
        return number
    return b"sealed" if python is bytes else f"{column.name}{number}"[: getattr(column.type, "length", None) or 20]


def fill(connection: Connection, rows: int = 3) -> None:
    """Add rows to every table."""
    for each in metadata.sorted_tables:
        count = 1 if list(each.primary_key.columns.keys()) == ["student_id"] else rows
        # Rows are numbered by the database, so that more can be added afterwards.
        given = [column for column in each.columns if column is not each.autoincrement_column]
        made = [{column.name: sample(column, n) for column in given} for n in range(1, count + 1)]
        connection.execute(insert(each), made)


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table of ours holds that is there."""
    there = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in sorted(there)
    }
