"""What a validator says of a field, in the words of somebody who writes content."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bot.content.faults import Fault
from bot.content.kinds import Kind
from bot.content.loading import Source
from bot.content.tree import Table, line_of

#: Without these a word is half learned.
_OF_A_PHRASE = {(name,) for name in ("meaning", "example", "said_by", "heard", "do", "related", "asked_as")}
#: Told of one item; whoever has more starts over anyway.
MOST_FAULTS = 50

if TYPE_CHECKING:
    from pydantic import ValidationError


def explained(error: "ValidationError", source: Source, raw: Table, kind: Kind) -> list[Fault]:
    """Return one fault for each field of *raw* that *error* speaks of."""
    return [_explained(source, raw, kind, one) for one in _told(error)[:MOST_FAULTS]]


def short(value: Any) -> str:
    """Return *value* as a fault shows it."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    shown = re.sub(r"\s+", " ", str(value)[:100])
    return "empty" if value is None else f"`{shown[:60]}{'…' if len(shown) > 60 else ''}`"


def _told(error: "ValidationError") -> list[Mapping[str, Any]]:
    """Leave out what a union says for each of its members but one, and what follows from a fault further in."""
    errors = error.errors(include_url=False)
    lists = {one["loc"][:-1] for one in errors if one["loc"] and isinstance(one["loc"][-1], int)}
    seen, told = set[tuple[Any, ...]](), list[Mapping[str, Any]]()
    for one in errors:
        if one["type"] == "too_short" and one["loc"] in lists:
            continue
        place = tuple(part for part in one["loc"] if not str(part).startswith(("constrained", "literal", "function")))
        if place not in seen:
            seen.add(place)
            told.append(one)
    return told


def _explained(source: Source, raw: Table, kind: Kind, error: Mapping[str, Any]) -> Fault:
    place = tuple(part for part in error["loc"] if isinstance(part, str | int))
    name = ".".join(str(part)[:60] for part in place) or "item"
    rule, what, mend = "L01", f"{name}: {error['msg'][:160]}", "see the limits of this field"
    context, value = error.get("ctx") or {}, error.get("input")
    match error["type"]:
        case "missing":
            what, mend = f"`{name}` is missing", "add it"
            rule = "L11" if kind.name == "phrase" and place[-1:] in _OF_A_PHRASE else rule
        case "unexpected_keyword_argument" | "extra_forbidden":
            near = get_close_matches(str(place[-1])[:40], kind.record.__dataclass_fields__, 1)
            what, mend = f"unknown field `{name}`", f"did you mean `{near[0]}`?" if near else "delete it"
        case "string_too_long":
            rule, what = "L03", f"`{name}` has {len(str(value))} characters of {context['max_length']}"
            mend = f"shorten it by {len(str(value)) - context['max_length']}"
        case "string_too_short":
            rule, what = "L03", f"`{name}` has {len(str(value))} characters, at least {context['min_length']} wanted"
            mend = "say more" if value else "write it, or delete the line"
        case "too_long":
            rule, what, mend = "L03", f"`{name}` has too many entries", f"keep {context['max_length']} at most"
        case "too_short":
            rule, what, mend = "L03", f"`{name}` has too few entries", f"give at least {context['min_length']}"
        case "literal_error":
            what, mend = f"`{name}` is {short(value)}", f"use one of {context['expected']}"
        case "string_pattern_mismatch":
            rule, what = "L02" if place[-1:] == ("id",) else "L01", f"`{name}` is {short(value)}"
            mend = _in_words(str(context["pattern"]))
        case "string_type" | "tuple_type" | "bool_type" | "dict_type" | "dataclass_type" | "int_parsing":
            kinds = {"string": "a text", "tuple": "a list [a, b]", "bool": "true or false", "int": "a whole number"}
            wanted = kinds.get(error["type"].partition("_")[0], "a mapping {a: b}")
            what, mend = f"`{name}` is {short(value)}", f"{wanted} belongs here"
    return Fault(source.path, line_of(raw, *place), rule, what, mend)


def _in_words(pattern: str) -> str:
    if pattern.startswith("^(tip|"):
        return "an id is a kind's prefix and lower-case words joined by hyphens, such as phr-circle-back"
    if pattern.startswith("^G"):
        return "a guide id looks like G3.5a"
    return f"it must match {pattern}"
