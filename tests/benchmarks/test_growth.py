"""The rows that growth is counted by: those of the product, and as many for each student."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from benchmarks.growth import counts
from benchmarks.rows import LINES, Lived, lived, standing, write
from benchmarks.sizes import sizes
from bot.app.sweeping import ROWS_KEPT
from tests.storage.filled import engine

STUDENTS = 7


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return asyncio.run(lived(tmp_path_factory.mktemp("lived")))


@pytest.fixture
def filled(database_url: str) -> Engine:
    return engine(database_url)


def counted(made: Engine, statement: str) -> int:
    with made.connect() as connection:
        return int(connection.execute(text(statement)).scalar_one())


def test_every_student_has_the_rows_of_the_one_and_sizes_are_the_whole_database_s(one: Lived, filled: Engine) -> None:
    held = write(filled, one, STUDENTS, kept=ROWS_KEPT)
    for name in ("students", "addresses", "rotations", "nudges"):
        assert held[name].rows == STUDENTS * len(one.rows[name])
    assert held["log_lines"].rows == STUDENTS * LINES
    assert held["deliveries"].rows % STUDENTS == 0
    assert held["deliveries"].rows > 20 * STUDENTS
    assert held["outbox"].rows >= STUDENTS * standing(one, "outbox", ROWS_KEPT)
    per_student = "SELECT count(*) AS n FROM deliveries GROUP BY student_id"
    assert counted(filled, f"SELECT count(DISTINCT n) FROM ({per_student}) AS each_one") == 1
    assert counted(filled, "SELECT count(*) FROM deliveries WHERE sent_at IS NULL") == 0
    assert counted(filled, "SELECT count(*) FROM outbox WHERE status <> 2 OR owner IS NOT NULL") == 0
    with filled.connect() as connection:
        found = sizes(connection)
    if filled.dialect.name == "sqlite":
        whole = counted(filled, "SELECT sum(pgsize) FROM dbstat WHERE name NOT IN ('sqlite_schema', 'sqlite_master')")
    else:
        whole = counted(filled, "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables")
    assert sum(size.whole for size in found.values()) == whole
    assert "ix_deliveries_student_id_sent_at" in found["deliveries"].indexes


def test_swept_tables_count_what_stands_at_once(one: Lived) -> None:
    found = counts(one)
    assert found["outbox"].rows == standing(one, "outbox", ROWS_KEPT) < len(one.rows["outbox"])
    assert standing(one, "outbox", timedelta(days=400)) == len(one.rows["outbox"])
    assert standing(one, "outbox", timedelta(microseconds=1)) >= 1
    assert found["deliveries"].rows == 12 * len(one.rows["deliveries"])
