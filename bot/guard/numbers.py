"""Find the numbers that point at one person: phone, SSN, card, record, account, vehicle, device."""

from collections.abc import Iterator

from bot.guard.patterns import DIGIT, Pattern
from bot.guard.verdict import Finding

#: Seven digits make an identifier (reliability has it so): shorter ones are doses, counts and lab values.
_ENOUGH = 7
#: Lines that anybody may write down: crisis line, poison control.
_PUBLIC = frozenset({"18002221222", "8002221222", "18002738255", "8002738255"})

_SSN = Pattern(r"(?<![\d-])\d{3}([- .])\d{2}\1\d{4}(?![\d-]|\.\d)")
_PHONE = Pattern(
    r"(?<![\w+.])(?:"
    r"\+ ?\d{1,3}(?:[ .()-]{0,3}\d){6,14}"
    r"|(?:1[ .-]?)?\([2-9]\d{2}\)[ .-]{0,3}\d{3}[ .-]{0,3}\d{4}"
    r"|(?:1[ .-])?[2-9]\d{2}([ ./-])[2-9]\d{2}[ .-]\d{4}"
    r"|(?:1[ .-])?[2-9]\d{2}[.-]\d{3}[.-]\d{4}"
    r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}|0\d(?: \d\d){4}|\d{5}[ -]\d{5}"
    r")(?: ?(?:x|ext\.?) ?\d{1,6})?(?![\d-]|[./]\d)"
)
_LOCAL = Pattern(r"(?<![\d./-])[2-9]\d{2}[-. ]\d{4}(?![\d/-]|\.\d)")
_CALL = Pattern(
    r"(?i)\b(?:phone|tele(?:phone)?|tel|cell|mobile|call(?:ed|ing)?|contact|reach(?:ed)?|ph|home|number"
    r"|text|whatsapp)\b[^\n\d]{0,25}$"
)
_CARD = Pattern(r"(?<![\d-])\d{4}(?:([ -]?)\d{4}\1\d{4}\1\d{1,7}|[ -]?\d{6}[ -]?\d{5})(?![\d-])")
_RUN = Pattern(r"(?<![\d.,])\d{7,}+(?![.,]\d)")
_GROUPS = Pattern(r"(?<![\d./,])\d{1,12}+(?:[-._]\d{1,12}+){1,8}+(?![\d/])")
_SINGLES = Pattern(r"(?<![\d./])\d([ .,-])\d(?:\1\d){5,}+(?![\d/])")
_SPOKEN_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b"
_SPOKEN = Pattern(rf"(?i)\b{_SPOKEN_DIGIT}(?:[ ,-]{{1,2}}{_SPOKEN_DIGIT}){{6,}}+")
_PLURAL_UNIT = (
    r"(?:k|m|mm|l|dl|ml|cc|mg|mcg|g|kg|iu|u|mu|units?|copies|cells?|cfu|platelets|kcal|cal|calories|steps"
    r"|wbcs?|rbcs?|log|%|/|x ?10|per|mmhg"
    r"|hours?|hrs?|days?|weeks?|months?|years?|min(?:utes)?|ng|pg|meq|mmol|people|patients|dollars|usd|words)"
)
_UNIT_AFTER = Pattern(rf"(?i)[ ]?{_PLURAL_UNIT}(?![a-z])|[ ]?[/%]")
_LITERATURE = Pattern(r"(?i)(?:\b(?:pmid|pmcid|doi|isbn|issn)\b[ :#]{0,3}[\d./-]*|\b(?:nct|pmc)|\$ ?)$")
_COUNTED = Pattern(
    r"(?i)\b(?:viral load|vl|copies|count|wbc|plt|platelets?|bnp|ck|ferritin|hcg|titer|rna"
    r"|dna)\b[ :=<>~a-z]{0,15}$"
)
_YEAR = Pattern(r"(?:19|20)\d{2}")
_VIN = Pattern(r"\b(?=[A-Za-z]*+\d)(?=\d*+[A-Za-z])[A-HJ-NPR-Za-hj-npr-z0-9]{17}\b")
_MEDICARE = Pattern(r"\b[1-9][A-Z][A-Z\d]\d-?[A-Z][A-Z\d]\d-?[A-Z]{2}\d{2}\b")
_PLATE = Pattern(r"\b\d[A-Z]{3}\d{3}\b")


def numbers(text: str, /) -> Iterator[Finding]:
    """Find phone numbers, SSNs, cards, vehicles and every unlabelled run of seven digits or more."""
    if not DIGIT.search(text):
        yield from _found("record_number", _SPOKEN, text)
        return
    yield from _found("ssn", _SSN, text)
    yield from _phones(text)
    yield from _cards(text)
    yield from _runs(text)
    yield from _groups(text)
    yield from _found("vin", _VIN, text)
    yield from _found("plan", _MEDICARE, text)
    yield from _found("plate", _PLATE, text)
    yield from _singles(text)
    yield from _found("record_number", _SPOKEN, text)


def digits(text: str) -> str:
    """Return the digits of *text* alone."""
    return "".join(char for char in text if char.isdigit())


def _found(kind: str, pattern: Pattern, text: str) -> Iterator[Finding]:
    return (Finding(kind, *match.span(), "block") for match in pattern.finditer(text))


def _singles(text: str) -> Iterator[Finding]:
    """Find digits written one by one; a rising row is a list ('cranial nerves 2 3 4 5 6 7 8')."""
    for match in _SINGLES.finditer(text):
        row = digits(match[0])
        if list(row) != sorted(set(row)):
            yield Finding("record_number", *match.span(), "block")


def _phones(text: str) -> Iterator[Finding]:
    for match in _PHONE.finditer(text):
        if digits(match[0]) not in _PUBLIC:
            yield Finding(_line(text, match.start()), *match.span(), "block")
    for match in _LOCAL.finditer(text):
        spaced = match[0][3] != "-"
        called = _CALL.search(text, max(0, match.start() - 40), match.start())
        if called or not (spaced or _is_range(text, match.start(), match.end())):
            yield Finding(_line(text, match.start()), *match.span(), "block")


def _line(text: str, start: int) -> str:
    return "fax" if "fax" in text[max(0, start - 20) : start].lower() else "phone"


def _cards(text: str) -> Iterator[Finding]:
    for match in _CARD.finditer(text):
        if _luhn(digits(match[0])):
            yield Finding("card", *match.span(), "block")


def _luhn(number: str) -> bool:
    doubled = [int(char) * 2 for char in number[-2::-2]]
    return (sum(map(int, number[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def _runs(text: str) -> Iterator[Finding]:
    for match in _RUN.finditer(text):
        start, end = match.span()
        before = max(0, start - 30)
        measured = _UNIT_AFTER.match(text, end) or _COUNTED.search(text, before, start)
        public = _LITERATURE.search(text, before, start) or match[0] in _PUBLIC
        if not (measured and _is_round(match[0])) and not public:
            yield Finding("record_number", start, end, "block")


def _groups(text: str) -> Iterator[Finding]:
    """Find digits grouped by hyphens or dots; decimals, ranges and dates are none of these."""
    for match in _GROUPS.finditer(text):
        start, end = match.span()
        plain = digits(match[0])
        if len(plain) < _ENOUGH or plain in _PUBLIC or _LITERATURE.search(text, max(0, start - 30), start):
            continue
        if match[0].count(".") == 1 and "-" not in match[0] and "_" not in match[0]:
            continue
        if not _is_range(text, start, end) and not _is_date(match[0]):
            yield Finding("record_number", start, end, "block")


def _is_range(text: str, start: int, end: int) -> bool:
    low, _, high = text[start:end].partition("-")
    if _UNIT_AFTER.match(text, end):
        return True
    try:
        rising = float(low) < float(high)
    except ValueError:
        return False
    years = _YEAR.fullmatch(low) and _YEAR.fullmatch(high)
    return rising and bool(years or (_is_round(low) and _is_round(high)))


def _is_round(number: str) -> bool:
    return number.endswith("0") or "." in number


def _is_date(text: str) -> bool:
    """Tell whether grouped digits are a calendar day: those are asked about, not blocked."""
    parts = text.replace(".", "-").replace("_", "-").split("-")
    if len(parts) != 3 or max(map(len, parts)) != 4:
        return False
    year = next(part for part in parts if len(part) == 4)
    others = [int(part) for part in parts if part is not year]
    return bool(_YEAR.fullmatch(year)) and min(others) >= 1 and max(others) <= 31 and min(others) <= 12
