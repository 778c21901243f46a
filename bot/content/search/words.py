"""A text as words: normalised for comparison, with what their typing says kept beside."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from bot.content.search.forms import BRITISH, IRREGULAR, SAME

#: Longer than any question; what follows is not read, so that no message costs more than this.
CUT = 300

_MARKUP = re.compile(r"<[@#!/A-Za-z][^<>]*>")
_JOINED = re.compile(r"(?<=[^\W_])[.'’‘ʼ`´]+(?=[^\W_])")
_PLAIN = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(r"[A-Za-z0-9]+|&")
_BRITISH = re.compile("|".join(british for british, _ in BRITISH))
#: Shorter words have one spelling, or are letters that stand for words.
_SHORT = 4
_LETTERS = str.maketrans({"µ": "u", "μ": "u", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ł": "l", "Ł": "L"})


class Word(NamedTuple):
    """One word of a query or a name; a tuple, because an index makes fifty thousand of them."""

    text: str  # small letters and digits, without accents
    typed: str  # the same letters as they were typed
    stem: str  # without its ending; the S of AIDS is none
    marked: bool = False  # stood in one piece with a / or &

    @property
    def emphatic(self) -> bool:
        """Typed as only a name is: in capitals, or with a digit."""
        return abbreviates(self.typed) or (self.typed in set("CGPQRSTUVW") and not self.marked)


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed, as words."""

    words: tuple[Word, ...]
    latin: bool  # written in letters the bank is written in
    shouted: bool  # all in capitals, which then say nothing


def read(text: str) -> Query:
    """Return the words of *text*, which may be anything at all."""
    # cut twice: some single characters stand for eighteen
    folded = unicodedata.normalize("NFKC", _MARKUP.sub(" ", text[:CUT]).translate(_LETTERS))[:CUT]
    bare = _bare(folded)
    words = tuple(_words(bare))
    letters = sum(c.isalpha() for c in bare)
    ascii_letters = sum(c.isalpha() and c.isascii() for c in bare)
    latin = 0 < ascii_letters >= letters - ascii_letters
    lettered = [word for word in words if not word.text.isdigit()]
    shouted = len(lettered) > 2 and all(word.typed.isupper() for word in lettered)
    return Query(words if latin or not letters else (), latin, shouted)


@cache
def split(name: str) -> tuple[Word, ...]:
    """Return the words of a name or sentence of the bank, however long; kept, for each is asked for several times."""
    return tuple(_words(_bare(name.translate(_LETTERS))))


@cache
def vocabulary(text: str) -> list[str]:
    """Return the bare words of a text of the bank, where only their letters matter; kept as those of `split` are."""
    return list(map(american, _PLAIN.findall(_JOINED.sub("", _bare(text)).lower())))


def forget() -> None:
    """Let go of the words kept while an index was made."""
    split.cache_clear()
    vocabulary.cache_clear()


def _bare(text: str) -> str:
    """Return *text* without accents."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _words(bare: str) -> Iterable[Word]:
    for piece in _JOINED.sub("", bare).split():
        if piece.isalnum() and piece.isascii():
            yield _word(piece)
            continue
        marked = len(piece) > 1 and ("/" in piece or "&" in piece)
        for typed in _PIECE.findall(piece):
            word = _word("and" if typed == "&" else typed)
            yield word._replace(marked=True) if marked else word


@lru_cache(maxsize=16384)
def _word(typed: str) -> Word:
    text = american(typed.lower())
    return Word(text, typed, _stem_of(text, typed))


@lru_cache(maxsize=16384)
def american(word: str) -> str:
    """Return *word* in American spelling: most who ask learned the British one."""
    if len(word) > _SHORT and _BRITISH.search(word):
        for british, ours in BRITISH:
            word = word.replace(british, ours)
    return word


def key(words: Iterable[Word]) -> str:
    """Return *words* without the spaces between them, which people set as they like."""
    return "".join([word.text for word in words])


def spaced(words: Iterable[Word]) -> str:
    """Return *words* with one space between each two."""
    return " ".join([word.text for word in words])


def stems(words: Sequence[Word]) -> list[str]:
    """Return each word without its ending."""
    return [word.stem for word in words]


def _stem_of(text: str, typed: str) -> str:
    if abbreviates(typed):
        return text[:-1] if typed.endswith("s") and len(text) > 2 else text
    return stem(text)


def abbreviates(typed: str) -> bool:
    """Tell whether *typed* looks like letters that stand for words: short, with two capitals or a digit."""
    return len(typed) <= 6 and _two_capitals_or_digit(typed)


@lru_cache(maxsize=4096)
def _two_capitals_or_digit(typed: str) -> bool:
    return sum(c.isupper() for c in typed) > 1 or any(c.isdigit() for c in typed)


@lru_cache(maxsize=16384)
def counts_as(word: str) -> str:
    """Return what *word* counts as: the stem of the word that leads those meaning the same."""
    return stem(SAME.get(word, word))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return *word* without the endings of plurals and of verbs."""
    word = IRREGULAR.get(word, word)
    if len(word) < 4 or word.isdigit():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "i"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and any(c in "aeiouy" for c in rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if len(word) > 3 and word.endswith("e"):
        return word[:-1]
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word
