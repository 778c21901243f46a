"""A student with something in every table, each text of it a canary."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Boolean, Column, LargeBinary, String, insert
from sqlalchemy.types import BigInteger, Integer, TypeDecorator

from bot.storage.database import Database
from bot.storage.everything import owned
from bot.storage.schema import students
from bot.storage.types import LocalDate, LocalTime, UtcDateTime

#: Values that code reads as something other than text.
READ = {"state": "active", "cadence": "daily", "zone": "America/Chicago", "home_zone": "", "home": True}


async def filled(database: Database, student_id: int, mark: str) -> dict[str, str]:
    """Put one row into every table of *student_id*, each text "mark.table.column"; return the canaries by place."""
    canaries: dict[str, str] = {}
    async with database.write() as work:
        for table, _ in owned():
            if table is students:
                continue
            values: dict[str, Any] = {}
            for column in table.c:
                if column.name == "student_id":
                    values[column.name] = student_id
                elif column.name not in ("id", *READ) or (column.name == "id" and column.autoincrement is False):
                    value = _value(column, f"{mark}.{table.name}.{column.name}"[: _length(column)], student_id)
                    values[column.name] = value
                    if isinstance(value, str) and value.startswith(mark):
                        canaries[f"{table.name}.{column.name}"] = value
                    if isinstance(column.type, LargeBinary):
                        canary = f"{mark} sealed {table.name} {column.name}"
                        values[column.name] = work.seal.close(_form(canary) if table.name == "interviews" else canary)
                        canaries[f"{table.name}.{column.name}"] = canary
                elif column.name in READ:
                    values[column.name] = False if column.name == "home" else READ[column.name]
            await work.connection.execute(insert(table).values(**values))
    return canaries


def _form(canary: str) -> str:
    """Return a half-answered form put aside: every command reads it."""
    return json.dumps({"form": "log", "context": canary, "open": False})


def _length(column: Column[Any]) -> int:
    return getattr(column.type, "length", None) or 1000


def _value(column: Column[Any], canary: str, number: int) -> Any:
    match column.type:
        case UtcDateTime():
            return datetime(2026, 11, 30, tzinfo=UTC)
        case LocalDate():
            return date(2026, 11, 30)
        case LocalTime():
            return time(6)
        case Boolean():
            return True
        case TypeDecorator():
            raise AssertionError(f"no canary for {column.type!r}")
        case BigInteger() | Integer():
            return 700_000 + number
        case LargeBinary():
            return b""
        case String() if column.name in ("days_off", "leave", "nights", "clinic", "calls"):
            return ""
        case String():
            return canary
    raise AssertionError(f"no canary for {column.type!r}")
