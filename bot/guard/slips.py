"""Mend slips of the keys in the few words that matter when somebody needs help."""

from functools import cache

from bot.guard.lists import words
from bot.guard.patterns import Pattern

_KEYS = words("""
    antibiotics anymore breathing choking collapsed ending exposed furosemide killing living myself needle
    needlestick overdose overdosed patient scalpel seizing should splashed suicidal suicide thinking
    unconscious unresponsive
""")
#: Common words that are one slip away from a key and mean what they say.
_MEANT = words("""
    antibiotic expose patent sizing patience patients needled needles needless breathe breeding collapse
    collapses suicides leaving lending sending bending filling milling choosing chocking seizing lying
    loving giving linking hinking shoulder skilling feeling dying driving liking lining pending tending
    explosed exposes splashes splash scalpels
""")
#: What is often typed instead of a word.
_OFTEN = {
    "about": "abt",
    "blood": "bloood blod",
    "breathing": "breathin breating breething",
    "die": "dei di3 d1e",
    "dose": "dsoe doze",
    "give": "giv gve",
    "gonna": "gona",
    "how": "hwo",
    "kill": "kil kll klil k1ll",
    "life": "lief lfie",
    "much": "mcuh muhc",
    "myself": "mysef meself",
    "needle": "nedle",
    "patient": "patiant pateint",
    "pulse": "pulss puls",
    "right now": "rn",
    "self harm": "selfharm",
    "stuck": "stcuk stuk stick3d",
    "suicidal": "sucidal suicdal suidical suicidial s0icidal",
    "suicide": "sucide",
    "the": "teh",
    "thinking": "tihnking",
    "unresponsive": "unresponive",
    "wanna": "wana wannna",
    "want": "wnat wan watn wnt wanr whant",
    "what": "waht wht",
    "you": "u",
}
_WORD = Pattern(r"[a-z0-9]++")
_LONGEST = 16
_MOST_WORDS = 600


def mended(text: str) -> str:
    """Return lower-case *text* with near misses of the telling words put right."""
    return _WORD.compiled.sub(lambda match: _mend(match[0]), text, count=_MOST_WORDS)


def _mend(word: str) -> str:
    if right := _often().get(word):
        return right
    if len(word) < 5 or len(word) > _LONGEST or word in _MEANT:
        return word
    return _near_misses().get(word, word)


@cache
def _often() -> dict[str, str]:
    return {slip: right for right, slips in _OFTEN.items() for slip in slips.split()}


@cache
def _near_misses() -> dict[str, str]:
    """Map each word one slip away from a key (a letter lost, doubled or swapped, a neighbor typed) to the key."""
    found: dict[str, str] = {}
    for key in _KEYS:
        for slip in _slips(key):
            if len(slip) > 4 and slip not in _KEYS and slip not in _MEANT:
                found.setdefault(slip, key)
    return found


def _slips(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(1, len(word))]
    lost = {left + right[1:] for left, right in cuts}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    first = {word[1] + word[0] + word[2:]}
    doubled = {left + left[-1] + right for left, right in cuts}
    vowels = {left + vowel + right[1:] for left, right in cuts if right[0] in "aeiou" for vowel in "aeiou"}
    return (lost | swapped | first | doubled | vowels) - {word}
