"""What is wrong with a file of the bank, and where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: the place, the rule, what is wrong and how to mend it."""

    path: Path
    line: int
    rule: str
    what: str
    mend: str
    level: Level = "error"

    def __str__(self) -> str:
        warning = "warning: " if self.level == "warning" else ""
        line = f"{self.path}:{self.line}: {self.rule} {warning}{self.what}; {self.mend}"
        return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)  # it goes to terminals and logs


class BadContent(Exception):  # exceptions say what happened
    """The bank cannot be used as it is."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        shown = [str(fault) for fault in self.faults[:20]]
        if len(self.faults) > len(shown):
            shown.append(f"and {len(self.faults) - len(shown)} more")
        return "\n".join(shown)
