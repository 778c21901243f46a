"""What the guard says of a text."""

from dataclasses import dataclass
from typing import Literal

Tier = Literal["block", "confirm"]
Level = Literal["pass", "confirm", "block"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One identifier: what it is, and where it stands in the original text."""

    kind: str
    start: int
    end: int
    tier: Tier


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one text.

    *redacted* is the text without what was found; of a text that passes it is the text itself.
    """

    level: Level
    findings: tuple[Finding, ...]
    redacted: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """List the kinds found, each once, in the order they first appear."""
        return tuple(dict.fromkeys(finding.kind for finding in self.findings))
