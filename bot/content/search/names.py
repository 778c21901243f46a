"""The names of items by key: asked for whole, by their stems, or found inside a sentence."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.content.search.entries import Entry
from bot.content.search.vocabulary import COMMON, COMPARING, STOP, TURNING
from bot.content.search.words import Word, abbreviates, counts_as, key, spaced, split, stem, stems, vocabulary

#: The most words and letters of a name that is looked for inside a sentence.
LONGEST, _LETTERS = 6, 60
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
        self._spaced: set[str] = set()
        self.abbreviations: set[str] = set()
        self._everyday = _everyday(entries)
        self._add(entries, lambda entry: entry.names)
        self._add(entries, lambda entry: entry.expansions)
        self.keys = tuple(self._whole)
        self._within = sorted(name for name in {*self._whole, *self._stems} if len(name) <= _LETTERS)
        asked, verbatim = dict[str, list[int]](), dict[str, list[int]]()
        for position, entry in enumerate(entries):
            for text in entry.asked:
                words = vocabulary(text.replace("&", " and "))
                _own(verbatim, "".join(words), position)
                if content := _content_key(words):
                    _own(asked, content, position)
            for text in (*entry.names, *entry.expansions):
                if len(name := split(text)) > 1 and (content := _content_key([word.text for word in name])):
                    _own(asked, content, position)
        self._verbatim = {whole: tuple(owners) for whole, owners in verbatim.items()}
        self._asked = {content: tuple(owners) for content, owners in asked.items()}

    def _add(self, entries: Sequence[Entry], of: Callable[[Entry], tuple[str, ...]]) -> None:
        """Add one rank of names: a key owned by a higher rank stays with its owners."""
        whole, stemmed = dict[str, list[int]](), dict[str, list[int]]()
        for position, entry in enumerate(entries):
            for text in of(entry):
                words = split(text)
                squashed, stemless = key(words), stems(words)
                _own(whole, squashed, position)
                _own(stemmed, "".join(stemless), position)
                self._spaced.update((spaced(words), " ".join(stemless)))
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
        stemless = "".join(stems(words))
        found = self._stems.get(stemless) or self._whole.get(stemless, ())
        # "follow ups": the plural of the last word, however short that is, if it is not the whole name
        return found or (self._stems.get(stemless[:-1], ()) if len(words) > 1 and stemless.endswith("s") else ())

    def asked(self, words: Sequence[Word]) -> Found:
        """Return the owners of a question with the same words that matter."""
        return self._asked.get(_content_key(word.text for word in words), ())

    def verbatim(self, words: Sequence[Word]) -> Found:
        """Return the owners of a question asked exactly like this."""
        return self._verbatim.get(key(words), ())

    def of(self, name: str) -> Found:
        """Return the owners of one key."""
        return self._whole.get(name, ())

    def doubtful(self, word: Word, *, shouted: bool) -> bool:
        """Tell whether *word* in a sentence is as likely the English word as the name."""
        if word.emphatic and not shouted:
            return False
        if len(word.text) == 1 or stem(word.text) in self._everyday:
            return True
        return word.text in COMMON or word.text in STOP or word.text in COMPARING

    def inside(self, words: Sequence[Word], *, shouted: bool) -> list[Hit]:
        """Return the names inside a sentence, the longest first; none overlaps a longer one."""
        texts = [word.text for word in words]
        parts = self._parts(stems(words)) | self._parts(texts)
        hits, taken = list[Hit](), set[int]()
        for start, end in sorted(parts, key=lambda span: (span[0] - span[1], span[0])):
            if taken.isdisjoint(range(start, end)):
                inner = tuple(words[start:end])
                hits.append(Hit(parts[start, end], inner, self._sure(inner, shouted=shouted)))
                taken.update(range(start, end))
        return sorted(hits, key=lambda hit: hit.rank)

    def _parts(self, texts: Sequence[str]) -> dict[tuple[int, int], Found]:
        """Return the names in *texts* by where they start and end, following only what some name begins with."""
        found = dict[tuple[int, int], Found]()
        for start in range(len(texts)):
            joined = ""
            for end in range(start + 1, min(start + LONGEST, len(texts)) + 1):
                joined += texts[end - 1]
                if not self._begins(joined):
                    break
                owners = self._whole.get(joined) or self._stems.get(joined)
                if owners and self._spelled(joined, texts[start:end]):
                    found[start, end] = owners
        return found

    def _begins(self, joined: str) -> bool:
        """Tell whether some name begins with *joined*: if any does, the first that is not before it does."""
        at = bisect_left(self._within, joined)
        return at < len(self._within) and self._within[at].startswith(joined)

    def _spelled(self, joined: str, texts: Sequence[str]) -> bool:
        """Tell whether several words spell a name on purpose: "is o" is chance, "n p o" and "curb side" are not."""
        if len(texts) == 1 or len(joined) > 5 or all(len(text) == 1 for text in texts):
            return True
        return " ".join(texts) in self._spaced

    def _sure(self, words: Sequence[Word], *, shouted: bool) -> bool:
        if len(words) == 1:
            return not self.doubtful(words[0], shouted=shouted)
        return any(word.text not in STOP for word in words) or any(word.marked for word in words)


def _content_key(words: Iterable[str]) -> str:
    """Return what the words that matter count as, in any order; empty for fewer than two."""
    content = sorted({counts_as(word) for word in words if word not in STOP or word in TURNING})
    # letters left of "d and c" are not D/C
    return " ".join(content) if len(content) > 1 and any(len(word) > 1 for word in content) else ""


def _own(owners: dict[str, list[int]], name: str, position: int) -> None:
    mine = owners.setdefault(name, [])
    if position not in mine:
        mine.append(position)


def _everyday(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the stems used in several definitions, so that a name among them is also a word."""
    texts = [[vocabulary(text) for weight, text in entry.fields if weight == 1] for entry in entries]
    names = {stem(words[0]) for entry in entries for name in entry.names if len(words := vocabulary(name)) == 1}
    asked = {word for lists in texts for words in lists for word in words}
    asked = {word for word in asked if stem(word) in names}  # of other words nobody asks whether they are names
    counts = Counter[str]()
    for entry, lists in zip(entries, texts, strict=True):
        if described := asked.intersection(chain.from_iterable(lists)):
            own = {word for name in entry.names for word in vocabulary(name)}
            counts.update({stem(word) for word in described - own})
    return frozenset(word for word, count in counts.items() if count >= _EVERYDAY)
