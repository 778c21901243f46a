"""What is to be sent now: added by the plan, claimed in batches, acknowledged in batches.

The statements are the same on both databases but for `FOR UPDATE SKIP LOCKED`, which SQLite's single writer does not need.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, text

from bot.storage.database import Work
from bot.storage.types import instant_of, millis

READY, LEASED, SENT, EXPIRED, CANCELLED, DEAD = range(6)

#: How far ahead of its turn a row may be claimed, in microseconds: a batch covers this much of a bucket's pace.
AHEAD = 200_000
#: A worker that has not been heard of for so long has lost its leases, in microseconds.
LEASE = 30_000_000
#: Candidates looked at in one claim.
BUCKETS = 16

_ADD = text(
    "INSERT INTO outbox (student_id, dedupe_key, names, slot, rotation_id, part, bucket, lane, due_at, available_at, expires_at)"
    " VALUES (:student_id, :dedupe_key, :names, :slot, :rotation_id, :part, :bucket, :lane, :due_at, :due_at, :expires_at)"
    " ON CONFLICT (dedupe_key) DO UPDATE SET names = outbox.names || ',' || excluded.names,"
    " expires_at = CASE WHEN outbox.expires_at IS NULL OR excluded.expires_at IS NULL THEN NULL"
    " WHEN outbox.expires_at > excluded.expires_at THEN outbox.expires_at ELSE excluded.expires_at END"
    " WHERE outbox.status = 0 AND outbox.part <> ''"
    " AND ',' || outbox.names || ',' NOT LIKE '%,' || excluded.names || ',%'"
)
_RATE = text("INSERT INTO rates (bucket, gap) VALUES (:bucket, :gap) ON CONFLICT (bucket) DO NOTHING")

# A loose index scan: one step per bucket that has ready rows, however many rows stand in it.
_BUCKETS = """
WITH RECURSIVE b(bucket) AS (
  SELECT * FROM (SELECT bucket FROM outbox WHERE status = 0 ORDER BY bucket LIMIT 1) AS first
  UNION ALL
  SELECT (SELECT o.bucket FROM outbox o WHERE o.status = 0 AND o.bucket > b.bucket ORDER BY o.bucket LIMIT 1)
    FROM b WHERE b.bucket IS NOT NULL)
SELECT r.bucket FROM b JOIN rates r ON r.bucket = b.bucket
 WHERE r.tat <= {clock} + :ahead AND r.blocked_until <= {clock}
   AND EXISTS (SELECT 1 FROM outbox o WHERE o.status = 0 AND o.bucket = r.bucket AND o.available_at <= :now)
 ORDER BY r.tat LIMIT :most
"""
_PACE = """
SELECT tat, gap, {clock} AS clock FROM rates
 WHERE bucket = :bucket AND tat <= {clock} + :ahead AND blocked_until <= {clock} {lock}
"""
# The CTE keeps PostgreSQL from evaluating the locked sub-select twice and taking more than asked for.
_CLAIM = """
WITH c AS (SELECT id FROM outbox WHERE status = 0 AND bucket = :bucket AND available_at <= :now
           ORDER BY lane, available_at, id LIMIT :most {lock})
UPDATE outbox SET status = 1, owner = :me, attempts = attempts + 1 WHERE id IN (SELECT id FROM c)
RETURNING id, student_id, dedupe_key, names, slot, rotation_id, part, bucket, lane, due_at, available_at, expires_at, attempts
"""
_DEBIT = text("UPDATE rates SET tat = :tat WHERE bucket = :bucket")
_EXPIRE = """
WITH c AS (SELECT id FROM outbox WHERE status = 0 AND expires_at < :now LIMIT 1000 {lock})
UPDATE outbox SET status = 3, done_at = :now WHERE id IN (SELECT id FROM c) RETURNING id
"""
_REAP = """
WITH c AS (SELECT id FROM outbox WHERE status = 1
             AND owner NOT IN (SELECT id FROM workers WHERE beat_at > {clock} - :lease) LIMIT 1000 {lock})
UPDATE outbox SET status = 0, owner = NULL WHERE id IN (SELECT id FROM c) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """A push to add: *part* is empty for what the student armed; else the day's key is *dedupe_key*."""

    student_id: int
    dedupe_key: str
    name: str
    slot: str
    rotation_id: int
    part: str
    bucket: str
    lane: int
    due_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A push in this worker's hands; *wait* is how long its turn is away, in microseconds from the claim."""

    id: int
    student_id: int
    dedupe_key: str
    names: tuple[str, ...]
    slot: str
    rotation_id: int
    part: str
    bucket: str
    lane: int
    due_at: datetime
    expires_at: datetime | None
    attempts: int
    wait: int


class Outbox:
    """The queue of one database."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lock = "FOR UPDATE SKIP LOCKED" if work.dialect == "postgresql" else ""

    async def add(self, planned: Sequence[Planned], gaps: dict[str, int]) -> None:
        """Add pushes, once each by their key; *gaps* are the buckets' microseconds between two sends.

        A second nudge that wants the same push of the day joins it. One already sent keeps its key and takes nobody in.
        """
        if not planned:
            return
        rows = [
            {
                "student_id": each.student_id,
                "dedupe_key": each.dedupe_key,
                "names": each.name,
                "slot": each.slot,
                "rotation_id": each.rotation_id,
                "part": each.part,
                "bucket": each.bucket,
                "lane": each.lane,
                "due_at": millis(each.due_at),
                "expires_at": None if each.expires_at is None else millis(each.expires_at),
            }
            for each in planned
        ]
        buckets = sorted({each.bucket for each in planned})
        await self._run(_RATE, [{"bucket": bucket, "gap": gaps[bucket]} for bucket in buckets])
        await self._run(_ADD, rows)

    async def claim(self, now: datetime, me: str, room: int) -> list[Claimed]:
        """Take up to *room* rows that are due at *now*, by priority, each bucket no faster than its pace.

        Hand them to senders only after this transaction has committed: an acknowledgment that runs first would match
        nothing, and the message would go out twice.
        """
        taken: list[Claimed] = []
        found = await self._sql(_BUCKETS, ahead=AHEAD, now=millis(now), most=BUCKETS)
        for (bucket,) in found:
            if len(taken) >= room:
                break
            taken += await self._claim_from(bucket, now, me, room - len(taken))
        return taken

    async def _claim_from(self, bucket: str, now: datetime, me: str, room: int) -> list[Claimed]:
        pace = (await self._sql(_PACE, bucket=bucket, ahead=AHEAD)).one_or_none()
        if pace is None:
            return []
        turn = max(pace.tat, pace.clock)
        most = min(room, (pace.clock + AHEAD - turn) // pace.gap + 1)
        rows = (await self._sql(_CLAIM, bucket=bucket, now=millis(now), most=most, me=me)).mappings().all()
        if not rows:
            return []
        await self._run(_DEBIT, {"bucket": bucket, "tat": turn + pace.gap * len(rows)})
        # RETURNING comes in any order on both databases.
        ordered = sorted(rows, key=lambda row: (row["lane"], row["available_at"], row["id"]))
        return [_claimed(row, turn - pace.clock + n * pace.gap) for n, row in enumerate(ordered)]

    async def sent(self, ids: Sequence[int], me: str, now: datetime) -> int:
        """Acknowledge *ids*; return how many were still ours: a worker that was given up for dead acknowledges nothing."""
        done = await self._many(
            "UPDATE outbox SET status = 2, done_at = :now, owner = NULL WHERE status = 1 AND owner = :me AND id IN :ids",
            ids,
            me=me,
            now=millis(now),
        )
        await self._many(
            "UPDATE deliveries SET sent_at = :now WHERE sent_at IS NULL AND id IN :ids", ids, now=millis(now)
        )
        return done

    async def end(self, ids: Sequence[int], me: str, now: datetime, status: int, fault: str = "") -> None:
        """Close rows that will not be sent: expired, cancelled or dead."""
        await self._many(
            "UPDATE outbox SET status = :status, done_at = :now, owner = NULL, fault = :fault"
            " WHERE status = 1 AND owner = :me AND id IN :ids",
            ids,
            me=me,
            now=millis(now),
            status=status,
            fault=fault[:200],
        )

    async def put_back(self, ids: Sequence[int], me: str, at: datetime, *, counted: bool, fault: str = "") -> None:
        """Give rows back for another try at *at*; not *counted* where the try was no fault of theirs."""
        await self._many(
            "UPDATE outbox SET status = 0, owner = NULL, available_at = :at, fault = :fault, attempts = attempts - :less"
            " WHERE status = 1 AND owner = :me AND id IN :ids",
            ids,
            me=me,
            at=millis(at),
            fault=fault[:200],
            less=0 if counted else 1,
        )

    async def expire(self, now: datetime) -> int:
        """Close rows whose moment has passed; return how many, at most 1,000 a call."""
        return len((await self._sql(_EXPIRE, now=millis(now))).all())

    async def drop_day(self, student_id: int) -> datetime | None:
        """Take back the student's unsent pushes of the day; return when the earliest was due, or None.

        Their keys are free again: only what was sent holds its key.
        """
        gone = await self._run(
            text("DELETE FROM outbox WHERE student_id = :student AND status = 0 AND part <> '' RETURNING due_at"),
            {"student": student_id},
        )
        return min((instant_of(row.due_at) for row in gone), default=None)

    async def drop_all(self, student_id: int) -> None:
        """Take back everything unsent."""
        await self._run(text("DELETE FROM outbox WHERE student_id = :student AND status = 0"), {"student": student_id})

    async def drop(self, student_id: int, name: str, slot: str) -> None:
        """Take back one armed push that waits."""
        await self._run(
            text("DELETE FROM outbox WHERE student_id = :student AND status = 0 AND names = :name AND slot = :slot"),
            {"student": student_id, "name": name, "slot": slot},
        )

    async def reap(self) -> int:
        """Free the rows of workers that were not heard of for a lease; return how many."""
        return len((await self._sql(_REAP, lease=LEASE)).all())

    async def let_go(self, me: str, held: Iterable[int]) -> None:
        """Free what is leased to *me* but for *held*: something came between its claim and its sending."""
        statement = text(
            "UPDATE outbox SET status = 0, owner = NULL, attempts = attempts - 1"
            " WHERE status = 1 AND owner = :me AND id NOT IN :held"
        ).bindparams(bindparam("held", expanding=True))
        await self._run(statement, {"me": me, "held": list(held)})

    async def free_all(self) -> None:
        """Free every leased row: where one process owns the file, a lease at its start is a dead one's."""
        await self._run(text("UPDATE outbox SET status = 0, owner = NULL WHERE status = 1"), {})

    async def sweep(self, before: datetime) -> int:
        """Delete closed rows older than *before*, in one batch; return how many."""
        statement = (
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE status >= 2 AND done_at < :before LIMIT 5000)"
        )
        return int((await self._run(text(statement), {"before": millis(before)})).rowcount)

    async def depth(self) -> dict[int, int]:
        """Return how many rows wait in each lane."""
        rows = await self._run(text("SELECT lane, count(*) AS n FROM outbox WHERE status IN (0, 1) GROUP BY lane"), {})
        return {row.lane: row.n for row in rows}

    async def turn(self, now: datetime, most: int) -> int:
        """Return in how many microseconds, at the most *most*, a bucket with a due row has its next turn; 0 for none."""
        statement = (
            "SELECT min(r.tat - {clock} - :ahead) FROM rates r WHERE r.blocked_until <= {clock}"
            " AND r.tat > {clock} + :ahead AND r.tat <= {clock} + :ahead + :most"
            " AND EXISTS (SELECT 1 FROM outbox o WHERE o.status = 0 AND o.bucket = r.bucket AND o.available_at <= :now)"
        )
        found = (await self._sql(statement, now=millis(now), ahead=AHEAD, most=most)).scalar_one_or_none()
        return max(0, int(found or 0))

    async def ages(self, now: datetime) -> dict[int, float]:
        """Return for how many seconds the oldest due row of each lane has waited; a lane without one is left out."""
        statement = (
            "SELECT lane, min(available_at) AS at FROM outbox WHERE status = 0 AND available_at <= :now GROUP BY lane"
        )
        rows = await self._run(text(statement), {"now": millis(now)})
        return {row.lane: (millis(now) - row.at) / 1000 for row in rows}

    async def _sql(self, statement: str, **values: Any) -> Any:
        return await self._run(text(statement.format(clock=self._work.clock, lock=self._lock)), values)

    async def _run(self, statement: TextClause, values: Any) -> Any:
        return await self._work.connection.execute(statement, values)

    async def _many(self, statement: str, ids: Iterable[int], **values: Any) -> int:
        wanted = list(ids)
        if not wanted:
            return 0
        made = text(statement).bindparams(bindparam("ids", expanding=True))
        return int((await self._run(made, {"ids": wanted, **values})).rowcount)


def _claimed(row: Any, wait: int) -> Claimed:
    return Claimed(
        id=row["id"],
        student_id=row["student_id"],
        dedupe_key=row["dedupe_key"],
        names=tuple(row["names"].split(",")),
        slot=row["slot"],
        rotation_id=row["rotation_id"],
        part=row["part"],
        bucket=row["bucket"],
        lane=row["lane"],
        due_at=instant_of(row["due_at"]),
        expires_at=None if row["expires_at"] is None else instant_of(row["expires_at"]),
        attempts=row["attempts"],
        wait=max(0, wait),
    )
