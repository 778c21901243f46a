"""The bank: every record by its kind and id, from YAML or from what an earlier start compiled."""

import hashlib
import io
import os
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.content import loading
from bot.content.faults import BadContent
from bot.content.fields import Item, Record
from bot.content.meta import Specialty

R = TypeVar("R", bound=Record)
AnItem = TypeVar("AnItem", bound=Item)

_FORMAT = b"wardwise bank 1\n"
_DIGEST_SIZE = 32


@dataclass(frozen=True, slots=True)
class Bank:
    """All records, retired ones included; nothing in it changes."""

    records: tuple[Record, ...]
    _kinds: dict[type[Record], tuple[Record, ...]] = field(init=False, repr=False, compare=False)
    _ids: dict[tuple[type[Record], str], Record] = field(init=False, repr=False, compare=False)
    _items: dict[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kinds: dict[type[Record], list[Record]] = {}
        for record in self.records:
            kinds.setdefault(type(record), []).append(record)
        put = object.__setattr__  # the class is frozen; this is its own constructor
        put(self, "_kinds", {kind: tuple(records) for kind, records in kinds.items()})
        put(self, "_ids", {(type(record), record.id): record for record in self.records})
        put(self, "_items", {record.id: record for record in self.records if isinstance(record, Item)})

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """Return every record of *kind*, retired ones too, sorted by id."""
        return self._kinds.get(kind, ())  # type: ignore[return-value]  # keyed by type, which tuple[R] cannot say

    def active(self, kind: type[AnItem]) -> tuple[AnItem, ...]:
        """Return the items of *kind* that may still be shown to somebody new."""
        return tuple(item for item in self.all(kind) if item.status == "active")

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


def load(folders: Sequence[Path], *, cache: Path | None) -> Bank:
    """Return the bank in *folders*, each laid over the ones before it; *cache* is the compiled file's path.

    Raises:
        BadContent: something does not fit the schema or points nowhere.
    """
    digest = _digest(folders)
    if cache is not None and (bank := _compiled(cache, digest)) is not None:
        return bank
    from bot.content.gathering import gather  # here, because a warm start needs neither YAML nor validation
    from bot.content.references import dangling

    gathered = gather(folders)
    faults = (*gathered.faults, *dangling(gathered.entries))
    if faults:
        raise BadContent(faults)
    bank = Bank(tuple(sorted((entry.record for entry in gathered.entries), key=_order)))
    if cache is not None:
        _compile(bank, cache, digest)
    return bank


def _order(record: Record) -> tuple[str, str]:
    """Sort items by id; what is offered in the order written (specialties, tags) stays as it stands."""
    return type(record).__name__, record.id if isinstance(record, Item) else ""


def _digest(folders: Sequence[Path]) -> bytes:
    """Tell apart any two states of the files and of the code that reads them."""
    digest = hashlib.sha256(_FORMAT)
    for index, folder in enumerate((Path(__file__).parent, *folders)):
        for path, status in _stats(folder, ".py" if index == 0 else ".yaml"):
            relative = path.relative_to(folder).as_posix()
            digest.update(f"{index}\0{relative}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.digest()


def _stats(folder: Path, ending: str) -> Iterator[tuple[Path, os.stat_result]]:
    paths = sorted(folder.glob("*.py")) if ending == ".py" else loading.files(folder)
    for path in paths:
        with suppress(OSError):  # a file that cannot be seen is told of when it is read
            yield path, path.stat()


def _compiled(cache: Path, digest: bytes) -> Bank | None:
    """Return the bank of an earlier start, if the file is whole, ours and still right."""
    try:
        with open(cache, "rb", opener=_own_file) as file:
            head = file.read(len(_FORMAT) + 2 * _DIGEST_SIZE)
            if head[: len(_FORMAT) + _DIGEST_SIZE] != _FORMAT + digest:
                return None
            body = file.read()
        if hashlib.sha256(body).digest() != head[-_DIGEST_SIZE:]:
            return None
        records = _Unpickler(io.BytesIO(body)).load()
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError, TypeError, IndexError):
        return None
    return Bank(records)


def _own_file(path: str, flags: int) -> int:
    """Open only a plain file that nobody else can have written: a pickle is code to whoever may write it."""
    number = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    status = os.fstat(number)
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        os.close(number)
        raise PermissionError(path)
    return number


class _Unpickler(pickle.Unpickler):
    """Reads records and dates, and refuses every other class."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("datetime", "date") or (module.startswith("bot.content.") and name[:1].isupper()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a bank")


def _compile(bank: Bank, cache: Path, digest: bytes) -> None:
    """Keep *bank* for the next start; where that is impossible the next start is slower, nothing else."""
    body = pickle.dumps(bank.records, protocol=5)
    with suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes the file with mode 0600
        number, name = tempfile.mkstemp(dir=cache.parent, prefix=f".{cache.name}.")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(_FORMAT + digest + hashlib.sha256(body).digest() + body)
            Path(name).replace(cache)
        except OSError:
            Path(name).unlink()
            raise
