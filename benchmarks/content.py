"""Measure what writers and starts wait for: a check of the whole bank, of one file, and the bank from what is kept."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure, judged
from benchmarks.paths import CONTENT, ROOT
from bot.clock import system
from bot.content.bank import load
from bot.content.checking import check

ONE = CONTENT / "tips" / "im.yaml"

#: What `make bench` allows, in milliseconds.
WHOLE_MS, ONE_MS, KEPT_MS = 5000.0, 1000.0, 100.0


def figures() -> Iterator[Figure]:
    """Yield the milliseconds of each."""
    with tempfile.TemporaryDirectory() as folder:
        checked, bank = Path(folder, "checked.pickle"), Path(folder, "bank.pickle")
        check([CONTENT], today=system().date(), cache=checked)
        load([CONTENT], cache=bank)
        today = system().date()
        whole, one = partial(check, [CONTENT], today=today), partial(check, [ONE], today=today, cache=checked)
        yield Figure("check of the whole bank, ms", _took(whole), most=WHOLE_MS)
        yield Figure("check of one file, ms", _took(one), most=ONE_MS)
        yield Figure("  the same from the shell, ms", _took(_from_the_shell), most=ONE_MS)
        yield Figure("bank from what is kept, ms", _took(partial(load, [CONTENT], cache=bank)), most=KEPT_MS)


def _from_the_shell() -> None:
    """Run the command an editor runs on save; what was read before is known."""
    subprocess.run([sys.executable, "-m", "bot.content", str(ONE)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _took(act: Callable[[], object]) -> float:
    """Return the milliseconds of the fastest of three runs, so that whatever else the machine does counts little."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


if __name__ == "__main__":
    sys.exit(not judged(figures()))
