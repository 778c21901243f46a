"""Run every benchmark, one after the other, and say which figures were reached."""

import sys

from benchmarks import content, lookup, startup, turn, turns


def main() -> int:
    """Print each table; return 1 where a figure was missed."""
    missed = 0
    for part in (startup, turn, turns, content, lookup):
        print(f"\n== {part.__name__.removeprefix('benchmarks.')}")
        missed += not part.main()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
