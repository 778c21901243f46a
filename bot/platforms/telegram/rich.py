"""Text with entities: how it is built, where it may be cut, and how Telegram wants it told."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any, Literal

EntityKind = Literal["bold", "italic", "code", "text_link", "blockquote"]

#: Telegram drops entities past the hundredth; some room is left for those that a cut has to divide.
MOST_ENTITIES = 96

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*\s+|\n+")
_SPACE = re.compile(r"\s+")
#: What Telegram's servers take out of a text, and bidirectional overrides, which can make a line read as another.
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]")
#: Where a client would make a link or a mention of bare words; what lies around the place to part them at.
_LIVE = re.compile(r"@(?=\w)|(?<=:)//(?=\S)|(?<=\w)\.(?=[^\W\d_]{2})")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+(?![\w-]|\.\w|[/:?#@])")
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Mn"))
#: Shows as nothing, and keeps words apart for whoever looks for links.
JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Entity:
    """A style over *start* to *end*, counted in characters."""

    kind: EntityKind
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rich:
    """A text, its entities, and the positions at which one of its blocks ends."""

    text: str
    entities: tuple[Entity, ...] = ()
    breaks: tuple[int, ...] = ()

    @property
    def units(self) -> int:
        """The length as Telegram counts it."""
        return units(self.text)

    @property
    def visible(self) -> bool:
        """Whether there is anything to see; Telegram refuses a message without."""
        return any(unicodedata.category(char) not in _UNSEEN for char in self.text)

    def told(self) -> list[dict[str, Any]]:
        """Return the entities as the Bot API takes them: by UTF-16 units."""
        marks = [0, *accumulate(map(_unit, self.text))]
        found = []
        for each in self.entities:
            offset = marks[each.start]
            entity = {"type": each.kind, "offset": offset, "length": marks[each.end] - offset}
            found.append({**entity, "url": each.url} if each.url else entity)
        return found

    def part(self, start: int, end: int) -> "Rich":
        """Return what stands from *start* to *end*, without the white space around it."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        end = start + len(text)
        inside = (
            replace(each, start=max(each.start, start) - start, end=min(each.end, end) - start)
            for each in self.entities
            if each.start < end and each.end > start
        )
        return Rich(text, tuple(inside), tuple(each - start for each in self.breaks if start < each < end))


def units(text: str) -> int:
    """Return the length of *text* in UTF-16 units."""
    return sum(map(_unit, text))


def _unit(char: str) -> int:
    return 2 if char > "\uffff" else 1


def clean(text: str) -> str:
    """Return *text* as Telegram's servers would leave it: whole characters, no controls, no direction overrides."""
    if text.isascii() and text.isprintable():
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lines = re.sub("\r\n?|[\u2028\u2029]", "\n", whole)
    return _DROPPED.sub("", lines)


def joined(parts: Iterable[Rich], gap: str) -> Rich:
    """Return *parts* as one text with *gap* between them; each part is a block."""
    text, entities, breaks = "", list[Entity](), list[int]()
    for part in parts:
        if text:
            text += gap
            breaks.append(len(text))
        base = len(text)
        text += part.text
        entities += [replace(each, start=each.start + base, end=each.end + base) for each in part.entities]
        breaks += [each + base for each in part.breaks]
    return Rich(text, tuple(entities), tuple(breaks))


def inert(rich: Rich) -> Rich:
    """Return *rich* with nothing left in it that a client would make a link or a mention of by itself.

    Addresses of e-mail stay whole, so that they can be copied; links and fixed-width text are what they say already.
    """
    kept = bytearray(len(rich.text) + 1)
    spans = [(each.start, each.end) for each in rich.entities if each.kind in ("code", "text_link")]
    for start, end in [*spans, *(found.span() for found in _EMAIL.finditer(rich.text))]:
        kept[start:end] = b"\x01" * (end - start)
    places = [found.end() for found in _LIVE.finditer(rich.text) if not kept[found.start()]]
    if not places:
        return rich
    text = JOINER.join(rich.text[start:end] for start, end in pairwise([0, *places, len(rich.text)]))
    # A joiner at the very end of an entity is put behind it.
    entities = tuple(
        replace(each, start=each.start + bisect_right(places, each.start), end=each.end + bisect_left(places, each.end))
        for each in rich.entities
    )
    return Rich(text, entities, tuple(each + bisect_right(places, each) for each in rich.breaks))


def pieces(rich: Rich, limit: int) -> Iterator[Rich]:
    """Cut *rich* into parts of at most *limit* UTF-16 units, where a reader would least mind.

    At the end of a block, else of a sentence, else of a word, else between characters as a reader sees them; inside an
    entity only where it is longer than a whole message.
    """
    if rich.units <= limit and len(rich.entities) <= MOST_ENTITIES:
        part = rich.part(0, len(rich.text))
        if part.visible:
            yield part
        return
    cutter = _Cutter(rich, limit)
    start = 0
    while start < len(rich.text):
        end = cutter.cut(start)
        part = rich.part(start, end)
        if part.visible:
            yield part
        start = end


class _Cutter:
    """Finds the places to cut one text at."""

    def __init__(self, rich: Rich, limit: int) -> None:
        self._rich = rich
        self._limit = limit
        self._marks = [0, *accumulate(map(_unit, rich.text))]
        self._starts = sorted(each.start for each in rich.entities)
        self._covered = bytearray(len(rich.text) + 1)
        for each in rich.entities:
            self._covered[each.start + 1 : each.end] = b"\x01" * max(0, each.end - each.start - 1)
        self._places = (
            sorted(rich.breaks),
            [found.end() for found in _SENTENCE_END.finditer(rich.text)],
            [found.end() for found in _SPACE.finditer(rich.text)],
        )

    def cut(self, start: int) -> int:
        """Return where the part that begins at *start* ends."""
        end = self._furthest(start)
        if end == len(self._rich.text):
            return end
        for whole in (True, False):
            for places in self._places:
                for n in range(bisect_right(places, end) - 1, bisect_right(places, start) - 1, -1):
                    if self._fits(places[n], whole=whole):
                        return places[n]
            for place in range(end, start, -1):
                if self._fits(place, whole=whole):
                    return place
        # One character, as a reader sees it, that is longer than a message.
        return end

    def _furthest(self, start: int) -> int:
        end = bisect_right(self._marks, self._marks[start] + self._limit) - 1
        first = bisect_left(self._starts, start)
        if first + MOST_ENTITIES < len(self._starts):
            end = min(end, max(self._starts[first + MOST_ENTITIES], start + 1))
        return end

    def _fits(self, place: int, *, whole: bool) -> bool:
        return not (whole and self._covered[place]) and boundary(self._rich.text, place)


def boundary(text: str, place: int) -> bool:
    """Whether a reader sees one character end and another begin at *place*: Unicode's rules for clusters, told shorter.

    Where the rules need tables we don't have, two characters count as one: a cut is never wrong, only rarer.
    """
    if place <= 0 or place >= len(text):
        return True
    before, after = text[place - 1], text[place]
    if before == "\r" and after == "\n":
        return False
    if before in "\n\r" or after in "\n\r":
        return True
    if _extends(after) or before == "\u200d" or _prepends(before):
        return False
    if unicodedata.combining(before) == 9 and unicodedata.category(after) == "Lo":
        return False
    if _regional(before) and _regional(after):
        run = len(text[:place]) - len(text[:place].rstrip(_FLAGS))
        return run % 2 == 0
    return not (_jamo(before) and _jamo(after))


_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in "\u0e33\u0eb3\u200c\u200d\uff9e\uff9f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _prepends(char: str) -> bool:
    return "\u0600" <= char <= "\u0605" or char in "\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"


def _jamo(char: str) -> bool:
    """Whether *char* is a Korean letter that may belong to its neighbor: not so for two whole syllables in a row."""
    return "\u1100" <= char <= "\u11ff" or "\ua960" <= char <= "\ua97c" or "\ud7b0" <= char <= "\ud7fb"
