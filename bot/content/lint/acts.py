"""Rules on what a tip asks for: one act, today, that the reader may do."""

import re
from collections.abc import Iterator

from bot.content.items import Tip
from bot.content.lint.corpus import Corpus, Finding
from bot.content.lint.wordlists import wordlist
from bot.content.text import sentences, words

_HANDS = re.compile(
    r"\b(?:examine|palpate|auscultate|percuss|scrub(?! nurse| tech| sink| cap| room)|suture|prescribe"
    r"|place (?:an? |the |your )?orders?|draw (?:the |some )?(?:blood|labs)"
    r"|(?:write|sign|co-?sign) (?:(?:the|your|an?|one|this|today's|each|every) )?"
    r"(?:\w+ )?notes?(?! card| to yourself))\b",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:thank|sticky|follow-up|index|handwritten|personal)\S* notes?\b", re.IGNORECASE)
_SECOND = re.compile(r"\band (\w+)(?! of\b)")
_NO_VERBS = frozenset(
    words(
        "a an the this that these those your you my our their his her its it if when while before after during at on"
        " in by for from with without to today tonight tomorrow now first next then once each every one two three"
        " some any no not never always maybe please just only also as and or but there here who what where why how"
    )
)


def starts(corpus: Corpus) -> Iterator[Finding]:
    """An action is one imperative."""
    for entry, item in corpus.items:
        if not isinstance(item, Tip):
            continue
        first = words(item.action)[0].lower() if words(item.action) else ""
        if first in _NO_VERBS or (first.endswith("ing") and first not in wordlist("verbs")):
            yield Finding(entry, ("action",), f'`action` begins with "{first}"', "begin with the verb")
        elif first not in wordlist("verbs"):
            what = f'`action` begins with "{first}", which is on no list of verbs'
            yield Finding(entry, ("action",), what, "begin with a common verb", "warning")
        seconds = [verb for verb in _SECOND.findall(item.action) if verb.lower() in wordlist("verbs")]
        if "then" in item.action.lower().split() or len(seconds) > 1:
            yield Finding(entry, ("action",), "`action` asks for several things", "keep the first act")
        elif seconds:
            yield Finding(entry, ("action",), f'`action` goes on: "and {seconds[0]}"', "keep one act", "warning")
        if len(sentences(item.action)) > 1:
            yield Finding(entry, ("action",), "`action` has two sentences", "keep one act", "warning")


def hands_off(corpus: Corpus) -> Iterator[Finding]:
    """Nobody who may only watch is told to touch, chart or order."""
    for entry, item in corpus.items:
        if not isinstance(item, Tip) or item.participation != "any":
            continue
        if found := _HANDS.search(_THANKS.sub("", item.action)):
            mend = "mark it `participation: hands_on`, or ask for something an observer may do"
            yield Finding(entry, ("action",), f'`action` says "{found[0]}" to an observer', mend)
