"""Measure what writers and starts wait for: a check of the whole bank, of one file, and the bank from what is kept."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.clock import system
from bot.content.bank import load
from bot.content.checking import check

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "content"
ONE = CONTENT / "tips" / "im.yaml"

#: What `make bench` allows, in milliseconds.
WHOLE_MS, ONE_MS, KEPT_MS = 5000.0, 1000.0, 100.0


def main() -> bool:
    """Print the table; return whether every figure is within its allowance."""
    with tempfile.TemporaryDirectory() as folder:
        checked, bank = Path(folder, "checked.pickle"), Path(folder, "bank.pickle")
        check([CONTENT], today=system().date(), cache=checked)
        load([CONTENT], cache=bank)
        figures: list[tuple[str, Callable[[], object], float]] = [
            ("check of the whole bank", partial(check, [CONTENT], today=system().date()), WHOLE_MS),
            ("check of one file", partial(check, [ONE], today=system().date(), cache=checked), ONE_MS),
            ("the same from the shell", _from_the_shell, ONE_MS),
            ("bank from what is kept", partial(load, [CONTENT], cache=bank), KEPT_MS),
        ]
        reached = [_row(name, act, allowed) for name, act, allowed in figures]
        return all(reached)


def _from_the_shell() -> None:
    """Run the command an editor runs on save; what was read before is known."""
    subprocess.run([sys.executable, "-m", "bot.content", str(ONE)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _row(name: str, act: Callable[[], object], allowed: float) -> bool:
    """Print the fastest of three runs, so that whatever else the machine does counts little."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - began))
    took = min(times)
    print(f"{name:<34}{took:>8.1f} ms   allowed {allowed:.0f} ms   {'reached' if took <= allowed else 'MISSED'}")
    return took <= allowed
