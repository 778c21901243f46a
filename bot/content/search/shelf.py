"""The items of one kind and the steps that find one among them; the first sure step answers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.content.search.entries import Entry
from bot.content.search.framing import core_of, cores, focus, part_of_more
from bot.content.search.names import Found, Hit, Names
from bot.content.search.ranking import Match, Ranking
from bot.content.search.spelling import Near, Spelling
from bot.content.search.vocabulary import ABOUT_A_WORD, ADDED, COMMON, COMPARING, SENTENCE, STOP, TURNING
from bot.content.search.words import Query, Word, key, split

Outcome = Literal["answer", "suggest", "none"]
How = Literal["exact", "asked", "inside", "typo", "words", "none"]

_OFFERED = 3
#: Terms of so few letters come with those they are confused with, up to so many letters away from what was typed.
_FEW, _HARDLY_FARTHER = 4, 2
#: With so many other words that matter, a small word that is a name may only be part of what is described.
_TOLD_MORE = 4
#: So much of a question is covered when near words stand for all of it.
_ALL_SAID = 0.55
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
        # situations and questions share too many words for two of them to tell one from another
        self._ranking = Ranking(entries, two_words_tell=within_sentences)
        texts = {text for entry in entries for text in (*entry.names, *entry.expansions)}
        spaced = {key(words): tuple(word.text for word in words) for words in map(split, sorted(texts))}
        self._letters = {entry.item.id: (at, name) for at, entry in enumerate(entries) if (name := self._short(entry))}
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
        if (inner := focus(asked.words)) and (found := self._names.whole(inner) or self._names.stemmed(inner)):
            return Finding("answer", found, "exact", same_name=True)
        if named := self._named(asked, doubtful):
            return named
        core = core_of(asked.words)
        near = self._near(asked.words, core)
        if (best := _only(near, self._names)) is not None:
            return Finding("answer", best, "typo", same_name=True)
        hits = self._names.inside(asked.words, shouted=asked.shouted) if self._within else []
        if inside := _named_plainly(hits, asked.words):
            return inside
        matches = self._ranking.rank(asked.words)
        if inside := _meant(hits, asked.words, matches):
            return inside
        astray = self._spelling.near_inside(asked.words) if self._within and len(asked.words) > 1 else []
        astray = [one for one in astray if not part_of_more(one.words, asked.words)]
        if (best := _only(astray, self._names)) is not None:
            return Finding("answer", best, "typo", same_name=True)
        if matches and self._told(matches[0], asked.words):
            return Finding("answer", (matches[0].position,), "words")
        return self._offer(core, near, astray, matches, hits, doubtful)

    def _told(self, best: Match, words: Sequence[Word]) -> bool:
        """Tell whether the best entry is what *words* describe: surely, or line by line in near words."""
        entry = self.entries[best.position]
        if best.sure:
            return not _sibling(entry, words)
        return best.coverage > _ALL_SAID and self._ranking.same(words, (*entry.names, *entry.expansions, *entry.asked))

    def _named(self, asked: Query, doubtful: list[int]) -> Finding | None:
        """Return the name left when the question around it is taken away; *doubtful* takes what is unsure."""
        if found := self._names.verbatim(asked.words):
            return Finding("answer", found, "asked")
        about_a_word = any(word.text in ABOUT_A_WORD for word in asked.words)
        for core in cores(asked.words):
            found = self._names.whole(core)
            if not found and (found := self._names.stemmed(core)) and len(core) == 1 and core[0].text in COMMON:
                doubtful += found
                continue
            if found and (len(core) > 1 or about_a_word or core[0].emphatic or core[0].text not in STOP):
                return Finding("answer", found, "exact", same_name=True)
            doubtful += found
        if found := self._names.asked(asked.words):
            return Finding("answer", found, "asked")
        if len(asked.words) > 1 and asked.words[-1].text in ADDED and len(key(asked.words[:-1])) > _FEW:
            found = self._names.whole(asked.words[:-1]) or self._names.stemmed(asked.words[:-1])
            if found:
                return Finding("answer", found, "inside", same_name=True)
        content = tuple(word for word in asked.words if word.text not in STOP or word.text in TURNING)
        # letters left of "d and c" are not D/C
        lettered = any(len(word.text) > 1 for word in content)
        found = (self._names.whole(content) or self._names.stemmed(content)) if lettered else ()
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

    def _short(self, entry: Entry) -> str:
        """Return the key of a term that is nothing but a few letters."""
        name = key(split(entry.names[0]))
        return name if name in self._names.abbreviations and len(name) <= _FEW else ""

    def _look_alikes(self, core: Sequence[Word], spelled: Sequence[int]) -> list[int]:
        """Return those that the near abbreviations name as related and that are hardly farther: QD for QOD."""
        alike = list[tuple[int, int, int]]()
        for at in spelled if len(core) == 1 else ():
            for other in self.entries[at].item.related:
                place, name = self._letters.get(other, (0, ""))
                distance = self._spelling.distance(core, name)
                if name[:1] == core[0].text[0] and distance <= _HARDLY_FARTHER:
                    alike.append((distance, len(name), place))
        return [at for _, _, at in sorted(alike)]


def _only(near: Sequence[Near], names: Names) -> Found | None:
    """Return the owners of the nearest name if it may be taken for what was typed and no other is as near."""
    if not near or not near[0].sure:
        return None
    found = names.of(near[0].key)
    rivals = [one for one in near[1:] if one.similarity == near[0].similarity]
    return found if all(set(names.of(one.key)) & set(found) for one in rivals) else None


def _named_plainly(hits: Sequence[Hit], words: Sequence[Word]) -> Finding | None:
    """Return the name inside a sentence that no description can beat: of several words, or typed as a name is."""
    sure = [hit for hit in hits if hit.sure and not part_of_more(hit.words, words)]
    if not sure or (len(sure[0].words) == 1 and not sure[0].words[0].emphatic):
        return None
    return _meant(hits, words, ())


def _meant(hits: Sequence[Hit], words: Sequence[Word], matches: Sequence[Match]) -> Finding | None:
    """Return the name inside a sentence, unless the sentence as a whole describes something else far better."""
    sure = [hit for hit in hits if hit.sure and not part_of_more(hit.words, words)]
    if not sure:
        return None
    if len(sure) > 1 and any(word.text in COMPARING for word in words):
        both = tuple(dict.fromkeys(at for hit in sure for at in hit.found))
        return Finding("answer", both[:_OFFERED], "inside")
    name = sure[0]
    told = sum(word.text not in STOP and word not in name.words for word in words)
    if len(name.words) == 1 and not name.words[0].emphatic and told >= _TOLD_MORE:
        return None
    if len(name.words) == 1 and not name.words[0].emphatic and matches and matches[0].sure:
        best = matches[0]
        own = max((match.score for match in matches if match.position in name.found), default=0.0)
        if best.position not in name.found and best.coverage >= _MOSTLY and best.score > _CLEARLY * own:
            return Finding("answer", (best.position,), "words")
    return Finding("answer", name.found, "inside", same_name=True)


def _sibling(entry: Entry, words: Sequence[Word]) -> bool:
    """Tell whether *words* are a name of *entry* with words changed or added: a thing of its own, no description."""
    if any(word.text in SENTENCE for word in words):
        return False
    asked = _content(words)
    named = (_content(split(name)) for name in (*entry.names, *entry.expansions))
    return any(len(name & asked) > 1 >= len(name - asked) and len(asked - name) == 1 for name in named)


def _content(words: Sequence[Word]) -> set[str]:
    return {word.stem for word in words if word.text not in STOP or word.text in TURNING}


def _taking_turns(*lists: Iterable[int]) -> Iterator[int]:
    """Return the first of each list, then the second of each, none twice."""
    queues, seen = [list(dict.fromkeys(one)) for one in lists], set[int]()
    for rank in range(max(map(len, queues), default=0)):
        for queue in queues:
            if rank < len(queue) and queue[rank] not in seen:
                seen.add(queue[rank])
                yield queue[rank]
