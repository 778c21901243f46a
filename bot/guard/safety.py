"""Recognize the messages that get a fixed card before anything is looked up."""

from collections.abc import Callable
from typing import Literal

from bot.guard.danger import is_danger
from bot.guard.doses import is_dose
from bot.guard.exposure import is_exposure
from bot.guard.normalize import normalize
from bot.guard.patterns import Pattern
from bot.guard.self_harm import is_self_harm
from bot.guard.slips import mended

Hazard = Literal["self_harm", "needlestick", "patient_danger", "dose_question"]

#: Nobody needs more room to ask for help; what stands beyond is read in a second look at the end.
_ENDS = 2_100
_DRAWN_OUT = Pattern(r"([a-z!?.])\1{2,}+")
#: A look-up by name asks about words: only what the student says of themselves counts there.
_LOOK_UP = Pattern(
    r"/(?:phrase|plain|say|faq|tip|read|quiz|coach (?:phrase|plain|say|faq|tip|read|quiz)|present|help)\b"
)


def hazard(text: str) -> Hazard | None:
    """Return what the message is about if it needs a card at once, the gravest first."""
    plain = _plain(text)
    for kind, applies in _RULES:
        if applies(plain):
            return kind
    return None


def _plain(text: str) -> str:
    """Bring a message to lower case without apostrophes, drawn-out letters or slips of the keys."""
    if len(text) > 2 * _ENDS:
        text = text[:_ENDS] + "\n" + text[-_ENDS:]
    low = normalize(text).text.lower().replace("'", "").replace("*", "").replace("\n", " . ")
    return mended(" ".join(_DRAWN_OUT.compiled.sub(r"\1", low).split()))


def _unless_looked_up(applies: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: not _LOOK_UP.match(text) and applies(text)


_RULES: tuple[tuple[Hazard, Callable[[str], bool]], ...] = (
    ("self_harm", is_self_harm),
    ("patient_danger", _unless_looked_up(is_danger)),
    ("needlestick", _unless_looked_up(is_exposure)),
    ("dose_question", _unless_looked_up(is_dose)),
)
