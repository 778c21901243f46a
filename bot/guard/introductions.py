"""Read a name by the word that introduces it: a title, a relative, a verb of seeing somebody."""

from bot.guard.passage import SPACED, SPACES, TITLE_GAP, Passage
from bot.guard.people import (
    ABBREVIATED,
    BESIDE,
    DOCTORS,
    IMAGING,
    LEADS,
    LINKS,
    MET,
    NAMED,
    PARTICLES,
    SEEN,
    SOURCES,
    TITLED_BY,
    WITHHELD,
)
from bot.guard.tokens import Token

_LINK_GAP = frozenset(
    (*SPACES, ":", ": ", ":  ", " : ", "=", " = ", ", ", ",", " (", ' "', ': "', " '", " -", " - ", "- ", ". ", ".  ")
)


def titled(passage: Passage, index: int) -> int:
    """Read a name after 'Mr.' or 'Dr.': any word may be one there, except what 'MR' and 'MS' mean in medicine."""
    if not index or not passage.joined(index - 1, TITLE_GAP):
        return 0
    title, token = passage.words[index - 1], passage.words[index]
    if title.low not in TITLED_BY or not _is_title(passage, title, token):
        return 0
    if token.initial:
        following = passage.next(index)
        return passage.run(index) if following and following.capital else 0
    if token.capital or token.foreign or token.word.isupper():
        return passage.run(index)
    return index + 1 if not token.ordinary and title.low not in DOCTORS | {"sr"} else 0


def _is_title(passage: Passage, title: Token, token: Token) -> bool:
    dotted = passage.text[title.end : title.end + 1] == "."
    if title.word in {"MR", "MS", "ms"} or title.low == "sr":
        return dotted or token.listed
    if title.low in {"miss", "madam", "doctor", "professor"}:
        return token.listed or (token.capital and not token.ordinary)
    return not (title.low == "mr" and not dotted and token.lower and token.low.endswith(IMAGING))


def introduced(passage: Passage, index: int) -> int:
    """Read a name after 'named', 'patient', 'daughter' or 'saw'."""
    token = passage.words[index]
    lead = _lead(passage, index)
    if not lead or token.ordinary or token.low in PARTICLES or token.low in LEADS:
        return 0
    if token.lower:
        return _introduced_low(passage, index, lead)
    if token.shouted and token.unknown:
        return _on_chart_line(passage, index, lead)
    if lead in SOURCES or not (token.capital or token.listed):
        return 0
    fits = (
        token.named or token.unknown
        if lead in NAMED
        else token.listed or token.unknown or (token.named and not token.eponym)
    )
    return passage.run(index) if fits else 0


def _introduced_low(passage: Passage, index: int, lead: str) -> int:
    """Read a name in small letters; behind a verb only when the verb is of seeing a patient, and nothing comes between.

    'Seen with patel' is about a colleague as often as not.
    """
    if lead in MET and (lead not in SEEN or passage.words[index - 1].low in BESIDE):
        return 0
    if passage.words[index].listed:
        return passage.lower_run(index)
    # Behind 'from' no verb stands, so that 'xiaoming' is not taken for one there.
    surname = before_surname(passage, index) if lead in SOURCES or passage.words[index].unknown else 0
    return passage.lower_run(surname) if surname else 0


def _on_chart_line(passage: Passage, index: int, lead: str) -> int:
    """Read an unlisted name in capitals behind 'PATIENT:' or 'NAME:', where nothing but its place tells that it is one."""
    token, before = passage.words[index], passage.words[index - 1]
    if before.low != lead or ":" not in passage.text[before.end : token.start] or token.low in WITHHELD:
        return 0
    if lead in NAMED:
        return index + 1
    following = passage.next(index)
    ends = following and passage.text[following.end : following.end + 1] in {"", ",", ".", ";", "\n"}
    return index + 2 if following and following.initial and ends else 0


def _lead(passage: Passage, index: int) -> str:
    """Return the introducing word before *index*, up to two links away ('saw in the ER' leads nowhere)."""
    for back in range(1, 4):
        if index < back or not passage.joined(index - back, _LINK_GAP):
            return ""
        word = passage.words[index - back]
        if passage.text[word.end] == "." and word.low not in ABBREVIATED:
            return ""
        if word.low in LEADS:
            return word.low
        if word.low == "from" and index > back and passage.words[index - back - 1].low in SOURCES:
            return passage.words[index - back - 1].low
        if word.low not in LINKS:
            return ""
    return ""


def before_surname(passage: Passage, index: int) -> int:
    """Return where a listed surname stands behind one or two words of no list, all in small letters."""
    for at in (index, index + 1):
        following = passage.next(at, SPACED)
        if not following or not passage.words[at].lower or passage.words[at].lists:
            return 0
        if following.listed and following.lower:
            return at + 1
    return 0
