"""Files that were read before and have not changed: their records at once, without their text and lines.

A check of one file needs the rest of the bank only for its names and for what is nearly the same, not for its lines.
"""

from collections.abc import Sequence
from pathlib import Path

from bot.content import kept
from bot.content.fields import Record
from bot.content.gathering import parse_file
from bot.content.kinds import KINDS
from bot.content.loading import Source
from bot.content.schema import Entry, Parsed
from bot.content.tree import Table

#: What is kept of a file: its size and time, and the kind and record of each entry.
_Seen = tuple[int, int, tuple[tuple[str, Record], ...]]


class Known:
    """Reads files, those that are not *wanted* from what is kept in *cache* if it still holds."""

    def __init__(self, cache: Path | None, wanted: Sequence[Path]) -> None:
        self._cache, self._wanted = cache, wanted
        self._digest = kept.digest()
        found = kept.load(cache, self._digest) if cache is not None else None
        self._seen: dict[str, _Seen] = found if isinstance(found, dict) else {}
        self._now: dict[str, _Seen] = {}

    def parse(self, path: Path) -> Parsed:
        """Read one file, or remember it."""
        try:
            status = path.stat()
        except OSError:  # told of where it is read
            return parse_file(path)
        state, name = (status.st_size, status.st_mtime_ns), str(path)
        seen = self._seen.get(name)
        if seen is not None and seen[:2] == state:
            self._now[name] = seen
            if not any(path == one or path.is_relative_to(one) for one in self._wanted):
                source = Source(path, "", Table(1))
                return Parsed(tuple(Entry(record, KINDS[kind], source, Table(1)) for kind, record in seen[2]), (), ())
        parsed = parse_file(path)
        if name not in self._now and not parsed.faults and not parsed.withdrawals:
            records = tuple((entry.kind.name, entry.record) for entry in parsed.entries)
            self._now[name] = (*state, records)
        return parsed

    def keep(self) -> None:
        """Keep what was read for the next check, if it is not what is kept already."""
        if self._cache is not None and any(self._seen.get(name) is not one for name, one in self._now.items()):
            kept.save(self._cache, self._digest, {**self._seen, **self._now})
