"""Tell where a name begins: behind what introduces it, by the list, or by what follows it."""

from bot.guard.introductions import before_surname, introduced, titled
from bot.guard.passage import SPACED, Passage
from bot.guard.people import (
    AGE_AFTER,
    DID_AFTER,
    FAMILY_DOCTORS,
    FINDINGS,
    HOUSEHOLD,
    KIN,
    THINGS,
    TITLED_BY,
)
from bot.guard.tokens import Token

#: A name in small letters before a relative is followed over so many words.
_LONGEST_OWNER = 3


def may_begin(passage: Passage, index: int) -> bool:
    """Tell whether a name could begin here at all: most words of a note end their way here."""
    token = passage.words[index]
    telling = (
        token.capital
        or token.shouted
        or token.named
        or token.foreign
        or (index > 0 and passage.words[index - 1].low in TITLED_BY)
        or before_surname(passage, index) > 0
    )
    return telling and index not in passage.medical


def name_at(passage: Passage, index: int) -> tuple[int, int] | None:
    """Return the first word and the word after the last one of a name that begins at *index*."""
    for rule in (titled, introduced, _in_list, _described):
        if last := rule(passage, index):
            return passage.widened(index, last)
    return None


def _in_list(passage: Passage, index: int) -> int:
    """Read a name that the list vouches for."""
    token, following = passage.words[index], passage.next(index)
    if following and following.low in FINDINGS and not token.given:
        return 0
    if (token.capital or token.shouted) and token.listed:
        return passage.run(index)
    if following and (last := _in_list_together(passage, index, following)):
        return last
    if not passage.before_given(index) or not token.named:
        return 0
    if token.capital or token.shouted:
        return passage.run(index)
    return index + 2 if token.lower and not token.ordinary else 0


def _in_list_together(passage: Passage, index: int, following: Token) -> int:
    """Read a name that is also an ordinary word, or is in small letters, by the word beside it."""
    token = passage.words[index]
    if token.lower:
        sure = token.listed and token.given and following.lower and following.named and not following.ordinary
        return index + 2 if sure else 0
    if not token.capital or not token.named:
        return 0
    if following.initial and AGE_AFTER.match(passage.text, following.end):
        return index + 2
    if not token.given or not following.capital or index + 1 in passage.medical:
        return 0
    sure = following.listed or following.unknown or (following.named and not following.ordinary and index > 0)
    return passage.run(index) if sure else 0


def _described(passage: Passage, index: int) -> int:
    """Read a name by what follows it: an age and a sex, what a patient does, what or whom a patient has."""
    token = passage.words[index]
    if token.word == token.low:
        return _described_low(passage, index) if token.listed else 0
    if not token.capital or not (token.unknown or token.listed):
        return 0
    last = passage.run(index)
    end = passage.words[last - 1].end
    if AGE_AFTER.match(passage.text, end) or DID_AFTER.match(passage.text, end):
        return last
    return last if passage.owns(last - 1) in THINGS else 0


def _described_low(passage: Passage, index: int) -> int:
    """Read a listed name in small letters, and what no list knows of it, before an age, a relative or 'family'."""
    if AGE_AFTER.match(passage.text, passage.words[index].end):
        return index + 1
    for last in range(index, index + _LONGEST_OWNER):
        following = passage.next(last)
        if passage.owns(last) in KIN or _is_household(passage, last):
            return last + 1
        if not following or not following.lower:
            return 0
        if not (following.unknown or following.listed or passage.text[following.start - 1] == "-"):
            return 0
    return 0


def _is_household(passage: Passage, index: int) -> bool:
    """Tell whether 'family' follows, and not as in 'family medicine'."""
    following = passage.next(index, SPACED)
    if not following or following.low not in HOUSEHOLD:
        return False
    beyond = passage.next(index + 1, SPACED)
    return not beyond or beyond.low not in FAMILY_DOCTORS
