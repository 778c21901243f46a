"""Run every benchmark, one after the other, and say which figures were reached."""

import sys

from benchmarks import content, engine, fanout, lookup, morning, pace, rest, turn, turns


def main() -> int:
    """Print each table; return 1 where a figure was missed."""
    missed = 0
    for part in (rest, turn, turns, content, lookup, engine, fanout, pace, morning):
        print(f"\n== {part.__name__.removeprefix('benchmarks.')}")
        missed += not part.main()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
