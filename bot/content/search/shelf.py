"""The items of one kind and the steps that find one among them; the first sure step answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.content.search.entries import Entry
from bot.content.search.names import Found, Hit, Names
from bot.content.search.ranking import Match, Ranking
from bot.content.search.spelling import Near, Spelling
from bot.content.search.vocabulary import ABOUT_A_WORD, COMPARING, LEAD, STOP, TAIL
from bot.content.search.words import Query, Word, key, split

Outcome = Literal["answer", "suggest", "none"]
How = Literal["exact", "asked", "inside", "typo", "words", "none"]

_OFFERED = 3
#: How many words of a question may stand before and after the name it asks about.
_BEFORE, _AFTER = 12, 6
#: A description beats the single small word found inside it only by so much.
_CLEARLY, _MOSTLY = 1.5, 0.6


@dataclass(frozen=True, slots=True)
class Finding:
    """What one kind has for a question, as positions of entries."""

    outcome: Outcome
    found: Found
    how: How
    same_name: bool = False  # all own the name that was asked for


_NONE = Finding("none", (), "none")


class Shelf:
    """The entries of one kind with everything that finds them."""

    def __init__(self, entries: tuple[Entry, ...], *, within_sentences: bool) -> None:
        self.entries = entries
        self._within = within_sentences
        self._names = Names(entries)
        self._ranking = Ranking(entries)
        texts = {text for entry in entries for text in (*entry.names, *entry.expansions)}
        spaced = {key(words): tuple(word.text for word in words) for words in map(split, sorted(texts))}
        self._spelling = Spelling(self._names.keys, spaced, self._names.abbreviations, self._ranking.known)

    def find(self, asked: Query) -> Finding:
        """Return the surest finding for *asked*."""
        if not asked.words:
            return _NONE
        if found := self._names.whole(asked.words):
            return Finding("answer", found, "exact", same_name=True)
        if not asked.latin:
            return _NONE
        doubtful = list[int]()
        if named := self._named(asked, doubtful):
            return named
        core = _core(asked.words)
        near = self._near(asked.words, core)
        if (best := _only(near, self._names)) is not None:
            return Finding("answer", best, "typo", same_name=True)
        hits = self._names.inside(asked.words, shouted=asked.shouted) if self._within else []
        matches = self._ranking.rank(asked.words)
        if inside := _meant(hits, asked.words, matches):
            return inside
        astray = self._spelling.near_inside(asked.words) if self._within and len(asked.words) > 1 else []
        if (best := _only(astray, self._names)) is not None:
            return Finding("answer", best, "typo", same_name=True)
        if matches and matches[0].sure:
            return Finding("answer", (matches[0].position,), "words")
        return self._offer(core, near, astray, matches, hits, doubtful)

    def _named(self, asked: Query, doubtful: list[int]) -> Finding | None:
        """Return the name left when the question around it is taken away; *doubtful* takes what is unsure."""
        about_a_word = any(word.text in ABOUT_A_WORD for word in asked.words)
        for core in _cores(asked.words):
            found = self._names.whole(core) or self._names.stemmed(core)
            if found and (len(core) > 1 or about_a_word or core[0].emphatic or core[0].text not in STOP):
                return Finding("answer", found, "exact", same_name=True)
            doubtful += found
        if found := self._names.asked(asked.words):
            return Finding("answer", found, "asked")
        content = tuple(word for word in asked.words if word.text not in STOP)
        found = (self._names.whole(content) or self._names.stemmed(content)) if content else ()
        if found and (len(content) > 1 or not self._names.doubtful(content[0], shouted=asked.shouted)):
            return Finding("answer", found, "inside", same_name=True)
        doubtful += found
        return None

    def _near(self, words: Sequence[Word], core: Sequence[Word]) -> list[Near]:
        near = self._spelling.near(core)
        if len(core) < len(words):
            near = sorted((*near, *self._spelling.near(words)), key=lambda one: -one.similarity)
        return near

    def _offer(
        self,
        core: Sequence[Word],
        near: Sequence[Near],
        astray: Sequence[Near],
        matches: Sequence[Match],
        hits: Sequence[Hit],
        doubtful: Sequence[int],
    ) -> Finding:
        spelled = list(dict.fromkeys(at for one in near for at in self._names.of(one.key)))
        spelled += self._look_alikes(core, spelled)
        described = [match.position for match in matches]
        within = [at for hit in hits for at in hit.found] + [at for one in astray for at in self._names.of(one.key)]
        found = tuple(_taking_turns((*doubtful, *spelled), described, within))[:_OFFERED]
        how: How = "typo" if spelled else "words" if described else "inside"
        return Finding("suggest", found, how) if found else _NONE

    def _look_alikes(self, core: Sequence[Word], spelled: Sequence[int]) -> list[int]:
        """Return those that the near abbreviations name as related and that are hardly farther: QD for QOD."""
        alike = list[tuple[int, int, int]]()
        places = {entry.item.id: at for at, entry in enumerate(self.entries)} if spelled and len(core) == 1 else {}
        for at in spelled:
            for other in self.entries[at].item.related:
                name = key(split(self.entries[places[other]].names[0])) if other in places else ""
                if name in self._names.abbreviations and name[0] == core[0].text[0]:
                    distance = self._spelling.distance(core, name)
                    if distance <= 2 and len(name) <= 4:
                        alike.append((distance, len(name), places[other]))
        return [at for _, _, at in sorted(alike)]


def _cores(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Return what is left of a question without more and more of its frame, at least one word."""
    before = next((at for at, word in enumerate(words) if word.text not in LEAD), len(words) - 1)
    after = next((at for at, word in enumerate(reversed(words)) if word.text not in TAIL), len(words) - 1)
    before, after = min(before, _BEFORE), min(after, _AFTER)
    for dropped in range(before + after + 1):
        for first in range(max(0, dropped - after), min(before, dropped) + 1):
            last = len(words) - (dropped - first)
            if first < last:
                yield words[first:last]


def _core(words: Sequence[Word]) -> Sequence[Word]:
    """Return what is left without the whole frame."""
    first = next((at for at, word in enumerate(words) if word.text not in LEAD), 0)
    last = next((at for at in range(len(words), first, -1) if words[at - 1].text not in TAIL), len(words))
    return words[first:last]


def _only(near: Sequence[Near], names: Names) -> Found | None:
    """Return the owners of the nearest name if it may be taken for what was typed and no other is as near."""
    if not near or not near[0].sure:
        return None
    found = names.of(near[0].key)
    rivals = [one for one in near[1:] if one.similarity == near[0].similarity]
    return found if all(set(names.of(one.key)) & set(found) for one in rivals) else None


def _meant(hits: Sequence[Hit], words: Sequence[Word], matches: Sequence[Match]) -> Finding | None:
    """Return the name inside a sentence, unless the sentence as a whole describes something else far better."""
    sure = [hit for hit in hits if hit.sure]
    if not sure:
        return None
    if len(sure) > 1 and any(word.text in COMPARING for word in words):
        both = tuple(dict.fromkeys(at for hit in sure for at in hit.found))
        return Finding("answer", both[:_OFFERED], "inside")
    name = sure[0]
    if len(name.words) == 1 and not name.words[0].emphatic and matches and matches[0].sure:
        best = matches[0]
        own = max((match.score for match in matches if match.position in name.found), default=0.0)
        if best.position not in name.found and best.coverage >= _MOSTLY and best.score > _CLEARLY * own:
            return Finding("answer", (best.position,), "words")
    return Finding("answer", name.found, "inside", same_name=True)


def _taking_turns(*lists: Iterable[int]) -> Iterator[int]:
    """Return the first of each list, then the second of each, none twice."""
    queues, seen = [list(dict.fromkeys(one)) for one in lists], set[int]()
    for rank in range(max(map(len, queues), default=0)):
        for queue in queues:
            if rank < len(queue) and queue[rank] not in seen:
                seen.add(queue[rank])
                yield queue[rank]
