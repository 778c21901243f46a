"""The word lists that rules read: drugs, verbs, long words every doctor reads at once."""

from functools import cache
from pathlib import Path
from typing import Literal

_FOLDER = Path(__file__).parent / "words"


@cache
def wordlist(name: Literal["drugs", "medical", "verbs"]) -> frozenset[str]:
    """Return one list, in lower case."""
    return frozenset((_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())
