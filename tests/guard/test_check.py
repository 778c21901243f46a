"""What the guard finds, lets pass and offers instead."""

import time

import pytest

from bot.guard.check import check
from bot.guard.names import clinicians
from bot.guard.verdict import Finding
from tests.guard.notes import BLOCKED, CLEAN, CONFIRMED

ORDINARY = "Presented a new admission on rounds and was asked for the plan. "
#: Pieces which, repeated, are made to keep one rule or another busy.
_SLOW = (
    *("a", "1", "1 ", "1-", "@", "a@", "a.", "Mr. ", "Ab ", "patient ", "Maria ", "3/4 ", "on 3/4 ", "jan 1 ", "mrn:"),
    *(
        "www.",
        "one ",
        "room 1 ",
        "\u200b",
        "a\u0301",
        "\ufdfa",
        "\U0001f468\u200d",
        "1 Ab Ab ",
        "lives in Ab ",
        "J.D. ",
    ),
    *("(", "+1 ", "x at ", "from the ", "in Fresno ", "Ab, CA ", "admitted on may 1 ", "plate 1 ", "Maria Ab, ", "#1"),
)


@pytest.mark.parametrize(("text", "kind"), BLOCKED)
def test_a_number_or_address_is_refused(text: str, kind: str) -> None:
    """What points at one person by itself is never stored."""
    verdict = check(text)
    assert verdict.level == "block"
    assert kind in verdict.kinds


@pytest.mark.parametrize(("text", "kind"), CONFIRMED)
def test_a_name_a_day_a_place_or_a_great_age_is_asked_about(text: str, kind: str) -> None:
    """What may identify a patient is stored only once the student has said that it does not."""
    verdict = check(text)
    assert verdict.level == "confirm"
    assert kind in verdict.kinds


@pytest.mark.parametrize("text", CLEAN)
def test_a_clean_note_passes_unchanged(text: str) -> None:
    """Clinicians, eponyms, lab strings, scores, doses and the student's own days are no identifiers."""
    verdict = check(text)
    assert (verdict.level, verdict.findings, verdict.redacted) == ("pass", (), text)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Mr. Alvarez, 68M with cirrhosis, did the paracentesis", "68M with cirrhosis, did the paracentesis"),
        ("68M cirrhosis MRN 4471822, did the paracentesis", "68M cirrhosis, did the paracentesis"),
        ("68M cirrhosis (MRN 4471822), did the paracentesis", "68M cirrhosis, did the paracentesis"),
        ("Admitted on 3/14 with DKA", "Admitted with DKA"),
        ("Mr. Alvarez's potassium was 6.1", "potassium was 6.1"),
        ("call wife (415) 555-0132 after rounds", "call wife after rounds"),
        ("54F from Oaxaca with Chagas", "54F with Chagas"),
        ("Sepsis, DOB 02/11/1961", "Sepsis"),
        ("Learned LP.\nPt Kowalczyk helped.\nRead more.", "Learned LP.\nPt helped.\nRead more."),
    ],
)
def test_redacting_only_removes(text: str, redacted: str) -> None:
    """The span goes, and with it the label, the connector, the comma and the space it leaves behind."""
    assert check(text).redacted == redacted


def test_a_finding_points_into_the_text_as_it_was_typed() -> None:
    """Offsets are those of the original even where invisible or wide characters were folded away."""
    text = "na\u0308h \uff2d\uff32\uff2e \uff14\uff14\u200b\uff17\uff11\uff18\uff12\uff12 ok"
    (finding,) = check(text).findings
    assert text[finding.start : finding.end] == "\uff14\uff14\u200b\uff17\uff11\uff18\uff12\uff12"


def test_a_field_for_the_students_own_days_takes_any_day_but_a_birthday() -> None:
    """Where a day is asked for, only a date of birth makes the guard ask back."""
    assert check("seen 12/12/2025", own_dates=True).level == "pass"
    assert check("seen 12/12/2025").level == "confirm"
    assert check("DOB 12/12/1960", own_dates=True).level == "confirm"
    assert check("MRN 4471822 on 12/12", own_dates=True).level == "block"


def test_a_program_adds_a_detector_of_its_own() -> None:
    """A plugged-in rule counts like the guard's own and is redacted like them."""

    def ward(text: str) -> list[Finding]:
        start = text.find("7 North")
        return [Finding("ward", start, start + 7, "confirm")] if start >= 0 else []

    verdict = check("sepsis on 7 North today", extra=(ward,))
    assert (verdict.level, verdict.kinds, verdict.redacted) == ("confirm", ("ward",), "sepsis today")


def test_a_program_may_forbid_the_names_of_clinicians() -> None:
    """Names of clinicians pass unless their detector is added."""
    text = "Dr. Lee and my resident Priya Patel taught me shock"
    assert check(text).level == "pass"
    assert check(text, extra=(clinicians,)).kinds == ("name",)


def test_the_gravest_finding_decides() -> None:
    """A name beside a phone number is refused, not asked about."""
    verdict = check("Mr. Alvarez, call 415-555-0132")
    assert verdict.level == "block"
    assert set(verdict.kinds) == {"name", "phone"}


def test_a_text_longer_than_any_message_is_refused_unread() -> None:
    """A paste of that size comes from a chart; nothing of it is offered."""
    verdict = check("good day. " * 2000)
    assert (verdict.level, verdict.kinds, verdict.redacted) == ("block", ("too_long",), "")


@pytest.mark.parametrize("piece", _SLOW)
def test_no_text_keeps_the_guard_busy(piece: str) -> None:
    """64 KB made to be slow, and the longest text that is read, cost a few times what ordinary words do, not their square."""
    check(piece)
    ordinary = min(_seconds((ORDINARY * 8_192)[:8_192]) for _ in range(3))
    for size in (65_536, 8_192):
        text = (piece * size)[:size]
        best = min(_seconds(text) for _ in range(3))
        assert best < 8 * ordinary, f"{size} characters of {piece!r} took {best / ordinary:.0f} times as long"


def _seconds(text: str) -> float:
    started = time.process_time()
    check(text)
    return time.process_time() - started
