"""Find ages of ninety and over: all of them together are one category, each alone is an identifier."""

import re
from collections.abc import Iterator

from bot.guard.patterns import Pattern
from bot.guard.verdict import Finding

_OLD = r"(?:9\d|1[01]\d)"
_TENS = (
    r"(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one"
    r"|a) hundred(?:(?: and)?[- ](?:one|two|three|four|five|six|seven|eight|nine|ten))?)"
)
_AGE = Pattern(
    rf"(?i)(?<![\d./<>=-])(?:{_OLD}|\b{_TENS})[ -]{{0,2}}(?:y\.?/?o\.?\b|yo[mf]\b|(?:years?|yrs?"
    rf"|y)\.?[ -]?(?:old|of age)\b|(?:years?|yrs?|yr)\b(?=[ ,]{{1,2}}(?:male|female|man|woman|m\b|f\b|lady"
    r"|gentleman)))"
)
_AGED = Pattern(
    rf"(?i)\b(?:age[ds]?|is|turned|turning|turns|now|age is|birthday)\b[ :=]{{1,2}}(?:now |about "
    rf"|almost )?({_OLD})(?![\d/%.:]\d?)\b(?! ?(?:%|mm|mg|bpm|beats|kg|lbs|cm|days?|months?|or (?:over"
    r"|older|above)|and (?:over|older|above)))"
)
_SEXED = Pattern(
    rf"(?<![\d./<>=-]){_OLD} ?(?:y/?o? ?)?(?:[MF]\b(?!\.\d)|(?:male|female|woman|man|lady|gentleman"
    r"|grandmother|grandfather|grandma|grandpa)\b)"
)
_LOWER_SEXED = Pattern(
    rf"(?<![\d./<>=-]){_OLD}[mf]\b(?=,? (?:with|w/|here|admitted|c/o|presenting|who|from|p/w|hx|s/p))"
)
_LETTER_FIRST = Pattern(rf"(?<![\w/.-])[MF]/?({_OLD})\b(?![\d/%.]\d?)(?! ?(?:%|bpm))")
_DECADE = Pattern(
    r"(?i)\b(?:in|into) (?:his|her|their) (?:early |mid-? ?|late )?(?:9\d'?s|nineties)\b|\b(?:nonag|cent)enarian\b"
)
_BORN = Pattern(r"(?i)\b(?:born(?: in| around| circa)?|birth year|yob)[ :]{1,2}(19[0-2]\d|193[0-6])\b")
_HEAT_BEFORE = Pattern(
    r"(?i)\b(?:t|temp(?:erature)?|tmax|fever(?:s|ish)?|febrile|to|of|at|up to|spiked)\b[ :=]{0,3}(?:of |to |up to )?$"
)
_MANY_BEFORE = Pattern(
    r"(?i)\b(?:over|above|under|below|than|least|from|to|age[ds]? (?:under|over)|>|<|or)[ =]{1,2}$|[<>]=? ?$"
)
_MORE_AFTER = Pattern(r"(?i)[ ]?(?:\+|or (?:over|older|above|more)|and (?:over|older|above|up))")


def ages(text: str, /) -> Iterator[Finding]:
    """Find ages of 90 and over, also as words, as sex with number, and as a year of birth."""
    for pattern in (_AGE, _AGED, _LETTER_FIRST, _BORN):
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            if not _is_category(text, match.start(group), match.end()):
                yield Finding("age", *match.span(group), "confirm")
    for pattern in (_SEXED, _LOWER_SEXED):
        for match in pattern.finditer(text):
            if not _is_heat(text, match) and not _is_category(text, match.start(), match.end()):
                yield Finding("age", *match.span(), "confirm")
    for match in _DECADE.finditer(text):
        yield Finding("age", *match.span(), "confirm")


def _is_heat(text: str, match: re.Match[str]) -> bool:
    return match[0][-1] == "F" and _HEAT_BEFORE.search(text, max(0, match.start() - 25), match.start()) is not None


def _is_category(text: str, start: int, end: int) -> bool:
    """Tell whether the number bounds a group ('over 90', '90 or older') instead of being somebody's age."""
    return bool(_MANY_BEFORE.search(text, max(0, start - 20), start) or _MORE_AFTER.match(text, end))
