"""The history of pushes: behind `/why`, 'never seen before', and the buttons of an old message."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, select, update

from bot.domain.delivery import Delivery
from bot.storage.schema import deliveries
from bot.storage.types import instant_of, millis
from bot.storage.work import Work

#: How far back a tip counts as seen.
SEEN_FOR = timedelta(days=400)

_COMPOSED = """
INSERT INTO deliveries (id, student_id, nudge, slot, rotation_id, about, item, part, reason, composed_at, answer)
{row} $1::BIGINT, $2::BIGINT, $3, $4, $5::BIGINT, $6, $7, $8, $9, $10::BIGINT, '' {of_rows}
ON CONFLICT (id) DO UPDATE SET nudge = excluded.nudge, slot = excluded.slot, rotation_id = excluded.rotation_id,
    about = excluded.about, item = excluded.item, reason = excluded.reason, composed_at = excluded.composed_at
"""
_SEEN = """
SELECT id, student_id, nudge, slot, rotation_id, about, item, part, reason, composed_at, sent_at, answered_at, answer
  FROM deliveries WHERE student_id {in_ids} AND sent_at > :since ORDER BY sent_at, id
"""


class Deliveries:
    """Read and write the history."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def composed(self, made: Sequence[Delivery]) -> None:
        """Keep what is about to be sent; composing the same push again rewrites its row."""
        rows = [
            (
                each.id,
                each.student_id,
                each.nudge,
                each.slot,
                each.rotation_id,
                each.about,
                each.item,
                each.part,
                each.reason[:400],
                millis(each.composed_at),
            )
            for each in made
        ]
        if rows:
            await self._work.each(_COMPOSED, rows)

    async def seen(self, student_ids: Iterable[int], now: datetime) -> dict[int, tuple[Delivery, ...]]:
        """Return what was sent to *student_ids* in the last 400 days, oldest first, in one query."""
        wanted = list(student_ids)
        found = defaultdict[int, list[Delivery]](list)
        for row in await self._work.run(_SEEN, ids=wanted, since=millis(now - SEEN_FOR)):
            found[row[1]].append(_read(row))
        return {each: tuple(found[each]) if each in found else () for each in wanted}

    async def sweep(self, before: datetime) -> int:
        """Delete the history from before *before*, which nothing reads any more, in one batch; return how many."""
        gone = await self._work.run(
            "DELETE FROM deliveries WHERE composed_at < :before"
            " AND id IN (SELECT id FROM deliveries ORDER BY id LIMIT 5000)",  # the numbers rise with time
            before=millis(before),
        )
        return gone.rowcount

    async def owned(self, delivery_id: int, student_id: int) -> Delivery | None:
        """Return the push with *delivery_id* if it went to *student_id*, else None."""
        query = select(deliveries).where(deliveries.c.id == delivery_id, deliveries.c.student_id == student_id)
        row = (await self._work.connection.execute(query)).mappings().one_or_none()
        return _delivery(row) if row else None

    async def answered(self, delivery_id: int, answer: str, now: datetime) -> None:
        """Note the first answer to a push; later ones change nothing."""
        await self._work.connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.answered_at.is_(None))
            .values(answered_at=now, answer=answer[:40])
        )


def _read(row: Any) -> Delivery:
    """Return the delivery in a row of `_SEEN`."""
    id, student, nudge, slot, rotation, about, item, part, reason, composed, sent, answered, answer = row
    times = (instant_of(composed), instant_of(sent), None if answered is None else instant_of(answered))
    return Delivery(id, student, nudge, slot, rotation, about, item, part, reason, *times, answer)


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(**{name: row[name] for name in Delivery._fields})
