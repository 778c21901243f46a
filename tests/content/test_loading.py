"""YAML is read as data alone, whatever a file holds."""

import os
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import BANK
from bot.content import loading, tree
from bot.content.faults import BadContent
from bot.content.gathering import parse_file

HEAD = b"kind: tip\nschema: 1\nitems:\n"
MERGE_BOMB = b"a: &a {x: 1}\n" + b"".join(
    b"%c: &%c {<<: [%s]}\n" % (97 + n, 97 + n, b",".join([b"*%c" % (96 + n)] * 9)) for n in range(1, 20)
)
ALIAS_BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (97 + n, 97 + n, b",".join([b"*%c" % (96 + n)] * 9)) for n in range(1, 20)
)
BOMBS = {
    "merge keys": MERGE_BOMB,
    "aliases": ALIAS_BOMB,
    "an alias to itself": b"items: &a [*a]\n",
    "nested brackets": b"[" * 40_000,
    "nested brackets in lines": b"[\n" * 20_000,
    "nested braces": b"{a: " * 10_000,
    "nested dashes": b"- " * 20_000,
    "nested indents": b"".join(b" " * n + b"a:\n" for n in range(700)),
    "question marks": b"? " * 20_000,
    "NUL": HEAD + b"  - id: \x00\n",
    "an escape sign": HEAD + b"  - id: \x1b[2J\n",
    "a byte order mark": b"\xef\xbb\xbf" + HEAD,
    "a byte order mark inside": HEAD + b"  - id: a\xef\xbb\xbfb\n",
    "UTF-16": "kind: tip\n".encode("utf-16"),
    "10 MB": b"a: b\n" * 2_000_000,
    "one long line": b"a: " + b"x" * 500_000,
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(40_000)),
    "many tags": b"a: " + b"!x " * 50_000,
    "bad UTF-8": HEAD + b"  - id: \xff\xfe\n",
    "half a letter": HEAD + b"  - id: \xc3",
    "a lone surrogate": HEAD + b"  - id: \xed\xa0\x80\n",
    "an escaped surrogate": HEAD + b'  - id: "\\ud800"\n',
    "an escaped NUL": HEAD + b'  - id: "\\0"\n',
    "an escaped terminal code as key": HEAD + b'  - "\\e[2J": 1\n',
    "a text that turns around": HEAD + "  - id: a\u202eb\n".encode(),
    "a duplicate key": HEAD + b"  - id: tip-a-1\n    id: tip-a-2\n",
    "a python object": b"!!python/object/apply:os.system ['true']\n",
    "a binary tag": b"a: !!binary aGk=\n",
    "a set": b"a: !!set {b, c}\n",
    "two documents": b"a: 1\n---\nb: 2\n",
    "a key that is a list": b"[a, b]: 1\n",
    "a key that is a mapping": b"{a: b}: 1\n",
    "an unquoted placeholder as key": HEAD + b"  - {who}: x\n",
    "a tab": b"items:\n\t- id: x\n",
    "nothing": b"",
    "a lone text": b"hello",
    "a list": b"- a\n- b\n",
    "an open quote": b'a: "b\n',
    "a colon in a text": b"a: b: c\n",
    "a directive": b"%YAML 9.9\n---\na: b\n",
    "endless anchors": b"".join(b"- &a%d x\n" % n for n in range(30_000)),
    "many unknown fields": HEAD + b"  - id: tip-a-1\n" + b"".join(b"    hok%d: 1\n" % n for n in range(30_000)),
    "many empty items": HEAD + b"  - {}\n" * 80_000,
    "many empty names": HEAD + b"  -\n" * 120_000,
    "many bad tags": HEAD + b"  - {id: tip-a-1, tags: [" + b"[]," * 150_000 + b"]}\n",
    "a huge key": HEAD + b"  - " + b"x" * 900 + b": 1\n    'y" + b"z" * 400_000 + b"': 1\n",
    "a huge integer": HEAD + b"  - " + b"9" * 400_000 + b"\n",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.yaml"


@pytest.mark.parametrize("name", BOMBS)
def test_no_hostile_file_gets_through_or_hurts(name: str, file: Path) -> None:
    """Each ends in faults with file and line, within 100 MB."""
    file.write_bytes(BOMBS[name])
    parse_file(file)  # imports and compiles what is needed once
    tracemalloc.start()
    parsed = parse_file(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert parsed.faults
    assert not parsed.entries
    assert all(str(fault).startswith(f"{file}:{fault.line}: L0") and fault.line >= 1 for fault in parsed.faults)
    assert all(str(fault).isprintable() for fault in parsed.faults)
    assert peak < 100_000_000


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_takes_no_longer_than_an_honest_one(name: str, file: Path) -> None:
    """What a reload in a live process costs at most: a few times our largest file, a hundredth of a second or two."""
    file.write_bytes(BOMBS[name])
    honest = max(BANK.rglob("*.yaml"), key=lambda each: each.stat().st_size)
    ordinary, hostile = (min(_seconds(each) for _ in range(3)) for each in (honest, file))
    assert hostile < 8 * ordinary


def _seconds(file: Path) -> float:
    began = time.process_time()
    parse_file(file)
    return time.process_time() - began


def test_the_line_of_a_fault_is_the_line_of_the_file(file: Path) -> None:
    """A writer finds the place without counting."""
    file.write_bytes(HEAD + b"  - id: tip-a-1\n    title: x\n    id: tip-a-2\n")
    fault = parse_file(file).faults[0]
    assert fault.line == 6
    assert "`id` stands twice, first on line 4" in fault.what


def test_only_true_false_and_integers_are_not_text(file: Path) -> None:
    """What YAML 1.1 makes of no, on, 22:30 and 1.10 is a trap for writers."""
    file.write_text(
        "a: NO\nb: on\nc: 22:30\nd: 1.10\ne: 2026-11-22\nf: true\ng: 7\nh: 010\ni: 0x10\nj: 1e3\nk: 'true'\nl: ~\nm:\n"
    )
    assert loading.read(file).root == {
        "a": "NO",
        "b": "on",
        "c": "22:30",
        "d": "1.10",
        "e": "2026-11-22",
        "f": True,
        "g": 7,
        "h": "010",
        "i": "0x10",
        "j": "1e3",
        "k": "true",
        "l": None,
        "m": None,
    }


def test_every_value_knows_its_line(file: Path) -> None:
    """Down to an entry of a list inside a mapping inside a list."""
    file.write_text("kind: x\nitems:\n  - a: 1\n    b:\n      - one\n      - two\n")
    root = loading.read(file).root
    assert tree.line_of(root, "items", 0, "b", 1) == 6
    assert tree.line_of(root, "items", 0, "a") == 3
    assert tree.line_of(root, "items", 7, "a") == 2


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """An overlay cannot make the bank read a file of the host."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("kind: tags\nschema: 1\nitems: [a]\n")
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "a.yaml").symlink_to(secret)
    with pytest.raises(BadContent, match="the link leaves its folder"):
        list(loading.files(folder))
    (folder / "a.yaml").unlink()
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(BadContent, match="a link to a folder is not followed"):
        list(loading.files(folder))


def test_a_link_within_the_folder_is_read(tmp_path: Path) -> None:
    """Mounted configuration is laid out so: links to a hidden folder beside them."""
    hidden = tmp_path / "..data"
    hidden.mkdir()
    (hidden / "a.yaml").write_text("kind: tags\n")
    (tmp_path / "a.yaml").symlink_to(hidden / "a.yaml")
    assert list(loading.files(tmp_path)) == [tmp_path / "a.yaml"]


def test_a_pipe_does_not_hold_the_reader(file: Path) -> None:
    """Only plain files are read."""
    os.mkfifo(file)
    with pytest.raises(BadContent, match="not a plain file"):
        loading.read(file)


def test_a_file_that_is_gone_is_a_fault(file: Path) -> None:
    """It may be deleted between listing and reading."""
    with pytest.raises(BadContent, match="cannot be read"):
        loading.read(file)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blob=st.binary(max_size=400) | st.text(alphabet="[]{}:-?&*!|>'\"#%@`,\n \tab1", max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(blob: bytes, tmp_path: Path) -> None:
    """Anything at all gives records or faults, never another exception."""
    file = tmp_path / "fuzz.yaml"
    file.write_bytes(HEAD + blob)
    for fault in parse_file(file).faults:
        assert str(fault).startswith(f"{file}:")
