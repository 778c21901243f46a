"""Facts as rules read them: a value and when it was set, by rotation, name and what it is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: (rotation id or 0, name, about)
FactKey = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing stored: its *value*, when it was last set, and whether sealed text goes with it."""

    value: str
    set_at: datetime
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one student."""

    by_key: Mapping[FactKey, Fact] = field(default_factory=dict)

    def get(self, name: str, *, rotation_id: int = 0, about: str = "") -> Fact | None:
        """Return a fact: the one *about* something, else the rotation's own, else the student's."""
        for key in ((rotation_id, name, about), (rotation_id, name, ""), (0, name, about), (0, name, "")):
            if key in self.by_key:
                return self.by_key[key]
        return None

    def value(self, name: str, *, rotation_id: int = 0, about: str = "") -> str:
        """Return a fact's value, or an empty string."""
        found = self.get(name, rotation_id=rotation_id, about=about)
        return found.value if found else ""

    def about(self, name: str, *, rotation_id: int | None = None) -> Iterator[tuple[FactKey, Fact]]:
        """Yield every fact called *name*, whatever it is about."""
        for key, fact in self.by_key.items():
            if key[1] == name and rotation_id in (None, key[0]):
                yield key, fact
