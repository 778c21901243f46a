"""Run the benchmarks and say which figures were reached: all of them, or the parts that are named."""

import argparse
import sys
from collections.abc import Sequence

from benchmarks.parts import PARTS, Measure, apart, run, summary


def main(arguments: Sequence[str] | None = None, measure: Measure = apart) -> int:
    """Run what is asked for; return 1 where a figure was missed or a part broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"all, or some of: {', '.join(PARTS)}")
    asked = parser.parse_args(arguments).parts
    if unknown := [each for each in asked if each not in PARTS]:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    outcomes = run(asked or PARTS, measure)
    print("\n== all figures")
    print("\n".join(summary(outcomes)))
    return 0 if all(each.fine for each in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
