"""Names a few letters away from what was typed."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.content.search.vocabulary import COMMON, ENDINGS, OPPOSITES, STOP, TURNING
from bot.content.search.words import Word, abbreviates, key

_BEGINNINGS = tuple({one for pair in OPPOSITES for one in pair})
_ENDED = tuple({one for pair in ENDINGS for one in pair})
#: Similar enough to answer; below it the name is only offered.
_SURE = 0.80
_SURE_INSIDE = 0.84
#: How many letters may be wrong where the spaces are too: more could be another word.
_RESPACED = 2
#: From this length on the first letter may be wrong too.
_LONG = 12
#: How many unknown words of a sentence are tried.
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Near:
    """A name near what was typed."""

    key: str
    similarity: float
    sure: bool
    words: tuple[Word, ...] = ()  # what was typed for it


class Spelling:
    """All keys, ready to be compared with what was typed."""

    def __init__(
        self, keys: Collection[str], spaced: dict[str, tuple[str, ...]], abbreviations: set[str], known: set[str]
    ) -> None:
        self._abbreviations, self._known, self._spaced = abbreviations, known, spaced
        self._all = _ByLength(keys)
        letters: defaultdict[str, list[str]] = defaultdict(list)
        for name in keys:
            letters[name[:1]].append(name)
        self._by_letter = {letter: _ByLength(names) for letter, names in letters.items()}

    def near(self, words: Sequence[Word]) -> list[Near]:
        """Return the names that *words*, taken whole, may be a misspelling of, the nearest first."""
        typed = key(words)
        most = _edits(len(typed))
        shelf = self._all if len(typed) >= _LONG else self._by_letter.get(typed[:1])
        found = self._compare(words, typed, most, shelf, _SURE)
        if all(self._is_word(word) for word in words):  # not misspelled at all, most likely
            return [one for one in found if one.similarity >= _SURE or len(typed) < 4]
        return found

    def near_inside(self, words: Sequence[Word]) -> list[Near]:
        """Return the names that unknown words of a sentence, alone or with a neighbour, may be misspellings of."""
        found = list[Near]()
        unknown = [at for at, word in enumerate(words) if len(word.text) > 3 and not self._is_word(word)]
        for at in unknown[:_TRIES]:
            for start, end in ((at - 1, at + 2), (at - 1, at + 1), (at, at + 2), (at, at + 1)):
                if start < 0 or end > len(words):
                    continue
                typed = key(words[start:end])
                if len(typed) >= (6 if end - start == 1 else 9):
                    shelf = self._by_letter.get(typed[:1])
                    most = min(_edits(len(typed)), int(len(typed) * (1 - _SURE_INSIDE) + 1))
                    found += self._compare(words[start:end], typed, most, shelf, _SURE_INSIDE)
        return sorted((one for one in found if one.similarity >= _SURE_INSIDE), key=lambda one: -one.similarity)

    def distance(self, words: Sequence[Word], name: str) -> int:
        """Return how many letters *name* is away."""
        return int(OSA.distance(key(words), name))

    def _compare(
        self, words: Sequence[Word], typed: str, most: int, shelf: "_ByLength | None", sure: float
    ) -> list[Near]:
        if shelf is None or not typed:
            return []
        choices = shelf.between(len(typed) - most, len(typed) + most)
        found = [
            Near(name, similarity, similarity >= sure and self._may_correct(words, typed, name), tuple(words))
            for name, distance, _ in extract(typed, choices, scorer=OSA.distance, score_cutoff=most, limit=8)
            if distance and (similarity := 1 - distance / max(len(name), len(typed)))
        ]
        found.sort(key=lambda near: (-near.similarity, abs(len(near.key) - len(typed)), near.key))
        return found

    def _may_correct(self, words: Sequence[Word], typed: str, name: str) -> bool:
        """Tell whether taking *typed* for *name* is safe: a look-alike that is a thing of its own is no typo."""
        if min(len(typed), len(name)) < 4 or name in self._abbreviations or _swapped(typed, name):
            return False
        theirs = self._spaced.get(name, ())
        if len(theirs) != len(words):
            if any(abbreviates(word.typed) for word in words) or OSA.distance(typed, name) > _RESPACED:
                return False
            return len(words) > 1 or not self._is_word(words[0])
        return all(word.text == other or self._is_slip(word, other) for word, other in zip(words, theirs, strict=True))

    def _is_slip(self, word: Word, name: str) -> bool:
        """Tell whether one word of several is *name* misspelled: "preserved" is no slip for "reduced"."""
        if abbreviates(word.typed) or name.isdigit() or _swapped(word.text, name):
            return False
        if self._is_word(word) and not (name in STOP and name not in TURNING):
            return False
        distance = int(OSA.distance(word.text, name))
        if word.text[0] != name[0]:
            return distance == 1 and (len(name) > 4 or sorted(word.text) == sorted(name))
        return distance <= max(1, len(name) * 35 // 100)

    def _is_word(self, word: Word) -> bool:
        return word.text in self._known or word.text in COMMON or word.text in STOP


class _ByLength:
    """Names sorted by length, so that only those of about the right one are compared."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = sorted(names, key=len)
        self._lengths = [len(name) for name in self._names]

    def between(self, least: int, most: int) -> list[str]:
        return self._names[bisect_left(self._lengths, least) : bisect_right(self._lengths, most)]


def _edits(length: int) -> int:
    if length < 6:
        return 1
    return 2 if length < 9 else length * 22 // 100


def _swapped(typed: str, name: str) -> bool:
    """Tell whether the two differ by a beginning or an ending that makes another thing of a word."""
    both_begin = typed.startswith(_BEGINNINGS) and name.startswith(_BEGINNINGS)
    if both_begin and any(_opposed(typed, name, *pair) for pair in OPPOSITES):
        return True
    if typed.endswith(_ENDED) and name.endswith(_ENDED):
        return any(_ended(typed, name, *pair) for pair in ENDINGS)
    return False


def _opposed(typed: str, name: str, one: str, other: str) -> bool:
    for left, right in ((one, other), (other, one)):
        if typed.startswith(left) and name.startswith(right):
            return OSA.distance(typed[len(left) :], name[len(right) :]) <= 1
    return False


def _ended(typed: str, name: str, one: str, other: str) -> bool:
    for left, right in ((one, other), (other, one)):
        if typed.endswith(left) and name.endswith(right):
            return typed[: -len(left)] == name[: -len(right)]
    return False
