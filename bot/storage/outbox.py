"""What is to be sent now: added by the plan, taken back by a change, counted, swept. `claims` is the worker's side of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.storage.types import instant_of, millis
from bot.storage.work import Work

_ADD = """
INSERT INTO outbox (student_id, dedupe_key, names, slot, rotation_id, part, bucket, lane, due_at, available_at, expires_at)
{row} $1::BIGINT, $2, $3, $4, $5::BIGINT, $6, $7, $8::INTEGER, $9::BIGINT, $10::BIGINT, $11::BIGINT {of_rows}
ON CONFLICT (student_id, dedupe_key) DO UPDATE SET names = outbox.names || ',' || excluded.names,
    expires_at = CASE WHEN outbox.expires_at IS NULL OR excluded.expires_at IS NULL THEN NULL
    WHEN outbox.expires_at > excluded.expires_at THEN outbox.expires_at ELSE excluded.expires_at END
 WHERE outbox.status = 0 AND outbox.part <> '' AND ',' || outbox.names || ',' NOT LIKE '%,' || excluded.names || ',%'
"""
_RATE = """
INSERT INTO rates (bucket, gap) {row} $1, $2::BIGINT {of_rows}
ON CONFLICT (bucket) DO NOTHING
"""
_EXPIRE = """
WITH c AS (SELECT id FROM outbox WHERE status = 0 AND expires_at < :now LIMIT 1000 {lock})
UPDATE outbox SET status = 3, done_at = :now WHERE id IN (SELECT id FROM c) RETURNING id
"""


class Planned(NamedTuple):
    """A push to add: *part* is empty for what the student armed; else the day's key is *dedupe_key*.

    Attributes:
        names: the nudges that want it, comma-separated.
        due_at: its moment; *available_at*, when it may go out, is later where a crowded minute is spread.
    """

    student_id: int
    dedupe_key: str
    names: str
    slot: str
    rotation_id: int
    part: str
    bucket: str
    lane: int
    due_at: datetime
    available_at: datetime
    expires_at: datetime | None

    def joined(self, other: "Planned") -> "Planned":
        """Return the push that this one and *other*, of the same key, make together: open as long as either is."""
        ends = (self.expires_at, other.expires_at)
        until = None if None in ends else max(each for each in ends if each is not None)
        names = dict.fromkeys((*self.names.split(","), *other.names.split(",")))
        return self._replace(names=",".join(names), expires_at=until)


class Outbox:
    """The queue of one database."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, planned: Sequence[Planned], gaps: dict[str, int]) -> None:
        """Add pushes, once each by their key; *gaps* are the buckets' microseconds between two sends.

        A second nudge that wants the same push of the day joins it. One already sent keeps its key and takes nobody in.
        """
        once = dict[str, Planned]()
        for each in planned:
            known = once.get(each.dedupe_key)
            once[each.dedupe_key] = each if known is None else known.joined(each)
        if not once:
            return
        rows = [
            (
                each.student_id,
                each.dedupe_key,
                each.names,
                each.slot,
                each.rotation_id,
                each.part,
                each.bucket,
                each.lane,
                millis(each.due_at),
                millis(each.available_at),
                None if each.expires_at is None else millis(each.expires_at),
            )
            for each in once.values()
        ]
        await self._work.each(_RATE, sorted(gaps.items()))
        await self._work.each(_ADD, rows)

    async def expire(self, now: datetime) -> int:
        """Close rows whose moment has passed; return how many, at most 1,000 a call."""
        return len(await self._work.run(_EXPIRE, now=millis(now)))

    async def drop_day(self, student_id: int) -> datetime | None:
        """Take back the student's unsent pushes of the day; return when the earliest was due, or None.

        Their keys are free again: only what was sent holds its key.
        """
        gone = await self._work.run(
            "DELETE FROM outbox WHERE student_id = :student AND status = 0 AND part <> '' RETURNING due_at",
            student=student_id,
        )
        return min((instant_of(due) for (due,) in gone), default=None)

    async def drop_all(self, student_id: int) -> None:
        """Take back everything unsent."""
        await self._work.run("DELETE FROM outbox WHERE student_id = :student AND status = 0", student=student_id)

    async def drop(self, student_id: int, name: str, slot: str) -> None:
        """Take back one armed push that waits."""
        await self._work.run(
            "DELETE FROM outbox WHERE student_id = :student AND status = 0 AND names = :name AND slot = :slot",
            student=student_id,
            name=name,
            slot=slot,
        )

    async def sweep(self, before: datetime) -> int:
        """Delete rows closed before *before* among the oldest, in one batch; return how many."""
        gone = await self._work.run(
            "DELETE FROM outbox WHERE status >= 2 AND done_at < :before"
            " AND id IN (SELECT id FROM outbox ORDER BY id LIMIT 5000)",  # the numbers rise with time
            before=millis(before),
        )
        return gone.rowcount

    async def depth(self) -> dict[int, int]:
        """Return how many rows wait in each lane."""
        # Each by its own index: both at once would read four days of what is closed.
        rows = await self._work.run(
            "SELECT lane, count(*) FROM (SELECT lane FROM outbox WHERE status = 0"
            " UNION ALL SELECT lane FROM outbox WHERE status = 1) AS waiting GROUP BY lane"
        )
        return dict(rows)

    async def ages(self, now: datetime) -> dict[int, float]:
        """Return for how many seconds the oldest due row of each lane has waited; a lane without one is left out."""
        rows = await self._work.run(
            "SELECT lane, min(available_at) AS at FROM outbox WHERE status = 0 AND available_at <= :now GROUP BY lane",
            now=millis(now),
        )
        return {lane: (millis(now) - at) / 1000 for lane, at in rows}
