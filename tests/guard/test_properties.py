"""What holds of the guard for every text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guard.check import check
from bot.guard.normalize import normalize
from bot.guard.safety import hazard
from tests.guard.notes import BLOCKED, CLEAN, CONFIRMED

_PIECES = st.sampled_from(
    [text for text, _ in (*BLOCKED, *CONFIRMED)]
    + list(CLEAN)
    + [
        "MRN",
        "Mr.",
        "Dr. ",
        "Alvarez",
        "Maria",
        "4471",
        "822",
        "555-",
        "0142",
        "3/14",
        "on ",
        "in room ",
        "9",
        "12",
        "@",
    ]
    + ["x.com", "\u200b", "\u202e", "\n", ", ", " ", "(", ")", "'s", "lives in ", "Fresno", "91", "F"]
)
_ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=120)
_TEXTS = st.one_of(
    _ANY,
    st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=6).map("".join),
    st.lists(_PIECES, max_size=5).map(" ".join),
)


@settings(max_examples=600, deadline=None)
@given(text=_TEXTS, own_dates=st.booleans())
def test_findings_lie_within_the_text(text: str, own_dates: bool) -> None:
    """Each finding is a non-empty stretch of the text, in order and apart from the others."""
    verdict = check(text, own_dates=own_dates)
    reached = 0
    for finding in verdict.findings:
        assert reached <= finding.start < finding.end <= len(text)
        reached = finding.end
    assert (verdict.level == "pass") == (not verdict.findings)


@settings(max_examples=600, deadline=None)
@given(text=_TEXTS)
def test_redacting_adds_and_reorders_nothing(text: str) -> None:
    """The redacted text is the text with characters left out."""
    rest = iter(text)
    assert all(char in rest for char in check(text).redacted)


@settings(max_examples=600, deadline=None)
@given(text=_TEXTS)
def test_a_redacted_text_passes_and_stays(text: str) -> None:
    """Nothing is found in what the guard offers, so redacting it again changes nothing."""
    once = check(text).redacted
    again = check(once)
    assert (again.level, again.redacted) == ("pass", once)


@settings(max_examples=400, deadline=None)
@given(text=_ANY)
def test_normalizing_keeps_every_place(text: str) -> None:
    """Each character of the normal form knows a stretch of the original; ASCII is left as it is."""
    normal = normalize(text)
    for index in range(len(normal.text)):
        start, end = normal.span(index, index + 1)
        assert 0 <= start < end <= len(text)
    if text.isascii() and text.isprintable():
        assert normal.text == text


@settings(max_examples=400, deadline=None)
@given(text=_TEXTS)
def test_the_rules_about_danger_answer_for_any_text(text: str) -> None:
    """No text makes them raise."""
    assert hazard(text) in {None, "self_harm", "needlestick", "patient_danger", "dose_question"}
