"""The bank and the index over it: one value, exchanged whole when the content changes."""

from dataclasses import dataclass

from bot.content.bank import Bank
from bot.content.search.index import Index


@dataclass(frozen=True, slots=True)
class Library:
    """What students can be shown, and how it is found."""

    bank: Bank
    index: Index
