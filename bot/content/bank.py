"""The bank: every record by its kind and id, from YAML or from what an earlier start compiled."""

import os
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.content import kept, loading
from bot.content.faults import BadContent
from bot.content.fields import Item, Record
from bot.content.meta import Specialty

R = TypeVar("R", bound=Record)
Made = TypeVar("Made")
AnItem = TypeVar("AnItem", bound=Item)


@dataclass(frozen=True, slots=True)
class Bank:
    """All records, retired ones included; nothing in it changes."""

    records: tuple[Record, ...]
    _kinds: dict[type[Record], tuple[Record, ...]] = field(init=False, repr=False, compare=False)
    _ids: dict[tuple[type[Record], str], Record] = field(init=False, repr=False, compare=False)
    _items: dict[str, Item] = field(init=False, repr=False, compare=False)
    _active: dict[type[Record], tuple[Record, ...]] = field(init=False, repr=False, compare=False)
    _made: dict[Hashable, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        kinds: dict[type[Record], list[Record]] = {}
        for record in self.records:
            kinds.setdefault(type(record), []).append(record)
        put = object.__setattr__  # the class is frozen; this is its own constructor
        put(self, "_kinds", {kind: tuple(records) for kind, records in kinds.items()})
        put(self, "_ids", {(type(record), record.id): record for record in self.records})
        put(self, "_active", {kind: tuple(filter(_is_active, records)) for kind, records in kinds.items()})
        put(self, "_items", {record.id: record for record in self.records if isinstance(record, Item)})

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return every record of *kind*, retired ones too, sorted by id."""
        return self._kinds.get(kind, ())  # type: ignore[return-value]  # keyed by type, which tuple[R] cannot say

    def active(self, kind: type[AnItem]) -> tuple[AnItem, ...]:
        """Return the items of *kind* that may still be shown to somebody new."""
        return self._active.get(kind, ())  # type: ignore[return-value]  # keyed by type, as above

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what *make* makes of this bank, made once under *key* and kept as long as the bank."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    def item(self, item_id: str) -> Item | None:
        """Return the item of any kind with this id, retired ones included."""
        return self._items.get(item_id)

    def get(self, kind: type[R], record_id: str) -> R:
        """Return one record.

        Raises:
            KeyError: there is none of this kind and id.
        """
        return self._ids[kind, record_id]  # type: ignore[return-value]  # as above

    def specialty(self, specialty_id: str) -> Specialty:
        """Return one specialty.

        Raises:
            KeyError: there is no such specialty.
        """
        return self.get(Specialty, specialty_id)


def _is_active(record: Record) -> bool:
    return isinstance(record, Item) and record.status == "active"


def state(folders: Sequence[Path]) -> bytes:
    """Tell apart any two states of the files in *folders*."""
    return kept.digest(*_stats(folders))


def load(folders: Sequence[Path], *, cache: Path | None) -> Bank:
    """Return the bank in *folders*, each laid over the ones before it; *cache* is the compiled file's path.

    Raises:
        BadContent: something does not fit the schema or points nowhere.
    """
    digest = state(folders)
    if cache is not None and isinstance(records := kept.load(cache, digest), tuple):
        return Bank(records)
    from bot.content.gathering import gather  # here, because a warm start needs neither YAML nor validation
    from bot.content.references import dangling

    gathered = gather(folders)
    faults = (*gathered.faults, *dangling(gathered.entries))
    if faults:
        raise BadContent(faults)
    bank = Bank(tuple(sorted((entry.record for entry in gathered.entries), key=_order)))
    if cache is not None:
        kept.save(cache, digest, bank.records)
    return bank


def _order(record: Record) -> tuple[str, str]:
    """Sort items by id; what is offered in the order written (specialties, tags) stays as it stands."""
    return type(record).__name__, record.id if isinstance(record, Item) else ""


def _stats(folders: Sequence[Path]) -> Iterator[tuple[str, os.stat_result]]:
    for index, folder in enumerate(folders):
        for path in loading.files(folder):
            with suppress(OSError):  # a file that cannot be seen is told of when it is read
                yield f"{index} {path.relative_to(folder).as_posix()}", path.stat()
