"""Files of a bank, read with care: no link out of the folder, no pipe, nothing too large, nothing but UTF-8."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content.faults import BadContent, Fault
from bot.content.tree import INVISIBLE, Table, refusal, tree

MOST_BYTES = 512 * 1024
MOST_FILES = 2000


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a bank: its place, its text, and the mapping read from it."""

    path: Path
    text: str
    root: Table


def files(folder: Path) -> Iterator[Path]:
    """Yield the YAML files below *folder*, sorted; names that begin with a dot are left out.

    Raises:
        BadContent: a link leads out of the folder, or there are far too many files.
    """
    home, faults, found = folder.resolve(), list[Fault](), list[Path]()
    for here, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (link := Path(here, name)).is_symlink():
                faults.append(_fault(link, 1, "a link to a folder is not followed", "put the files here"))
        for name in sorted(names):
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                found.append(Path(here, name))
                if not found[-1].resolve().is_relative_to(home):
                    faults.append(_fault(found[-1], 1, "the link leaves its folder", "put the file itself here"))
        if len(found) > MOST_FILES:
            faults.append(_fault(folder, 1, f"more than {MOST_FILES} files", "name the folder of the bank alone"))
            break
    if faults:
        raise BadContent(tuple(faults))
    yield from found


def read(path: Path) -> Source:
    """Read one file.

    Raises:
        BadContent: it is no plain YAML mapping; each fault names the line.
    """
    text = _text(path)
    return Source(path, text, tree(path, text))


def _text(path: Path) -> str:
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise refusal(path, 1, "not a plain file", "put a YAML file here")
            blob = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise refusal(path, 1, f"cannot be read ({error.strerror})", "look at its name and rights") from None
    if len(blob) > MOST_BYTES:
        raise refusal(path, 1, f"larger than {MOST_BYTES // 1024} KB", "split it into several files")
    try:
        text = blob.decode("utf-8")
    except UnicodeDecodeError as error:
        line = blob.count(b"\n", 0, error.start) + 1
        raise refusal(path, line, "not UTF-8", "save the file as UTF-8") from None
    if text.startswith("\ufeff"):
        raise refusal(path, 1, "begins with a byte order mark", "save the file as UTF-8 without one")
    if found := INVISIBLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise refusal(path, line, f"holds the invisible character U+{ord(found[0]):04X}", "delete it")
    return text


def _without_waiting(path: str, flags: int) -> int:
    #: A pipe laid into the folder would otherwise hold the reader for ever.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _fault(path: Path, line: int, what: str, mend: str) -> Fault:
    return Fault(path, line, "L01", what, mend)
