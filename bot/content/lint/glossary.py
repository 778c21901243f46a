"""Rules on look-up words: each complete, each found under one name only."""

import re
from collections.abc import Iterator

from bot.content.items import Phrase, Plain
from bot.content.lint.corpus import Corpus, Finding
from bot.content.lint.prose import Place
from bot.content.schema import Entry
from bot.content.text import normal


def complete(corpus: Corpus) -> Iterator[Finding]:
    """Each phrase shows itself in use, and an abbreviation is spelled out."""
    for entry, item in corpus.items:
        if not isinstance(item, Phrase):
            continue
        if item.type == "abbreviation" and not item.expansion:
            yield Finding(entry, ("type",), "an abbreviation without `expansion`", "spell it out")
        if not item.do_not_use and not _shows(item):
            what = f"`example` holds neither `{item.term}` nor an alias"
            yield Finding(entry, ("example",), what, "use the term in it")
        for index, name in enumerate(item.related):
            if not name.startswith("phr-"):
                yield Finding(entry, ("related", index), f"`{name}` is no phrase", "relate phrases to phrases")


def _shows(item: Phrase) -> bool:
    example = f" {_loose(item.example)} "
    return any(f" {_loose(name)} " in example or _loose(name) in example for name in (item.term, *item.aliases))


def _loose(text: str) -> str:
    """Forget endings, so that "circled back" shows "circle back"."""
    return " ".join(re.sub(r"(?:ing|ed|es|s|e)$", "", word) if len(word) > 3 else word for word in normal(text).split())


def key_of(name: str) -> str:
    """Return what two names share when a student could mean either."""
    squashed = normal(name).replace(" ", "")
    return squashed[:-1] if len(squashed) > 3 and squashed.endswith("s") and not squashed.endswith("ss") else squashed


def names_apart(corpus: Corpus) -> Iterator[Finding]:
    """A name leads to one entry, or all its entries say that it is ambiguous and a default is named.

    An entry with `senses` says itself what each specialty means by it.
    """
    if not any(isinstance(item, Phrase | Plain) for _, item in corpus.items):
        return
    settled = frozenset(map(key_of, corpus.settled))
    for kind in (Phrase, Plain):
        owners: dict[str, list[tuple[Entry, Phrase | Plain, Place]]] = {}
        for entry, item in corpus.all(kind):
            if isinstance(item, Phrase | Plain) and item.status == "active":
                for place, name in _names(item):
                    owners.setdefault(key_of(name), []).append((entry, item, place))
        for key, found in owners.items():
            if key and len({item.id for _, item, _ in found}) > 1:
                yield from _clash(corpus, key in settled, found)
    for entry, item in corpus.items:
        if isinstance(item, Phrase) and item.ambiguous and not item.senses and key_of(item.term) not in settled:
            mend = "give it `senses`, or add it to meta/disambiguation.yaml"
            yield Finding(entry, ("ambiguous",), f"no default for `{item.term}`", mend)


def _names(item: Phrase | Plain) -> Iterator[tuple[Place, str]]:
    yield ("term",), item.term
    own = {key_of(item.term)}
    for index, alias in enumerate(item.aliases):
        if key_of(alias) not in own:
            own.add(key_of(alias))
            yield ("aliases", index), alias


def _clash(corpus: Corpus, settled: bool, found: list[tuple[Entry, Phrase | Plain, Place]]) -> Iterator[Finding]:
    if settled and all(isinstance(item, Phrase) and item.ambiguous for _, item, _ in found):
        return
    for entry, item, place in found:
        if corpus.reports(entry):
            others = ", ".join(f"`{other.id}`" for _, other, _ in found if other.id != item.id)
            name = item.term if place == ("term",) else item.aliases[int(place[1])]
            what = f"`{name}` leads to {others} too"
            yield Finding(entry, place, what, "drop the alias, or make all `ambiguous` with a default")
