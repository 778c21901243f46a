"""Migrations go up and down on a filled database and agree with the tables the code knows."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.storage.database import Database
from bot.storage.migrate import VERSIONS, downgrade, head, in_child, revision, upgrade
from bot.storage.schema import metadata
from tests.storage.filled import counts, engine, fill

REVISIONS = sorted(path.name.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def test_migrations_and_metadata_agree(database_url):
    """Nothing is left to generate: tables, columns, types, indexes and constraints are the same."""
    made = engine(database_url)
    with made.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    made.dispose()


def test_down_and_up_again_on_a_filled_database(database_url):
    """Every step down and back keeps the rows of the tables that both sides have."""
    made = engine(database_url)
    with made.begin() as connection:
        fill(connection)
        full = counts(connection)
    assert set(full) == set(metadata.tables)
    assert all(full.values())
    for lower in reversed(REVISIONS[:-1]):
        downgrade(database_url, lower)
        with made.connect() as connection:
            kept = counts(connection)
        upgrade(database_url)
        with made.connect() as connection:
            again = counts(connection)
        assert {name: again[name] for name in kept if name in again} == {
            name: n for name, n in kept.items() if name in again
        }
    downgrade(database_url, "base")
    with made.connect() as connection:
        assert counts(connection) == {}
    upgrade(database_url)
    with made.begin() as connection:
        assert set(counts(connection)) == set(metadata.tables)
        fill(connection)
        assert counts(connection) == full
    made.dispose()


def test_numbers_kept_by_others_are_not_given_again(tmp_path):
    """A file from before has lost its highest rows: what is added next comes after all that is told of them."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    upgrade(url, "0003")
    made = engine(url)
    with made.begin() as connection:
        connection.execute(text("INSERT INTO students (id, created_at) VALUES (7, 0)"))
        connection.execute(
            text("INSERT INTO deliveries (id, student_id, nudge, slot, composed_at) VALUES (99, 7, 'tip', '', 0)")
        )
        connection.execute(
            text(
                "INSERT INTO facts (student_id, rotation_id, name, about, value, set_at) VALUES (7, 41, 'a', '', '', 0)"
            )
        )
    upgrade(url)
    with made.begin() as connection:
        numbers = dict(connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all())
        assert numbers == {"students": 7, "outbox": 99, "rotations": 41}
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar_one() == 1
    made.dispose()


def test_upgrading_twice_changes_nothing(database_url):
    """The release step may run at every deployment."""
    made = engine(database_url)
    with made.begin() as connection:
        fill(connection)
        full = counts(connection)
    upgrade(database_url)
    with made.connect() as connection:
        assert counts(connection) == full
    made.dispose()


def test_migrations_are_numbered_one_after_the_other():
    """`head` reads the newest number, so that no process has to import alembic to know it."""
    assert [f"{n:04d}" for n in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert head() == REVISIONS[-1]


async def test_the_revision_is_told(sqlite, seal, tmp_path):
    """An empty database has none."""
    assert await revision(sqlite) == head()
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}", seal)
    assert await revision(fresh) == ""
    await fresh.close()


async def test_a_relative_path_names_the_same_file_in_the_child(tmp_path, monkeypatch, seal):
    """The child that migrates stands in the folder of the process that asked."""
    monkeypatch.chdir(tmp_path)
    await asyncio.to_thread(in_child, "sqlite:///here.db")
    assert (tmp_path / "here.db").exists()
    database = Database("sqlite:///here.db", seal)
    assert await revision(database) == head()
    await database.close()
