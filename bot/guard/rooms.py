"""Find where somebody can be found within a place: streets, boxes, postal codes, rooms and beds."""

from collections.abc import Iterator

from bot.guard.patterns import DIGIT, Pattern
from bot.guard.verdict import Finding

_FLAT = r"(?:,? (?:apt|apartment|unit|suite|ste|#)\.? ?#?[\w-]{1,6})?"
_SIDE = r"(?: (?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\.?)?"
_FILLER = (
    r"(?!(?:mg|ml|mcg|units?|days?|hours?|hrs?|min(?:ute)?s?|miles?|weeks?|months?|years?|km|blocks?|yo|on"
    r"|in|to|with|for|at|the|and|a|of|down|more|long|by|from"
    r"|then|but|or|is|was)\b)"
)
_STREET = Pattern(
    rf"(?i)(?<![\d./-])\d{{1,6}}[a-z]?{_SIDE}(?: {_FILLER}[a-z0-9'-]{{2,20}}+){{1,3}}? "
    r"(?:street|avenue|ave|road|drive|lane|boulevard|blvd|parkway|pkwy|highway|hwy|terrace|crescent"
    rf"|expressway)\b\.?{_FLAT}"
)
#: Short forms are also CT, a doctor and a saint: only with capitals, and not before another capital.
_SHORT_STREET = Pattern(
    r"(?<![\d./-])\d{1,6}[A-Z]?(?: [NSEW]{1,2}\.?)?(?: (?:[A-Z][a-z']{1,20}|\d{1,3}(?:st|nd|rd|th))){1,3}? "
    r"(?:St|Rd|Dr|Ln|Ct|Cir|Circle|Court|Pl|Place|Way|Ter|Sq|Square|Trail|Trl|Loop|Alley|Route|Row|Hill"
    rf"|Plaza)\b(?!\.? [A-Z][a-z])\.?(?i:{_FLAT})"
)
_ON_STREET = Pattern(
    r"\b(?i:on|at|near|off|by|corner of) ((?:[A-Z][a-z']{1,20}|\d{1,3}(?:st|nd|rd|th))(?: [A-Z][a-z']{1,20}){0,2} "
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Highway|Hwy|Parkway|Terrace))\b(?!\.? [A-Z][a-z])"
)
#: Where somebody stays, a street counts in small letters too; 'on the street' is no street.
_STAYS_ON_STREET = Pattern(
    r"(?i)\b(?:liv(?:es?|ing)|stays?|staying|sleep(?:s|ing)?|resid(?:es?|ing)|camp(?:s|ing)?|tent|shelter|house|apartment"
    r"|homeless)\b(?: [\w']+){0,4}?,? (?:on|at|near|off|by|under|around|behind) "
    r"((?:\d{1,3}(?:st|nd|rd|th) (?:street|st|avenue|ave|road|rd|blvd)"
    r"|(?!(?:the|an?|my|his|her|their|our|this|that|which|every|same|some|any|busy|quiet|off|one|bus|bike|fast|slow)\b)[a-z]{3,15}+"
    r"(?: (?!on\b|in\b|of\b)[a-z]{3,15}+)? (?:street|avenue|ave|boulevard|blvd|lane))\b(?: (?:and|&) [a-z\d]{2,15}+)?)"
)
_BOX = Pattern(r"(?i)\b(?:p\.? ?o\.? box|apt\.?|apartment|suite|trailer) ?(?:number |no\.? |#)?\d{1,5}[a-z]?\b")
_ZIP = Pattern(
    r"(?i)\b(?:zip(?: ?code)?|postal code|postcode)\b[ :#]{0,3}(?:is |of |area )?(\d{3,5}(?:-\d{4})?"
    r"|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b"
    r"|\b(?-i:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[AT]|W[AIVY]),? (\d{5}(?:-\d{4})?)\b(?! ?(?:mg|ml|units|cells|steps|k\b))"
)
_ROOM = Pattern(
    r"(?i)\b(?:room|rm|bed|bay|cubicle|stretcher|hall(?:way)? bed|isolette|crib|bassinet"
    r"|gurney)s?\b[ .:]{0,2}(?:number |no\.? ?|# ?)?"
    r"(?:[a-z]-?)?\d{1,4}+(?:-\d{1,3}\b|-?[a-z]\b)?(?![\d%]|[/.:]\d|-\d)"
)
_BARE_ROOM = Pattern(r"\b[Ii]n (\d{3,4}-?[A-D])\b")
_NUMBER_AS_AMOUNT = Pattern(
    r"(?i)[ -]?(?:hours?|hrs?|h\b|x\b|times|days?|weeks?|min(?:ute)?s?\b|nights?|patients?|people|beds?\b"
    r"|degrees|feet|ft|months?|years?|units?\b|more|of \d|percent)"
)
_OWN_ROOM = Pattern(
    r"(?i)(?:\b(?:conference|lecture|class|meeting|call|team|work|seminar|zoom|break|library|auditorium"
    r"|study|or|operating|exam hall|skills|sim|resident|student|out of|a|an|lounge)[ -]{1,2}(?:is (?:in )?"
    r"|in )?|\bclass)$"
)


def rooms(text: str, /) -> Iterator[Finding]:
    """Find street addresses, boxes, postal codes, and room and bed numbers other than the student's own."""
    yield from _found(_ON_STREET, text)
    yield from _found(_STAYS_ON_STREET, text)
    if not DIGIT.search(text):
        return
    for pattern in (_STREET, _SHORT_STREET, _BOX, _ZIP):
        yield from _found(pattern, text)
    yield from _found(_BARE_ROOM, text)
    for match in _ROOM.finditer(text):
        start, end = match.span()
        if not _NUMBER_AS_AMOUNT.match(text, end) and not _OWN_ROOM.search(text, max(0, start - 25), start):
            yield Finding("place", start, end, "confirm")


def _found(pattern: Pattern, text: str) -> Iterator[Finding]:
    for match in pattern.finditer(text):
        yield Finding("place", *match.span(match.lastindex or 0), "confirm")
