"""The bank in use: loaded at start, exchanged whole when its files change, kept when they break."""

from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.config import BANK
from bot.content.bank import load, state
from bot.content.faults import BadContent
from bot.content.search.index import Index
from bot.core.library import Library
from bot.features.journey.waking import awake

log = structlog.get_logger(__name__)


class Shelf:
    """Holds the library and looks after it; *whole* is the bank as written, with the steps that wait for a feature."""

    def __init__(self, overlays: Sequence[Path], features: frozenset[str], cache: Path | None) -> None:
        self._folders = (BANK, *overlays)
        self._features = features
        self._cache = cache
        self._state = state(self._folders)
        self.whole = load(self._folders, cache=cache)
        self.library = self._made()
        self.fault = ""

    def __call__(self) -> Library:
        """Return the library in use."""
        return self.library

    def refresh(self) -> bool:
        """Load the files again; return whether the bank changed. A broken file is told of, and the last good bank stays."""
        now = state(self._folders)
        if now == self._state and not self.fault:
            return False
        self._state = now
        try:
            found = load(self._folders, cache=self._cache)
        except BadContent as fault:
            first = str(fault).split("\n", 1)[0]
            if first != self.fault:
                log.error("content is broken, the last good bank stays", fault=first)  # noqa: TRY400 it names file and line
            self.fault = first
            return False
        self.fault = ""
        if found.records == self.whole.records:
            return False
        self.whole = found
        library = self._made()
        library.warm()
        self.library = library
        log.info("content reloaded", records=len(found.records))
        return True

    def _made(self) -> Library:
        return Library(awake(self.whole, self._features))


def bank_index(overlays: Sequence[Path]) -> Index:
    """Return the index over the bank and its overlays, for look-ups from outside."""
    return Index(load((BANK, *overlays), cache=None))
