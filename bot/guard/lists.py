"""Read the guard's word lists, each once."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def section(file: str, name: str) -> frozenset[str]:
    """Return the words of one section of *file*; sections of phrases are parted by commas."""
    return frozenset(_sections(file)[name])


def words(text: str) -> frozenset[str]:
    """Return the words of *text*, which is how a set too small for a file is written down."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Names:
    """The name list: *given* and *surname* stand by themselves, *doubtful* ones are also ordinary words."""

    given: frozenset[str]
    surname: frozenset[str]
    doubtful: frozenset[str]


@cache
def names() -> Names:
    """Return the name list."""
    both = section("names.txt", "both")
    given, surname = section("names.txt", "given") | both, section("names.txt", "surname") | both
    doubtful = frozenset(name[:-1] for name in given | surname if name.endswith("*"))
    return Names(frozenset(n.rstrip("*") for n in given), frozenset(n.rstrip("*") for n in surname), doubtful)


def _sections(file: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in re.split(r"^\[", (_HERE / file).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        name, _, body = block.partition("]")
        pieces = body.split(",") if "," in body else body.split()
        found[name] = [" ".join(piece.split()) for piece in pieces if piece.strip()]
    return found
