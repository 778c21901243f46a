"""What came of sends, until it is written: taken, refused, given back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.core.errors import DeliveryError
from bot.schedule.composer import Outgoing
from bot.schedule.policy import backoff
from bot.storage.claims import CANCELLED, DEAD, Claims, Ended, PutBack
from bot.storage.outbox import Outbox
from bot.storage.pace import Pace
from bot.storage.students import Students
from bot.storage.work import Work

log = structlog.get_logger(__name__)

#: Tries before a push that no platform takes is given up, with an error in the log.
MOST_TRIES = 40
#: How long a bucket pauses that was not told for how long.
UNTOLD = timedelta(seconds=1)


@dataclass(slots=True)
class Outcomes:
    """One batch of them, of the worker *me*; `len` is how many messages it is about."""

    me: str
    sent: list[int] = field(default_factory=list)
    refused: list[tuple[Outgoing, DeliveryError]] = field(default_factory=list)
    back: list[PutBack] = field(default_factory=list)
    resting: dict[str, timedelta] = field(default_factory=dict)  # buckets that failed again and again

    def __len__(self) -> int:
        return len(self.sent) + len(self.refused) + len(self.back)

    def ids(self) -> Iterator[int]:
        """Yield the ids of the rows it is about."""
        yield from self.sent
        yield from (out.row.id for out, _ in self.refused)
        yield from (each.id for each in self.back)

    def joined(self, later: "Outcomes") -> "Outcomes":
        """Return both batches as one."""
        return Outcomes(
            self.me,
            self.sent + later.sent,
            self.refused + later.refused,
            self.back + later.back,
            self.resting | later.resting,
        )

    async def write(self, work: Work, now: datetime) -> int:
        """Write all of it; return how many sent ones were still ours."""
        claims, back, ended = work.use(Claims), list(self.back), list[Ended]()
        ours = await claims.sent(self.sent, self.me, now)
        for out, fault in self.refused:
            met = await _met(work, out, fault, now)
            if isinstance(met, Ended):
                ended.append(met)
            else:
                back.append(met)
        await claims.end(ended, self.me, now)
        await claims.put_back(back, self.me)
        for bucket, rest in sorted(self.resting.items()):
            await work.use(Pace).block(bucket, int(rest.total_seconds() * 1_000_000))
        # Last: what was given back above, of those who are gone, is dropped with the rest of theirs.
        for out, fault in self.refused:
            if fault.kind == "gone":
                await work.use(Outbox).drop_all(out.row.student_id)
        return ours


async def _met(work: Work, out: Outgoing, fault: DeliveryError, now: datetime) -> Ended | PutBack:
    """Do what a refusal asks for: leave the student alone, follow the chat, pause the bucket, or try later."""
    row = out.row
    match fault.kind:
        case "gone":
            await work.use(Students).change(row.student_id, state="gone")
            return Ended(row.id, CANCELLED, fault.detail)
        case "moved":
            await work.use(Students).move(out.to, fault.moved_to or out.to)
            return PutBack(row.id, now, counted=True)
        case "paused":
            wait = fault.retry_after or UNTOLD
            await work.use(Pace).block(row.bucket, int(wait.total_seconds() * 1_000_000))
            return PutBack(row.id, now, counted=False, fault="paused")
        case "rejected":
            log.error("a platform refuses a message of ours", outbox_id=row.id, names=row.names, detail=fault.detail)
            return Ended(row.id, DEAD, fault.detail)
        case "unknown" | "down" if row.attempts >= MOST_TRIES:
            log.error("given up after many tries", outbox_id=row.id, names=row.names, detail=fault.detail)
            return Ended(row.id, DEAD, fault.detail)
        case "unknown" | "down":
            return PutBack(row.id, now + (fault.retry_after or backoff(row.attempts)), counted=True, fault=fault.detail)
