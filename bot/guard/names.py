"""Find names of people, and tell those of clinicians from those of patients."""

from collections.abc import Iterator

from bot.guard.people import (
    ABBREVIATED,
    AGE_AFTER,
    CARE_HOME_BEFORE,
    COUPLE_BEFORE,
    CREDENTIAL_AFTER,
    DID_AFTER,
    DOCTORS,
    FINDINGS,
    IMAGING,
    INITIALS,
    LEADS,
    LINKS,
    MET,
    NAMED,
    NOT_A_NAME,
    NOT_INITIALS,
    PARTICLES,
    STAFF,
    STAFF_AFTER,
    STAFF_BEFORE,
    THINGS,
    TITLED_BY,
    TITLES,
)
from bot.guard.tokens import Token, eponymous, tokens
from bot.guard.verdict import Finding

#: The words around are read for so many names of a text; whoever comes later counts as a patient.
_READ_AROUND = 30
_SPACES = (" ", "  ", "   ")
#: What may stand between the words of a name, after a title, after an introducing word, between last and first.
_GAP = frozenset((*_SPACES, ".", ". ", ".  ", "-"))
_TITLE_GAP = frozenset((*_SPACES, ".", ". ", ".  ", ".   "))
_LINK_GAP = frozenset(
    (*_SPACES, ":", ": ", ":  ", " : ", "=", " = ", ", ", ",", " (", ' "', ': "', " '", " -", " - ", "- ", ". ", ".  ")
)
_COMMA = frozenset((",", ", ", ",  "))


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
    reader = _Reader(text)
    done = met = 0
    for index in range(len(reader.words)):
        if index < done or not reader.eligible(index):
            continue
        if people := reader.at(index):
            first, done = people
            met += 1
            yield reader.start(first), reader.words[done - 1].end, met <= _READ_AROUND and reader.is_staff(first, done)


class _Reader:
    """One text as words, with the questions the rules ask about a place in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = tokens(text)
        self.medical = eponymous(self.words)

    def eligible(self, index: int) -> bool:
        """Tell whether a name could begin here at all: most words of a note end their way here."""
        token = self.words[index]
        telling = (
            token.capital
            or token.shouted
            or token.named
            or token.foreign
            or (index > 0 and self.words[index - 1].low in TITLED_BY)
        )
        return telling and index not in self.medical

    def at(self, index: int) -> tuple[int, int] | None:
        """Return the first word and the word after the last one of a name that begins at *index*."""
        for rule in (self._titled, self._introduced, self._in_list, self._described):
            if last := rule(index):
                return self._widened(index, last)
        return None

    def start(self, first: int) -> int:
        """Return where the name starts, its title included."""
        if first and self.words[first - 1].low in TITLES and self._joined(first - 1, _TITLE_GAP):
            first -= 1
        start = self.words[first].start
        couple = COUPLE_BEFORE.search(self.text, max(0, start - 12), start)
        return couple.start() if couple else start

    def is_staff(self, first: int, last: int) -> bool:
        """Tell whether the words around say that this person works here."""
        start, end = self.words[first].start, self.words[last - 1].end
        before = self.words[first - 1] if first else None
        if before and before.low in TITLES:
            start = before.start
            before = self.words[first - 2] if first > 1 else None
        if before and before.low in STAFF and start - before.end < 4 and "\n" not in self.text[before.end : start]:
            return before.word != "Do" and not CARE_HOME_BEFORE.search(self.text, max(0, start - 40), start)
        after = CREDENTIAL_AFTER.match(self.text, end) or STAFF_AFTER.match(self.text, end)
        return bool(after or STAFF_BEFORE.search(self.text, max(0, start - 60), start))

    def _titled(self, index: int) -> int:
        """Read a name after 'Mr.' or 'Dr.': any word may be one there, except what 'MR' and 'MS' mean in medicine."""
        if not index or not self._joined(index - 1, _TITLE_GAP):
            return 0
        title, token = self.words[index - 1], self.words[index]
        if title.low not in TITLED_BY or (token.initial and not self._continues(index)):
            return 0
        if not self._is_title(title, token):
            return 0
        if token.capital or token.foreign or token.word.isupper():
            return self._run(index)
        return index + 1 if not token.ordinary and title.low not in DOCTORS | {"sr"} else 0

    def _is_title(self, title: Token, token: Token) -> bool:
        dotted = self.text[title.end : title.end + 1] == "."
        if (
            title.word in {"MR", "MS", "SR"}
            or (title.low == "sr" and not dotted)
            or (title.word == "ms" and not dotted)
        ):
            return dotted or token.listed
        if title.low in {"miss", "madam", "doctor", "professor"}:
            return token.listed or (token.capital and not token.ordinary)
        return not (title.low == "mr" and not dotted and token.word == token.low and token.low.endswith(IMAGING))

    def _introduced(self, index: int) -> int:
        """Read a name after 'named', 'patient', 'daughter' or 'saw'."""
        token = self.words[index]
        lead = self._lead(index)
        if not lead or token.ordinary or token.low in PARTICLES or token.low in LEADS:
            return 0
        if token.lower:
            trusted = lead not in MET and token.listed
            return self._lower_run(index) if trusted else 0
        if not (token.capital or token.listed):
            return 0
        fits = (
            token.named or token.unknown
            if lead in NAMED
            else token.listed or token.unknown or (token.named and not token.eponym)
        )
        return self._run(index) if fits else 0

    def _lead(self, index: int) -> str:
        """Return the introducing word before *index*, up to two links away ('saw in the ER' leads nowhere)."""
        for back in range(1, 4):
            if index < back or not self._joined(index - back, _LINK_GAP):
                return ""
            low = self.words[index - back].low
            if self.text[self.words[index - back].end] == "." and low not in ABBREVIATED:
                return ""
            if low in LEADS:
                return low
            if low not in LINKS:
                return ""
        return ""

    def _in_list(self, index: int) -> int:
        """Read a name that the list vouches for."""
        token = self.words[index]
        following = self.words[index + 1] if index + 1 < len(self.words) and self._joined(index, _GAP) else None
        if following and following.low in FINDINGS and not token.given:
            return 0
        if (token.capital or token.shouted) and token.listed:
            return self._run(index)
        if (
            token.capital
            and token.named
            and following
            and following.initial
            and AGE_AFTER.match(self.text, following.end)
        ):
            return index + 2
        if token.capital and token.given and following and following.capital:
            sure = following.listed or following.unknown or (following.named and not following.ordinary and index > 0)
            return self._run(index) if sure and index + 1 not in self.medical else 0
        if (token.capital or token.shouted) and token.named and self._before_given(index):
            return self._run(index)
        if (
            token.lower
            and token.listed
            and token.given
            and following
            and following.lower
            and following.named
            and not following.ordinary
        ):
            return index + 2
        if token.lower and token.named and not token.ordinary and self._before_given(index):
            return index + 2
        return 0

    def _before_given(self, index: int) -> bool:
        """Tell whether 'Last, First' begins here."""
        if index + 1 >= len(self.words) or not self._joined(index, _COMMA):
            return False
        token, following = self.words[index], self.words[index + 1]
        sure = following.listed or (following.given and AGE_AFTER.match(self.text, following.end) is not None)
        return following.given and sure and following.lower == token.lower

    def _described(self, index: int) -> int:
        """Read a name by what follows it: an age and a sex, what a patient does, what a patient has."""
        token = self.words[index]
        if token.word == token.low:
            known = token.listed and AGE_AFTER.match(self.text, token.end)
            return index + 1 if known else 0
        if not token.capital or not (token.unknown or token.listed):
            return 0
        last = self._run(index)
        end = self.words[last - 1].end
        if AGE_AFTER.match(self.text, end) or DID_AFTER.match(self.text, end):
            return last
        owns = self.text[end : end + 3] in {"'s ", "'S "} and last < len(self.words) and self.words[last].low in THINGS
        return last if owns else 0

    def _run(self, index: int) -> int:
        """Return the word after the last one of the name which starts at *index*."""
        last = index + 1
        while last < len(self.words) and last - index < 5 and self._joined(last - 1, _GAP):
            if particles := self._particles(last):
                last += particles + 1
            elif last not in self.medical and self._continues(last):
                last += 1
            else:
                break
        if self._joined(last - 1, _COMMA) and last < len(self.words) and self._before_given(last - 1):
            last += 1
        return last

    def _particles(self, index: int) -> int:
        """Count the particles at *index* that lead to a further part of the name, as in 'de la Cruz'."""
        for count in range(3):
            if index + count >= len(self.words):
                return 0
            token = self.words[index + count]
            if token.low not in PARTICLES:
                return count if token.capital else 0
            if not self._joined(index + count, _GAP):
                return 0
        return 0

    def _continues(self, index: int) -> bool:
        token = self.words[index]
        if self.text[token.start - 1] == "." and not self.words[index - 1].initial:
            return False
        if self.text[token.start - 2 : token.start] == ". " and not self.words[index - 1].initial:
            return False
        if token.initial:
            return index + 1 < len(self.words) and self.words[index + 1].capital and self._joined(index, _GAP)
        return ((token.capital and not token.ordinary) or (token.capital and token.named)) or (
            token.shouted and token.listed
        )

    def _lower_run(self, index: int) -> int:
        last = index + 1
        while (
            last < len(self.words)
            and self._joined(last - 1, _GAP)
            and last - index < 4
            and self.words[last].named
            and not self.words[last].ordinary
        ):
            last += 1
        return last

    def _widened(self, first: int, last: int) -> tuple[int, int]:
        """Take in what stands before a sure name: an unlisted given name, an initial, 'Last, '."""
        while first and last - first < 6:
            before, token = self.words[first - 1], self.words[first]
            if first - 1 in self.medical or before.low in NOT_A_NAME:
                break
            spaced = (
                self._joined(first - 1, _GAP)
                and self.text[before.end] != "."
                and before.capital
                and (before.unknown or before.listed)
            )
            lettered = before.initial and before.low not in {"i", "a"} and self._joined(first - 1, _GAP)
            turned = (
                (before.capital or before.shouted)
                and (before.named or before.unknown)
                and token.given
                and self._joined(first - 1, _COMMA)
            )
            if not (spaced or lettered or turned):
                break
            first -= 1
        return first, last

    def _joined(self, index: int, gap: frozenset[str]) -> bool:
        """Tell whether only *gap* stands between the word at *index* and the next one."""
        if index + 1 >= len(self.words):
            return False
        return self.text[self.words[index].end : self.words[index + 1].start].removeprefix("'s") in gap
