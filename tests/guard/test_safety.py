"""Danger is recognized before anything is looked up, and look-ups are left alone."""

import time

import pytest

from bot.guard.safety import hazard
from tests.guard.sentences import HARMLESS, HAZARDS

ORDINARY = "Presented a new admission on rounds and was asked for the plan. "


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in HAZARDS.items() for text in texts])
def test_a_message_in_danger_gets_its_card(kind: str, text: str) -> None:
    """What the student says of themselves, of a patient now, or asks about a dose is recognized."""
    assert hazard(text) == kind


@pytest.mark.parametrize("text", HARMLESS)
def test_a_look_up_or_a_turn_of_speech_gets_none(text: str) -> None:
    """Words asked about, idioms and other people's histories raise no card."""
    assert hazard(text) is None


def test_the_student_comes_first() -> None:
    """Of two dangers in one message the student's own life is answered."""
    assert hazard("I want to die, and how much furosemide should I give") == "self_harm"


@pytest.mark.parametrize(
    ("command", "text"),
    [("/phrase", "patient is unresponsive"), ("/say", "how much lasix should I give"), ("/faq", "I had a needlestick")],
)
def test_a_named_look_up_asks_about_words(command: str, text: str) -> None:
    """Behind a look-up command only the student's own life counts."""
    assert hazard(text) is not None
    assert hazard(f"{command} {text}") is None
    assert hazard(f"{command} I want to kill myself") == "self_harm"


def test_there_are_enough_sentences_of_both_sorts() -> None:
    """Sixty of each at least, so that a rule can't be loosened unseen."""
    assert sum(map(len, HAZARDS.values())) >= 60
    assert len(HARMLESS) >= 60


@pytest.mark.parametrize(
    "piece",
    ["i ", "i want to ", "have ", "my patient is ", "how do i treat ", "should i give ", "a", "blood ", "\U0001f480"],
)
def test_no_text_keeps_the_rules_busy(piece: str) -> None:
    """64 KB made to be slow cost a few times what as many ordinary letters do, not their square."""
    hazard(piece)
    ordinary, slow = (min(_seconds((each * 65_536)[:65_536]) for _ in range(3)) for each in (ORDINARY, piece))
    assert slow < 8 * ordinary


def _seconds(text: str) -> float:
    started = time.process_time()
    hazard(text)
    return time.process_time() - started
