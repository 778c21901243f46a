"""Edits to files of the bank as text, so that comments and layout stay: the frame of a new item, the stamp of a review."""

import re
from collections.abc import Iterable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from bot.content.fields import Item, Number, Some, Text
from bot.content.kinds import KINDS, Kind
from bot.content.schema import Entry
from bot.content.tree import Row, tree

#: The name of an account on GitHub.
HANDLE = re.compile(r"^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}$")
ReviewState = Literal["peer", "clinician"]
#: What a field's type cannot say.
_KEPT_IN = {
    "guide": "numbers from meta/guide_map.yaml",
    "tags": "from meta/tags.yaml",
    "sources": "from meta/sources.yaml, or guide, practice",
    "related": "ids",
}
#: Written by other hands than the author's.
_STAMPS = ("title", "reviewed_by", "status", "lint_allow")


class CannotEdit(ValueError):
    """The file cannot be changed that way; the message says what to do instead."""


def schema_line(kind: str, path: Path, schemas: Path) -> str:
    """Return the comment by which editors find the schema of a file of *kind* at *path*."""
    up = "../" * len(path.absolute().parent.relative_to(schemas.absolute().parent).parts)
    return f"# yaml-language-server: $schema={up}{schemas.name}/{kind}.json"


def next_id(kind: Kind, text: str) -> str:
    """Return the id after the highest number in a file: `tip-w1-31` after `tip-w1-30`. Raises CannotEdit."""
    numbered = re.findall(rf"^\s*(?:- )?id: ({kind.prefix}-[a-z0-9-]*?)([0-9]+)\b", text, re.MULTILINE)
    if not numbered:
        raise CannotEdit(f"no numbered id to go on from: name one, such as `{kind.prefix}-some-words`")
    stem = numbered[-1][0]
    last = max((number for begin, number in numbered if begin == stem), key=int)
    return f"{stem}{int(last) + 1:0{len(last)}d}"


def frame(kind: Kind, item_id: str, today: date) -> str:
    """Return a new item with every field it must have, empty, each with its limits as a comment."""
    hints = get_type_hints(kind.record, include_extras=True)
    common = {field.name for field in fields(Item)}
    needed = [field.name for field in fields(kind.record) if field.default is MISSING]
    own = [name for name in needed if name not in common and name != "id"]
    shared = [name for name in needed if name in common and name not in ("id", "title", "reviewed", "review_state")]
    title = [] if kind.title_from else ["title"]
    spare = sorted(
        field.name for field in fields(kind.record) if field.name not in needed and field.name not in _STAMPS
    )
    lines = [f"  - id: {item_id}  # may have too: {', '.join(spare)}"]
    lines += [
        f"    {name}: {_empty(hints[name])}" + (f", {_KEPT_IN[name]}" if name in _KEPT_IN else "")
        for name in (*title, *own, *shared)
    ]
    lines += [f"    reviewed: {today}", "    review_state: draft"]
    return "\n".join(lines) + "\n"


def _empty(hint: Any) -> str:
    """Return an empty value of a field's type, and its limits."""
    base, limits = _parts(hint)
    if is_dataclass(base) and isinstance(base, type):
        return f"{_inline(base)}"
    if get_origin(base) is tuple:
        return f"[]  # {_said(base, limits)}"
    value = {bool: "true", int: "0", dict: "{}"}.get(base, '""') if get_origin(base) is not Literal else ""
    return f"{value}  # {_said(base, limits)}".strip() if (value or limits or get_args(base)) else '""'


def _inline(part: type) -> str:
    hints = get_type_hints(part, include_extras=True)
    needed = [field.name for field in fields(part) if field.default is MISSING]
    return "{" + ", ".join(f'{name}: ""' for name in needed if name in hints) + "}"


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(hint) is Annotated:
        base, *limits = get_args(hint)
        return base, tuple(limits)
    if get_origin(hint) is UnionType:
        return _parts(next(each for each in get_args(hint) if each is not type(None)))
    return hint, ()


def _said(base: Any, limits: tuple[Any, ...]) -> str:
    """Return a type's limits in words."""
    words = list[str]()
    for limit in limits:
        match limit:
            case Text(most, least):
                words.append(f"{least} to {most} characters" if least > 1 else f"at most {most} characters")
            case Some(most, least):
                words.append(f"{least} to {most} of these")
            case Number(least, most):
                words.append(f"{least:g} to {most:g}")
    if get_origin(base) is Literal:
        words.append(" | ".join(map(str, get_args(base))))
    elif get_origin(base) is tuple:
        inner, inner_limits = _parts(get_args(base)[0])
        words.append(
            _inline(inner) if is_dataclass(inner) and isinstance(inner, type) else _said(inner, inner_limits) or "text"
        )
    return ": ".join(filter(None, words)) or "text"


def inserted(path: Path, text: str, item: str, item_id: str) -> str:
    """Return *text* with a new item in its place among the ids. Raises CannotEdit."""
    rows, lines = tree(path, text).get("items"), text.splitlines(keepends=True)
    if not isinstance(rows, Row):
        if rows is not None or lines[-1].strip() != "items:":
            raise CannotEdit(f"{path.name} has no list of `items` to add to: end it with a line `items:`")
        return text.rstrip("\n") + "\n" + item
    for row, number in zip(rows, rows.lines, strict=True):
        known = row.get("id") if isinstance(row, dict) else row
        if known == item_id:
            raise CannotEdit(f"`{item_id}` stands in {path.name}:{number} already")
        if str(known) > item_id:
            at = number - 1
            while lines[at - 1].lstrip().startswith("#"):
                at -= 1
            return "".join((*lines[:at], item, *lines[at:]))
    return text.rstrip("\n") + "\n" + item


def new_file(kind: str, path: Path, schemas: Path | None) -> str:
    """Return the head of a file of *kind*; *schemas* is the folder of the schemas, None outside the project's bank."""
    head = [schema_line(kind, path, schemas)] if schemas is not None else []
    return "\n".join((*head, f"kind: {KINDS[kind].name}", "schema: 1", "items:", ""))


def stamped(entry: Entry, *, by: str, state: ReviewState, today: date) -> str:
    """Return the file of *entry* with its review on record: who, as what, when. Raises CannotEdit."""
    if not HANDLE.match(by):
        raise CannotEdit(f"`{by}` is no GitHub handle: give the reviewer's own")
    lines = entry.source.text.splitlines()
    wanted = {"reviewed": str(today), "review_state": state, "reviewed_by": by}
    places = {name: entry.raw.lines[name] - 1 for name in wanted if name in entry.raw.lines}
    for name, at in places.items():
        if not (found := re.match(rf"^(\s+){name}:", lines[at])):
            raise CannotEdit(f"`{entry.record.id}` needs a line of its own for `{name}`, after its id")
        lines[at] = f"{found[1]}{name}: {wanted[name]}"
    if "reviewed_by" not in places:
        at = places["review_state"]
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at + 1, f"{indent}reviewed_by: {by}")
    return "\n".join(lines) + "\n"


def named(entries: Iterable[Entry], item_id: str) -> Entry:
    """Return the entry of an item. Raises CannotEdit with what is near."""
    items = {entry.record.id: entry for entry in entries if isinstance(entry.record, Item)}
    if item_id not in items:
        raise CannotEdit(unknown(item_id, items))
    return items[item_id]


def unknown(item_id: str, known: Iterable[str]) -> str:
    """Return what to say where there is no *item_id* among the *known*: the ones that look like it."""
    from difflib import get_close_matches

    near = ", ".join(f"`{name}`" for name in get_close_matches(item_id, list(known), 3))
    return f"there is no `{item_id}`" + (f"; did you mean {near}?" if near else "")
