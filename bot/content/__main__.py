"""The checker of the bank on the command line; `hashes` and `rules` go by name."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.clock import system
from bot.content import kept
from bot.content.checking import Report, check
from bot.content.lint.rules import RULES
from bot.content.lint.wording import guide_hashes


def main(arguments: Sequence[str]) -> int:
    """Run the command named first, or check the files and folders named, and return the exit code."""
    match list(arguments):
        case ["hashes", guide]:
            print("\n".join(guide_hashes(Path(guide).read_text(encoding="utf-8"))))
            return 0
        case ["rules"]:
            print("\n".join(f"{rule.id} {rule.level}: {rule.why}" for rule in RULES))
            return 0
    return tell(
        check([Path(argument) for argument in arguments] or [Path("content")], today=system().date(), cache=CACHE)
    )


#: What was read before, so that a check of one file reads only that one.
CACHE = kept.folder() / "checked.pickle"


def tell(report: Report) -> int:
    """Print what a check found and return the exit code."""
    for fault in report.faults:
        print(fault)
    print(report)
    return 1 if report.errors else 0


if __name__ == "__main__":
    gc.disable()  # what is read stays until the end, and the end is near
    sys.exit(main(sys.argv[1:]))
