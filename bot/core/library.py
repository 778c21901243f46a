"""The bank and the index over it: one value, exchanged whole when the content changes."""

from functools import cached_property

from bot.content.bank import Bank
from bot.content.search.index import Index


class Library:
    """What students can be shown, and how it is found: the index is built when it is first asked, or ahead by `warm`."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    @cached_property
    def index(self) -> Index:
        """The index over the bank."""
        return Index(self.bank)

    def warm(self) -> None:
        """Build the index now."""
        assert self.index
