"""Bring a text into the one plain form that the detectors read, and remember where each character came from."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

#: A single character that unfolds into more than this (an Arabic phrase in one code point) is kept as it is.
_LONGEST_UNFOLDING = 4
#: Letters that look like nothing although Unicode does not call them format characters (Hangul fillers).
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")
_SPACE_FOR = frozenset("\t\v\f\u2800")
_SAME_AS = {
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-",
    "\u2212": "-", "\u2043": "-",
    "\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'", "\u2032": "'", "`": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2044": "/", "\u2215": "/", "\u2022": " ", "\u00b7": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n",
    "\u3002": ".", "\u0142": "l", "\u0141": "L", "\u00f8": "o", "\u00d8": "O", "\u00df": "ss",
    "\u0111": "d", "\u0110": "D",
    "\u0131": "i", "\u00e6": "ae", "\u00c6": "Ae",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalized text; *origins* holds the original offset of each character, or nothing where both are the same."""

    text: str
    origins: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of what stands between *start* and *end* here."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def normalize(text: str) -> Normal:
    """Fold *text*: compatibility forms, digits of all scripts, dashes and quotes; no marks, nothing invisible.

    Each character is folded by itself. Composing across characters would gain nothing, as marks are dropped, and would
    take quadratic time on long stacks of marks.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return Normal(text, None)
    folded = [_fold(char) for char in text]
    origins = tuple(index for index, piece in enumerate(folded) for _ in piece)
    return Normal("".join(folded), origins)


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if char in _SAME_AS:
        return _SAME_AS[char]
    if char == "\n" or " " <= char <= "~":
        return char
    if char in _SPACE_FOR:
        return " "
    if char in _INVISIBLE:
        return ""
    return _plain(char)


def _plain(char: str) -> str:
    pieces = "".join(_bare(piece) for piece in unicodedata.normalize("NFKD", char))
    if len(pieces) > _LONGEST_UNFOLDING:
        return char
    return unicodedata.normalize("NFKC", pieces)


def _bare(char: str) -> str:
    match unicodedata.category(char):
        case "Mn" | "Me" | "Cf" | "Cc":
            return ""
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Zs":
            return " "
        case _:
            return _SAME_AS.get(char, char)
