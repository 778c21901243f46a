"""The crowded minutes of the coming day: found, told to the operator, spread out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.student import Address
from bot.schedule.planner import Bucket, Gap
from bot.schedule.spread import needed, window
from bot.storage.crowds import Crowds
from bot.storage.work import Work

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Crowded:
    """The fullest minute of one bucket: when, how many, how long they take, and over how long they are spread."""

    bucket: str
    at: datetime
    count: int
    takes: timedelta
    over: timedelta

    def __str__(self) -> str:
        """Return it as an operator reads it."""
        spread = f", spread over {_said(self.over)}" if self.over else ""
        return f"{self.count:,} at {self.at:%H:%M} UTC on {self.bucket} take {_said(self.takes)}{spread}"


async def crowded(work: Work, now: datetime, bucket: Bucket, gap: Gap) -> list[Crowded]:
    """Return the fullest minute of each bucket in the coming day, the one that takes longest first."""
    fullest = dict[str, Crowded]()
    for crowd in await work.use(Crowds).fullest(now, DAY):
        name = bucket(Address(crowd.platform, crowd.tenant, "", ""))
        rate = 1_000_000 / gap(name)
        known = fullest.get(name)
        if known is None or crowd.count > known.count:
            takes, over = needed(crowd.count, rate), window(crowd.count, rate)
            fullest[name] = Crowded(name, crowd.at, crowd.count, takes, over)
    return sorted(fullest.values(), key=lambda each: -each.takes)


async def spread_out(work: Work, found: Iterable[Crowded], gap: Gap) -> None:
    """Keep the windows of *found*; a minute that is no longer crowded loses its own."""
    await work.use(Crowds).keep({each.bucket: (gap(each.bucket), each.over) for each in found})


def _said(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 60:
        return f"{max(1, seconds)} s"
    minutes, rest = divmod(seconds, 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s"
