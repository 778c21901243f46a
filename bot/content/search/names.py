"""The names of items by key: asked for whole, by their stems, or found inside a sentence."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.content.search.entries import Entry
from bot.content.search.vocabulary import COMMON, STOP
from bot.content.search.words import Word, abbreviates, key, spaced, split, stem, stems, vocabulary

#: The most words of a name that is looked for inside a sentence.
LONGEST = 6
#: A word that stands in this many definitions is a word of the language, not only a name.
_EVERYDAY = 3

Found = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found inside a sentence."""

    found: Found
    words: tuple[Word, ...]
    sure: bool

    @property
    def rank(self) -> tuple[bool, int, bool, int]:
        """The longer, the more certainly meant."""
        letters = sum(len(word.text) for word in self.words)
        return not self.sure, -len(self.words), not any(word.emphatic for word in self.words), -letters


class Names:
    """Every name of one kind of items, as positions in the list of entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._whole: dict[str, Found] = {}
        self._stems: dict[str, Found] = {}
        self._asked: dict[str, Found] = {}
        self._spaced: set[str] = set()
        self.abbreviations: set[str] = set()
        self._everyday = _everyday(entries)
        self._add(entries, lambda entry: entry.names)
        self._add(entries, lambda entry: entry.expansions)
        self.keys = tuple(self._whole)
        asked = dict[str, list[int]]()
        for position, entry in enumerate(entries):
            for text in entry.asked:
                if content := content_key(split(text)):
                    _own(asked, content, position)
        self._asked = {content: tuple(owners) for content, owners in asked.items()}

    def _add(self, entries: Sequence[Entry], of: Callable[[Entry], tuple[str, ...]]) -> None:
        """Add one rank of names: a key owned by a higher rank stays with its owners."""
        whole, stemmed = dict[str, list[int]](), dict[str, list[int]]()
        for position, entry in enumerate(entries):
            for text in of(entry):
                words = split(text)
                squashed = key(words)
                _own(whole, squashed, position)
                _own(stemmed, "".join(stems(words)), position)
                self._spaced.update((spaced(words), " ".join(stems(words))))
                if abbreviates(text) or (len(squashed) <= 6 and any(c in text for c in "/&")):
                    self.abbreviations.add(squashed)
        for mine, new in ((self._whole, whole), (self._stems, stemmed)):
            for name, owners in new.items():
                if name:
                    mine.setdefault(name, tuple(owners))

    def whole(self, words: Iterable[Word]) -> Found:
        """Return the owners of the name these words spell, however they are spaced."""
        return self._whole.get(key(words), ())

    def stemmed(self, words: Sequence[Word]) -> Found:
        """Return the owners of the name these words spell but for their endings."""
        return self._stems.get("".join(stems(words))) or self._whole.get("".join(stems(words)), ())

    def asked(self, words: Sequence[Word]) -> Found:
        """Return the owners of a question with the same words that matter."""
        return self._asked.get(content_key(words), ())

    def of(self, name: str) -> Found:
        """Return the owners of one key."""
        return self._whole.get(name, ())

    def doubtful(self, word: Word, *, shouted: bool) -> bool:
        """Tell whether *word* in a sentence is as likely the English word as the name."""
        if word.emphatic and not shouted:
            return False
        return len(word.text) == 1 or word.text in COMMON or word.text in STOP or stem(word.text) in self._everyday

    def inside(self, words: Sequence[Word], *, shouted: bool) -> list[Hit]:
        """Return the names inside a sentence, the longest first; none overlaps a longer one."""
        hits, taken = list[Hit](), set[int]()
        texts, endless = [word.text for word in words], stems(words)
        for length in range(min(LONGEST, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                span = range(start, start + length)
                if not taken.isdisjoint(span):
                    continue
                part = slice(start, start + length)
                found = self._part(texts[part]) or self._part(endless[part])
                if found:
                    inner = tuple(words[part])
                    hits.append(Hit(found, inner, self._sure(inner, shouted=shouted)))
                    taken.update(span)
        return sorted(hits, key=lambda hit: hit.rank)

    def _part(self, texts: Sequence[str]) -> Found:
        joined = "".join(texts)
        found = self._whole.get(joined) or self._stems.get(joined, ())
        # words of a sentence that only together spell a short name ("is o") are chance, unless all are single letters
        if not found or len(texts) == 1 or len(joined) > 5 or all(len(text) == 1 for text in texts):
            return found
        return found if " ".join(texts) in self._spaced else ()

    def _sure(self, words: Sequence[Word], *, shouted: bool) -> bool:
        if len(words) == 1:
            return not self.doubtful(words[0], shouted=shouted)
        return any(word.text not in STOP for word in words) or any(word.marked for word in words)


def content_key(words: Iterable[Word]) -> str:
    """Return the stems of the words that matter, in any order; empty for fewer than two."""
    content = sorted({stem(word.text) for word in words if word.text not in STOP})
    return " ".join(content) if len(content) > 1 else ""


def _own(owners: dict[str, list[int]], name: str, position: int) -> None:
    mine = owners.setdefault(name, [])
    if position not in mine:
        mine.append(position)


def _everyday(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the stems used in several definitions, so that a name among them is also a word."""
    counts = Counter[str]()
    for entry in entries:
        own = {word for name in entry.names for word in vocabulary(name)}
        described = {word for weight, text in entry.fields if weight == 1 for word in vocabulary(text)}
        counts.update({stem(word) for word in described - own})
    return frozenset(word for word, count in counts.items() if count >= _EVERYDAY)
