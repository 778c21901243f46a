"""What the rules look at: the entries, the texts in them, and the records the rules themselves need."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from bot.content.faults import Fault, Level
from bot.content.fields import Item, Record
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.meta import Banned, Disambiguation
from bot.content.schema import Entry
from bot.content.steps import Step

R = TypeVar("R", bound=Record)
Place = tuple[str | int, ...]
#: Whom a text speaks to: the student, a colleague, a patient; or what it is: a look-up word, an example, a warning.
Voice = Literal["coach", "colleague", "patient", "term", "query", "example", "avoid"]


@dataclass(frozen=True, slots=True)
class Prose:
    """One text of an item, where it stands, and whom it speaks to."""

    place: Place
    text: str
    voice: Voice


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
        return not entry.path.is_relative_to(self.base)


def compiled(pattern: str) -> re.Pattern[str] | None:
    """Return *pattern* for whole words in any case, or None where it is no pattern."""
    try:
        return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
    except re.error:
        return None


def prose_of(item: Item) -> Iterator[Prose]:
    """Yield the texts of an item in the order a reader meets them."""
    yield Prose(("title",), item.title, "term" if isinstance(item, Phrase | Plain | Step) else "coach")
    match item:
        case Tip():
            yield from _fields(item, "coach", "hook", "body", "action", "why")
            yield from _fields(item, "colleague", "say")
        case Phrase():
            yield from _of_phrase(item)
        case Script():
            listener: Voice = "patient" if item.to in ("patient", "family") else "colleague"
            yield from _fields(item, "coach", "situation")
            yield from _fields(item, listener, "say", "short", "formal", "subject", "body")
            yield from _fields(item, "avoid", "avoid")
            yield from _fields(item, "coach", "if_yes", "if_no", "next")
            for index, slot in enumerate(item.slots):
                yield Prose(("slots", index, "hint"), slot.hint, "coach")
        case Plain():
            yield from _fields(item, "patient", "plain", "say", "check")
            yield from _fields(item, "avoid", "avoid")
            yield from (Prose(("aliases", index), alias, "term") for index, alias in enumerate(item.aliases))
        case Checklist():
            yield from _fields(item, "coach", "intro", "done")
            for index, line in enumerate(item.items):
                yield Prose(("items", index, "text"), line.text, "coach")
                if line.why:
                    yield Prose(("items", index, "why"), line.why, "coach")
        case Faq():
            yield from _fields(item, "query", "q")
            yield from (Prose(("asks", index), ask, "query") for index, ask in enumerate(item.asks))
            yield from _fields(item, "coach", "short", "long")
        case Step():
            yield from _of_step(item)


def _of_phrase(item: Phrase) -> Iterator[Prose]:
    yield from (Prose(("aliases", index), alias, "term") for index, alias in enumerate(item.aliases))
    yield from (Prose(("asked_as", index), asked, "query") for index, asked in enumerate(item.asked_as))
    yield from _fields(item, "term", "expansion")
    yield from _fields(item, "coach", "meaning")
    yield from _fields(item, "example", "example")
    yield from _fields(item, "coach", "do", "caution")
    for index, sense in enumerate(item.senses):
        yield Prose(("senses", index, "meaning"), sense.meaning, "coach")
        if sense.example:
            yield Prose(("senses", index, "example"), sense.example, "example")
        if sense.do:
            yield Prose(("senses", index, "do"), sense.do, "coach")


def _of_step(item: Step) -> Iterator[Prose]:
    yield from _fields(item, "coach", "message", "observer_message")
    for index, button in enumerate(item.buttons):
        place: Place = ("buttons", index)
        yield Prose((*place, "label"), button.label, "coach")
        if button.reply:
            yield Prose((*place, "reply"), button.reply, "coach")
        if button.input:
            yield Prose((*place, "input", "prompt"), button.input.prompt, "coach")


def _fields(item: Item, voice: Voice, *names: str) -> Iterator[Prose]:
    for name in names:
        if text := getattr(item, name):
            yield Prose((name,), text, voice)
