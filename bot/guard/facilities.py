"""Find the facilities where a patient lives, works or is treated, by the names they bear."""

from collections.abc import Iterator

from bot.guard.context import speaks_of
from bot.guard.lists import section, words
from bot.guard.patterns import Pattern
from bot.guard.places import OWN_SITE, READ_AROUND, is_city
from bot.guard.tokens import tokens
from bot.guard.verdict import Finding

_FACILITY = Pattern(
    r"\b(?:St\.? )?(?:[A-Z][a-z'-]{1,20}+ ){1,4}?(?:Hospital|Medical Center|Nursing Home|Nursing (?:and"
    r"|&) Rehab\w*|Manor|Rehab(?:ilitation)?(?: Center)?|Assisted Living|Senior Living|Care Center"
    r"|Health Center|Clinic|Elementary(?: School)?|High(?: School)?|Middle School|University|College"
    r"|Church|Mosque|Temple|Correctional(?: Facility)?|Prison|Jail|Shelter|Village|Estates|Apartments"
    r"|Factory|Mill)\b"
)
_STAYS = (
    r"(?:from|(?:liv(?:es?|ing)|resid(?:es?|ing)|resident|stays?|works?|worked|working|teaches"
    r"|student|teacher|pastor|priest|janitor|employed|incarcerated|professor) (?:in|at|of|for)"
    r"|(?:follow(?:ed|s)?(?: up)?|dialy[sz]ed|managed|(?:gets?|getting|sees) \w+(?: \w+)?) (?:in|at)"
    r"|discharged to|goes to|attends|transferred to|returned? to|back to|brought (?:in )?from)"
)
_STAYS_BEFORE = Pattern(rf"(?i)\b{_STAYS} (?:the )?$")
#: 'His nursing home is ...': what follows is its name.
_CALLED_BEFORE = Pattern(
    r"(?i)\b(?:(?:nursing|group|care|funeral) home|snf|alf|ltc|facility|hospital|pharmacy|dialysis|clinic|school|church"
    r"|shelter|rehab|assisted living|employer|jail|prison)(?: unit| center)?(?: name)?(?: is| was|:|,| =| called| named)"
    r"(?: at| in| called| named)? (?:the )?$"
)
_SMALL = Pattern(
    rf"(?i)\b{_STAYS} (?:the )?((?:[a-z.'-]{{2,20}}+ ){{1,3}}?(?:hospital|medical center|nursing home|manor|clinic"
    r"|health center|care center|kidney center|dialysis|rehab|assisted living|senior living|family (?:clinic|practice|medicine)"
    r"|pediatrics|village|estates|shelter))\b"
)
#: What facilities in the US are called after, as in 'lakeview' and 'cedar grove'.
_LANDSCAPE = Pattern(
    r"\b(?:lake|river|hill|oak|sun|sunny|green|brook|meadow|willow|cedar|pine|fair|park|spring|maple|valley|stone|glen|elm"
    r"|wood|bay|sea|cherry|rose|crest|ridge|birch|clear|golden|silver|north|south|east|west|harbor|forest) ?"
    r"(?:views?|side|crest|woods?|dale|fields?|brook|ridge|haven|gate|creek|grove|point|hurst|mont|vale|land|shores?|hills?"
    r"|springs|lawn|rise|gardens|terrace|meadows?|pines|oaks)\b"
)
_GENERIC = words("""
    outside community children's childrens general regional university local free county state public
    private national central city primary urgent rehab care nursing day head st heart failure memory travel
    wound pain sports women's womens men's mens resident residency continuity teaching affiliated veterans
    va
""")


def facilities(text: str, /) -> Iterator[Finding]:
    """Find named facilities where somebody stays or is followed, other than the student's own site."""
    yield from _capitalized(text)
    yield from _in_small_letters(text)


def _in_small_letters(text: str) -> Iterator[Finding]:
    for count, match in enumerate(_SMALL.finditer(text)):
        distinct = count > READ_AROUND or _is_distinct(match[1])
        if distinct and (count > READ_AROUND or not speaks_of(OWN_SITE, text, *match.span())):
            yield Finding("place", *match.span(1), "confirm")


def _is_distinct(name: str) -> bool:
    """Tell whether *name* is one facility's own, as that of a saint, a city, a family or a landscape."""
    low = name.lower()
    parts = low.split()
    return (
        parts[0] in {"st", "st.", "saint"}
        or _LANDSCAPE.search(low) is not None
        or any(is_city(part) and part not in section("words.txt", "words") for part in parts)
        or any(token.listed for token in tokens(name))
    )


def _capitalized(text: str) -> Iterator[Finding]:
    for count, match in enumerate(_FACILITY.finditer(text)):
        parts = [word.lower() for word in match[0].split()]
        common = all(word in _GENERIC or word in section("words.txt", "words") for word in parts[:-1])
        near = max(0, match.start() - 40)
        stays = _STAYS_BEFORE.search(text, near, match.start()) or _CALLED_BEFORE.search(text, near, match.start())
        if stays and not common and (count > READ_AROUND or not speaks_of(OWN_SITE, text, *match.span())):
            yield Finding("place", *match.span(), "confirm")
