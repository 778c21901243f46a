"""From a file's mapping to records, one fault with its line for each field that does not fit."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.content.explaining import explained, short
from bot.content.faults import Fault
from bot.content.fields import Record
from bot.content.kinds import KINDS, Kind
from bot.content.loading import Source
from bot.content.steps import PHASES_OF
from bot.content.tree import Row, Table, line_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter


#: Told of one file, so that a hostile one cannot fill the memory with them.
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with the place it was read from."""

    record: Record
    kind: Kind
    source: Source
    raw: Table

    @property
    def path(self) -> Path:
        return self.source.path

    def line(self, *keys: str | int) -> int:
        """Return the line of a field, or of what stands nearest above it."""
        return line_of(self.raw, *keys)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An overlay's word that an item of the base is not to be used."""

    id: str
    source: Source
    line: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one file gave."""

    entries: tuple[Entry, ...]
    withdrawals: tuple[Withdrawal, ...]
    faults: tuple[Fault, ...]


def parse(source: Source) -> Parsed:
    """Read the records of one file; what does not fit becomes faults, never an exception."""
    faults = list(_header_faults(source))
    kind, rows = KINDS.get(str(source.root.get("kind"))), source.root.get("items")
    if kind is None or not isinstance(rows, Row):
        return Parsed((), (), tuple(faults))
    entries, withdrawals = list[Entry](), list[Withdrawal]()
    for index, raw in enumerate(rows):
        line = rows.lines[index]
        if len(faults) > MOST_FAULTS:
            faults.append(_fault(source, line, "more faults follow", "mend these first"))
            break
        if isinstance(raw, str) and not kind.prefix:
            raw = _only_id(raw, line)
        if not isinstance(raw, Table):
            faults.append(_fault(source, line, "an item must be a mapping", "begin it with `- id:`"))
        elif set(raw) == {"id", "status"} and raw["status"] == "retired":
            withdrawals.append(Withdrawal(str(raw["id"]), source, line))
        else:
            record, wrong = _record(source, kind, raw)
            faults.extend(wrong)
            if record is not None:
                entries.append(Entry(record, kind, source, raw))
    return Parsed(tuple(entries), tuple(withdrawals), tuple(faults))


@cache
def adapter(kind: str) -> "TypeAdapter[Record]":
    """Return the one validator of a kind."""
    from pydantic import TypeAdapter  # here, because a warm start needs no validation at all

    return TypeAdapter(KINDS[kind].record)


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a file of *kind*, for editors."""
    item = adapter(kind).json_schema()
    definitions = item.pop("$defs", {})
    stand_ins = {"title": KINDS[kind].title_from, "id": KINDS[kind].id_from}
    item["required"] = [name for name in item.get("required", ()) if not stand_ins.get(name)]
    if "weekdays" in item["properties"]:
        item["properties"]["weekdays"] = {"anyOf": [{"const": "any"}, item["properties"]["weekdays"]]}
    if item["required"] == ["id"]:
        item = {"anyOf": [{"type": "string"}, item]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A file of the kind {kind}",
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "schema", "items"],
        "properties": {"kind": {"const": kind}, "schema": {"const": 1}, "items": {"type": "array", "items": item}},
        "$defs": definitions,
    }


def schema_text(kind: str) -> str:
    """Return the JSON Schema of *kind* as it is committed."""
    return json.dumps(json_schema(kind), indent=1, ensure_ascii=False) + "\n"


def _header_faults(source: Source) -> Iterator[Fault]:
    root = source.root
    if root.get("kind") not in KINDS:
        names = ", ".join(KINDS)
        yield _fault(source, line_of(root, "kind"), f"unknown kind {short(root.get('kind'))}", f"use one of {names}")
    if root.get("schema") != 1 or root.get("schema") is True:
        yield _fault(source, line_of(root, "schema"), "no `schema: 1`", "write it below `kind:`")
    if not isinstance(root.get("items"), Row):
        yield _fault(source, line_of(root, "items"), "`items` is no list", "write `items:` and below it `- id:` …")
    for key in sorted(root.keys() - {"kind", "schema", "items"})[:MOST_FAULTS]:
        yield _fault(source, root.lines[key], f"unknown field `{key[:60]}` at the top", "keep kind, schema and items")


def _record(source: Source, kind: Kind, raw: Table) -> tuple[Record | None, list[Fault]]:
    from pydantic import ValidationError

    given = dict(raw)
    for field, stand_in in (("title", kind.title_from), ("id", kind.id_from)):
        if stand_in in given:
            given.setdefault(field, given[stand_in])
    if given.get("weekdays") == "any":
        given["weekdays"] = ["any"]
    if kind.name == "journey" and "phases" not in given:
        given["phases"] = PHASES_OF.get(str(given.get("journey")), ("any",))
    try:
        record = adapter(kind.name).validate_python(given)
    except ValidationError as error:
        return None, explained(error, source, raw, kind)
    except (RecursionError, OverflowError) as error:
        return None, [_fault(source, raw.line, f"cannot be read ({type(error).__name__})", "write plain values")]
    faults = []
    if kind.prefix and not record.id.startswith(f"{kind.prefix}-"):
        what = f"`{record.id}` is no id of a {kind.name}"
        faults.append(Fault(source.path, line_of(raw, "id"), "L02", what, f"begin it with `{kind.prefix}-`"))
    return record, faults


def _only_id(text: str, line: int) -> Table:
    table = Table(line)
    table["id"], table.lines["id"] = text, line
    return table


def _fault(source: Source, line: int, what: str, mend: str) -> Fault:
    return Fault(source.path, line, "L01", what, mend)
