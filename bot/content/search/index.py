"""Search in the bank: exact names first, then near ones, then descriptions, and no guess."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from bot.content.bank import Bank
from bot.content.fields import Item
from bot.content.search.entries import phrases, plain_words, questions, scripts
from bot.content.search.senses import Senses
from bot.content.search.shelf import Finding, How, Outcome, Shelf
from bot.content.search.words import Query, forget, read

Kind = Literal["phrase", "say", "plain", "faq"]
_OTHERS: tuple[Kind, ...] = ("faq", "say", "plain")

#: How many near ones are offered.
SUGGESTIONS = 3
#: A sentence of so many words asks for more than the one name in it.
_LONG_QUESTION = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found: `answer` is sure, `suggest` is to choose from; *how* names the step that found it."""

    outcome: Outcome
    items: tuple[Item, ...]
    how: How


class Index:
    """The bank, made ready to be asked; nothing in it changes."""

    def __init__(self, bank: Bank) -> None:
        self.senses = Senses(bank)
        with _uncollected():
            self._shelves: dict[Kind, Shelf] = {
                "phrase": Shelf(tuple(phrases(bank)), within_sentences=True),
                "say": Shelf(tuple(scripts(bank)), within_sentences=False),
                "plain": Shelf(tuple(plain_words(bank)), within_sentences=True),
                "faq": Shelf(tuple(questions(bank)), within_sentences=False),
            }
            forget()

    def find(self, query: str, kind: Kind, specialty: str | None = None) -> Answer:
        """Return what *query* names or describes among the items of one kind."""
        return self._answer(self._shelves[kind].find(read(query)), kind, specialty)

    def find_any(self, query: str, specialty: str | None = None) -> Answer:
        """Return what bare words ask for: a phrase before all, then a question, a script, plain words."""
        asked = read(query)
        findings: dict[Kind, Finding] = {"phrase": self._shelves["phrase"].find(asked)}
        if not _settled(findings["phrase"]):
            findings |= {kind: self._shelves[kind].find(asked) for kind in _OTHERS}
        kind = _surest(findings, asked)
        if kind is not None:
            return self._answer(findings[kind], kind, specialty)
        offered = list[Item]()
        lists = [self._items(findings[kind], kind, specialty) for kind in findings]
        for rank in range(SUGGESTIONS):
            offered += [items[rank] for items in lists if rank < len(items)]
        first = next((finding for finding in findings.values() if finding.found), Finding("none", (), "none"))
        return Answer(first.outcome, tuple(offered[:SUGGESTIONS]), first.how)

    def _answer(self, finding: Finding, kind: Kind, specialty: str | None) -> Answer:
        return Answer(finding.outcome, self._items(finding, kind, specialty), finding.how)

    def _items(self, finding: Finding, kind: Kind, specialty: str | None) -> tuple[Item, ...]:
        items = [self._shelves[kind].entries[position].item for position in finding.found]
        known = None if specialty == "any" else specialty
        return self.senses.ordered(items, known if finding.same_name else None) if known else tuple(items)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from walking again and again through what all stays: a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _settled(phrase: Finding) -> bool:
    """Tell whether a phrase was asked for by name, so that nothing else can be meant."""
    return phrase.outcome == "answer" and phrase.how in ("exact", "asked", "typo")


def _surest(findings: dict[Kind, Finding], asked: Query) -> Kind | None:
    """Return the kind that answers, if one may."""
    sure: dict[Kind, Finding] = {kind: found for kind, found in findings.items() if found.outcome == "answer"}
    phrase = sure.get("phrase")
    if phrase is not None and _settled(phrase):
        return "phrase"
    if exact := next((kind for kind in _OTHERS if kind in sure and sure[kind].how in ("exact", "asked")), None):
        return exact
    # the name in a long question may be only its subject: "should I send my ERAS letter before ..."
    if phrase is not None and (phrase.how != "inside" or len(asked.words) < _LONG_QUESTION):
        return "phrase"
    order: tuple[Kind, ...] = ("faq", "say", "phrase", "plain")
    return next((kind for kind in order if kind in sure), None)
