"""Read what the words around a place in the text speak of."""

from bot.guard.patterns import Pattern

_CLAUSE_ENDS = frozenset(";\n!?")
#: A clause is looked at this far to each side, so that one look is never longer than a note is.
_REACH = 120
_PATIENT = Pattern(
    r"(?i)\b(?:patients?|pts?|he|she|his|her|him|they|mr|mrs|ms|baby|infant|child|yo|y/o|yo[mf]"
    r"|\d{1,3} ?[mf]|wom[ae]n|m[ae]n|girl|boy|lady|gentleman|male|female"
    r"|admitted|hx|history of|s/p|status post|mother|father|daughter|son|wife|husband|\d{1,3}[- ]years?[- ]old)\b"
)


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of the clause around *start* to *end*."""
    left, right = start, end
    while left > max(0, start - _REACH) and not _ends_clause(text, left - 1):
        left -= 1
    while right < min(len(text), end + _REACH) and not _ends_clause(text, right):
        right += 1
    return left, right


def speaks_of(topic: Pattern, text: str, start: int, end: int) -> bool:
    """Tell whether the clause around *start* to *end* is about *topic* and names no patient."""
    left, right = clause(text, start, end)
    return topic.search(text, left, right) is not None and _PATIENT.search(text, left, right) is None


def _ends_clause(text: str, index: int) -> bool:
    """Tell whether a clause ends here; a dot ends one only before a space, so that 'd.o.b.' and '4.0' do not."""
    char = text[index]
    return char in _CLAUSE_ENDS or (char == "." and text[index + 1 : index + 2] in {" ", ""})
