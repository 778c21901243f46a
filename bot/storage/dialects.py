"""What of the tables a dialect alone can say: partial indexes, and numbers that never come again. For migrations.

It stands apart because naming a dialect's option loads that dialect, and a process on SQLite starts without PostgreSQL's.
"""

from typing import Any

from sqlalchemy import Index, text

from bot.storage.schema import outbox, rotations, students


def _only(condition: str) -> dict[str, Any]:
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


Index("ix_outbox_ready", outbox.c.bucket, outbox.c.lane, outbox.c.available_at, outbox.c.id, **_only("status = 0"))
Index("ix_outbox_leased", outbox.c.owner, **_only("status = 1"))
Index("ix_outbox_expiry", outbox.c.expires_at, **_only("status = 0"))

# Others keep these numbers when the row is gone, and SQLite would give the highest one again.
for _table in (students, rotations, outbox):
    _table.dialect_options["sqlite"]["autoincrement"] = True
