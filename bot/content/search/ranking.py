"""Descriptions ranked by the words they share with a question (BM25)."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.content.search.entries import Entry
from bot.content.search.vocabulary import SENTENCE, STOP, TOLD, TURNING
from bot.content.search.words import Word, abbreviates, counts_as, vocabulary

_K1, _B = 1.2, 0.5
_PAIR, _MOSTLY = 2, 0.55
_THESAURUS = Path(__file__).with_name("thesaurus.txt")
#: The bank on whose size the cuts of the score were set; a rare word weighs less in a smaller one.
_MEASURED = 500
#: The cuts of score and coverage: from which an entry is offered, and from which it may be the answer.
_NEAR, _NEARLY, _GOOD, _COVERED, _HALF = 2.5, 0.30, 4, 0.40, 0.70
#: How far behind the next entry must be, in general and where so few words are asked that they may be a name.
_BEHIND, _FAR_BEHIND, _NAME = 0.75, 0.6, 3
#: How much less a word counts that had to be corrected, and how many of a question may be.
_CORRECTED, _CORRECTIONS = 0.8, 3
#: How much a word counts that only means about the same; no answer is sure by such words.
_NEAR_WORD = 0.6


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that shares words with the question."""

    position: int
    score: float
    coverage: float  # how much of the question's weight it covers
    matched: int  # how many of its words
    sure: bool


#: Entries by position, and what a word is worth in each: as plain numbers, a quarter of the memory of a table.
_Postings = tuple["array[int]", "array[float]"]
_NOTHING: _Postings = (array("I"), array("d"))
_NO_GAIN = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One word of a question."""

    weight: float  # how much of the question it is
    readings: tuple[tuple[str, float], ...]  # terms it may stand for, each with how far to trust that
    turns: bool


@dataclass(slots=True)
class _Shared:
    """What one entry shares with a question so far."""

    score: float = 0.0
    covered: float = 0.0
    matched: int = 0


class Ranking:
    """The words of every entry with what each is worth."""

    def __init__(self, entries: Sequence[Entry], *, two_words_tell: bool) -> None:
        self._two_words_tell = two_words_tell
        described = [[(weight, vocabulary(text)) for weight, text in entry.fields] for entry in entries]
        counts = [_weighted(texts) for texts in described]
        frequency = Counter(word for count in counts for word in count)
        average = sum(sum(count.values()) for count in counts) / max(len(counts), 1)
        self._size = len(entries)
        self._scale = _rarity(self._size, 1) / _rarity(_MEASURED, 1)
        self._absent = _rarity(self._size, 0)
        self._weight = {word: _rarity(self._size, number) for word, number in frequency.items()}
        postings: defaultdict[str, _Postings] = defaultdict(lambda: (array("I"), array("d")))
        for position, count in enumerate(counts):
            norm = _K1 * (1 - _B + _B * sum(count.values()) / average)
            for word, times in count.items():
                positions, worths = postings[word]
                positions.append(position)
                worths.append(self._weight[word] * times * (_K1 + 1) / (times + norm))
        self._postings = dict(postings)
        self.known = {word for texts in described for _, words in texts for word in words}
        letters: defaultdict[str, list[str]] = defaultdict(list)
        for known in sorted(self.known):
            if len(known) > 5 and not abbreviates(known):
                letters[known[0]].append(known)
        self._by_letter = dict(letters)

    def rank(self, words: Sequence[Word]) -> list[Match]:
        """Return the entries near enough to be offered, the best first."""
        content = self._content(words)
        total, asked = sum(word.weight for word in content), sum(not word.turns for word in content)
        shared: dict[int, _Shared] = {}
        left = total
        for word in sorted(content, key=lambda word: -word.weight):
            # What shares only the words from here on covers too little of the question to be offered.
            self._share(word, shared, opens=left >= _NEARLY * total)
            left -= word.weight
        found = [
            self._match(position, one, one.covered / total, asked)
            for position, one in shared.items()
            if one.score >= _NEAR * self._scale and one.covered >= _NEARLY * total
        ]
        found.sort(key=lambda match: (-match.score, match.position))
        if found and not self._two_words_tell and self._alone(found):
            found[0] = replace(found[0], sure=True)
        elif found and not _stands_out(found, asked, words):
            found[0] = replace(found[0], sure=False)
        return found

    def _alone(self, found: Sequence[Match]) -> bool:
        """Tell whether two words are enough where two tell little: most of the question, and nothing else comes near."""
        best, next_best = found[0], found[1].score if len(found) > 1 else 0.0
        enough = best.matched >= _PAIR and best.coverage > _MOSTLY and best.score >= _GOOD * self._scale
        return enough and next_best <= _FAR_BEHIND * best.score

    def _share(self, word: "_Asked", shared: dict[int, "_Shared"], *, opens: bool) -> None:
        """Add what *word* is worth to each entry that has it, by the one of its readings that is worth most there."""
        gained: dict[int, tuple[float, float]] = {}
        for term, trust in word.readings:
            for position, worth in zip(*self._postings.get(term, _NOTHING), strict=True):
                if (opens or position in shared) and worth * trust > gained.get(position, _NO_GAIN)[0]:
                    gained[position] = (worth * trust, trust)
        for position, (worth, trust) in gained.items():
            if (one := shared.get(position)) is None:
                one = shared[position] = _Shared()
            one.score += worth
            one.covered += word.weight * trust
            one.matched += not word.turns and trust >= _CORRECTED

    def _match(self, position: int, one: "_Shared", coverage: float, asked: int) -> Match:
        enough = one.matched > 2 or (self._two_words_tell and one.matched == 2 and coverage >= _HALF)
        sure = asked > 1 and one.score >= _GOOD * self._scale and coverage >= _COVERED and enough
        return Match(position, one.score, coverage, one.matched, sure)

    def _content(self, words: Sequence[Word]) -> "list[_Asked]":
        """Return the words that matter, each with what it may stand for: itself, itself corrected, or a near word."""
        found, corrections = dict[str, _Asked](), 0
        for word in self._joined(words):
            if not _counts(word.text):
                continue
            term, trust = counts_as(word.text), 1.0
            near = thesaurus().get(term, ())
            if term not in self._weight and not near and len(word.text) > 5 and corrections < _CORRECTIONS:
                corrections += 1
                if other := self._corrected(word):
                    term, trust = counts_as(other), _CORRECTED
            known = [other for other in near if other in self._weight]
            weight = self._weight.get(term) or max((self._weight[other] for other in known), default=self._absent)
            readings = ((term, trust), *((other, _NEAR_WORD) for other in known))
            found.setdefault(term, _Asked(weight, readings, word.text in TURNING))
        return list(found.values())

    def _joined(self, words: Sequence[Word]) -> Iterator[Word]:
        """Yield the words, two as one where only together they are known: "electro-convulsive", "feed back"."""
        at = 0
        while at < len(words):
            pair = [word.text for word in words[at : at + 2]]
            whole = "".join(pair)
            if len(pair) > 1 and pair[0] not in STOP and whole in self.known and not self.known.issuperset(pair):
                yield Word(whole, whole, whole)
                at += 2
            else:
                yield words[at]
                at += 1

    def same(self, words: Sequence[Word], lines: Iterable[str]) -> bool:
        """Tell whether *words* say one of *lines* in near words: nothing asked that is not in it, nothing left over."""
        asked = [{term for term, _ in word.readings} for word in self._content(words)]
        if len(asked) < _PAIR:
            return False
        for line in lines:
            told = {term for word in vocabulary(line) if (term := _counted(word))}
            if (
                len(told) == len(asked)
                and all(one & told for one in asked)
                and all(any(t in one for one in asked) for t in told)
            ):
                return True
        return False

    def _corrected(self, word: Word) -> str | None:
        if abbreviates(word.typed):
            return None
        most = len(word.text) * 16 // 100 or 1
        near = extractOne(word.text, self._by_letter.get(word.text[0], ()), scorer=OSA.distance, score_cutoff=most)
        return str(near[0]) if near else None


@cache
def thesaurus() -> dict[str, tuple[str, ...]]:
    """Return for each term the terms that mean about the same."""
    near: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line in _THESAURUS.read_text(encoding="utf-8").splitlines():
        terms = () if line.startswith("#") else tuple(dict.fromkeys(counts_as(word) for word in line.split()))
        for term in terms:
            near[term].update((other, None) for other in terms if other != term)
    return {term: tuple(others) for term, others in near.items()}


def _stands_out(found: Sequence[Match], asked: int, words: Sequence[Word]) -> bool:
    """Tell whether the best is clearly better than the next; few words without a sentence are a name we lack."""
    next_best = found[1].score if len(found) > 1 else 0.0
    if asked <= _NAME and not any(word.text in SENTENCE or word.text in TOLD for word in words):
        return asked == _NAME and next_best <= _FAR_BEHIND * found[0].score
    return next_best <= (_BEHIND if asked >= _NAME else _FAR_BEHIND) * found[0].score


def _weighted(texts: Sequence[tuple[int, Sequence[str]]]) -> dict[str, int]:
    count: dict[str, int] = {}
    for weight, words in texts:
        for counted in map(_counted, words):
            if counted:
                count[counted] = count.get(counted, 0) + weight
    return count


@lru_cache(maxsize=16384)
def _counted(word: str) -> str:
    """Return what *word* counts as, empty where it says nothing."""
    return counts_as(word) if _counts(word) else ""


def _counts(word: str) -> bool:
    """Tell whether *word* says anything: single letters are what is left of others."""
    return (word not in STOP or word in TURNING) and (len(word) > 1 or word.isdigit())


def _rarity(size: int, number: int) -> float:
    return math.log(1 + (size - number + 0.5) / (number + 0.5))
