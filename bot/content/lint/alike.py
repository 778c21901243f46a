"""No two items of a kind are nearly the same: four-letter grams, weighed, and the angle between them."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from bot.content.faults import Level
from bot.content.fields import Item
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.kinds import is_item
from bot.content.lint.corpus import Corpus, Finding
from bot.content.schema import Entry
from bot.content.steps import Step
from bot.content.study import Quiz, Reference, Reflection, Template
from bot.content.text import normal

TOO_ALIKE, ALIKE, ACROSS = 0.82, 0.68, 0.85
SAME_TITLE = 90
GRAM = 4
#: Two texts as near as this share a good part of their rare words; only pairs that do are compared at all.
RARE, SHARED = 30, 0.25

_STOP = frozenset(normal("a an the to of in on at for and or your you is it with by from as be not do").split())


class Texts:
    """The gists of some entries: which pairs are worth comparing, and how near they are."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._texts = [normal(_gist(entry.record)) for entry in entries]
        self._grams = [_grams(text) for text in self._texts]
        spread: Counter[str] = Counter()
        for grams in self._grams:
            spread.update(grams.keys())
        self._rarity = {gram: math.log((1 + len(entries)) / (1 + held)) + 1 for gram, held in spread.items()}
        self._weights: dict[int, dict[str, float]] = {}

    def near(self, wanted: Sequence[bool], least: float) -> Iterator[tuple[float, Entry, Entry]]:
        """Yield the pairs at least as near as *least*, one of each wanted, with their nearness."""
        for first, second in sorted(self._candidates(wanted)):
            if (near := self._cosine(first, second)) >= least:
                yield near, self.entries[first], self.entries[second]

    def _candidates(self, wanted: Sequence[bool]) -> set[tuple[int, int]]:
        """Return the pairs that share a good part of their rare words."""
        holders: dict[str, list[int]] = {}
        for index, text in enumerate(self._texts):
            for word in set(text.split()):
                holders.setdefault(word, []).append(index)
        rare = [0] * len(self._texts)
        shared: Counter[tuple[int, int]] = Counter()
        for found in holders.values():
            if len(found) <= RARE:
                for place, first in enumerate(found):
                    rare[first] += 1
                    mine = wanted[first]
                    shared.update([(first, second) for second in found[place + 1 :] if mine or wanted[second]])
        return {pair for pair, number in shared.items() if number >= SHARED * min(rare[pair[0]], rare[pair[1]])}

    def _cosine(self, first: int, second: int) -> float:
        one, other = self._weighed(first), self._weighed(second)
        return sum(one[gram] * other[gram] for gram in one.keys() & other.keys())

    def _weighed(self, index: int) -> dict[str, float]:
        """Return a text as a direction in the space of its grams."""
        if index not in self._weights:
            weights = {gram: number * self._rarity[gram] for gram, number in self._grams[index].items()}
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            self._weights[index] = {gram: weight / length for gram, weight in weights.items()}
        return self._weights[index]


def near_twins(corpus: Corpus) -> Iterator[Finding]:
    """No item repeats another of its kind with other words."""
    kinds: dict[str, list[Entry]] = {}
    for entry in corpus.entries:
        if is_item(entry.kind):
            kinds.setdefault(entry.kind.name, []).append(entry)
    for entries in kinds.values():
        wanted = [corpus.reports(entry) for entry in entries]
        if not any(wanted):
            continue
        for near, first, second in Texts(entries).near(wanted, ALIKE):
            later, other = (second, first) if corpus.reports(second) else (first, second)
            level: Level = "error" if near >= TOO_ALIKE else "warning"
            what = f"{near:.0%} the same as `{other.record.id}`"
            yield Finding(later, (), what, "change the scene, not the wording", level)


def across_kinds(corpus: Corpus) -> Iterator[Finding]:
    """No tip says over again what a script or an answer says."""
    entries = [entry for entry in corpus.entries if isinstance(entry.record, Tip | Script | Faq)]
    wanted = [corpus.reports(entry) for entry in entries]
    if not any(wanted):
        return
    for near, first, second in Texts(entries).near(wanted, ACROSS):
        tips = [entry for entry in (first, second) if isinstance(entry.record, Tip)]
        if len(tips) == 1:
            other = second if tips[0] is first else first
            told, twin = (tips[0], other) if corpus.reports(tips[0]) else (other, tips[0])
            yield Finding(told, (), f"{near:.0%} the same as `{twin.record.id}`", "let one point to the other")


def same_asks(corpus: Corpus) -> Iterator[Finding]:
    """No two tips ask for the same act on the same practice."""
    seen: dict[tuple[tuple[str, ...], str, str], Entry] = {}
    for entry, tip in corpus.all(Tip):
        asked = [word for word in normal(tip.action).split() if word not in _STOP]
        if len(asked) < 2:  # a verb and what it is done to
            continue
        key = (tip.guide, asked[0], asked[1])
        first = seen.setdefault(key, entry)
        if first is not entry and corpus.reports(entry):
            what = f'asks to "{asked[0]} {asked[1]}" as `{first.record.id}` does'
            yield Finding(entry, ("action",), what, "ask for another act")


def same_titles(corpus: Corpus) -> Iterator[Finding]:
    """No two items of a kind have titles of the same words, or one title inside the other."""
    kinds: dict[str, list[tuple[Entry, str]]] = {}
    for entry in corpus.entries:
        if isinstance(entry.record, Item) and not isinstance(entry.record, Phrase | Plain | Step | Quiz | Reflection):
            words = " ".join(word for word in normal(entry.record.title).split() if word not in _STOP)
            kinds.setdefault(entry.kind.name, []).append((entry, words))
    for titles in kinds.values():
        wanted = [corpus.reports(entry) for entry, _ in titles]
        for second, (entry, words) in enumerate(titles):
            for first, (other, others) in enumerate(titles[:second]):
                if (wanted[first] or wanted[second]) and fuzz.token_set_ratio(words, others, score_cutoff=SAME_TITLE):
                    told, twin = (entry, other) if wanted[second] else (other, entry)
                    yield Finding(told, ("title",), f"the title of `{twin.record.id}`", "write another")


def _gist(item: object) -> str:
    match item:
        case Tip():
            return f"{item.hook} {item.body} {item.action}"
        case Phrase():
            return f"{item.meaning} {item.example} {item.do}"
        case Script():
            return f"{item.say or item.body} {item.if_no} {item.situation}"
        case Plain():
            return f"{item.plain} {item.say} {item.check}"
        case Checklist():
            return " ".join(line.text for line in item.items)
        case Faq():
            return f"{item.q} {item.short}"
        case Step():
            return item.message
        case Reference():
            return f"{item.name} {item.what_for} {item.how} {item.use_when}"
        case Template():
            return f"{item.skeleton} {item.worked}"
        case Reflection():
            return item.prompt
        case Quiz():
            return f"{item.stem} {item.explain}"
    return ""


@lru_cache(maxsize=8192)
def _grams(text: str) -> Counter[str]:
    return Counter([text[at : at + GRAM] for at in range(len(text) - GRAM + 1)])
