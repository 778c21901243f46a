"""What is due becomes a row to send, and the next occasion is worked out, in one transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.content.bank import Bank
from bot.core.feature import Next, NudgeRule, Registry
from bot.core.loading import views
from bot.core.view import Occurrence, View
from bot.domain.student import Address
from bot.schedule.policy import reachable, still_open
from bot.schedule.spread import delay
from bot.storage.crowds import Crowds
from bot.storage.nudges import Nudge, Nudges
from bot.storage.outbox import Outbox, Planned
from bot.storage.work import Work

#: Lanes of priority: what the student armed, the day's pushes, broadcasts.
ARMED, DAY, BROADCAST = 1, 2, 3
_INSTANT = timedelta(milliseconds=1)

Bucket = Callable[[Address], str]
#: Microseconds between two sends of a bucket.
Gap = Callable[[str], int]


def unfold(rule: Next, view: View, due_at: datetime, now: datetime) -> tuple[Occurrence | None, Occurrence | None]:
    """Return the occasion to send at *now*, if one is still open, and the next one to come.

    After downtime the last open one counts: a week away gives one message, not seven.
    """
    found, open_now = rule(view, due_at - _INSTANT), None
    while found is not None and found.at <= now:
        if still_open(found, now):
            open_now = found
        found = rule(view, found.at)
    return open_now, found


class Planner:
    """Plans due nudges, and plans one student again after a change.

    Attributes:
        bucket: the pacing key of an address.
        gap: a bucket's microseconds between two sends.
    """

    def __init__(self, registry: Registry, bank: Callable[[], Bank], bucket: Bucket, gap: Gap) -> None:
        self._registry = registry
        self._bank = bank
        self.bucket = bucket
        self.gap = gap

    async def plan(self, work: Work, now: datetime, limit: int) -> int:
        """Plan what is due at *now*, up to *limit*; return how many nudges were looked at.

        Steps: lock due nudges; load their students in four queries; add rows to send; move or remove the nudges. All
        in the caller's transaction, so that a crash can neither lose nor double one.
        """
        due = await work.use(Nudges).due(now, limit)
        if not due:
            return 0
        known = await views(work, {each.student_id for each in due}, self._bank(), now)
        planned: list[Planned] = []
        moved: list[Nudge] = []
        spent: list[int] = []
        for nudge in due:
            row, later = self._outcome(nudge, known.get(nudge.student_id), now)
            if row is not None:
                planned.append(row)
            if later is not None:
                moved.append(later)
            else:
                spent.append(nudge.id)
        gaps = {row.bucket: self.gap(row.bucket) for row in planned}
        await work.use(Outbox).add(await _spread(work, planned, gaps), gaps)
        await work.use(Nudges).move(moved)
        await work.use(Nudges).remove(spent)
        return len(due)

    async def replan(self, work: Work, student_id: int, now: datetime) -> None:
        """Work out a student's recurring nudges again; what was not sent yet is taken back and comes again if it still fits."""
        view = (await views(work, [student_id], self._bank(), now)).get(student_id)
        taken_back = await work.use(Outbox).drop_day(student_id)
        after = now if taken_back is None else min(now, taken_back - _INSTANT)
        planned = []
        for rule in self._registry.recurring:
            found = self._first(rule, view, after, now)
            if found is None:
                await work.use(Nudges).cancel(student_id, rule.name, "")
            else:
                planned.append(_row(student_id, rule.name, found))
        await work.use(Nudges).put(planned)

    def _first(self, rule: NudgeRule, view: View | None, after: datetime, now: datetime) -> Occurrence | None:
        if view is None or rule.next is None or not reachable(view):
            return None
        open_now, later = unfold(rule.next, view, after + _INSTANT, now)
        return open_now or later

    def _outcome(self, nudge: Nudge, view: View | None, now: datetime) -> tuple[Planned | None, Nudge | None]:
        rule = self._registry.nudges.get(nudge.name)
        if view is None or rule is None or not reachable(view):
            return None, None
        if nudge.slot or rule.next is None:
            return self._armed(nudge, view), None
        open_now, later = unfold(rule.next, view, nudge.due_at, now)
        row = None if open_now is None else self._day_push(nudge, view, open_now)
        return row, None if later is None else _row(nudge.student_id, nudge.name, later, nudge.id)

    def _armed(self, nudge: Nudge, view: View) -> Planned:
        # The moment is part of the key: armed again for another time, the same slot is another message.
        key = f"{nudge.name}:{nudge.student_id}:{nudge.slot}:{nudge.due_at:%Y%m%d%H%M%S}"
        return Planned(
            student_id=nudge.student_id,
            dedupe_key=key,
            names=nudge.name,
            slot=nudge.slot,
            rotation_id=nudge.rotation_id,
            part="",
            bucket=self.bucket(view.student.home),
            lane=ARMED,
            due_at=nudge.due_at,
            available_at=nudge.due_at,
            expires_at=nudge.until,
        )

    def _day_push(self, nudge: Nudge, view: View, found: Occurrence) -> Planned:
        return Planned(
            student_id=nudge.student_id,
            dedupe_key=f"day:{nudge.student_id}:{found.day}:{found.part}",
            names=nudge.name,
            slot="",
            rotation_id=found.rotation_id,
            part=found.part,
            bucket=self.bucket(view.student.home),
            lane=DAY,
            due_at=found.at,
            available_at=found.at,
            expires_at=found.until,
        )


async def _spread(work: Work, planned: list[Planned], buckets: Iterable[str]) -> list[Planned]:
    """Give each of the day's pushes of a crowded bucket its place in the window; what a student armed keeps its moment."""
    windows = await work.use(Crowds).windows(buckets)
    return [
        row._replace(available_at=row.due_at + delay(row.student_id, windows[row.bucket]))
        if row.lane == DAY and row.bucket in windows
        else row
        for row in planned
    ]


def _row(student_id: int, name: str, found: Occurrence, id: int = 0) -> Nudge:
    return Nudge(id, student_id, name, "", found.rotation_id, found.at, found.until, found.priority)
