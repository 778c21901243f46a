"""The checker of the bank on the command line; `hashes`, `stats`, `schemas` and `rules` go by name."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.content.bank import load
from bot.content.checking import check
from bot.content.kinds import KINDS
from bot.content.lint.rules import RULES
from bot.content.lint.wording import guide_hashes
from bot.content.schema import json_schema
from bot.content.stats import stats


def main(arguments: Sequence[str]) -> int:
    """Run the command named first, or check the files and folders named, and return the exit code."""
    match list(arguments):
        case ["hashes", guide]:
            print("\n".join(guide_hashes(Path(guide).read_text(encoding="utf-8"))))
            return 0
        case ["stats", *folders]:
            print(stats(load([Path(folder) for folder in folders] or [Path("content")], cache=None)))
            return 0
        case ["schemas", folder]:
            for kind in KINDS:
                Path(folder, f"{kind}.json").write_text(
                    json.dumps(json_schema(kind), indent=1) + "\n", encoding="utf-8"
                )
            return 0
        case ["rules"]:
            print("\n".join(f"{rule.id} {rule.level}: {rule.why}" for rule in RULES))
            return 0
    report = check([Path(argument) for argument in arguments] or [Path("content")])
    for fault in report.faults:
        print(fault)
    print(report)
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
