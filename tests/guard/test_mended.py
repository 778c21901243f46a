"""Classes of fault that were mended stay mended, and the notes next to them stay clean."""

import pytest

from bot.guard.check import check
from tests.guard.mended import FOUND, PASSED


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FOUND.values() for text in texts])
def test_a_note_of_a_mended_class_is_stopped(kind: str, text: str) -> None:
    """Each class holds for three notes besides the one of the judging set that showed the fault."""
    assert kind in check(text).kinds


@pytest.mark.parametrize("text", PASSED)
def test_a_clean_note_beside_a_mended_class_passes(text: str) -> None:
    """A rule that became wider takes no clean note with it."""
    assert check(text).kinds == ()
