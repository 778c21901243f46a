"""How the guard does on the judging set: notes written by another hand before any rule was tuned."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from bot.guard.check import check
from bot.guard.verdict import Level
from tests.conftest import Figure

_CASES = Path(__file__).with_name("cases.jsonl")
_SIZE = 240


@dataclass(frozen=True, slots=True)
class Judged:
    """One note of the set: what should be said of it, and what the guard says."""

    id: str
    wanted: Level
    said: Level
    kinds: tuple[str, ...]

    @property
    def stopped(self) -> bool:
        """Tell whether the guard does at least what is wanted: a refusal where one is due, else any prompt."""
        return self.said == "block" if self.wanted == "block" else self.said != "pass"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def rate(self) -> float:
        """The share as a fraction."""
        return self.part / self.whole

    def __str__(self) -> str:
        return f"{self.part}/{self.whole} {self.rate:.3f}"


@cache
def _judged() -> tuple[Judged, ...]:
    return tuple(_read())


def _read() -> Iterator[Judged]:
    for line in _CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        yield Judged(case["id"], case["level"], check(case["text"]).level, tuple(case["kinds"]))


def _scores() -> dict[str, Share]:
    blocks = [case for case in _judged() if case.wanted == "block"]
    dirty = [case for case in _judged() if case.wanted != "pass"]
    clean = [case for case in _judged() if case.wanted == "pass"]
    return {
        "block notes blocked": Share(sum(case.stopped for case in blocks), len(blocks)),
        "all notes with identifiers stopped": Share(sum(case.stopped for case in dirty), len(dirty)),
        "clean notes prompted": Share(sum(case.said != "pass" for case in clean), len(clean)),
        "clean notes blocked": Share(sum(case.said == "block" for case in clean), len(clean)),
    }


def _by_kind() -> dict[str, Share]:
    whole = Counter(kind for case in _judged() for kind in case.kinds)
    part = Counter(kind for case in _judged() if case.stopped for kind in case.kinds)
    return {kind: Share(part[kind], count) for kind, count in sorted(whole.items())}


def _table() -> str:
    rows = {**_by_kind(), **_scores()}
    wrong = [case.id for case in _judged() if case.stopped != (case.wanted != "pass")]
    return "\n".join(
        [f"{name:<36}{share}" for name, share in rows.items()] + [f"wrong: {' '.join(wrong) or 'none'}"],
    )


def test_the_set_is_whole() -> None:
    """Nobody drops a note to mend a score: 240 notes, half of them clean, each with an id of its own."""
    assert len({case.id for case in _judged()}) == len(_judged()) == _SIZE
    assert sum(case.wanted == "pass" for case in _judged()) == _SIZE // 2


def test_the_score_is_told(figure: Figure) -> None:
    """The table goes to the terminal with every run, good or bad, and names notes by their id alone."""
    for line in _table().splitlines():
        figure(f"guard {line}")
    assert len(_by_kind()) == 17


@pytest.mark.parametrize(
    ("what", "least"), [("block notes blocked", 0.97), ("all notes with identifiers stopped", 0.93)]
)
def test_enough_is_stopped(what: str, least: float) -> None:
    """Recall stays above its floor."""
    assert _scores()[what].rate >= least, _table()


@pytest.mark.parametrize(("what", "most"), [("clean notes prompted", 0.05), ("clean notes blocked", 0.01)])
def test_little_is_stopped_for_nothing(what: str, most: float) -> None:
    """False prompts and false refusals stay below their ceilings."""
    assert _scores()[what].rate <= most, _table()
