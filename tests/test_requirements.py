"""What is installed: pinned, hashed, and from wherever the machine's own settings say."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = ["run.txt", "dev.txt", "bench.txt"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(\[[a-z0-9,_-]+\])?==([^\s;]+)( ; .+)? \\$")


def pins(name: str) -> dict[str, list[str]]:
    """Return the hashes of each pinned package; a line that is neither pin nor hash is a fault."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in (ROOT / "requirements" / name).read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("    --hash="):
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line), line
            found[current].append(line)
            continue
        pin = PIN.match(line)
        assert pin, line
        current = f"{pin[1]}{pin[4] or ''}"
        assert current not in found, line
        found[current] = []
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_hashes_and_nothing_names_a_place(name):
    """No address, no registry, no local path, no option: only names, versions and digests."""
    found = pins(name)
    assert len(found) > 20
    assert all(found.values()), [each for each, hashes in found.items() if not hashes]
    text = (ROOT / "requirements" / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, re.MULTILINE)
    assert " @ " not in text


def test_development_and_measuring_build_on_what_runs():
    """The same versions: what is tested and measured is what is deployed."""
    texts = [(ROOT / "requirements" / name).read_text() for name in FILES]
    run, *others = (dict(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==(\S+)", text, re.MULTILINE)) for text in texts)
    assert all(run.items() <= each.items() for each in others)


def test_what_the_project_names_is_pinned():
    """A dependency added to the project and not to the pins would be missing where hashes are required."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    def bare(lines: list[str]) -> set[str]:
        return {re.match(r"[A-Za-z0-9._-]+", each)[0].lower().replace("_", "-") for each in lines}

    pinned = [{re.match(r"[a-z0-9._-]+", each)[0] for each in pins(name)} for name in FILES]
    assert bare(project["dependencies"]) <= pinned[0]
    assert bare(project["optional-dependencies"]["dev"]) <= pinned[1]
    assert bare(project["optional-dependencies"]["bench"]) <= pinned[2]
