"""A US morning on paper: when the last tip lands at 10 k, 100 k and 1 M students, under what the platforms allow.

`python -m benchmarks.morning` prints everything; `make bench` runs the small sizes and asks whether what
`docs/scale.md` promises holds.
"""

import argparse
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from benchmarks.delivery import ENGINE, LOST, Fleet, Outcome, deliver
from benchmarks.figures import Figure
from benchmarks.paths import CONTENT
from benchmarks.students import TELEGRAM, US, US_MIX, Mix, Population, local, population, workspaces
from bot.content.bank import Bank, load
from bot.domain.zones import PLACES
from bot.schedule.spread import needed

SIZES = (10_000, 100_000, 1_000_000)
#: What the page calls in time, in seconds: for a bot, and for a workspace.
IN_TIME, IN_TIME_SLACK = 600.0, 900.0
#: How much smaller the trials of a bot are.
SHRUNK = 5
ONE_ZONE = {PLACES["eastern"]: 1.0}
HEAD = (
    f"{'':24} {'':8} {'tips':>9} {'fullest':>8} {'takes':>7} {'p50':>7} {'p95':>7} {'p99':>7} {'max':>7}"
    f" {'off p99':>7} {'expired':>9} {'deepest':>8} {'last':>6}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One platform's morning: seconds after the due minute, and after the student's own moment (*off*)."""

    tips: int
    fullest: int
    takes: float
    late: tuple[float, float, float, float]
    off: float
    expired: int
    deepest: int
    last: int

    def __str__(self) -> str:
        times = " ".join(f"{_clock(each):>7}" for each in (self.takes, *self.late, self.off))
        return f"{self.tips:>9,} {self.fullest:>8,} {times} {self.expired:>9,} {self.deepest:>8,} {local(self.last):>6}"


def line(made: Population, outcome: Outcome, fleet: Fleet, *, slack: bool) -> Line:
    """Return what *outcome* says of the tips of one platform."""
    rows = [row for row in range(made.students) if (made.bucket[row] != TELEGRAM) == slack]
    sent = [row for row in rows if outcome.landed[row] != LOST]
    late = sorted((outcome.landed[row] - made.due[row]) / US for row in sent)
    off = sorted((outcome.landed[row] - outcome.moment[row]) / US for row in sent)
    ours = {number: bucket for number, bucket in outcome.buckets.items() if (number >= 0) == slack}
    fullest = max((count for (number, _), count in outcome.crowds.items() if number in ours), default=0)
    pace = fleet.slack_rate if slack else fleet.pace
    return Line(
        tips=len(rows),
        fullest=fullest,
        takes=needed(fullest, pace).total_seconds(),
        late=(_at(late, 0.5), _at(late, 0.95), _at(late, 0.99), _at(late, 1.0)),
        off=_at(off, 0.99),
        expired=len(rows) - len(sent),
        deepest=max((each.deepest for each in ours.values()), default=0),
        last=max((outcome.landed[row] for row in sent), default=0),
    )


def fleets(students: int, engine: float) -> Iterator[tuple[str, Fleet]]:
    """Yield the fleets worth a look at a size, by name: as they come, not spread, several bots, paid, and refused."""
    few = Fleet(engine=engine, processes=-(-students // 500_000))
    yield "30/s", few
    yield "30/s, not spread", replace(few, spread=False)
    if students <= 100_000:
        yield "30/s, 1 in 100 refused", replace(few, refused=0.01)
    if students >= 100_000:
        bots = students // 50_000
        yield f"{bots} bots of 30/s", replace(few, bots=bots)
        yield "1,000/s", replace(few, rate=1_000)


def table(students: int, bank: Bank, engine: float) -> dict[str, tuple[Line, Line]]:
    """Print the mornings of *students*; return (Telegram, Slack) by the fleet's name."""
    began, made = time.perf_counter(), population(students, bank)
    sizes = workspaces(students - made.bucket.count(TELEGRAM))
    print(f"\n{students:,} students, {len(sizes):,} workspaces of {sizes[0]:,} to {sizes[-1]:,}")
    print(HEAD)
    found = {}
    for name, fleet in fleets(students, engine):
        outcome = deliver(made, fleet)
        found[name] = line(made, outcome, fleet, slack=False), line(made, outcome, fleet, slack=True)
        print(f"{name:24} {'telegram':8} {found[name][0]}")
        if (fleet.rate, fleet.bots) == (Fleet().rate, 1):
            print(f"{'':24} {'slack':8} {found[name][1]}")
    print(f"simulated in {time.perf_counter() - began:.0f} s")
    return found


def most(holds: Callable[[int], bool], high: int) -> int:
    """Return about the largest size up to *high* for which *holds*, to one part in fifty; 0 for none."""
    low = 0
    while high - low > max(1, low // 50):
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def fits(students: int, bank: Bank, fleet: Fleet, mix: Mix, within: float | None) -> bool:
    """Whether nothing expires, or with *within* the tips' 99th percentile lands so many seconds after its minute."""
    made = population(students, bank, mix)
    found = line(made, deliver(made, fleet), fleet, slack=mix.slack == 1)
    return not found.expired and (within is None or found.late[2] <= within)


def capacity(bank: Bank, engine: float) -> dict[str, int]:
    """Print and return how many students one bot and one workspace take.

    A bot is tried at a fifth of its pace with a fifth of the students, which comes to the same lateness in a fifth of
    the time.
    """
    whole = Fleet(engine=engine)
    fifth = replace(whole, rate=whole.rate / SHRUNK)
    bot = replace(US_MIX, slack=0.0)
    alike = replace(bot, zones=ONE_ZONE)
    space = replace(US_MIX, zones=ONE_ZONE, slack=1.0, workspace=math.inf, largest=2**31)
    found = {}
    print(f"\n{'how many students fit':50} {'students':>9}")
    for name, fleet, mix, within, high in (
        ("one bot at 30/s, p99 within 10 min", fifth, bot, IN_TIME, 200_000),
        ("one bot at 30/s, nothing expires", fifth, bot, None, 800_000),
        ("one bot at 30/s, one time zone, p99 within 10 min", fifth, alike, IN_TIME, 100_000),
        ("one bot at 30/s, one time zone, nothing expires", fifth, alike, None, 500_000),
        ("one workspace, p99 within 15 min", whole, space, IN_TIME_SLACK, 10_000),
        ("one workspace, nothing expires", whole, space, None, 50_000),
    ):
        times = SHRUNK if fleet is fifth else 1
        found[name] = times * most(partial(fits, bank=bank, fleet=fleet, mix=mix, within=within), high // times)
        print(f"{name:50} {found[name]:>9,}")
    return found


def figures() -> Iterator[Figure]:
    """Print the small sizes; yield whether one bot serves 10 k in time and loses nothing at 100 k."""
    bank = load((CONTENT,), cache=None)
    small, large = (table(size, bank, ENGINE) for size in SIZES[:2])
    spread, crowded = large["30/s"][0], large["30/s, not spread"][0]
    print()
    yield Figure("10 k on one bot: tips that expire", sum(each.expired for each in small["30/s"]), most=0)
    yield Figure("  p99 s after the due minute", small["30/s"][0].late[2], most=IN_TIME)
    yield Figure("100 k on one bot: tips that expire", spread.expired, most=0)
    yield Figure("  deepest queue, spread against not", spread.deepest / crowded.deepest, most=0.2)
    yield Figure("100 k at 1,000/s: p99 s after the due minute", large["1,000/s"][0].late[2], most=60)


def _everything() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", type=float, default=ENGINE, help="sends a second that one worker manages")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    given = parser.parse_args()
    bank = load((CONTENT,), cache=None)
    for size in given.sizes:
        table(size, bank, given.engine)
    capacity(bank, given.engine)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def _clock(seconds: float) -> str:
    return (
        f"{seconds:.1f}s" if seconds < 100 else f"{seconds / 60:.1f}m" if seconds < 6000 else f"{seconds / 3600:.1f}h"
    )


if __name__ == "__main__":
    _everything()
