"""Limits of the fields of a record, written as annotations that cost no import of pydantic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Text:
    """Bound the length of a text, and say what it must look like."""

    most: int
    least: int = 1
    pattern: str | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        schema.update(min_length=self.least, max_length=self.most)
        if self.pattern is not None:
            schema["pattern"] = self.pattern
        return schema  # type: ignore[no-any-return]  # the core schema is a union of typed dicts, edited as a plain one


@dataclass(frozen=True, slots=True)
class Some:
    """Bound how many entries a list has."""

    most: int
    least: int = 0

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        schema.update(min_length=self.least, max_length=self.most)
        return schema  # type: ignore[no-any-return]  # as above


@dataclass(frozen=True, slots=True)
class Number:
    """Bound a number, both ends included."""

    least: float
    most: float

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        schema.update(ge=self.least, le=self.most)
        return schema  # type: ignore[no-any-return]  # as above


class Part:
    """A piece of the bank: no unknown fields, and a number where a text belongs is taken as written."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "coerce_numbers_to_str": True,
        "str_strip_whitespace": True,
    }


#: Telegram's callback_data (64 bytes) is the tightest place an id travels in.
ID_LENGTH = 40
ID = re.compile(r"^(tip|phr|scr|pln|chk|jny|faq|ref|tpl|rfl|quz)-[a-z0-9]+(-[a-z0-9]+)*$")

_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_NAME = r"^[a-z][a-z0-9_]*$"

ItemId = Annotated[str, Text(ID_LENGTH, pattern=ID.pattern)]
Slug = Annotated[str, Text(ID_LENGTH, pattern=_SLUG)]
Name = Annotated[str, Text(40, pattern=_NAME)]
GuideId = Annotated[str, Text(20, pattern=r"^G[0-9]+(\.[0-9]+([a-z][0-9]?)?)?$")]

Line60 = Annotated[str, Text(60)]
Line90 = Annotated[str, Text(90)]
Line120 = Annotated[str, Text(120)]
Line140 = Annotated[str, Text(140)]
Line160 = Annotated[str, Text(160)]

SpecialtyId = Literal["any", "im", "surgery", "peds", "psych", "obgyn", "fm", "em", "neuro", "icu"]
Phase = Literal["before", "day1", "week1", "early", "midpoint", "late", "final", "after", "any"]
Shift = Literal["any", "day", "night", "call", "clinic"]
Weekday = Literal["any", "mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Participation = Literal["any", "hands_on", "observer"]
Verify = Literal["none", "program", "annual"]
ReviewState = Literal["draft", "peer", "clinician"]
Status = Literal["active", "retired"]
Allowance = Literal["lab_value", "weight_example", "absolute_word", "long_sentence"]
Value = bool | int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Part):
    """Anything the bank finds by its id."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Record):
    """What all items for students have in common."""

    id: ItemId
    title: Line60
    specialties: Annotated[tuple[SpecialtyId | Literal["each"], ...], Some(10, 1)] = ("any",)
    phases: Annotated[tuple[Phase, ...], Some(9, 1)] = ("any",)
    shifts: Annotated[tuple[Shift, ...], Some(5, 1)] = ("any",)
    weekdays: Annotated[tuple[Weekday, ...], Some(7, 1)] = ("any",)
    participation: Participation = "any"
    guide: Annotated[tuple[GuideId, ...], Some(12, 1)]
    sources: Annotated[tuple[str, ...], Some(6, 1)] = ("practice",)
    tags: Annotated[tuple[str, ...], Some(6)] = ()
    verify: Verify = "none"
    related: Annotated[tuple[ItemId, ...], Some(4)] = ()
    reviewed: date
    review_state: ReviewState
    reviewed_by: Line60 | None = None
    status: Status = "active"
    lint_allow: tuple[Allowance, ...] = ()
