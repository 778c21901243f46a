"""A text as words, and how far a name in it reaches."""

from bot.guard.people import AGE_AFTER, NOT_A_NAME, PARTICLES
from bot.guard.tokens import Token, eponymous, tokens

SPACES = (" ", "  ", "   ")
SPACED = frozenset(SPACES)
#: What may stand between the words of a name, after a title, between last and first.
GAP = frozenset((*SPACES, ".", ". ", ".  ", "-"))
TITLE_GAP = frozenset((*SPACES, ".", ". ", ".  ", ".   "))
COMMA = frozenset((",", ", ", ",  "))
_LONGEST_NAME = 5


class Passage:
    """One text cut into words, with the questions about what stands side by side in it."""

    __slots__ = ("medical", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = tokens(text)
        self.medical = eponymous(self.words)

    def joined(self, index: int, gap: frozenset[str]) -> bool:
        """Tell whether only *gap* stands between the word at *index* and the next one."""
        if index + 1 >= len(self.words):
            return False
        return self.text[self.words[index].end : self.words[index + 1].start].removeprefix("'s") in gap

    def next(self, index: int, gap: frozenset[str] = GAP) -> Token | None:
        """Return the word after *index* if only *gap* parts the two."""
        return self.words[index + 1] if self.joined(index, gap) else None

    def owns(self, index: int) -> str:
        """Return what the word at *index* is said to own, as 'mother' in "Lee's mother", or nothing."""
        end = self.words[index].end
        owned = self.text[end : end + 3] in {"'s ", "'S "} and index + 1 < len(self.words)
        return self.words[index + 1].low if owned else ""

    def before_given(self, index: int) -> bool:
        """Tell whether 'Last, First' begins here."""
        following = self.next(index, COMMA)
        if not following:
            return False
        sure = following.listed or (following.given and AGE_AFTER.match(self.text, following.end) is not None)
        return following.given and sure and following.lower == self.words[index].lower

    def run(self, index: int) -> int:
        """Return the word after the last one of the name which starts at *index*."""
        last = index + 1
        while last - index < _LONGEST_NAME and self.joined(last - 1, GAP):
            if particles := self._particles(last):
                last += particles + 1
            elif last not in self.medical and self._continues(last):
                last += 1
            else:
                break
        return last + 1 if self.before_given(last - 1) else last

    def lower_run(self, index: int) -> int:
        """Return the word after the last one of a name in small letters."""
        last = index + 1
        while (
            self.joined(last - 1, GAP)
            and last - index < _LONGEST_NAME - 1
            and self.words[last].named
            and not self.words[last].ordinary
        ):
            last += 1
        return last

    def widened(self, first: int, last: int) -> tuple[int, int]:
        """Take in what stands before a sure name: an unlisted given name, an initial, 'Last, '."""
        while first and last - first < _LONGEST_NAME + 1 and self._precedes(first - 1):
            first -= 1
        return first, last

    def _precedes(self, index: int) -> bool:
        """Tell whether the word at *index* belongs to the name that follows it."""
        before, token = self.words[index], self.words[index + 1]
        if index in self.medical or before.low in NOT_A_NAME:
            return False
        if self.joined(index, COMMA):
            return (before.capital or before.shouted) and (before.named or before.unknown) and token.given
        if not self.joined(index, GAP):
            return False
        if before.initial:
            return before.low not in {"i", "a"}
        return self.text[before.end] != "." and before.capital and (before.unknown or before.listed)

    def _particles(self, index: int) -> int:
        """Count the particles at *index* that lead to a further part of the name, as in 'de la Cruz'."""
        for count in range(3):
            if index + count >= len(self.words):
                return 0
            token = self.words[index + count]
            if token.low not in PARTICLES:
                return count if token.capital else 0
            if not self.joined(index + count, GAP):
                return 0
        return 0

    def _continues(self, index: int) -> bool:
        token, text = self.words[index], self.text
        stopped = text[token.start - 1] == "." or text[token.start - 2 : token.start] == ". "
        if stopped and not self.words[index - 1].initial:
            return False
        if token.initial:
            return self.joined(index, GAP) and self.words[index + 1].capital
        return (token.capital and (token.named or not token.ordinary)) or (token.shouted and token.listed)
