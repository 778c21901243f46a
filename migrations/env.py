"""Alembic's environment: the same migrations for SQLite and PostgreSQL."""

import importlib
import pkgutil
from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine, pool

import bot.features
from bot.storage.database import normal
from bot.storage.schema import metadata

for module in pkgutil.walk_packages(bot.features.__path__, "bot.features."):
    if module.name.endswith(".store"):
        importlib.import_module(module.name)
importlib.import_module("bot.platforms.slack.installs")
importlib.import_module("bot.storage.dialects")


def plain(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our column types as what the database keeps, so that a migration never depends on code that changes."""
    impl = getattr(item, "impl_instance", None) or getattr(item, "impl", None)
    if kind == "type" and type(item).__module__.startswith("bot.") and impl is not None:
        return f"sa.{impl!r}"
    return False


def run() -> None:
    """Migrate the database named by the caller."""
    url = context.config.get_main_option("sqlalchemy.url") or context.config.attributes["url"]
    made = normal(url)
    if made.get_backend_name() == "sqlite":
        made = made.set(drivername="sqlite")
    engine = create_engine(made, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=plain)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
