"""Find numbers by the word that introduces them: record, account, plan, license, plate, serial and the like."""

from collections.abc import Iterator

from bot.guard.patterns import DIGIT, Pattern
from bot.guard.verdict import Finding

_NUMBER = r"(?:numbers?|num|nbr|no\.?|nos\.?|#|id|ids|code)"
#: What may stand between a label and its value.
_JOIN = (
    r"[ \t]{0,3}(?:(?:is|was|are|reads?|reading|ending(?: in)?|ends in|last (?:four|4)(?: digits)?|of"
    r"|on file)\b)?[ \t:#=.\"'(\-]{0,5}"
)
_VALUE = r"([A-Z]{0,5}[-/ ]?\d[\dA-Z]*+(?:[-/.]\w{1,12}+){0,5}(?: \d{4,8}\b)?)"
_LETTERED = r"((?:[A-Z]{2} )?(?:[A-Z]{1,4}[- ]?)?\d[A-Z\d]{1,7}+(?:[- ][A-Z\d]{2,5}\b)?)"

#: kind, label, value, least digits. A label of everyday use needs 'number', '#' or 'id' beside it.
_RULES: tuple[tuple[str, str, str, int], ...] = (
    ("record_number", r"e?m[. ]{0,2}r[. ]{0,2}n", r"(\d{1,6}+(?:[ -]\d{1,6}+){1,6})", 5),
    (
        "record_number",
        (
            r"(?:(?:e?m[. ]{0,2}r[. ]{0,2}n|mr ?#|mr no\.?|med(?:ical)?\.? ?rec(?:ord)?s?|patient id(?:entifier)?|pt\.? id"
            r"|patient (?:no\.?|number|#)|csn|chart id)\b"
            rf"(?: ?{_NUMBER})?|mr ?#)"
        ),
        _VALUE,
        3,
    ),
    (
        "record_number",
        (
            r"(?:hospital|chart|record|encounter|visit|accession|specimen|case|unit|admission|nhs|study|episode"
            r"|registration|file|patient|req(?:uisition)?|"
            r"order|confirmation|reference|ref|claim|ticket|tracking|badge|employee|student|aamc|usmle|ecfmg"
            rf"|nrmp) ?{_NUMBER}"
        ),
        _VALUE,
        3,
    ),
    (
        "record_number",
        r"(?:chart|record|encounter|accession|har|fin|epi|pid|nhs|aamc|usmle|ecfmg)",
        r"([A-Z]{0,3}\d[\dA-Z]*+(?:-\d{1,8}+){0,3})",
        5,
    ),
    ("record_number", r"#", r"(\d{5,}+)", 5),
    ("ssn", r"(?:ssn?|social(?: security)?)(?: ?(?:number|no\.?|#))?", r"((?:[x*]{2,3}[- ]?){0,2}\d{2,}[\d -]*\d)", 4),
    ("account", rf"(?:accounts?|acct|acc|bank|routing|iban|invoice|billing) ?{_NUMBER}", _VALUE, 3),
    ("account", r"(?:account|acct|iban)", r"([A-Z]{0,4}\d[\dA-Z-]{3,})", 4),
    (
        "plan",
        (
            r"(?:policy|plan|member(?:ship)?|subscriber|beneficiary|group|insurance|payer|medicare|medicaid"
            r"|health ?plan|hicn|mbi|rx ?bin|coverage|"
            rf"aetna|cigna|humana|kaiser|blue cross|bcbs|united ?healthcare)"
            rf" ?(?:policy |member |plan |group )?{_NUMBER}"
        ),
        _VALUE,
        3,
    ),
    (
        "plan",
        r"(?:policy|member|subscriber|hicn|mbi|medicare|medicaid)",
        r"((?=[A-Z-]*+\d)[\dA-Z]{1,5}(?:-?[\dA-Z]{2,6}){1,4})",
        5,
    ),
    (
        "license",
        (
            r"(?:(?:driver'?s? |driving |medical |nursing )?licen[sc]e|lic|certificate|cert|passport|visa"
            r"|green card|dea|npi|dl|permit|state id|national id|cnic|"
            rf"aadhaar|voter id|military id|dod id)(?: ?{_NUMBER})?"
        ),
        r"((?:[A-Z]{2} )?[A-Z]{0,3}[- ]?\d[\dA-Z-]{3,})",
        4,
    ),
    (
        "plate",
        (
            r"(?:(?:licen[sc]e |number |car |vehicle )?plates?|(?:licen[sc]e|vehicle|car|truck"
            r"|van|suv|auto|bike|motorcycle|trailer|parking) tags?|registration)(?: ?(?:number|no\.?|#))?"
        ),
        _LETTERED,
        2,
    ),
    ("vin", rf"(?:vin|vehicle id(?:entification)?)(?: ?{_NUMBER})?", r"([A-Z\d]{6,17})", 3),
    (
        "serial",
        (
            rf"(?:(?:serial|device|implant|pacemaker|pump|model|lot|udi|imei|meid|asset|ser\.?) ?{_NUMBER}|s/n|sn|serial"
            r"|imei|udi)"
        ),
        r"((?:\(?[A-Z]{0,5}-?|(?-i:[A-Z]{1,3} ))\d[\dA-Z()-]{3,})",
        3,
    ),
    ("serial", r"ser\.", r"([A-Z]{0,3}-?\d[\dA-Z-]{4,})", 4),
    ("fax", r"(?:fax|efax)(?: ?(?:number|no\.?|#))?", r"(\d[\d .()-]{5,}\d)", 7),
    ("phone", r"(?:phone|cell|telephone|tel|mobile)(?: ?(?:number|no\.?|#))?", r"(\+?\(?\d[\d .()-]{5,}\d)", 7),
    ("record_number", r"(?:\bid ?(?:number|no\.?|#)?)", r"([A-Z]{0,4}-?\d{4,}+[\dA-Z-]*+)", 4),
)
_NOT_VALUE = Pattern(
    r"(?i)\d{1,3}(?:yo|y/o|m|f|mg|ml|mcg|units?|hours?|days?|weeks?|x|st|nd|rd|th|am|pm)?|(?:19|20)\d\d"
)
#: A plate of bone surgery: 'plate with 10 holes', 'plate 2 mm'.
_COUNTED_PARTS = Pattern(r"(?i)(?:(?:with|has|had|at|on|for|and)[ -])?\d{1,3}(?:[ -][a-z]{2,5})?")
_PATTERNS = tuple(
    (kind, Pattern(rf"(?i)(?<![A-Za-z\d]){label}(?![A-Za-z]){_JOIN}{value}"), least)
    for kind, label, value, least in _RULES
)


def labels(text: str, /) -> Iterator[Finding]:
    """Find a value with digits behind each kind of label."""
    if not DIGIT.search(text):
        return
    for kind, pattern, least in _PATTERNS:
        for match in pattern.finditer(text):
            value = match[1]
            if sum(char.isdigit() for char in value) >= least and not _harmless(kind, value):
                yield Finding(kind, *match.span(1), "block")


def _harmless(kind: str, value: str) -> bool:
    if kind == "ssn":
        return False
    if kind == "plate":
        return _COUNTED_PARTS.fullmatch(value) is not None
    return value.isalnum() and len(value) < 5 and _is_measure(value)


def _is_measure(value: str) -> bool:
    return any(char.isalpha() for char in value) and _NOT_VALUE.fullmatch(value) is not None
