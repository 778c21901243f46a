"""Descriptions ranked by the words they share with a question (BM25)."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.content.search.entries import Entry
from bot.content.search.vocabulary import SAME, SENTENCE, STOP, TOLD, TURNING
from bot.content.search.words import Word, abbreviates, stem, vocabulary

_K1, _B = 1.2, 0.5
#: The bank on whose size the cuts of the score were set; a rare word weighs less in a smaller one.
_MEASURED = 500
#: The cuts of score and coverage: from which an entry is offered, and from which it may be the answer.
_NEAR, _NEARLY, _GOOD, _COVERED, _HALF = 2.5, 0.30, 4, 0.40, 0.50
#: How far behind the next entry must be, in general and where so few words are asked that they may be a name.
_BEHIND, _FAR_BEHIND, _NAME = 0.8, 0.6, 3
#: How much less a word counts that had to be corrected, and how many of a question may be.
_CORRECTED, _CORRECTIONS = 0.8, 3


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that shares words with the question."""

    position: int
    score: float
    coverage: float  # how much of the question's weight it covers
    sure: bool


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
        self._weight = {word: _rarity(self._size, number) for word, number in frequency.items()}
        postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for position, count in enumerate(counts):
            norm = _K1 * (1 - _B + _B * sum(count.values()) / average)
            for word, times in count.items():
                postings[word].append((position, self._weight[word] * times * (_K1 + 1) / (times + norm)))
        self._postings = dict(postings)
        self._words = [frozenset(count) for count in counts]
        self.known = {word for texts in described for _, words in texts for word in words}
        letters: defaultdict[str, list[str]] = defaultdict(list)
        for known in sorted(self.known):
            if len(known) > 5 and not abbreviates(known):
                letters[known[0]].append(known)
        self._by_letter = dict(letters)

    def rank(self, words: Sequence[Word]) -> list[Match]:
        """Return the entries near enough to be offered, the best first."""
        content = self._content(words)
        if not content:
            return []
        scores = defaultdict[int, float](float)
        for word, trust in content.items():
            for position, worth in self._postings.get(word, ()):
                scores[position] += worth * trust
        absent = _rarity(self._size, 0)
        weights = {word: self._weight.get(word, absent) for word in content}
        total, asked = sum(weights.values()), sum(word not in TURNING for word in content)
        found = list[Match]()
        for position, score in scores.items():
            if score >= _NEAR * self._scale:
                shared = [word for word in content if word in self._words[position]]
                coverage = sum(weights[word] * content[word] for word in shared) / total
                if coverage >= _NEARLY:
                    matched = sum(word not in TURNING for word in shared)
                    found.append(self._match(position, score, coverage, matched, asked))
        found.sort(key=lambda match: (-match.score, match.position))
        if found and not _stands_out(found, asked, words):
            found[0] = replace(found[0], sure=False)
        return found

    def _match(self, position: int, score: float, coverage: float, matched: int, asked: int) -> Match:
        enough = matched > 2 or (self._two_words_tell and matched == 2 and coverage >= _HALF)
        sure = asked > 1 and score >= _GOOD * self._scale and coverage >= _COVERED and enough
        return Match(position, score, coverage, sure)

    def _content(self, words: Sequence[Word]) -> dict[str, float]:
        """Return the stems that matter with how far to trust each: a corrected word less."""
        content, corrections = dict[str, float](), 0
        for word in words:
            if not _counts(word.text):
                continue
            stemmed, trust = _term(word.text), 1.0
            if stemmed not in self._weight and len(word.text) > 5 and corrections < _CORRECTIONS:
                corrections += 1
                if other := self._corrected(word):
                    stemmed, trust = _term(other), _CORRECTED
            content[stemmed] = max(trust, content.get(stemmed, 0))
        return content

    def _corrected(self, word: Word) -> str | None:
        if abbreviates(word.typed):
            return None
        most = len(word.text) * 16 // 100 or 1
        near = extractOne(word.text, self._by_letter.get(word.text[0], ()), scorer=OSA.distance, score_cutoff=most)
        return str(near[0]) if near else None


def _stands_out(found: Sequence[Match], asked: int, words: Sequence[Word]) -> bool:
    """Tell whether the best is clearly better than the next; few words without a sentence are a name we lack."""
    next_best = found[1].score if len(found) > 1 else 0.0
    if asked <= _NAME and not any(word.text in SENTENCE or word.text in TOLD for word in words):
        return asked == _NAME and next_best <= _FAR_BEHIND * found[0].score
    return next_best <= (_BEHIND if asked >= _NAME else _FAR_BEHIND) * found[0].score


def _weighted(texts: Sequence[tuple[int, Sequence[str]]]) -> Counter[str]:
    count = Counter[str]()
    for weight, words in texts:
        for word in words:
            if _counts(word):
                count[_term(word)] += weight
    return count


def _counts(word: str) -> bool:
    """Tell whether *word* says anything: single letters are what is left of others."""
    return (word not in STOP or word in TURNING) and (len(word) > 1 or word.isdigit())


def _term(word: str) -> str:
    return stem(SAME.get(word, word))


def _rarity(size: int, number: int) -> float:
    return math.log(1 + (size - number + 0.5) / (number + 0.5))
