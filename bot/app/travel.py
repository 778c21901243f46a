"""Time travel for the chat page, the terminal and the simulation: every due instant on the way is lived through."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta

from bot.app.compose import Parts, keep_clock
from bot.clock import MovedClock
from bot.core.forecast import forecast
from bot.core.loading import views
from bot.core.view import View
from bot.domain import words
from bot.domain.rotation import LONG
from bot.domain.student import Address
from bot.domain.zones import instant
from bot.platforms.travel import Step, Upcoming
from bot.storage.nudges import Nudge, Nudges
from bot.storage.students import Students

AHEAD = timedelta(days=21)
#: 'Next message' looks no further than this.
FARTHEST = timedelta(days=120)


class Traveler:
    """Moves the process's clock and has everything due delivered on the way."""

    def __init__(self, parts: Parts, clock: MovedClock) -> None:
        self._parts = parts
        self._clock = clock

    def now(self) -> datetime:
        """Return the process's clock."""
        return self._clock()

    async def local_time(self, address: Address) -> datetime:
        """Return the student's own clock."""
        found = await self._seen(address)
        return found[0].student.local(self.now()) if found else self.now().astimezone()

    async def upcoming(self, address: Address) -> tuple[Upcoming, ...]:
        """Return what will come to the student, and what came."""
        found = await self._seen(address)
        if found is None:
            return ()
        view, armed = found
        now = self.now()
        past = [
            Upcoming(each.sent_at, _local(view, each.sent_at), self._named(view, each.nudge, each.slot), sent=True)
            for each in view.seen[-12:]
            if each.sent_at is not None
        ]
        coming = forecast(view, self._parts.registry, armed, now, now + AHEAD)
        ahead = [Upcoming(each.at, _local(view, each.at), each.what, sent=False) for each in coming]
        return (*past, *ahead)

    async def move(self, address: Address, step: Step) -> None:
        """Go to the next message, a day on, or to the middle of the rotation."""
        if step == "day":
            await self.to(self.now() + timedelta(days=1))
            return
        found = await self._seen(address)
        if found is None:
            return
        view, armed = found
        if step == "midpoint":
            target = _middle(view, self.now())
            if target is not None:
                await self.to(target)
            return
        now = self.now()
        coming = forecast(view, self._parts.registry, armed, now, now + FARTHEST)
        if coming:
            await self.to(coming[0].at + timedelta(seconds=1))

    async def to(self, target: datetime, seen: Callable[[], Awaitable[None]] | None = None) -> None:
        """Live through every due instant until *target*."""
        courier = self._parts.courier
        await courier.settle()
        while True:
            async with self._parts.database.read() as work:
                due = await work.use(Nudges).next_due()
            if due is None or due > target:
                break
            self._clock.move_to(due + timedelta(seconds=1))
            await courier.settle()
            if seen is not None:
                await seen()
        self._clock.move_to(target)
        await courier.settle()
        await keep_clock(self._parts.database, self._clock)

    def _named(self, view: View, nudge: str, slot: str) -> str:
        rule = self._parts.registry.nudges.get(nudge)
        return rule.describe(view, slot) if rule else "a message"

    async def _seen(self, address: Address) -> tuple[View, tuple[Nudge, ...]] | None:
        async with self._parts.database.read() as work:
            student = await work.use(Students).find(address)
            if student is None:
                return None
            known = await views(work, [student.id], self._parts.shelf().bank, self.now())
            return known[student.id], await work.use(Nudges).of(student.id)


def _local(view: View, at: datetime) -> str:
    local = view.student.local(at)
    return f"{words.day(local.date())}, {words.clock(local.time())}"


def _middle(view: View, now: datetime) -> datetime | None:
    """Return the morning of the first step of the midpoint, or of the midpoint itself where that has passed."""
    rotation = view.rotation_on(view.student.today(now))
    if rotation is None:
        return None
    days = [rotation.shifted(rotation.midpoint, -2)] if rotation.length >= LONG else []
    for day in (*days, rotation.midpoint):
        at = instant(view.student.zone_on(day), day, time(9))
        if at is not None and at > now:
            return at
    return None
