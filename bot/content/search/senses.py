"""Which meaning of ambiguous letters comes first on the student's service."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.content.bank import Bank
from bot.content.fields import Item
from bot.content.items import Phrase, Sense
from bot.content.meta import Disambiguation
from bot.content.search.words import key, split


class Senses:
    """The table of what letters mean on each service."""

    def __init__(self, bank: Bank) -> None:
        rows = bank.all(Disambiguation)
        self._by_phrase: Mapping[str, Disambiguation] = {row.default.get("phrase", row.id): row for row in rows}
        self._keys = {key(split(row.term)) for row in rows}

    def ordered(self, items: Sequence[Item], specialty: str | None) -> tuple[Item, ...]:
        """Return *items* and the meanings within them, the one meant on this service first."""
        ranked = sorted(items, key=lambda item: self._rank(item, specialty)) if specialty else items
        return tuple(self._meant_first(item, specialty) for item in ranked)

    def _rank(self, item: Item, specialty: str | None) -> int:
        """An entry is meant where its first sense is the default, or else where it says it is at home."""
        row = self._by_phrase.get(item.id)
        default = _default(row, specialty) if row else None
        if default is not None:
            return 0 if default == "1" else 3
        if specialty in item.specialties:
            return 1
        return 2 if "any" in item.specialties else 3

    def _meant_first(self, item: Item, specialty: str | None) -> Item:
        if not isinstance(item, Phrase) or len(item.senses) < 2:
            return item
        senses = self._in_order(item, specialty)
        return item if senses == item.senses else replace(item, senses=senses)

    def _in_order(self, item: Phrase, specialty: str | None) -> tuple[Sense, ...]:
        row = self._by_phrase.get(item.id)
        if row is not None:
            number = _default(row, specialty) or ""
            first = int(number) - 1 if number.isascii() and number.isdigit() else 0
            if 0 < first < len(item.senses):
                return (item.senses[first], *item.senses[:first], *item.senses[first + 1 :])
            return item.senses
        if specialty is None or key(split(item.term)) in self._keys:
            return item.senses
        return tuple(sorted(item.senses, key=lambda sense: specialty not in sense.specialties))


def _default(row: Disambiguation, specialty: str | None) -> str | None:
    """Return the number of the meaning on this service; without one the list stays as it is written."""
    return row.default.get(specialty or "any", row.default.get("any"))
