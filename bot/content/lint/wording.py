"""Rules on wording: own words, none of the banned ones, no absolutes, people first."""

import hashlib
import re
from collections.abc import Iterator

from bot.content.fields import Item
from bot.content.items import Phrase, Script
from bot.content.lint.corpus import Corpus, Finding
from bot.content.text import grams, normal

RUN = 7

_ABSOLUTE = re.compile(r"\b(?:always|never|must|everyone)\b", re.IGNORECASE)
_SAFE_TAGS = frozenset(("safety", "privacy"))
_GENDERED = re.compile(
    r"\b(doctor|attending|resident|intern|surgeon|physician|fellow|nurse|midwife)\b"
    r"(?:(?!\bpatient|\bmother|\bfather|\bman\b|\bwoman\b|\bgirl|\bboy)[^.?!]){0,50}?\b(he|she|himself|herself)\b",
    re.IGNORECASE,
)
_LABELS = re.compile(r"\b(?:diabetics|epileptics|asthmatics|hemophiliacs|alcoholics|psychotics)\b", re.IGNORECASE)
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a-\u23ff]")
_SHOUTED = re.compile(
    r"\b(?:NOT|NEVER|ALWAYS|MUST|ONLY|ALL|DO|DON'T|STOP|YES|VERY|NOW|FIRST|ANY|EVERY|BEFORE|AFTER|AND|BUT|YOU|YOUR)\b"
)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)")


def digest(run: str) -> str:
    """Return what stands for a run of words where the words themselves must not."""
    return hashlib.sha256(run.encode()).hexdigest()[:16]


def guide_hashes(text: str) -> list[str]:
    """Return the digests of every run of seven words in *text*, sorted."""
    return sorted({digest(run) for run in grams(text, RUN)})


def own_words(corpus: Corpus) -> Iterator[Finding]:
    """No run of seven words is shared with the guide."""
    if not corpus.hashes:
        return
    for entry, _, prose in corpus.texts:
        for run in grams(prose.text, RUN):
            if digest(run) in corpus.hashes:
                yield Finding(entry, prose.place, f'words of the guide: "{run}"', "say it in your own")
                break


def banned(corpus: Corpus) -> Iterator[Finding]:
    """None of the wordings in `meta/banned.yaml`, except where an item warns of it."""
    for entry, item, prose in corpus.texts:
        if prose.voice in ("avoid", "query", "term") or (isinstance(item, Phrase) and item.register == "avoid"):
            continue
        if corpus.any_banned is not None and not corpus.any_banned.search(prose.text):
            continue
        for pattern, row in corpus.banned:
            if found := pattern.search(prose.text):
                mend = f"write: {row.instead}" if row.instead else "leave it out"
                yield Finding(entry, prose.place, f'"{found[0]}" ({row.why.lower()})', mend)


def absolutes(corpus: Corpus) -> Iterator[Finding]:
    """Few things hold always, and saying so costs trust."""
    for entry, item, prose in corpus.texts:
        allowed = "absolute_word" in item.lint_allow or _SAFE_TAGS & set(item.tags)
        if prose.voice == "coach" and not allowed and (found := _ABSOLUTE.search(prose.text)):
            yield Finding(entry, prose.place, f'"{found[0]}" is an absolute', "soften it, unless it is about safety")


def people(corpus: Corpus) -> Iterator[Finding]:
    """Doctors and nurses are of any gender, and people come before their illness."""
    for entry, _, prose in corpus.texts:
        if prose.voice in ("avoid", "query", "term"):
            continue
        if found := _GENDERED.search(prose.text):
            yield Finding(entry, prose.place, f'"{found[1]} … {found[2]}" gives a gender', 'write "they", or the role')
        if found := _LABELS.search(prose.text):
            yield Finding(entry, prose.place, f'"{found[0]}" puts the illness first', 'write "people with …"')


def shouting(corpus: Corpus) -> Iterator[Finding]:
    """One emoji a message at most, no capitals for emphasis, no exclamation marks of our own."""
    for entry, item, prose in corpus.texts:
        emoji = len(_EMOJI.findall(prose.text))
        if emoji > (0 if isinstance(item, Script) else 1):
            yield Finding(entry, prose.place, f"{emoji} emoji", "leave them out")
        if prose.voice in ("term", "query", "avoid", "outline"):
            continue
        if found := _SHOUTED.search(prose.text):
            yield Finding(entry, prose.place, f'"{found[0]}" in capitals', "let the words say it")
        if prose.voice == "coach" and "!" in _QUOTED.sub("", prose.text):
            yield Finding(entry, prose.place, "an exclamation mark of our own", "write a period")


def twins(corpus: Corpus) -> Iterator[Finding]:
    """No two items say the same in the same words."""
    for field in ("hook", "action", "meaning", "say", "message", "short", "why", "situation"):
        seen: dict[tuple[str, str], tuple[int, str]] = {}
        for entry in corpus.entries:
            text = getattr(entry.record, field, None)
            if not isinstance(entry.record, Item) or not isinstance(text, str) or len(key := normal(text)) < 12:
                continue
            first = seen.setdefault((entry.kind.name, key), (id(entry), entry.record.id))
            if first[0] != id(entry) and corpus.reports(entry):
                yield Finding(entry, (field,), f"the same `{field}` as in `{first[1]}`", "write it afresh")
