"""What of an item is a name, what is a way to ask for it, and what only describes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.bank import Bank
from bot.content.fields import Item
from bot.content.items import Faq, Phrase, Plain, Script

_BRACKETS = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the search sees it."""

    item: Item
    names: tuple[str, ...]  # terms and aliases
    expansions: tuple[str, ...]  # the words its letters stand for
    asked: tuple[str, ...]  # whole questions and paraphrases
    fields: tuple[tuple[int, str], ...]  # texts by weight


def phrases(bank: Bank) -> Iterator[Entry]:
    """Return the words of the ward."""
    for item in bank.active(Phrase):
        expansions = tuple(_expansions(item.expansion or ""))
        senses = [(1, sense.meaning) for sense in item.senses]
        named = [(2, text) for text in (*item.aliases, *expansions, *item.asked_as)]
        fields = ((3, item.term), *named, (1, item.meaning), (1, item.example), *senses)
        yield Entry(item, (item.term, *item.aliases), expansions, item.asked_as, fields)


def scripts(bank: Bank) -> Iterator[Entry]:
    """Return the words to say in a situation."""
    for item in bank.active(Script):
        asked = tuple((2, text) for text in (item.situation, *item.asked_as))
        fields = ((3, item.title), *asked, (1, item.say or item.body or ""), (1, item.short))
        yield Entry(item, (item.title,), (), (item.title, item.situation, *item.asked_as), fields)


def plain_words(bank: Bank) -> Iterator[Entry]:
    """Return the words for patients, found by the names of the phrase they belong to as well."""
    for item in bank.active(Plain):
        other = bank.item(item.phrase) if item.phrase else None
        named = (other.term, *other.aliases) if isinstance(other, Phrase) and not other.ambiguous else ()
        called = ((2, name) for name in (*item.aliases, *named))
        fields = ((3, item.term), *called, (2, item.plain), (1, item.say), (1, item.check))
        yield Entry(item, (item.term, *item.aliases), named, (), fields)


def questions(bank: Bank) -> Iterator[Entry]:
    """Return the questions of students."""
    for item in bank.active(Faq):
        asked = tuple((2, text) for text in (item.q, *item.asks))
        yield Entry(item, (item.q, item.title), (), (item.q, *item.asks), (*asked, (1, item.short)))


def _expansions(expansion: str) -> Iterator[str]:
    """Return the readings of letters: between semicolons, without asides; a lone word counts only by itself."""
    pieces = [_BRACKETS.sub("", piece).strip().removeprefix("or ") for piece in expansion.split(";")]
    pieces = [piece for piece in pieces if piece and not piece.startswith(("also ", "in "))]
    yield from (piece for piece in pieces if " " in piece or len(pieces) == 1)
