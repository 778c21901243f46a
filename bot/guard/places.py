"""Find cities and counties that say where a patient lives, works or came from."""

import re
from collections.abc import Iterator
from functools import cache

from bot.guard.context import speaks_of
from bot.guard.lists import section, words
from bot.guard.patterns import Pattern
from bot.guard.verdict import Finding

_ARTICLE = r"(?: (?:the|downtown|rural|north|south|east|west|central|greater|nearby))?"
#: After these any capitalized word is a place.
_HOME = Pattern(
    r"(?i)\b(?:liv(?:es?|ed|ing)(?: alone| independently| with (?:\w+ ){1,2}?)? ?(?:in|at|near|outside"
    r"|around)|resid(?:es?|ed|ing) (?:in|at)|residents? of|native of|grew up in|raised in|homeless (?:in"
    r"|near)"
    r"|moved (?:here )?(?:from|to)|visiting from|travel(?:ed|led|ing)? (?:here )?(?:from|to)|(?:comes?"
    r"|came|arrived|drove|flew|originally|hails|immigrated|emigrated|transferred|transfer|referred)(?: in"
    r"| here| over| back)? from"
    r"|works? (?:in|at)|worked (?:in|at)|teaches (?:in|at)|born in|brought (?:in )?from|retired (?:to|in)"
    r"|farm (?:in|near|outside)|hometown(?: is| of)|incarcerated (?:in|at)|discharged (?:back )?to"
    r"|from (?:a )?(?:small )?town (?:of|called)"
    r"|(?:patient|pt|he|she|wom[ae]n|m[ae]n|male|female|boy|girl|lady|gentleman|family|yo|y/o|yo[mf]"
    rf"|\d{{1,3}} ?yo[mf]?|old|\d{{1,3}} ?[mf])(?: (?:is|was|who is|originally))* from){_ARTICLE} "
)
#: Work or a dwelling with a few words about it before its town.
_DWELLING = Pattern(
    r"(?i)\b(?:works?|worked|working|job|liv(?:es?|ing)|stays?|staying|sleeps?|rents?|trailer|house|apartment|apt|farm"
    rf"|ranch|shelter|mill|plant|factory)\b(?: [\w'-]+){{0,5}}? (?:in|near|outside|around){_ARTICLE} "
)
#: Cities which in small letters are everyday or clinical words.
_COMMON_WORDS = words("flushing mobile phoenix buffalo mesa reading")
_NEAR = Pattern(rf"(?i)\b(?:from|in|near|of|to|at|outside|around){_ARTICLE} ")
_PROPER = Pattern(r"(?:St\.? )?[A-Z][a-z'-]{1,20}+(?:(?: (?:de|del|la|of))? [A-Z][a-z'-]{1,20}+){0,3}+")
_LOWER = Pattern(r"[a-z.'-]{2,20}+(?: [a-z.'-]{2,20}+){0,2}+")
_STATES = (
    r"(?:A[LKZR]|CA|CT|DE|FL|GA|I[ALN]|K[SY]|M[INOST]|N[CDEHJMVY]|OR|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
    r"|Calif(?:ornia)?|Texas|Florida|Ohio|Nevada|Arizona|Oregon|Michigan|Illinois"
    r"|Georgia|Virginia|Maryland|Kentucky|Tennessee|Pennsylvania|New (?:York|Jersey|Mexico))"
)
_CITY_STATE = Pattern(rf"\b((?:[A-Z][a-z'.-]{{1,20}}+ ){{0,2}}[A-Z][a-z'-]{{2,20}}+),? ({_STATES})\b(?![-'/])")
_COUNTY = Pattern(
    r"\b(?:[A-Z][a-z'-]{2,20}+ ){1,2}(?:County|Township|Parish)\b(?! (?:Hospital|General|Medical|Health"
    r"|Jail))"
)
#: The words around are read for so many places of a text; a text with more is no note, and all further ones count.
READ_AROUND = 20
OWN_SITE = Pattern(
    r"(?i)\b(?:my|i|i'm|im|rotat(?:ion|ing|e)|elective|clerkship|observership|interviews?|residency"
    r"|residencies|programs?|apply|applied|application|match(?:ed)?|school|shift|orientation|flight|fly"
    r"|flying|landed|arriv(?:e|ed|ing)"
    r"|conference|congress|exam|starting|begin|move|moving|sublet|airbnb|hotel|attending|preceptor"
    r"|train(?:ed|ing)?|fellowship|guidelines?|criteria|classification|protocol|study|trial|score|visa"
    r"|embassy|we|our)\b"
)


def places(text: str, /) -> Iterator[Finding]:
    """Find the places below a state which say where somebody is at home or was before."""
    yield from _homes(text)
    yield from _near(text)
    for pattern in (_CITY_STATE, _COUNTY):
        for count, match in enumerate(pattern.finditer(text)):
            if _is_place(match) and (count > READ_AROUND or not speaks_of(OWN_SITE, text, *match.span())):
                yield Finding("place", *match.span(1 if match.lastindex else 0), "confirm")


def _is_place(match: re.Match[str]) -> bool:
    parts = [word.lower() for word in match[0].split()]
    return not all(word.strip(",") in section("words.txt", "words") for word in parts[:-1])


def _homes(text: str) -> Iterator[Finding]:
    for count, verb in enumerate(_HOME.finditer(text)):
        start = verb.end()
        span = _proper(text, start) or _listed(text, start)
        if span and (count > READ_AROUND or not speaks_of(OWN_SITE, text, verb.start(), span[1])):
            yield Finding("place", *span, "confirm")


def _near(text: str) -> Iterator[Finding]:
    found = (_listed(text, word.end()) for word in _NEAR.finditer(text) if text[word.end() : word.end() + 1].isupper())
    dwellings = (_listed(text, words_before.end()) for words_before in _DWELLING.finditer(text))
    for count, span in enumerate(filter(None, (*found, *dwellings))):
        if count > READ_AROUND or not speaks_of(OWN_SITE, text, *span):
            yield Finding("place", *span, "confirm")


def _proper(text: str, start: int) -> tuple[int, int] | None:
    """Return the capitalized place at *start* unless it is a state, a country or an ordinary word."""
    match = _PROPER.match(text, start)
    if not match or _may_be_said(match[0]):
        return None
    return match.span()


def _may_be_said(name: str) -> bool:
    """Tell whether a state, a country or an ordinary word begins *name*, and no listed city does."""
    parts = name.lower().removesuffix("'s").split()
    starts = {" ".join(parts[:count]) for count in range(1, len(parts) + 1)}
    if starts & _cities() and not starts & section("places.txt", "states"):
        return False
    large = section("places.txt", "states") | section("places.txt", "countries")
    return (
        bool(starts & large)
        or parts[0].strip(".'s") in section("words.txt", "words")
        or parts[0] in section("words.txt", "words")
    )


def _listed(text: str, start: int) -> tuple[int, int] | None:
    """Return the longest listed city at *start*; one that is also a common word needs its capital."""
    capital = text[start : start + 1].isupper()
    match = (_PROPER if capital else _LOWER).match(text, start)
    if not match:
        return None
    parts = match[0].lower().split()
    for count in range(min(3, len(parts)), 0, -1):
        name = " ".join(parts[:count]).removesuffix("'s").strip(".,")
        if is_city(name) and (capital or name not in _COMMON_WORDS):
            return start, start + len(" ".join(parts[:count]).removesuffix("'s").rstrip(".,"))
    return None


def is_city(name: str) -> bool:
    """Tell whether *name*, in small letters, is a city on the list."""
    return name in _cities()


@cache
def _cities() -> frozenset[str]:
    return frozenset(city.rstrip("*") for city in section("places.txt", "cities")) | {"new york city"}
