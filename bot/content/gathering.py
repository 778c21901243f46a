"""The files of one or more folders as entries: parsed, laid over each other, with every fault found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content import loading, schema
from bot.content.faults import BadContent, Fault
from bot.content.fields import ID, Item
from bot.content.schema import Entry, Parsed, Withdrawal

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything read, the last word on each id, and what was wrong."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def gather(folders: Sequence[Path], parse: Callable[[Path], Parsed] | None = None) -> Gathered:
    """Read *folders*, each laid over the ones before it; *parse* reads one file."""
    parse = parse or parse_file
    faults, kept = list[Fault](), dict[Key, Entry]()
    for folder in folders:
        paths, wrong = _paths(folder)
        faults.extend(wrong)
        layer, repeated = _layer([parse(path) for path in paths], kept)
        faults.extend(repeated)
        kept.update(layer)
    return Gathered(tuple(kept.values()), tuple(faults))


def parse_file(path: Path) -> Parsed:
    """Read one file; a file that cannot be read at all gives nothing but faults."""
    try:
        return schema.parse(loading.read(path))
    except BadContent as bad:
        return Parsed((), (), bad.faults)


def _paths(folder: Path) -> tuple[list[Path], tuple[Fault, ...]]:
    if not folder.is_dir():
        return [], (Fault(folder, 1, "L01", "no such folder", "name the folder of the bank"),)
    try:
        return list(loading.files(folder)), ()
    except BadContent as bad:
        return [], bad.faults


def _layer(parsed: Iterable[Parsed], below: dict[Key, Entry]) -> tuple[dict[Key, Entry], list[Fault]]:
    """Return what one folder says, told apart by id, with the ids it gives twice."""
    layer, faults = dict[Key, Entry](), list[Fault]()
    withdrawals = list[Withdrawal]()
    for one in parsed:
        faults.extend(one.faults)
        withdrawals.extend(one.withdrawals)
        for entry in one.entries:
            key = (entry.kind.name, entry.record.id)
            if (first := layer.get(key)) is not None:
                what = f"the id `{entry.record.id}` stands in {first.path.name}:{first.raw.line} too"
                faults.append(Fault(entry.path, entry.line("id"), "L02", what, "rename one of them"))
            else:
                layer[key] = entry
    for gone in withdrawals:
        old = below.get(key := (_kind_of(gone.id, below), gone.id))
        if old is None or not isinstance(old.record, Item):
            what = f"there is no `{gone.id}` below to retire"
            faults.append(Fault(gone.source.path, gone.line, "L02", what, "look at the id"))
        else:
            layer[key] = replace(old, record=replace(old.record, status="retired"))
    return layer, faults


def _kind_of(item_id: str, below: dict[Key, Entry]) -> str:
    if not ID.match(item_id):
        return ""
    prefix = item_id.partition("-")[0]
    return next((kind for kind, _ in below if below[kind, _].kind.prefix == prefix), "")
