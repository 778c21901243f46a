"""No two items of a kind are nearly the same: four-letter grams, weighed, and the angle between them."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.faults import Level
from bot.content.fields import Item
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.kinds import is_item
from bot.content.lint.corpus import Corpus, Finding
from bot.content.schema import Entry
from bot.content.steps import Step
from bot.content.text import normal

TOO_ALIKE, ALIKE = 0.82, 0.68
GRAM = 4
#: Two texts as near as this share a good part of their rare grams; only pairs that do are compared at all.
RARE, SHARED = 20, 0.15

_STOP = frozenset(normal("a an the to of in on at for and or your you is it with by from as be not do").split())


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text as a direction in the space of its grams."""

    entry: Entry
    weights: dict[str, float]


def near_twins(corpus: Corpus) -> Iterator[Finding]:
    """No item repeats another of its kind with other words."""
    kinds: dict[str, list[Entry]] = {}
    for entry in corpus.entries:
        if is_item(entry.kind):
            kinds.setdefault(entry.kind.name, []).append(entry)
    for entries in kinds.values():
        if not any(map(corpus.reports, entries)):
            continue
        texts = _weighed(entries)
        for first, second in sorted(_candidates(corpus, texts)):
            if (near := _cosine(texts[first], texts[second])) >= ALIKE:
                later, other = texts[second].entry, texts[first].entry
                if not corpus.reports(later):
                    later, other = other, later
                level: Level = "error" if near >= TOO_ALIKE else "warning"
                what = f"{near:.0%} the same as `{other.record.id}`"
                yield Finding(later, (), what, "change the scene, not the wording", level)


def same_titles(corpus: Corpus) -> Iterator[Finding]:
    """No two items of a kind have titles of the same words."""
    seen: dict[tuple[str, frozenset[str]], Entry] = {}
    for entry in corpus.entries:
        if isinstance(entry.record, Item) and not isinstance(entry.record, Phrase | Plain | Step):
            key = frozenset(normal(entry.record.title).split()) - _STOP
            first = seen.setdefault((entry.kind.name, key), entry)
            if first is not entry and corpus.reports(entry):
                yield Finding(entry, ("title",), f"the title of `{first.record.id}`", "write another")


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
    return ""


def _weighed(entries: list[Entry]) -> list[Weighed]:
    counts = []
    for entry in entries:
        text = normal(_gist(entry.record))
        counts.append(Counter(text[at : at + GRAM] for at in range(len(text) - GRAM + 1)))
    spread = Counter(gram for count in counts for gram in count)
    rarity = {gram: math.log((1 + len(counts)) / (1 + documents)) + 1 for gram, documents in spread.items()}
    texts = []
    for entry, count in zip(entries, counts, strict=True):
        weights = {gram: number * rarity[gram] for gram, number in count.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        texts.append(Weighed(entry, {gram: weight / length for gram, weight in weights.items()}))
    return texts


def _candidates(corpus: Corpus, texts: list[Weighed]) -> set[tuple[int, int]]:
    owners: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        for gram in text.weights:
            owners.setdefault(gram, []).append(index)
    wanted = [corpus.reports(text.entry) for text in texts]
    rare = [0] * len(texts)
    shared: Counter[tuple[int, int]] = Counter()
    for holders in owners.values():
        if len(holders) <= RARE:
            for place, first in enumerate(holders):
                rare[first] += 1
                shared.update((first, second) for second in holders[place + 1 :] if wanted[first] or wanted[second])
    return {pair for pair, number in shared.items() if number >= SHARED * min(rare[pair[0]], rare[pair[1]])}


def _cosine(first: Weighed, second: Weighed) -> float:
    return sum(first.weights[gram] * second.weights[gram] for gram in first.weights.keys() & second.weights.keys())
