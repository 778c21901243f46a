"""The rows of one student's rotation, as the product writes them, and the same rows for many students."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Column, Connection, Engine, String, Table, cast, delete, func, insert, literal, select, update

from benchmarks.sizes import Size, sizes
from bot.app.compose import Parts, compose, ready_database
from bot.app.simulate import Printer, Student
from bot.app.travel import Traveler
from bot.clock import MovedClock
from bot.config import Settings
from bot.features.log.store import log_lines
from bot.storage.schema import addresses, deliveries, facts, inbound, metadata, nudges, outbox, rotations, students

START, WEEKS = date(2026, 11, 30), 4
TABLES = (students, addresses, rotations, facts, nudges, outbox, deliveries, inbound, log_lines)
#: The product's student taps and never writes a line: so many lines of a log of so many characters are put beside.
LINES, LINE = 8, "Presented first today, took feedback on the one-liner, will try it."
#: Columns by which the rows of a table stand in the order of time.
MOMENT = {"facts": "set_at", "outbox": "due_at", "deliveries": "composed_at", "inbound": "at", "log_lines": "at"}
#: Ids as long as the platforms' own: a Telegram user, a bot, an update.
USER, BOT, UPDATE = 5_000_000_000, "telegram:7000000000", 700_000_000

#: What differs from the row as it was found: the platform, and the state in which it is first written.
_AT_FIRST: Mapping[str, Mapping[str, Any]] = {
    "addresses": {"platform": "telegram"},
    "outbox": {"bucket": BOT, "status": 0, "attempts": 0, "owner": None, "done_at": None},
    "deliveries": {"sent_at": None, "answered_at": None, "answer": ""},
    "inbound": {"platform": "telegram", "reply": None},
}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lived:
    """Every row of one student by table, and the days from set-up to the last message."""

    rows: Mapping[str, tuple[Row, ...]]
    days: int


@dataclass(frozen=True, slots=True)
class Held:
    """The most rows a table held, and the most it took."""

    rows: int
    size: Size


async def lived(folder: Path) -> Lived:
    """Let one student set up a four-week rotation, answer every message, and keep every row."""
    settings = Settings(database_url=f"sqlite:///{folder}/lived.db", _env_file=None)  # type: ignore[call-arg]
    clock = MovedClock()
    first = datetime.combine(START - timedelta(days=15), datetime.min.time(), tzinfo=UTC) + timedelta(hours=18)
    clock.offset = first - clock()
    parts = compose(settings, clock=clock, chance=Random(1))
    await ready_database(parts, migrate=True)
    printer = Printer(clock)
    parts.platforms["simulation"] = printer
    student = Student(parts, "America/Chicago")
    await student.command("start")
    values = {"specialty": "im", "first": START.isoformat(), "length": f"{WEEKS} wk", "role": "hands_on"}
    await student.form("start", values)
    planned, answered = await _rows(parts, nudges), 0

    async def react() -> None:
        nonlocal planned, answered
        planned = max(planned, await _rows(parts, nudges), key=len)
        for _, push in printer.messages[answered:]:
            answered += 1
            await student.react(push)

    await Traveler(parts, clock).to(first + timedelta(days=15, weeks=WEEKS) + timedelta(days=30), react)
    rows = {table.name: await _rows(parts, table) for table in TABLES}
    rows["nudges"] = planned
    rows["log_lines"] = _lines(parts)
    await parts.close()
    last = max(at for at, _ in printer.messages)
    return Lived({name: found for name, found in rows.items() if found}, (last - first).days)


async def _rows(parts: Parts, table: Table) -> tuple[Row, ...]:
    async with parts.database.read() as work:
        return tuple(dict(row) for row in (await work.connection.execute(select(table))).mappings())


def _lines(parts: Parts) -> tuple[Row, ...]:
    noon, sealed = datetime(START.year, START.month, START.day, 18, tzinfo=UTC), parts.database.seal.close(LINE)
    days = [noon + timedelta(days=3 * n) for n in range(LINES)]
    return tuple({"student_id": 1, "rotation_id": 1, "kind": "", "line": sealed, "at": at} for at in days)


def standing(one: Lived, table: str, kept: timedelta) -> int:
    """Return how many rows of a swept *table* stand at the most, if each is *kept* so long."""
    times = sorted(row[MOMENT[table]] for row in one.rows[table])
    return max(len([at for at in times if first <= at < first + kept]) for first in times)


def write(engine: Engine, one: Lived, count: int, *, kept: timedelta) -> dict[str, Held]:
    """Write the rows of *one* for *count* students up to the rotation's last day; return what each table held at the most.

    Steps: who they are; then, instant by instant, each row for all students, with the updates it goes through; each
    day what is swept is deleted, and on PostgreSQL vacuumed, as its own daemon would.
    """
    with engine.begin() as connection:
        connection.execute(insert(students), [{**one.rows["students"][0], "id": n} for n in range(1, count + 1)])
        for table in (addresses, rotations, nudges):
            for row in one.rows[table.name]:
                _insert(connection, table, row, 0)
    held = {table.name: Held(0, Size()) for table in TABLES}
    for day, events in groupby(_events(one), key=lambda event: event[0].date()):
        with engine.begin() as connection:
            for at, number, table, row in events:
                _insert(connection, table, row, number * count)
                _life(connection, table, row, number * count, count, at)
            _look(connection, held)
            _sweep(connection, datetime(day.year, day.month, day.day, tzinfo=UTC), kept)
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
    return held


def _look(connection: Connection, held: dict[str, Held]) -> None:
    taken = sizes(connection)
    for table in TABLES:
        rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
        before = held[table.name]
        size = max(before.size, taken[table.name], key=lambda each: each.whole)
        held[table.name] = Held(max(before.rows, rows), size)


def _events(one: Lived) -> Iterator[tuple[datetime, int, Table, Row]]:
    """Yield (instant, number, table, row) in the order of time; a push and its delivery share the number."""
    end = datetime.combine(START + timedelta(weeks=WEEKS), datetime.min.time(), tzinfo=UTC)
    found = [(row[column], table, row) for table, column in MOMENT.items() for row in one.rows.get(table, ())]
    numbers: dict[int, int] = {}
    # An event is keyed first, then what it led to stands.
    for number, (at, table, row) in enumerate(sorted(found, key=lambda each: (each[0], each[1] != "inbound"))):
        if table in ("outbox", "deliveries"):
            number = numbers.setdefault(row["id"], number)
        if at < end:
            yield at, number, metadata.tables[table], row


def _insert(connection: Connection, table: Table, row: Row, offset: int) -> None:
    """Insert *row* for every student: ids of their own, keys with their own number, states as at first."""
    values = {column: _value(table, column, row, offset) for column in table.columns if _given(table, column)}
    chosen = select(*(value.label(column.name) for column, value in values.items())).select_from(students)
    connection.execute(insert(table).from_select([column.name for column in values], chosen.order_by(students.c.id)))


def _given(table: Table, column: Column[Any]) -> bool:
    return column is not table.autoincrement_column or table is outbox


def _value(table: Table, column: Column[Any], row: Row, offset: int) -> Any:
    name, value = column.name, row.get(column.name)
    if name in _AT_FIRST.get(table.name, {}):
        value = _AT_FIRST[table.name][name]
    elif name == "student_id" or (name == "rotation_id" and value):
        return students.c.id + 0
    elif name == "id":
        return students.c.id + offset
    elif name in ("user_id", "chat"):
        return cast(students.c.id + USER, String)
    elif (table, name) == (inbound, "key"):
        return cast(students.c.id + (UPDATE + offset), String)
    elif name == "dedupe_key":
        before, _, after = str(value).partition(":1:")
        return literal(f"{before}:") + cast(students.c.id, String) + literal(f":{after}")
    return cast(None, column.type) if value is None else literal(value, column.type)


def _life(connection: Connection, table: Table, row: Row, offset: int, count: int, at: datetime) -> None:
    """Take the rows just written through what the engine does with them."""
    ids = range(offset + 1, offset + count + 1)
    if table is outbox:
        moved = update(nudges).where(nudges.c.name == row["names"].split(",")[0])
        connection.execute(moved.values(due_at=at + timedelta(days=1)))
        _change(connection, outbox, ids, status=1, owner="0123456789abcdef", attempts=1)
        _change(connection, outbox, ids, status=2, owner=None, done_at=at + timedelta(seconds=2))
    elif table is deliveries:
        _change(connection, deliveries, ids, sent_at=at + timedelta(seconds=1))
        if row["answered_at"] is not None:
            _change(connection, deliveries, ids, answered_at=row["answered_at"], answer=row["answer"])
    elif table is inbound and row["reply"] is not None:
        connection.execute(update(inbound).where(inbound.c.at == row["at"]).values(reply=row["reply"]))
        connection.execute(update(inbound).where(inbound.c.at == row["at"]).values(reply=None))


def _change(connection: Connection, table: Table, ids: range, **values: Any) -> None:
    connection.execute(update(table).where(table.c.id.between(ids.start, ids.stop - 1)).values(**values))


def _sweep(connection: Connection, now: datetime, kept: timedelta) -> None:
    connection.execute(delete(outbox).where(outbox.c.status >= 2, outbox.c.done_at < now - kept))
    connection.execute(delete(inbound).where(inbound.c.at < now - timedelta(days=2)))
