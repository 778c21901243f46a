"""The courier's rules in virtual time: what is planned, whose turn it is, what expires; no database, no waiting.

What is left out: a claim covers the next 200 ms, so that what a student armed may wait so long behind tips already
claimed; the way to the platform and back.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heapify, heappop, heappush, heapreplace
from random import Random

from benchmarks.students import NEVER, TELEGRAM, US, Population
from bot.app.compose import MARGIN, SLACK_RATE
from bot.schedule.pace import GATHER
from bot.schedule.spread import delay, window

MINUTE = 60 * US
#: Seconds between two looks of the planner.
TICK = US
LOST = -1
#: Sends a second that one worker manages by itself: an assumption, far below what the engine is measured at.
ENGINE = 1_000.0
#: Rows a second that one worker plans beside its sending: likewise.
PLANS = 2_000


@dataclass(frozen=True, slots=True)
class Fleet:
    """What sends.

    Attributes:
        rate: messages a second that Telegram takes from a bot (TELEGRAM_RATE), 5 % of which are kept in reserve.
        bots: how many Telegram bots the students are dealt out to.
        slack_rate: messages a second a workspace takes.
        processes: how many workers.
        engine: sends a second that one worker manages by itself, whatever the platforms allow.
        spread: whether a crowded minute is spread out.
        refused: share of sends that a platform answers with 429, and for how long it then wants silence.
    """

    rate: float = 30.0
    bots: int = 1
    slack_rate: float = SLACK_RATE
    processes: int = 1
    engine: float = ENGINE
    spread: bool = True
    refused: float = 0.0
    silence: timedelta = timedelta(seconds=5)

    @property
    def pace(self) -> float:
        """Return messages a second of one bot, the reserve taken off."""
        return self.rate * MARGIN


@dataclass(slots=True)
class Bucket:
    """What one bot or one workspace has to take: rows still to come, rows that wait, replies to count."""

    gap: int
    #: (instant, row) of what is still to come, the latest first.
    coming: list[tuple[int, int]] = field(default_factory=list)
    #: (lane, moment, row) of what waits, as the claim orders it.
    waiting: list[tuple[int, int, int]] = field(default_factory=list)
    #: Instants at which replies are counted.
    replies: list[int] = field(default_factory=list)
    tat: int = 0
    deepest: int = 0

    def turn(self) -> int:
        """Return when the bucket may send its next row; NEVER where it has none."""
        if self.waiting:
            return self.tat
        return max(self.tat, self.coming[-1][0]) if self.coming else NEVER

    def count(self, now: int) -> int:
        """Count the replies up to *now* against the pace, a turn each, and return when the next turn is."""
        while self.replies and self.replies[0] <= now:
            self.tat = max(self.tat, heappop(self.replies)) + self.gap
        return self.tat

    def arrive(self, lanes: Sequence[int], moments: Sequence[int], now: int) -> None:
        """Have what comes until *now* wait, in the claim's order: by lane, then by the row's own moment."""
        while self.coming and self.coming[-1][0] <= now:
            row = self.coming.pop()[1]
            heappush(self.waiting, (lanes[row], moments[row], row))
        self.deepest = max(self.deepest, len(self.waiting))


@dataclass(slots=True)
class Outcome:
    """What became of each row: *landed* is microseconds since 1970, LOST where it expired."""

    landed: "array[int]"
    #: The row's own moment: when it was due, and its place in the window on top.
    moment: "array[int]"
    buckets: dict[int, Bucket]
    #: How many of the day's pushes a bucket has in a minute, by (bucket, minute since 1970).
    crowds: Counter[tuple[int, int]]
    sends: int = 0
    refusals: int = 0


def deliver(made: Population, fleet: Fleet, *, seed: int = 1) -> Outcome:
    """Return what becomes of *made* with *fleet*.

    Steps: each row gets its moment and is planned; then, as long as a bucket has rows, the bucket whose turn is first
    counts its replies, drops what has expired and sends the first row of the lowest lane.
    """
    buckets, moment, crowds = _queued(made, fleet)
    outcome = Outcome(array("q", [LOST]) * len(made), moment, buckets, crowds)
    chance, service, free = Random(seed), round(US / (fleet.engine * fleet.processes)), 0
    gather, silence = round(GATHER * US), fleet.silence // timedelta(microseconds=1)
    turns = [(bucket.turn(), number) for number, bucket in buckets.items()]
    heapify(turns)
    while turns:
        now, number = turns[0]
        bucket = buckets[number]
        # Turns come in order; where the workers have more to do than they manage, they are late.
        now = max(now, free)
        if bucket.count(now) > now:
            heapreplace(turns, (bucket.turn(), number))
            continue
        bucket.arrive(made.lane, moment, now)
        row = _next(bucket, made.expires, now)
        if row is None:
            _again(turns, bucket, number)
            continue
        bucket.tat, free = now + bucket.gap, now + service
        if fleet.refused and chance.random() < fleet.refused:
            bucket.tat = max(bucket.tat, now + silence)
            heappush(bucket.waiting, (made.lane[row], now, row))
            outcome.refusals += 1
        else:
            outcome.landed[row] = now
            outcome.sends += 1
            if made.answer[row] >= 0:
                heappush(bucket.replies, now + made.answer[row] + gather)
        _again(turns, bucket, number)
    return outcome


def planned(moments: Sequence[int], due: Sequence[int], fleet: Fleet) -> Iterator[tuple[int, int]]:
    """Yield (row, instant) of when each row stands in the outbox: so many a second and worker, earliest due first."""
    room, tick = 0, -1
    for row in sorted(range(len(due)), key=due.__getitem__):
        now = -(-due[row] // TICK)
        if now > tick:
            tick, room = now, PLANS * fleet.processes
        elif room == 0:
            tick, room = tick + 1, PLANS * fleet.processes
        room -= 1
        yield row, max(moments[row], tick * TICK)


def _queued(made: Population, fleet: Fleet) -> tuple[dict[int, Bucket], "array[int]", Counter[tuple[int, int]]]:
    homes = made.bucket if fleet.bots == 1 else array("q", (_bucket(made, row, fleet.bots) for row in range(len(made))))
    minutes = array("q", (due // MINUTE for due in made.due))
    # Armed asks stand behind the tips, and are not spread out.
    crowds = Counter(zip(homes[: made.students], minutes, strict=False))
    paces = {number: fleet.pace if number < 0 else fleet.slack_rate for number in set(homes)}
    buckets = {number: Bucket(round(US / pace)) for number, pace in paces.items()}
    moment = array("q", made.due)
    if fleet.spread:
        over = {place: window(count, paces[place[0]]) for place, count in crowds.items()}
        for row in range(made.students):
            if wide := over[homes[row], minutes[row]]:
                moment[row] += delay(made.student[row], wide) // timedelta(microseconds=1)
    for row, at in planned(moment, made.due, fleet):
        buckets[homes[row]].coming.append((at, row))
    for bucket in buckets.values():
        bucket.coming.sort(reverse=True)
    return buckets, moment, crowds


def _bucket(made: Population, row: int, bots: int) -> int:
    """Return a row's bucket: workspaces from 0 on, bots below."""
    bucket = made.bucket[row]
    return bucket if bucket != TELEGRAM else TELEGRAM - made.student[row] % bots


def _next(bucket: Bucket, expires: Sequence[int], now: int) -> int | None:
    while bucket.waiting:
        row = heappop(bucket.waiting)[2]
        if expires[row] > now:
            return row
    return None


def _again(turns: list[tuple[int, int]], bucket: Bucket, number: int) -> None:
    turn = bucket.turn()
    if turn == NEVER:
        heappop(turns)
    else:
        heapreplace(turns, (turn, number))
