"""Rows in a worker's hands: claimed in batches, acknowledged in batches, given back, freed when a worker is lost.

A batch of any size takes the same few statements. Both databases run the same ones but for the claim itself:
PostgreSQL locks row by row as it takes them, SQLite's one writer need not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from bot.storage.types import instant_of, millis
from bot.storage.work import Work

READY, LEASED, SENT, EXPIRED, CANCELLED, DEAD = range(6)

#: How far ahead of its turn a row may be claimed, in microseconds: a batch covers this much of a bucket's pace.
AHEAD = 200_000
#: The first send of a bucket at rest is so far away, in microseconds, or four sends where that is less: until then it
#: is composed, so that a batch goes out at its pace and not all at once.
LEAD = 150_000
#: A worker that has not been heard of for so long has lost its leases, in microseconds.
LEASE = 30_000_000

# A loose index scan: one step per bucket that has ready rows, however many rows stand in them.
_WAITING = """
WITH RECURSIVE b(bucket) AS (
  SELECT * FROM (SELECT bucket FROM outbox WHERE status = 0 ORDER BY bucket LIMIT 1) AS first
  UNION ALL
  SELECT (SELECT o.bucket FROM outbox o WHERE o.status = 0 AND o.bucket > b.bucket ORDER BY o.bucket LIMIT 1)
    FROM b WHERE b.bucket IS NOT NULL)
"""
# One look at each lane. Not EXISTS: PostgreSQL may answer that by reading every due row there is.
_HAS_DUE = """
COALESCE(
  (SELECT 1 FROM outbox o WHERE o.status = 0 AND o.bucket = r.bucket AND o.lane = 1 AND o.available_at <= :now LIMIT 1),
  (SELECT 1 FROM outbox o WHERE o.status = 0 AND o.bucket = r.bucket AND o.lane = 2 AND o.available_at <= :now LIMIT 1),
  (SELECT 1 FROM outbox o WHERE o.status = 0 AND o.bucket = r.bucket AND o.lane = 3 AND o.available_at <= :now LIMIT 1)
) IS NOT NULL"""
_TURNS = f"""
{_WAITING}
SELECT r.bucket, r.tat, r.gap, {{clock}} AS clock FROM b JOIN rates r ON r.bucket = b.bucket
 WHERE r.tat <= {{clock}} + :ahead AND r.blocked_until <= {{clock}} AND {_HAS_DUE}
   AND r.bucket NOT IN (SELECT value ->> 0 FROM {{rows}})
 ORDER BY r.tat LIMIT :most {{lock_rates}}
"""  # noqa: S608 - made of constants, as all of them here
_TAKEN = """
RETURNING id, student_id, dedupe_key, names, slot, rotation_id, part, bucket, lane, due_at, available_at, expires_at, attempts
"""
#: Where these stand in what a claim returns.
_BUCKET, _LANE_MOMENT_ID = 7, itemgetter(8, 10, 0)
_CLAIM = {
    # In the CTE, so that PostgreSQL does not evaluate the locked sub-select twice and take more than asked for. As an
    # array, so that it finds the rows by their ids, whatever it believes of the table's size.
    "postgresql": """
WITH b AS (SELECT value ->> 0 AS bucket, CAST(value ->> 1 AS INTEGER) AS room FROM {rows}),
     c AS (SELECT taken.id FROM b CROSS JOIN LATERAL (
       SELECT waiting.id FROM (VALUES (1), (2), (3)) AS lanes(lane) CROSS JOIN LATERAL (
         SELECT id FROM outbox o WHERE o.status = 0 AND o.bucket = b.bucket AND o.lane = lanes.lane AND o.available_at <= :now
          ORDER BY o.available_at, o.id LIMIT b.room FOR UPDATE SKIP LOCKED) AS waiting LIMIT b.room) AS taken)
UPDATE outbox SET status = 1, owner = :me, attempts = attempts + 1 WHERE id = ANY (ARRAY(SELECT id FROM c))
"""  # noqa: S608
    + _TAKEN,
    # A LIMIT can't look at another table's column here: as many as the roomiest bucket takes, then each its own share.
    "sqlite": """
UPDATE outbox SET status = 1, owner = :me, attempts = attempts + 1 WHERE id IN (
  SELECT id FROM (
    SELECT o.id, b.room, row_number() OVER (PARTITION BY o.bucket ORDER BY o.lane, o.available_at, o.id) AS place
      FROM (SELECT value ->> 0 AS bucket, value ->> 1 AS room FROM {rows}) AS b
      CROSS JOIN (SELECT 1 AS lane UNION ALL SELECT 2 UNION ALL SELECT 3) AS lanes
      CROSS JOIN outbox o ON o.id IN (
        SELECT i.id FROM outbox i WHERE i.status = 0 AND i.bucket = b.bucket AND i.lane = lanes.lane AND i.available_at <= :now
         ORDER BY i.available_at, i.id LIMIT :most))
   WHERE place <= room)
"""  # noqa: S608
    + _TAKEN,
}
_DEBIT = """
UPDATE rates SET tat = $2::BIGINT {of_each} WHERE bucket = $1
"""
_SENT = """
UPDATE outbox SET status = 2, done_at = :now, owner = NULL WHERE status = 1 AND owner = :me AND id {in_ids}
"""
_TOLD = "UPDATE deliveries SET sent_at = :now WHERE sent_at IS NULL AND id {in_ids}"
_END = """
UPDATE outbox SET status = $2::INTEGER, fault = $3, done_at = $4::BIGINT, owner = NULL
  {of_each} WHERE id = $1::BIGINT AND status = 1 AND owner = $5
"""
_PUT_BACK = """
UPDATE outbox SET status = 0, owner = NULL, available_at = $2::BIGINT, attempts = attempts - $3::INTEGER, fault = $4
  {of_each} WHERE id = $1::BIGINT AND status = 1 AND owner = $5
"""
_REAP = """
WITH c AS (SELECT id FROM outbox WHERE status = 1
             AND owner NOT IN (SELECT id FROM workers WHERE beat_at > {clock} - :lease) LIMIT 1000 {lock})
UPDATE outbox SET status = 0, owner = NULL WHERE id IN (SELECT id FROM c) RETURNING id
"""
_LET_GO = """
UPDATE outbox SET status = 0, owner = NULL, attempts = attempts - 1 WHERE status = 1 AND owner = :me AND NOT (id {in_ids})
"""
_TURN = f"""
{_WAITING}
SELECT min(r.tat - {{clock}} - :ahead) FROM b JOIN rates r ON r.bucket = b.bucket
 WHERE r.blocked_until <= {{clock}} AND r.tat > {{clock}} + :ahead AND r.tat <= {{clock}} + :ahead + :most AND {_HAS_DUE}
"""  # noqa: S608


class Claimed(NamedTuple):
    """A push in this worker's hands.

    Attributes:
        wait: how long its turn is away from the claim, in microseconds.
        gap: how far the next send of its bucket is from it, likewise.
    """

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
    gap: int


class Ended(NamedTuple):
    """A row that will not be sent: EXPIRED, CANCELLED or DEAD."""

    id: int
    status: int
    fault: str = ""


class PutBack(NamedTuple):
    """A row given back for another try at *at*; not *counted* where the try was no fault of its own."""

    id: int
    at: datetime
    counted: bool
    fault: str = ""


class Claims:
    """What one worker does with the queue; *me* is its own id, under which it holds rows."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def claim(self, now: datetime, me: str, room: int, without: Sequence[str] = ()) -> list[Claimed]:
        """Take up to *room* rows that are due at *now*, by priority, each bucket no faster than its pace; none of *without*.

        Three statements, however many rows and buckets: whose turn it is (locked), the rows, the buckets' next turns.
        Hand the rows to senders only after this transaction has committed: an acknowledgment that runs first would
        match nothing, and the message would go out twice.
        """
        found = await self._work.run(
            _TURNS, ahead=AHEAD, now=millis(now), most=room, rows=[(each,) for each in without]
        )
        turns = {bucket: (max(tat, clock + _lead(gap)), gap, clock) for bucket, tat, gap, clock in found}
        # The room is shared out evenly, so that a bucket with little to send leaves no room unused for long.
        even = max(1, room // max(1, len(turns)))
        shares = {
            bucket: min(even, (clock + AHEAD + _lead(gap) - turn) // gap + 1)
            for bucket, (turn, gap, clock) in turns.items()
        }
        if not shares:
            return []
        rows = await self._work.run(
            _CLAIM[self._work.dialect], rows=list(shares.items()), most=max(shares.values()), now=millis(now), me=me
        )
        # RETURNING comes in any order on both databases.
        ordered = sorted(rows, key=_LANE_MOMENT_ID)
        claimed = []
        for row in ordered:
            bucket = row[_BUCKET]
            turn, gap, clock = turns[bucket]
            turns[bucket] = (turn + gap, gap, clock)
            claimed.append(_claimed(row, turn - clock, gap))
        if claimed:
            await self._work.each(
                _DEBIT, [(bucket, turns[bucket][0]) for bucket in sorted({each.bucket for each in claimed})]
            )
        return claimed

    async def sent(self, ids: Sequence[int], me: str, now: datetime) -> int:
        """Acknowledge *ids*; return how many were still ours: a worker that was given up for dead acknowledges nothing."""
        if not ids:
            return 0
        done = await self._work.run(_SENT, ids=list(ids), me=me, now=millis(now))
        await self._work.run(_TOLD, ids=list(ids), now=millis(now))
        return done.rowcount

    async def end(self, ended: Iterable[Ended], me: str, now: datetime) -> None:
        """Close rows that will not be sent."""
        rows = [(each.id, each.status, each.fault[:200], millis(now), me) for each in ended]
        if rows:
            await self._work.each(_END, rows)

    async def put_back(self, given: Iterable[PutBack], me: str) -> None:
        """Give rows back, each for its own moment."""
        rows = [(each.id, millis(each.at), 0 if each.counted else 1, each.fault[:200], me) for each in given]
        if rows:
            await self._work.each(_PUT_BACK, rows)

    async def reap(self) -> int:
        """Free the rows of workers that were not heard of for a lease; return how many."""
        return len(await self._work.run(_REAP, lease=LEASE))

    async def let_go(self, me: str, held: Iterable[int]) -> None:
        """Free what is leased to *me* but for *held*: something came between its claim and its sending."""
        await self._work.run(_LET_GO, me=me, ids=list(held))

    async def free_all(self) -> None:
        """Free every leased row: where one process owns the file, a lease at its start is a dead one's."""
        await self._work.run("UPDATE outbox SET status = 0, owner = NULL WHERE status = 1")

    async def turn(self, now: datetime, most: int) -> int:
        """Return in how many microseconds, at the most *most*, a bucket with a due row has its next turn; 0 for none."""
        found = (await self._work.run(_TURN, now=millis(now), ahead=AHEAD, most=most)).value
        return max(0, int(found or 0))


def _lead(gap: int) -> int:
    return min(LEAD, 4 * gap)


def _claimed(row: Any, wait: int, gap: int) -> Claimed:
    id, student, key, names, slot, rotation, part, bucket, lane, due, _, expires, attempts = row
    return Claimed(
        id,
        student,
        key,
        tuple(names.split(",")),
        slot,
        rotation,
        part,
        bucket,
        lane,
        instant_of(due),
        None if expires is None else instant_of(expires),
        attempts,
        max(0, wait),
        gap,
    )
