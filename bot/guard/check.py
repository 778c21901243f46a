"""Judge a text: pass it, ask about it, or refuse it."""

from collections.abc import Iterable, Sequence

from bot.guard.detectors import Detector, detectors
from bot.guard.normalize import normalize
from bot.guard.redact import redact
from bot.guard.verdict import Finding, Level, Verdict

#: Removing one identifier may bring another together; after this many rounds nothing of the text is offered.
_ROUNDS = 5
#: Twice what one message of a platform holds. A longer text comes out of a chart; it is refused unread, so that no
#: text can keep the guard busy.
_LONGEST_NOTE = 8_192
#: A text that fills more than a whole message is judged, but no version of it is offered.
_LONGEST_OFFER = 4_096


def check(text: str, *, own_dates: bool = False, extra: Sequence[Detector] = ()) -> Verdict:
    """Return what the guard says of *text*.

    Args:
        text: what somebody typed.
        own_dates: the field asks for a day of the student's own calendar, so only dates of birth are looked for.
        extra: detectors that a program adds to the guard's own.
    """
    if len(text) > _LONGEST_NOTE:
        return Verdict("block", (Finding("too_long", 0, len(text), "block"),), "")
    rules = (*detectors(own_dates=own_dates), *extra)
    findings = _findings(text, rules)
    if not findings:
        return Verdict("pass", (), text)
    level: Level = "block" if any(finding.tier == "block" for finding in findings) else "confirm"
    return Verdict(level, findings, _offer(text, findings, rules))


def _offer(text: str, findings: tuple[Finding, ...], rules: Sequence[Detector]) -> str:
    """Return *text* with findings removed until nothing is found in the rest, or nothing at all."""
    if len(text) > _LONGEST_OFFER:
        return ""
    for _ in range(_ROUNDS):
        text = redact(text, ((finding.start, finding.end) for finding in findings))
        findings = _findings(text, rules)
        if not findings:
            return text
    return ""


def _findings(text: str, rules: Iterable[Detector]) -> tuple[Finding, ...]:
    """Return the findings by place, with offsets into *text*; of those that overlap the gravest stays."""
    normal = normalize(text)
    kept: list[Finding] = []
    found = [finding for rule in rules for finding in rule(normal.text) if finding.start < finding.end]
    for finding in sorted(found, key=lambda one: (one.start, one.tier, -one.end)):
        if kept and finding.start < kept[-1].end:
            kept[-1] = min(kept[-1], finding, key=lambda one: (one.tier, one.start - one.end))
        else:
            kept.append(finding)
    return tuple(Finding(one.kind, *normal.span(one.start, one.end), one.tier) for one in kept)
