"""The kinds a student learns with: where to look things up, how to present, what to ask oneself, what to be asked."""

from dataclasses import dataclass
from typing import Annotated, Literal

from bot.content.fields import (
    Item,
    ItemId,
    Line60,
    Line90,
    Line120,
    Line140,
    Line160,
    Name,
    Number,
    Part,
    Some,
    Text,
)

DocType = Literal[
    "guideline", "consensus", "policy", "schedule", "summary", "review", "journal", "tool", "checklist", "course",
    "form", "directory", "rules", "hotline", "survey", "statement",
]  # fmt: skip
Line40 = Annotated[str, Text(40)]
Line80 = Annotated[str, Text(80)]
Line100 = Annotated[str, Text(100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Item):
    """Where to look something up: the place and the question it answers, never what it says."""

    org: Line60
    name: Line120
    what_for: Line160
    how: Line140
    root_url: Annotated[str, Text(80, pattern=r"^https://[a-z0-9-]+(\.[a-z0-9-]+)+/?$")]
    doc_types: Annotated[tuple[DocType, ...], Some(5, 1)]
    use_when: Line120
    updated: Literal["annual", "rolling", "versioned"]
    edition: Line40 | None = None
    caution: Line140


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Part):
    """One part of a presentation or a note."""

    name: Line40
    seconds: Annotated[int, Number(0, 600)]
    include: Annotated[tuple[Line80, ...], Some(8, 1)]
    skip: Annotated[tuple[Line80, ...], Some(6)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Item):
    """The frame of a presentation or a note, with one worked example."""

    setting: Line60
    target_seconds: Annotated[int, Number(0, 900)]  # 0 where it is written, not spoken
    sections: Annotated[tuple[Section, ...], Some(10, 3)]
    skeleton: Annotated[str, Text(1500)]
    worked: Annotated[str, Text(1200)]
    differs: Annotated[str, Text(200)]
    errors: Annotated[tuple[Line100, ...], Some(6, 3)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflection(Item):
    """One question to oneself at the end of a day."""

    prompt: Line160
    input: Literal["scale5", "choice", "text"]
    choices: Annotated[tuple[Line40, ...], Some(5)] = ()
    max_len: Annotated[int, Number(1, 200)] = 200
    stores: Name
    phi_guard: Literal[True]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz(Item):
    """One question with three or four answers, on words, manners, structure or privacy."""

    stem: Annotated[str, Text(300)]
    options: Annotated[tuple[Line90, ...], Some(4, 3)]
    answer: Annotated[int, Number(0, 3)]  # counted from 0
    explain: Annotated[str, Text(240)]
    tests: Annotated[tuple[ItemId, ...], Some(3, 1)]
