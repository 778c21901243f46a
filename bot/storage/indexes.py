"""The partial indexes of the outbox, for migrations.

They stand apart because naming a dialect's option loads that dialect, and a process on SQLite starts without PostgreSQL's.
"""

from typing import Any

from sqlalchemy import Index, text

from bot.storage.schema import outbox


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


Index("ix_outbox_ready", outbox.c.bucket, outbox.c.lane, outbox.c.available_at, outbox.c.id, **_only("status = 0"))
Index("ix_outbox_leased", outbox.c.owner, **_only("status = 1"))
Index("ix_outbox_done", outbox.c.done_at, **_only("status >= 2"))
Index("ix_outbox_expiry", outbox.c.expires_at, **_only("status = 0"))
