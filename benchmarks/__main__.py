"""Run every benchmark, one after the other, and say which figures were reached."""

import sys

from benchmarks import content, engine, fanout, idle, lookup, morning, pace, replies, rest, turn, turns


def main() -> int:
    """Print each table; return 1 where a figure was missed."""
    missed = 0
    for part in (rest, turn, turns, content, lookup, engine, idle, fanout, replies, pace, morning):
        print(f"\n== {part.__name__.removeprefix('benchmarks.')}")
        missed += not part.main()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
