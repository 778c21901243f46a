"""Cut a text into words and look each one up in the lists, for the rules about names."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from bot.guard.lists import names, section, words
from bot.guard.patterns import Pattern

_WORD = Pattern(r"[^\W\d_]++(?:'[^\W\d_]++)*+")
_MEDICAL_ENDINGS = tuple(
    sorted(
        words("""
    itis osis emia aemia oma ectomy ology ologist opathy scopy graphy gram plasty otomy ostomy uria algia
    pnea tension cillin mycin floxacin azole statin pril sartan olol dipine zumab ximab tinib ciclovir zepam
    parin xaban tidine prazole solone asone thiazide semide gliptin gliflozin glutide triptan setron caine
    formin oxetine virus coccus bacter ing ation ition ency ness ment ally ively ously iatry iatrics trauma
    therapy centesis phagia plegia paresis stasis trophy penia cytosis megaly rrhea rrhage
""")
    )
)


#: The lists that hold a word, as bits: plain numbers, because an IntFlag would cost most of the time.
_GIVEN, _SURNAME, _EPONYM, _ORDINARY, _DOUBTFUL = 1, 2, 4, 8, 16
_NAME = _GIVEN | _SURNAME
_CLAIMED = _EPONYM | _ORDINARY | _DOUBTFUL


class Token(NamedTuple):
    """A word without its possessive ending: its place, how it is written, its lower-case form, where it is listed.

    *capital* is written as names are, one capital first; *shouted* is all capitals and too long for an abbreviation.
    """

    start: int
    end: int
    word: str
    low: str
    lists: int
    capital: bool
    shouted: bool
    initial: bool

    @property
    def lower(self) -> bool:
        """Tell whether it has no capitals, though its script knows them."""
        return self.word == self.low and not self.foreign

    @property
    def foreign(self) -> bool:
        """Tell whether it is of a script without capitals."""
        return not self.word.isascii() and self.word.upper() == self.low

    @property
    def named(self) -> bool:
        """Tell whether the name list holds it at all."""
        return bool(self.lists & _NAME)

    @property
    def listed(self) -> bool:
        """Tell whether the name list holds it and nothing else claims it."""
        return bool(self.lists & _NAME) and not self.lists & _CLAIMED

    @property
    def given(self) -> bool:
        """Tell whether it is a given name, doubtful ones too."""
        return bool(self.lists & _GIVEN)

    @property
    def eponym(self) -> bool:
        """Tell whether medicine uses the name."""
        return bool(self.lists & _EPONYM)

    @property
    def ordinary(self) -> bool:
        """Tell whether it is a word that may be capitalized without being a name."""
        return bool(self.lists & _ORDINARY)

    @property
    def unknown(self) -> bool:
        """Tell whether no list knows it and it is not built like a medical term."""
        return not self.lists and not self.low.endswith(_MEDICAL_ENDINGS)


def tokens(text: str) -> list[Token]:
    """Return the words of *text*."""
    return list(_cut(text))


def eponymous(found: list[Token]) -> frozenset[int]:
    """Return which of *found* belong to a medical phrase such as 'Austin Flint murmur'."""
    phrases = _phrases()
    taken: set[int] = set()
    for index, token in enumerate(found):
        for phrase in phrases.get(token.low, ()):
            if tuple(word.low for word in found[index : index + len(phrase)]) == phrase:
                taken.update(range(index, index + len(phrase)))
    return frozenset(taken)


def _cut(text: str) -> Iterator[Token]:
    known = _lexicon()
    for match in _WORD.finditer(text):
        word = match[0]
        if word[-2:] in {"'s", "'S"}:
            word = word[:-2]
        low, upper = word.lower(), word.isupper()
        start, size = match.start(), len(word)
        capital = size > 1 and not upper and word[0].isupper()
        yield Token(start, start + size, word, low, known.get(low, 0), capital, upper and size > 3, upper and size == 1)


@cache
def _lexicon() -> dict[str, int]:
    lists = (
        (_GIVEN, names().given),
        (_SURNAME, names().surname),
        (_DOUBTFUL, names().doubtful),
        (_EPONYM, section("eponyms.txt", "names")),
        (_ORDINARY, section("words.txt", "words")),
        (_ORDINARY, _large_places() - names().given - names().surname),
    )
    found: dict[str, int] = {}
    for flag, held in lists:
        for word in held:
            found[word] = found.get(word, 0) | flag
    return found


def _large_places() -> frozenset[str]:
    """Return the words of states and countries: no place below a state, and no name."""
    large = section("places.txt", "states") | section("places.txt", "countries")
    return frozenset(word for place in large for word in place.split() if len(word) > 3)


@cache
def _phrases() -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in section("eponyms.txt", "phrases"):
        parts = tuple(token.low for token in _cut(phrase))
        found.setdefault(parts[0], []).append(parts)
    return found
