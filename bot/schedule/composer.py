"""What a claimed row says: decided when it is sent, so that late changes count."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.core.budget import within_budget
from bot.core.context import Context, Push
from bot.core.feature import NudgeRule, Registry
from bot.core.library import Library
from bot.core.loading import views
from bot.core.messages import Reply
from bot.core.stamps import stamp_of, stamped
from bot.core.view import Occurrence, View
from bot.domain.delivery import Delivery
from bot.domain.student import Address
from bot.schedule.policy import backoff, free_at, reachable, still_open
from bot.storage.claims import CANCELLED, EXPIRED, Claimed, Claims, Ended, PutBack
from bot.storage.database import Away, Database
from bot.storage.deliveries import Deliveries
from bot.storage.work import Work

log = structlog.get_logger(__name__)

Replan = Callable[[Work, int, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to go."""

    row: Claimed
    to: Address
    reply: Reply


@dataclass(slots=True)
class Composed:
    """What became of a batch: *ready* goes out, *ended* was closed, *back* waits until an instant."""

    ready: list[Outgoing] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    back: list[PutBack] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)


class Composer:
    """Composes batches of claimed rows."""

    def __init__(
        self, database: Database, registry: Registry, library: Callable[[], Library], replan: Replan, chance: Random
    ) -> None:
        self._database = database
        self._registry = registry
        self._library = library
        self._replan = replan
        self._chance = chance

    async def compose(self, rows: Sequence[Claimed], now: datetime, me: str) -> Composed:
        """Compose *rows*, which the worker *me* holds, in one transaction, and close or give back what won't go out.

        One that fails is put back by itself and holds up nobody. Raises Away.
        """
        try:
            return await self._batch(rows, now, me)
        except Away:
            raise
        except Exception:
            if len(rows) == 1:
                log.exception("composing failed", outbox_id=rows[0].id, names=rows[0].names)
                async with self._database.write() as work:
                    at = now + backoff(rows[0].attempts)
                    await work.use(Claims).put_back([PutBack(rows[0].id, at, counted=True)], me)
                return Composed()
        made = Composed()
        for row in rows:
            one = await self.compose([row], now, me)
            made.ready += one.ready
            made.ended += one.ended
        return made

    async def _batch(self, rows: Sequence[Claimed], now: datetime, me: str) -> Composed:
        made = Composed()
        async with self._database.write() as work:
            known = await views(work, {row.student_id for row in rows}, self._library().bank, now)
            for row in rows:
                await self._one(made, work, row, known.get(row.student_id), now)
            await work.use(Deliveries).composed(made.deliveries)
            await work.use(Claims).end(made.ended, me, now)
            await work.use(Claims).put_back(made.back, me)
            for changed in sorted(work.changed):
                await self._replan(work, changed, now)
        return made

    async def _one(self, made: Composed, work: Work, row: Claimed, view: View | None, now: datetime) -> None:
        if view is None or not reachable(view):
            made.ended.append(Ended(row.id, CANCELLED))
            return
        if row.expires_at is not None and row.expires_at <= now:
            made.ended.append(Ended(row.id, EXPIRED))
            return
        free = free_at(view, now)
        if free > now:
            if row.expires_at is not None and free >= row.expires_at:
                made.ended.append(Ended(row.id, EXPIRED))
            else:
                made.back.append(PutBack(row.id, free, counted=False))
            return
        for rule, occurrence in self._candidates(row, view, now):
            found = await self._said(work, row, rule, occurrence, view, now)
            if found is not None:
                reply, delivery = found
                made.ready.append(Outgoing(row, view.student.home, stamped(reply, stamp_of(row.id))))
                made.deliveries.append(delivery)
                return
        made.ended.append(Ended(row.id, CANCELLED))

    def _candidates(self, row: Claimed, view: View, now: datetime) -> list[tuple[NudgeRule, Occurrence]]:
        """Return who may compose this push, the highest priority first."""
        found: list[tuple[NudgeRule, Occurrence]] = []
        for name in row.names:
            rule = self._registry.nudges.get(name)
            if rule is None:
                continue
            if not row.part or rule.next is None:
                found.append((rule, Occurrence(row.slot, row.due_at, row.expires_at, 100, "", None, row.rotation_id)))
                continue
            occurrence = rule.next(view, row.due_at - timedelta(milliseconds=1))
            fits = occurrence is not None and occurrence.at <= now and occurrence.part == row.part
            if occurrence is not None and fits and still_open(occurrence, now) and within_budget(view, occurrence, now):
                found.append((rule, occurrence))
        return sorted(found, key=lambda each: -each[1].priority)

    async def _said(
        self, work: Work, row: Claimed, rule: NudgeRule, found: Occurrence, view: View, now: datetime
    ) -> tuple[Reply, Delivery] | None:
        about = found.slot.rpartition("@")[2] if "@" in found.slot else ""
        delivery = Delivery(
            row.id, row.student_id, rule.name, found.slot, found.rotation_id, about, "", row.part, "", composed_at=now
        )
        push = Push(about=about)
        ctx = Context(now, view, work, self._registry, self._library(), self._chance, delivery=delivery, push=push)
        reply = await rule.handler(ctx, found.slot)
        if reply is None:
            return None
        return reply, delivery._replace(about=push.about, item=push.item, reason=push.reason)
