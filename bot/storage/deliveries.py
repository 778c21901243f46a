"""The history of pushes: behind `/why`, 'never seen before', and the buttons of an old message."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, bindparam, select, text, update

from bot.domain.delivery import Delivery
from bot.storage.database import Work
from bot.storage.schema import deliveries
from bot.storage.types import millis

#: How far back a tip counts as seen.
SEEN_FOR = timedelta(days=400)

_COMPOSED = text(
    "INSERT INTO deliveries (id, student_id, nudge, slot, rotation_id, about, item, part, reason, composed_at, answer)"
    " VALUES (:id, :student_id, :nudge, :slot, :rotation_id, :about, :item, :part, :reason, :composed_at, '')"
    " ON CONFLICT (id) DO UPDATE SET nudge = excluded.nudge, slot = excluded.slot, rotation_id = excluded.rotation_id,"
    " about = excluded.about, item = excluded.item, reason = excluded.reason, composed_at = excluded.composed_at"
)

_SEEN = (
    select(deliveries)
    .where(deliveries.c.student_id.in_(bindparam("ids", expanding=True)), deliveries.c.sent_at > bindparam("since"))
    .order_by(deliveries.c.sent_at, deliveries.c.id)
)


class Deliveries:
    """Read and write the history."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def composed(self, made: Sequence[Delivery]) -> None:
        """Keep what is about to be sent; composing the same push again rewrites its row."""
        if made:
            rows = [
                {
                    "id": each.id,
                    "student_id": each.student_id,
                    "nudge": each.nudge,
                    "slot": each.slot,
                    "rotation_id": each.rotation_id,
                    "about": each.about,
                    "item": each.item,
                    "part": each.part,
                    "reason": each.reason[:400],
                    "composed_at": millis(each.composed_at),
                }
                for each in made
            ]
            await self._work.connection.execute(_COMPOSED, rows)

    async def seen(self, student_ids: Iterable[int], now: datetime) -> dict[int, tuple[Delivery, ...]]:
        """Return what was sent to *student_ids* in the last 400 days, oldest first, in one query."""
        wanted = list(student_ids)
        found: dict[int, list[Delivery]] = {each: [] for each in wanted}
        rows = await self._work.connection.execute(_SEEN, {"ids": wanted, "since": now - SEEN_FOR})
        for row in rows.mappings():
            found[row["student_id"]].append(_delivery(row))
        return {each: tuple(found[each]) for each in wanted}

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


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(**{name: row[name] for name in Delivery.__slots__})
