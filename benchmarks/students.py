"""Students of a US morning: where they live, how they are reached, and when each one's tip is due.

Every share below is an assumption with its reason; hours and instants are the product's own.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import log
from random import Random
from zoneinfo import ZoneInfo

from bot.content.bank import Bank
from bot.domain.hours import slot_instant
from bot.domain.rotation import Rotation
from bot.domain.student import Address, Student
from bot.domain.zones import PLACES, instant
from bot.features.feedback.moments import LEAD
from bot.features.start import hours_of
from bot.features.tip.choice import KEEP
from bot.schedule.planner import ARMED, DAY

#: A Monday in summer: Arizona keeps Pacific time then, Mountain time in winter.
MORNING = date(2027, 7, 12)
#: Who lives where, in percent of the US population (Mountain without Arizona): clerkships are where hospitals are,
#: and hospitals where people are.
ZONES: Mapping[str, float] = {
    PLACES["eastern"]: 47.5,
    PLACES["central"]: 28.9,
    PLACES["pacific"]: 16.4,
    PLACES["mountain"]: 4.4,
    PLACES["arizona"]: 2.2,
    "America/Puerto_Rico": 1.0,
    PLACES["hawaii"]: 0.4,
    PLACES["alaska"]: 0.2,
}
#: Who is on which service: the weeks of a usual clinical year.
SERVICES: Mapping[str, float] = {
    "im": 12, "surgery": 8, "peds": 6, "obgyn": 6, "psych": 6, "fm": 6, "em": 2, "neuro": 2, "icu": 1, "other": 3
}  # fmt: skip
#: Who chooses another time than the service's usual one, and which: round times, and seldom.
CHOOSING = 0.2
CHOSEN: Mapping[time, float] = {
    time(5): 1, time(5, 30): 2, time(6): 3, time(6, 30): 3, time(7): 4, time(7, 30): 2, time(8): 1
}  # fmt: skip
#: Who is reached by Slack: what a school hands out; everybody else comes alone, by Telegram.
SLACK = 0.3
#: Mean size of a workspace and the largest: a class on its clerkships, and the largest schools there are.
WORKSPACE, LARGEST = 150, 3_000
#: Of a workspace's members, who lives in the school's own zone.
AT_HOME = 0.8
#: Who planned to ask for feedback after rounds that day: two asks in four weeks.
ASKING = 0.08
#: Who answers a tip, and after how many minutes in the middle; the spread is that of a log-normal: two in three answer
#: between a third of it and three times as much.
ANSWERING, MEDIAN_MINUTES, SIGMA = 0.6, 8.0, 1.1

US = 1_000_000
NEVER = 2**62
TELEGRAM = -1


@dataclass(slots=True)
class Population:
    """What is due on one morning, as columns by row: the first *students* rows are tips, the rest armed asks.

    Attributes:
        student: the student's number, from 1.
        bucket: TELEGRAM, or the number of the workspace.
        due: microseconds since 1970; expires: the same, NEVER where it is not dropped.
        lane: the planner's lanes.
        answer: microseconds until the student answers, -1 for no answer.
    """

    students: int
    workspaces: int
    student: "array[int]"
    bucket: "array[int]"
    due: "array[int]"
    expires: "array[int]"
    lane: "array[int]"
    answer: "array[int]"

    def __len__(self) -> int:
        return len(self.due)


@dataclass(frozen=True, slots=True)
class Mix:
    """Who the students are; the defaults are the assumptions above."""

    zones: Mapping[str, float]
    slack: float = SLACK
    workspace: float = WORKSPACE
    largest: int = LARGEST
    asking: float = ASKING
    answering: float = ANSWERING


US_MIX = Mix(ZONES)


def population(count: int, bank: Bank, mix: Mix = US_MIX, *, seed: int = 1, day: date = MORNING) -> Population:
    """Return *count* students and what is due to them on *day*; the same *seed* gives the same students."""
    chance = Random(seed)
    sizes = workspaces(round(count * mix.slack), mean=mix.workspace, largest=mix.largest)
    buckets = [number for number, size in enumerate(sizes) for _ in range(size)]
    buckets += [TELEGRAM] * (count - len(buckets))
    names = list(mix.zones)
    homes = chance.choices(names, list(mix.zones.values()), k=len(sizes))
    zones = chance.choices(names, list(mix.zones.values()), k=count)
    services = chance.choices(list(SERVICES), list(SERVICES.values()), k=count)
    chosen = chance.choices([None, *CHOSEN], [1 - CHOOSING, *_scaled(CHOSEN, CHOOSING)], k=count)
    hours = _Hours(bank, day)
    made = Population(count, len(sizes), *(array("q") for _ in range(6)))
    asks = []
    # Numbers are given in the order in which people join, which has nothing to do with where they are.
    chance.shuffle(buckets)
    for number, (bucket, zone, service, at) in enumerate(zip(buckets, zones, services, chosen, strict=True), 1):
        if bucket != TELEGRAM and chance.random() < AT_HOME:
            zone = homes[bucket]
        answer = round(60 * US * chance.lognormvariate(log(MEDIAN_MINUTES), SIGMA))
        answer = answer if chance.random() < mix.answering else -1
        _row(made, number, bucket, hours.tip(zone, service, at), int(KEEP / timedelta(microseconds=1)), DAY, answer)
        if chance.random() < mix.asking:
            asks.append((number, bucket, hours.ask(zone, service)))
    for number, bucket, due in asks:
        _row(made, number, bucket, due, NEVER - due, ARMED, -1)
    return made


def workspaces(members: int, *, mean: float = WORKSPACE, largest: int = LARGEST) -> list[int]:
    """Return sizes of workspaces that hold *members* together, the largest first.

    The second has half as many as the first, the third a third, and so on; none has more than *largest*: where the
    first are cut, the others share what is over.
    """
    ranks = max(round(members / mean), -(-members // largest))
    low, high = 0.0, float(members * ranks)
    for _ in range(80):
        middle = (low + high) / 2
        held = sum(min(largest, middle / rank) for rank in range(1, ranks + 1))
        low, high = (middle, high) if held < members else (low, middle)
    sizes = [int(min(largest, high / rank)) for rank in range(1, ranks + 1)]
    over = members - sum(sizes)
    for rank in [rank for rank, size in enumerate(sizes) if size < largest][:over]:
        sizes[rank] += 1
    return [size for size in sizes if size]


class _Hours:
    """Due instants by what decides them: students who share it share the instant."""

    def __init__(self, bank: Bank, day: date) -> None:
        self._bank = bank
        self._day = day
        self.tip = cache(self._tip)
        self.ask = cache(self._ask)

    def _rotation(self, service: str) -> Rotation:
        usual = hours_of(self._bank.specialty(service))
        start, end = self._day - timedelta(days=7), self._day + timedelta(days=20)
        return Rotation(1, service, "hands_on", start, end, usual)

    def _tip(self, zone: str, service: str, at: time | None) -> int:
        student = Student(1, Address("simulation", "", "student", "student"), zone=zone, tip_at=at)
        return _micros(slot_instant(student, self._rotation(service), self._day, "morning"))

    def _ask(self, zone: str, service: str) -> int:
        rounds = instant(zone, self._day, self._rotation(service).hours.rounds_end)
        return _micros(None if rounds is None else rounds - LEAD)


def local(micros: int, zone: str = PLACES["eastern"]) -> str:
    """Return the instant *micros* as a clock in *zone* shows it."""
    return f"{datetime.fromtimestamp(micros / US, UTC).astimezone(ZoneInfo(zone)):%H:%M}"


def _row(made: Population, number: int, bucket: int, due: int, keep: int, lane: int, answer: int) -> None:
    made.student.append(number)
    made.bucket.append(bucket)
    made.due.append(due)
    made.expires.append(due + keep)
    made.lane.append(lane)
    made.answer.append(answer)


def _micros(at: datetime | None) -> int:
    assert at is not None, "no morning is swallowed by quiet hours or lies on a missing date"
    return round(at.timestamp() * US)


def _scaled(weights: Mapping[time, float], to: float) -> Iterator[float]:
    whole = sum(weights.values())
    return (each * to / whole for each in weights.values())
