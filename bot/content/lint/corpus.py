"""What the rules look at: the entries, the texts in them, and the records the rules themselves need."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from bot.content.faults import Fault, Level
from bot.content.fields import Item, Record
from bot.content.lint.prose import Place, Prose, prose_of
from bot.content.meta import Banned, Disambiguation
from bot.content.schema import Entry

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found at a place of an entry."""

    entry: Entry
    place: Place
    what: str
    mend: str
    level: Level | None = None  # where it differs from its rule's

    def fault(self, rule: str, level: Level) -> Fault:
        """Return it as a fault of *rule*."""
        return Fault(self.entry.path, self.entry.line(*self.place), rule, self.what, self.mend, self.level or level)


@dataclass(frozen=True)
class Corpus:
    """All entries, and which of them are to be reported on."""

    entries: tuple[Entry, ...]
    checked: tuple[Entry, ...]
    base: Path
    today: date
    whole: bool = True  # the whole bank is checked, so that what is missing from it counts
    hashes: frozenset[str] = field(default=frozenset(), repr=False)

    @cached_property
    def items(self) -> tuple[tuple[Entry, Item], ...]:
        """The items to be reported on, with their entries."""
        return tuple((entry, entry.record) for entry in self.checked if isinstance(entry.record, Item))

    @cached_property
    def texts(self) -> tuple[tuple[Entry, Item, Prose], ...]:
        """Every text of every item to be reported on."""
        return tuple((entry, item, prose) for entry, item in self.items for prose in prose_of(item))

    @cached_property
    def places(self) -> frozenset[int]:
        """The identities of the entries to be reported on."""
        return frozenset(map(id, self.checked))

    @cached_property
    def banned(self) -> tuple[tuple[re.Pattern[str], Banned], ...]:
        """The wordings that must not occur, compiled; one that is no pattern is left to its own rule."""
        return tuple((pattern, row) for _, row in self.all(Banned) if (pattern := compiled(row.pattern)) is not None)

    @cached_property
    def any_banned(self) -> re.Pattern[str] | None:
        """All of them in one, to pass over clean texts at once."""
        return compiled("|".join(f"(?:{row.pattern})" for _, row in self.banned)) if self.banned else None

    @cached_property
    def settled(self) -> frozenset[str]:
        """The terms with several meanings for which a default is named."""
        return frozenset(row.term for _, row in self.all(Disambiguation))

    def all(self, kind: type[R]) -> Iterator[tuple[Entry, R]]:
        """Yield every entry of a kind, reported on or not."""
        for entry in self.entries:
            if isinstance(entry.record, kind):
                yield entry, entry.record

    def reports(self, entry: Entry) -> bool:
        """Tell whether faults of *entry* are wanted."""
        return id(entry) in self.places

    def overlay(self, entry: Entry) -> bool:
        """Tell whether *entry* comes from a folder laid over the base."""
        return not _inside(entry.path, self.base)


@lru_cache(maxsize=4096)
def _inside(path: Path, base: Path) -> bool:
    return path.is_relative_to(base)


def compiled(pattern: str) -> re.Pattern[str] | None:
    """Return *pattern* for whole words in any case, or None where it is no pattern."""
    try:
        return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
    except re.error:
        return None
