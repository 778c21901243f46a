"""The bank and what is worked out from it once: one value, exchanged whole when the content changes."""

from functools import cached_property

from bot.content.bank import Bank
from bot.content.items import Plain
from bot.content.search.index import Index
from bot.content.text import normal


class Library:
    """What students can be shown, and how it is found: worked out when first asked, or ahead by `warm`."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    @cached_property
    def index(self) -> Index:
        """The index over the bank."""
        return Index(self.bank)

    @cached_property
    def plain_words(self) -> dict[str, Plain]:
        """The everyday words by the id of the phrase they belong to, and by their own term in its normal form."""
        offered = self.bank.active(Plain)
        by_term = {normal(each.term): each for each in reversed(offered)}
        return by_term | {each.phrase: each for each in reversed(offered) if each.phrase}

    def warm(self) -> None:
        """Work everything out now."""
        assert self.index
        assert self.plain_words is not None
