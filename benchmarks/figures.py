"""Figures as lines: what was measured, what is to be reached, and whether it was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; without *least* and *most* it is told and judges nothing.

    A name that is indented goes on with the one above it.
    """

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def judges(self) -> bool:
        """Whether there is something to be reached."""
        return self.least is not None or self.most is not None

    @property
    def reached(self) -> bool:
        """Whether the figure is what it should be."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def __str__(self) -> str:
        """Return it as a line of a table."""
        wanted = "" if self.least is None else f"≥ {self.least:g}"
        wanted = wanted if self.most is None else f"≤ {self.most:g}"
        word = "reached" if self.reached else "MISSED"
        return f"{self.name:<68} {self.value:>10.2f}   {wanted:<8} {word if self.judges else ''}".rstrip()


def each_told(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Yield *figures*, each printed as it comes."""
    for each in figures:
        print(each, flush=True)
        yield each


def judged(figures: Iterable[Figure]) -> bool:
    """Print each of *figures* as it comes; return whether all were reached."""
    found = list(each_told(figures))
    return all(each.reached for each in found)
