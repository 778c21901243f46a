"""Rules on safety: no doses, no orders to treat, no abbreviation that has harmed people."""

import re
from collections.abc import Iterator

from bot.content.fields import Item
from bot.content.items import Phrase
from bot.content.lint.corpus import Corpus, Finding
from bot.content.lint.prose import Prose
from bot.content.lint.wordlists import wordlist
from bot.content.schema import Entry
from bot.content.text import normal

_UNIT = r"(?:mg|mcg|µg|micrograms?|milligrams?|g|grams?|mL|ml|cc|units?|mEq|mmol|%|puffs?|drops?|tablets?|pills?)"
_AMOUNT = re.compile(rf"(?<![\w.])\d[\d.,]*\s?{_UNIT}(?:/kg|/h(?:r|our)?|/min|/day)?(?![\w/])", re.IGNORECASE)
_MILLIGRAMS = re.compile(r"(?<![\w.])\d[\d.,]*\s?(?:mg|mcg|µg|milligrams?)(?!\s?/\s?d?L)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_RATE = re.compile(r"\d\s?(?:mL|mg|mcg|units)\s?(?:/|per|an?)\s?(?:kg|h(?:ou)?r?|min(?:ute)?)\b", re.IGNORECASE)
_TAPER = re.compile(r"\btaper\b.{0,40}\d+\s?(?:mg|days?|weeks?)", re.IGNORECASE)
_ORDER = re.compile(
    r"(?:(?<=[.!?:;]\s)|(?<=\bthen\s)|^)"
    r"(?:give|start|prescribe|increase|stop|double|titrate|switch to|continue|add)\b(?:\s+[\w-]+){0,3}?\s+$",
    re.IGNORECASE,
)
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")

#: What the Joint Commission says not to write, as it would be written.
_NEVER_WRITTEN = (
    ("QD", re.compile(r"(?<![\w.])(?:QD|Q\.D\.|q\.d\.|qd)(?!\w)")),
    ("QOD", re.compile(r"(?<![\w.])(?:QOD|Q\.O\.D\.|q\.o\.d\.|qod)(?!\w)")),
    ("IU", re.compile(r"(?<!\w)IU(?!\w)")),
    ("MSO4", re.compile(r"(?<!\w)MSO4(?!\w)", re.IGNORECASE)),
    ("MgSO4", re.compile(r"(?<!\w)MgSO4(?!\w)", re.IGNORECASE)),
    (
        "MS",
        re.compile(
            r"\b(?:[Gg]ive|[Gg]ave|[Gg]iving|[Gg]iven|[Ss]tart|[Oo]rder) MS(?!\w)|(?<!\w)MS (?:for pain|drip|IV|PO)\b"
        ),
    ),
    ("U", re.compile(r"\d\s?[Uu](?!\w)")),
    ("trailing zero", re.compile(r"(?<![\w.])\d+\.0\s?(?:mg|mcg|g|mL|units)\b")),
    ("lack of leading zero", re.compile(r"(?<![\w.])\.\d+\s?(?:mg|mcg|g|mL|units)\b")),
)
#: One look that passes over most texts.
_SUSPICIOUS = re.compile(r"Q\.?O?\.?D|IU|MS|SO4|\d\s?U|\d\.0|\.\d", re.IGNORECASE)
_REQUIRED = ("U", "IU", "QD", "QOD", "trailing zero", "leading zero", "MS", "MSO4", "MgSO4")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|(?<!\w)'[^']*'(?!\w)|\*\*[^*]*\*\*")


def _drugs_in(text: str) -> Iterator[re.Match[str]]:
    return (word for word in _LONG_WORD.finditer(text) if word[0].lower() in wordlist("drugs"))


def doses(corpus: Corpus) -> Iterator[Finding]:
    """No amount stands near a drug, and no milligrams stand anywhere."""
    for entry, item, prose in corpus.texts:
        if found := _dose(prose.text, lab="lab_value" in item.lint_allow):
            yield Finding(entry, prose.place, f'an amount: "{found}"', "leave amounts to the pharmacy and the team")


def _dose(text: str, *, lab: bool) -> str | None:
    if not _DIGIT.search(text):
        return None
    if (found := _RATE.search(text) or _TAPER.search(text)) or (not lab and (found := _MILLIGRAMS.search(text))):
        return found[0]
    for drug in _drugs_in(text):
        before, after = text[: drug.start()].split()[-6:], text[drug.end() :].split()[:7]
        near = f"{' '.join(before)} | {' '.join(after)}"
        if found := _AMOUNT.search(near):
            return f"{drug[0]} … {found[0]}"
    return None


def orders(corpus: Corpus) -> Iterator[Finding]:
    """Nobody is told to give, start or stop a drug."""
    for entry, _, prose in corpus.texts:
        if prose.voice in ("coach", "patient"):
            for drug in _drugs_in(prose.text):
                if found := _ORDER.search(prose.text[: drug.start()]):
                    what = f'an order: "{found[0].strip()} {drug[0]}"'
                    yield Finding(entry, prose.place, what, "say whom to ask instead")


def unsafe_abbreviations(corpus: Corpus) -> Iterator[Finding]:
    """What must not be written is in the bank with its warning, and nowhere as if one could write it."""
    if corpus.whole:
        yield from _missing(corpus)
    for entry, item in corpus.items:
        if isinstance(item, Phrase) and normal(item.term) in map(normal, _REQUIRED) and not _warns(item):
            yield Finding(
                entry, ("term",), f"`{item.term}` without `do_not_use`", "warn, and say what to write instead"
            )
    for entry, item, prose in corpus.texts:
        if prose.voice in ("avoid", "query", "term", "option") or _warns(item):
            continue
        if not _SUSPICIOUS.search(prose.text):
            continue
        text = prose.text if prose.voice == "example" else _QUOTED.sub(" ", prose.text)
        for name, pattern in _NEVER_WRITTEN:
            if pattern.search(text):
                yield _written(entry, prose, name)


def _written(entry: Entry, prose: Prose, name: str) -> Finding:
    mend = "write it out; to speak about it, put it in quotes"
    return Finding(entry, prose.place, f"`{name}` as if it were safe to write", mend)


def _warns(item: Item) -> bool:
    if isinstance(item, Phrase) and (item.do_not_use or any(sense.do_not_use for sense in item.senses)):
        return True
    return "do-not-use" in item.id


def _missing(corpus: Corpus) -> Iterator[Finding]:
    phrases = list(corpus.all(Phrase))
    warned = set[str]()
    for _, phrase in phrases:
        lists = [phrase.do_not_use, *(sense.do_not_use for sense in phrase.senses)]
        if any(entry and entry.list == "joint_commission" for entry in lists):
            warned |= {normal(name) for name in (phrase.term, *phrase.aliases)}
    for name in _REQUIRED:
        if phrases and not any(normal(name) == known or normal(name) in known.split(" or ") for known in warned):
            what = f"the bank has no `{name}` with `do_not_use.list: joint_commission`"
            yield Finding(phrases[0][0], (), what, "write that entry")
