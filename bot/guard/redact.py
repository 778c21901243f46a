"""Take findings out of a text: it only removes, it never adds or rewords."""

from collections.abc import Iterable

from bot.guard.patterns import Pattern

_NUMBER = r"(?:numbers?|no\.?|#|id|code)"
#: Labels that mean nothing without their number; those of everyday use only together with 'number', '#' or 'id'.
_LABEL_WORDS = (
    r"(?:(?:e?m[. ]{0,2}r[. ]{0,2}n|mr ?#|mr no\.?|med(?:ical)?\.? ?rec(?:ord)?s?|account|acct|acc|policy|subscriber"
    r"|medicare|medicaid|passport|(?:driver'?s )?licen[sc]e(?: plate)?|plates?|vin|serial|s/n|sn|imei|udi"
    r"|ssn?|social security|social|id|csn|fin|har"
    r"|npi|dea|dl|nhs|mbi|hicn|phone|cell|mobile|tel(?:ephone)?|fax|e-?mail|website|link|url"
    r"|ip(?: address)?|address|zip(?: code)?|credit card|card|dob|d\.o\.b\.?|date of birth|birthday|born"
    r"|aged?|named?|called|initials|home phone|insta|handle"
    rf"|call(?: me| him| her)?|contact|wristband|badge)(?: ?{_NUMBER})?|(?:patient|pt|hospital|chart|record"
    r"|encounter|visit|accession|specimen|case|order|reference|employee|student|member|group|insurance"
    rf"|device|lot|plan|unit|room|file|claim) ?{_NUMBER}"
    r"|chart|record|encounter|accession|aamc|usmle|ecfmg)"
)
_LABEL = Pattern(
    rf"(?i)(?:\b(?:(?:my|his|her|their|the|with|at|on|in) )?{_LABEL_WORDS}(?: (?:is|was|are|reads?"
    rf"|ending in|at|on|of|said|number))?[ \t:#=.(\"'-]{{0,5}}|[#(\[\"']{{1,2}})$"
)
_CONNECTOR = Pattern(
    r"(?i)(?<![\w'-])(?:on|at|in|from|since|by|for|of|to|near|around|dated|with|via|as of|until|till"
    r"|before|after|aged|age|named|called|lives in|living in|resident of|who is|is"
    r"|,? and)[ \t]{1,3}(?:the )?$"
)
#: 'from the X family' still reads well without X.
_FAMILY_AFTER = Pattern(r"(?i)(?:'s)? (?:family|household|children|parents|case|clinic)\b")
_WRAPPED = {"(": ")", "[": "]", '"': '"', "'": "'", "<": ">"}
_SPACE = " \t"
_STOPS = ",;:.!?)]"
_LOOSE = ",;:-("
_REACH = 60

Span = tuple[int, int]


def redact(text: str, findings: Iterable[Span]) -> str:
    """Return *text* without the spans and without what they leave dangling: labels, connectors, commas, spaces."""
    cuts = _merged(text, [_with_lead(text, span) for span in sorted(findings)])
    kept = []
    position = 0
    for start, end in [_tidied(text, cut) for cut in cuts]:
        kept.append(text[position : max(start, position)])
        position = max(end, position)
    return "".join((*kept, text[position:]))


def _with_lead(text: str, span: Span) -> Span:
    """Take in the label or the connector that leads up to a span, brackets around it, and a possessive ending."""
    start, end = span
    if label := _LABEL.search(text, max(0, start - _REACH), start):
        start = label.start()
    connector = _CONNECTOR.search(text, max(0, start - _REACH), start)
    if connector and not _FAMILY_AFTER.match(text, end):
        start = connector.start()
    while start and end < len(text) and _WRAPPED.get(text[start - 1]) == text[end]:
        start, end = start - 1, end + 1
    if text[end : end + 2] in {"'s", "\u2019s"} and not text[end + 2 : end + 3].isalnum():
        end += 2
    return start, end


def _merged(text: str, spans: list[Span]) -> list[Span]:
    """Join spans with nothing but spaces and punctuation between them."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and (
            start <= joined[-1][1]
            or (start - joined[-1][1] < 5 and not text[joined[-1][1] : start].strip(_SPACE + _LOOSE + "/)"))
        ):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _tidied(text: str, cut: Span) -> Span:
    """Widen a cut so that one space, one comma and no loose bracket stay around it."""
    start, end = cut
    left, right = _skip_back(text, start), _skip(text, end)
    if left == 0 or text[left - 1] == "\n":
        return left, _skip(text, right, _SPACE + _STOPS + "-")
    if right == len(text) or text[right] == "\n":
        return _skip_back(text, left, _SPACE + _LOOSE), right
    if text[right] in _STOPS:
        if text[right] in ",;:" and text[left - 1] in ",;:(.!?":
            return start if start == left else left + 1, _skip(text, right + 1)
        return left, right
    return start, right if start != left else end


def _skip(text: str, index: int, chars: str = _SPACE) -> int:
    while index < len(text) and text[index] in chars:
        index += 1
    return index


def _skip_back(text: str, index: int, chars: str = _SPACE) -> int:
    while index and text[index - 1] in chars:
        index -= 1
    return index
