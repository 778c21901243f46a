"""Regular expressions that compile at their first use, so that importing the guard costs nothing."""

import re
from collections.abc import Iterator
from functools import cache

_compiled = cache(re.compile)


class Pattern:
    """A regular expression with the four methods the guard needs."""

    __slots__ = ("_flags", "_source")

    def __init__(self, source: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._source = source
        self._flags = flags

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches in *text*, left to right."""
        return self.compiled.finditer(text)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Return the first match between *start* and *end*."""
        return self.compiled.search(text, start, len(text) if end is None else end)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return the match which begins exactly at *start*."""
        return self.compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match which covers all of *text*."""
        return self.compiled.fullmatch(text)

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression, shared by equal patterns."""
        return _compiled(self._source, self._flags)


DIGIT = Pattern(r"\d")
