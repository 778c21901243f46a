"""Words, sentences and reading grade of an English text."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[A-Za-z0-9]+(?:['’/&-][A-Za-z0-9]+)*")
_END = re.compile(r"(?<!\b[A-Z])(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bvs)[.!?…]+[\"'”’)*_]*(?=\s|$)|\n+")
_BLANK = re.compile(r"\{[a-z_]+\}")
_VOWELS = re.compile(r"[aeiouy]+")
#: Two vowels side by side that are two syllables, as in "radio", "area", "quiet", "being".
_HIATUS = re.compile(
    r"(?<![cgqstx])i(?:a(?!r)|o(?!n)|u)|(?<![cgqstxln])ion|(?<=[dlnrv])ie(?=t|n[ct])|(?<=[dlnrst])ier(?=$|s)"
    r"|(?<!p)eo(?!u)|ea(?=cti|t[ei])|(?<=[aeiou][dr])ea|uou|[aeouy]ing(?=$|s)|ua(?=[lt])|ui(?=et)|^coo(?=[pr])|^scie"
)
#: The silent e inside a compound: "something", "homework".
_INNER = re.compile(r"(?:some|home|life|there|where|time|nine|note|side|one)(?=[b-df-hj-np-tv-z][a-z]{2}|one)")
_SILENT = re.compile(r"(?:[^laeiouy]|[aeiou]l)es?$|[^aeiouytd]ed$")


def normal(text: str) -> str:
    """Return *text* in lower case with every run of other signs than letters and digits as one space."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")
    return " ".join(re.findall(r"[a-z0-9]+", plain))


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """Return the words of *text* as written; a blank such as {problem} counts as one."""
    return tuple(_WORD.findall(_BLANK.sub(" it ", text)))


@lru_cache(maxsize=65_536)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of *text*, without empty ones."""
    return tuple(part for part in (piece.strip() for piece in _END.split(text)) if words(part))


def grade(text: str, *, easy: frozenset[str] = frozenset()) -> float:
    """Return the Flesch-Kincaid grade of *text*; words in *easy* count as two syllables at most."""
    parts = [words(sentence) for sentence in sentences(text)]
    count = sum(map(len, parts))
    if not count:
        return 0.0
    total = sum(_weight(word, easy) for part in parts for word in part)
    return 0.39 * count / len(parts) + 11.8 * total / count - 15.59


def grams(text: str, length: int) -> Iterable[str]:
    """Yield each run of *length* words of *text*, normalized."""
    parts = normal(text).split()
    for start in range(len(parts) - length + 1):
        yield " ".join(parts[start : start + length])


def _weight(word: str, easy: frozenset[str]) -> int:
    lower = word.lower()
    known = lower in easy or (lower.endswith("s") and lower[:-1] in easy)
    return min(2, syllables(word)) if known else syllables(word)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Count the syllables of one word, compounds part by part; letters spelled out count two at most."""
    if len(parts := re.split(r"[-/&]", word)) > 1:
        return sum(map(syllables, filter(None, parts)))
    if any(sign.isdigit() for sign in word) or (len(word) > 1 and word.isupper()):
        return min(2, len(word))  # said letter by letter, and read as one sign
    plain = word.lower().replace("'", "").replace("’", "")
    count = len(_VOWELS.findall(plain)) + len(_HIATUS.findall(plain))
    if count > 1 and _SILENT.search(plain) and not plain.endswith(("ses", "zes", "ces", "ges", "shes", "ches", "xes")):
        count -= 1
    if re.search(r"[bcdfgkpstz]les?$", plain) and _SILENT.search(plain):
        count += 1
    if _INNER.match(plain):
        count -= 1
    if re.search(r"(?:[^aeiouly]e(?:ly|ment|ful|less|ness|some)s?)$", plain) and count > 2:
        count -= 1
    return max(1, count)
