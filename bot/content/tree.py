"""A YAML text as plain tables and rows: no aliases, no tags, no surprises of type, every value with its line."""

import re
from pathlib import Path
from typing import Any

from bot.content.faults import BadContent, Fault

MOST_DEPTH = 20
#: In one list or mapping; the real ones stay below 200.
MOST_ENTRIES = 2000

#: What a person may read as a value and YAML 1.2 reads as one; all else stays text ("no", 22:30, 1.10, dates).
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")

#: Control signs, byte order marks, and marks that turn the direction of the text after them.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")

Scalar = bool | int | str | None


class Table(dict[str, Any]):
    """A mapping that knows on which line it and each of its keys stand."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Row(list[Any]):
    """A list that knows on which line it and each of its entries stand."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def line_of(node: Any, *keys: str | int) -> int:
    """Return the line of the value that *keys* lead to, or of the nearest thing above it."""
    line: int = node.line
    for key in keys:
        match node, key:
            case Table(), str() if key in node:
                line = node.lines[key]
            case Row(), int() if key < len(node):
                line = node.lines[key]
            case _:
                break
        node = node[key]
    return line


def tree(path: Path, text: str) -> Table:
    """Build the mapping that *text* is.

    Raises:
        BadContent: it is none, or uses more of YAML than plain mappings, lists and scalars.
    """
    import yaml  # here, because a warm start needs no YAML at all

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(path)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = (error.problem or error.context or "not YAML").strip()
        raise refusal(path, mark.line + 1 if mark else 1, what, _mend(what)) from None
    except yaml.YAMLError as error:
        raise refusal(path, 1, str(error).splitlines()[0], "write plain YAML") from None
    if not isinstance(builder.root, Table):
        raise refusal(path, 1, "no mapping at the top", "begin with `kind:`, `schema: 1` and `items:`")
    return builder.root


class _Builder:
    """Builds tables and rows from the parser's events, on a stack of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root: Any = None
        self.stack: list[Table | Row] = []
        self.keys: list[tuple[str, int] | None] = []  # the key that waits for its value, a level each
        self.documents = 0

    def take(self, event: Any) -> None:
        name, line = type(event).__name__, event.start_mark.line + 1
        if name == "AliasEvent" or getattr(event, "anchor", None) is not None:
            raise refusal(self.path, line, "anchors and aliases are not used here", "write the value out")
        if getattr(event, "tag", None) is not None:
            raise refusal(self.path, line, f"the tag {event.tag[:60]} is not used here", "delete it")
        match name:
            case "ScalarEvent":
                self._scalar(event, line)
            case "MappingStartEvent":
                self._open(Table(line), line)
            case "SequenceStartEvent":
                self._open(Row(line), line)
            case "MappingEndEvent" | "SequenceEndEvent":
                self.stack.pop()
                self.keys.pop()
            case "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    raise refusal(self.path, line, "a second document in the file", "split the file at `---`")

    def _scalar(self, event: Any, line: int) -> None:
        text: str = event.value
        if event.style == '"' and (found := INVISIBLE.search(text)):  # written as an escape, so unseen so far
            what = f"holds the invisible character U+{ord(found[0]):04X}"
            raise refusal(self.path, line, what, "delete it")
        if self.stack and isinstance(self.stack[-1], Table) and self.keys[-1] is None:
            self._key(text, line, plain=event.implicit[0])
            return
        value: Scalar = text
        if event.implicit[0]:
            if text in _WORDS:
                value = _WORDS[text]
            elif _INTEGER.fullmatch(text):
                value = int(text)
        self._add(value, line)

    def _key(self, text: str, line: int, *, plain: bool) -> None:
        table = self.stack[-1]
        assert isinstance(table, Table)
        if plain and text == "<<":
            raise refusal(self.path, line, "merge keys are not used here", "write the fields out")
        if text in table:
            first = table.lines[text]
            raise refusal(self.path, line, f"`{text[:60]}` stands twice, first on line {first}", "keep one of them")
        self.keys[-1] = (text, line)

    def _open(self, node: Table | Row, line: int) -> None:
        if len(self.stack) >= MOST_DEPTH:
            raise refusal(self.path, line, f"nested deeper than {MOST_DEPTH} levels", "flatten it")
        self._add(node, line)
        self.stack.append(node)
        self.keys.append(None)

    def _add(self, value: Any, line: int) -> None:
        if not self.stack:
            self.root = value
            return
        parent = self.stack[-1]
        if len(parent) >= MOST_ENTRIES:
            raise refusal(self.path, line, f"more than {MOST_ENTRIES} entries in one place", "split the file")
        if isinstance(parent, Row):
            parent.append(value)
            parent.lines.append(line)
            return
        waiting = self.keys[-1]
        if waiting is None:
            raise refusal(self.path, line, "a key must be a plain text", 'put a value that begins with { in "quotes"')
        parent[waiting[0]] = value
        parent.lines[waiting[0]] = waiting[1]
        self.keys[-1] = None


_MENDS = (
    ("mapping values are not allowed", 'put a text that holds ": " in "quotes"'),
    ("could not find expected ':'", "look for a missing colon, or a text to put in quotes"),
    ("did not find expected key", "look at the indent, and at quotes inside quotes"),
    ("did not find expected '-'", "indent the entries of a list alike"),
    ("block sequence entries are not allowed", "look at the indent of the dash"),
    ("cannot start any token", "put the text in quotes"),
    ("found unexpected end of stream", "close the quotes or brackets"),
    ("did not find expected ',' or", "close the bracket, or put the text in quotes"),
    ("unknown escape", "double the backslash, or use single quotes"),
    ("tab", "indent by spaces"),
    ("alphabetic or numeric", "put a text that begins with * or & in quotes"),
)


def _mend(problem: str) -> str:
    return next((mend for part, mend in _MENDS if part in problem), "look at indent and quotes around this line")


def refusal(path: Path, line: int, what: str, mend: str) -> BadContent:
    """Return the exception that turns down a file for one fault."""
    return BadContent((Fault(path, line, "L01", what, mend),))
