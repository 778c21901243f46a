"""Parts of the benchmarks, run one after the other, and what became of them.

Each is a process of its own, so that none finds warm what another left behind, and one that breaks stops no other.
"""

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context

from benchmarks.figures import Figure, each_told

#: In the order they run.
PARTS = ("rest", "turn", "turns", "content", "lookup", "engine", "idle", "fanout", "replies", "pace", "morning")

#: Returns the figures of a part by its name.
Measure = Callable[[str], tuple[Figure, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a part: its figures, none of them where it broke."""

    part: str
    figures: tuple[Figure, ...] = ()
    broke: bool = False

    @property
    def fine(self) -> bool:
        """Whether all was measured and reached."""
        return not self.broke and all(each.reached for each in self.figures)


def measured(part: str) -> tuple[Figure, ...]:
    """Return the figures of *part*, each printed as it comes."""
    return tuple(each_told(import_module(f"benchmarks.{part}").figures()))


def apart(part: str) -> tuple[Figure, ...]:
    """Like `measured`, in a process of its own. Raises whatever ended that."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measured, part).result()


def run(parts: Sequence[str], measure: Measure = apart) -> list[Outcome]:
    """Run *parts* one after the other, telling which; one that breaks is told, and the next one runs."""
    outcomes = []
    for number, part in enumerate(parts, 1):
        print(f"\n== {part} ({number} of {len(parts)})", flush=True)
        began = time.perf_counter()
        try:
            outcomes.append(Outcome(part, measure(part)))
        except (Exception, SystemExit):  # noqa: BLE001 - whatever ended it, the others are still to be measured
            traceback.print_exc(file=sys.stdout)
            outcomes.append(Outcome(part, broke=True))
        print(f"-- took {time.perf_counter() - began:.0f} s", flush=True)
    return outcomes


def summary(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the lines of the table at the end: every figure by its part, then what was missed."""
    lines = []
    for outcome in outcomes:
        lines += [f"{outcome.part}: BROKE, see above" if outcome.broke else outcome.part]
        lines += [f"  {each}" for each in outcome.figures]
    judged = [each for outcome in outcomes for each in outcome.figures if each.judges]
    missed = [each for each in judged if not each.reached]
    broke = sum(outcome.broke for outcome in outcomes)
    told = f"{len(judged) - len(missed)} of {len(judged)} figures reached"
    return [*lines, "", f"{told}, {len(missed)} missed, {broke} of {len(outcomes)} parts broke"]
