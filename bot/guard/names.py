"""Find names of people, and tell those of clinicians from those of patients."""

from collections.abc import Iterator

from bot.guard.passage import TITLE_GAP, Passage
from bot.guard.people import (
    CARE_HOME_BEFORE,
    COUPLE_BEFORE,
    CREDENTIAL_AFTER,
    INITIALS,
    NOT_INITIALS,
    STAFF,
    STAFF_AFTER,
    STAFF_BEFORE,
    TITLES,
)
from bot.guard.sightings import may_begin, name_at
from bot.guard.verdict import Finding

#: The words around are read for so many names of a text; whoever comes later counts as a patient.
_READ_AROUND = 30


def patients(text: str, /) -> Iterator[Finding]:
    """Find names that may be a patient's or a relative's; names of clinicians pass."""
    for start, end, clinical in _people(text):
        if not clinical:
            yield Finding("name", start, end, "confirm")
    for match in INITIALS.finditer(text):
        group = match.lastindex or 0
        if match[group].replace(".", "").replace(" ", "") not in NOT_INITIALS:
            yield Finding("name", *match.span(group), "confirm")


def clinicians(text: str, /) -> Iterator[Finding]:
    """Find names of clinicians and staff: for a program, or a content bank, that forbids those too."""
    for start, end, clinical in _people(text):
        if clinical:
            yield Finding("name", start, end, "confirm")


def _people(text: str) -> Iterator[tuple[int, int, bool]]:
    passage = Passage(text)
    done = met = 0
    for index in range(len(passage.words)):
        if index < done or not may_begin(passage, index):
            continue
        if people := name_at(passage, index):
            first, done = people
            met += 1
            clinical = met <= _READ_AROUND and _is_staff(passage, first, done)
            yield _start(passage, first), passage.words[done - 1].end, clinical


def _start(passage: Passage, first: int) -> int:
    """Return where the name starts, its title included."""
    if first and passage.words[first - 1].low in TITLES and passage.joined(first - 1, TITLE_GAP):
        first -= 1
    start = passage.words[first].start
    couple = COUPLE_BEFORE.search(passage.text, max(0, start - 12), start)
    return couple.start() if couple else start


def _is_staff(passage: Passage, first: int, last: int) -> bool:
    """Tell whether the words around say that this person works here."""
    text, words = passage.text, passage.words
    start, end = words[first].start, words[last - 1].end
    before = words[first - 1] if first else None
    if before and before.low in TITLES:
        start = before.start
        before = words[first - 2] if first > 1 else None
    if before and before.low in STAFF and start - before.end < 4 and "\n" not in text[before.end : start]:
        return before.word != "Do" and not CARE_HOME_BEFORE.search(text, max(0, start - 40), start)
    after = CREDENTIAL_AFTER.match(text, end) or STAFF_AFTER.match(text, end)
    return bool(after or STAFF_BEFORE.search(text, max(0, start - 60), start))
