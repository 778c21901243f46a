"""The bank we ship loads, keeps every rule, and is checked fast."""

import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from bot.content import loading
from bot.content.bank import load
from bot.content.checking import HASHES, check
from bot.content.editing import schema_line
from bot.content.kinds import KINDS
from bot.content.schema import json_schema
from bot.content.stats import stats
from tests.content.samples import TODAY

CONTENT = Path(__file__).parents[2] / "content"


def test_the_real_bank_keeps_every_rule() -> None:
    """No errors; warnings are for people to weigh. `make bench` says how long it takes."""
    report = check([CONTENT], today=TODAY)
    assert [str(fault) for fault in report.faults if fault.level == "error"] == []
    assert report.items > 2500


def test_one_file_is_checked_against_what_is_known_of_the_others(tmp_path: Path) -> None:
    """Unchanged files come from what was read before; the faults found are the same."""
    folder, cache = tmp_path / "content", tmp_path / "checked.pickle"
    shutil.copytree(CONTENT, folder)
    file = folder / "tips" / "im.yaml"
    assert check([file], today=TODAY, cache=cache).faults == ()
    text = file.read_text()
    hook = next(line for line in (folder / "tips" / "em.yaml").read_text().splitlines() if line.startswith("    hook:"))
    file.write_text(re.sub(r"(?m)^    hook:.*$", hook, text, count=1).replace("script: scr-", "script: scr-no-", 1))
    cold, warm = check([file], today=TODAY), check([file], today=TODAY, cache=cache)
    assert cold == warm
    assert {fault.rule for fault in warm.faults} == {"L04", "L22"}
    (folder / "scripts" / "week1.yaml").unlink()
    gone = {fault.rule for fault in check([folder / "tips" / "any" / "week1.yaml"], today=TODAY, cache=cache).faults}
    assert gone == {"L22"}


def test_the_real_bank_loads_and_is_counted() -> None:
    """The table of `content stats` has a row for each kind."""
    bank = load([CONTENT], cache=None)
    assert bank.specialty("im").name == "Internal medicine"
    assert "tip" in stats(bank)


def test_the_digests_of_the_guide_hold_none_of_its_words() -> None:
    """Sixteen hexadecimal digits a line, sorted, and nothing else."""
    lines = (CONTENT / HASHES).read_text().splitlines()
    assert lines == sorted(set(lines))
    assert all(len(line) == 16 and int(line, 16) >= 0 for line in lines)


def test_each_file_tells_editors_its_schema() -> None:
    """The first line names a file that is there, and that is the one of its kind."""
    for path in loading.files(CONTENT):
        text = path.read_text(encoding="utf-8")
        kind = loading.read(path).root["kind"]
        first = text.splitlines()[0]
        assert first == schema_line(kind, path, CONTENT / "schemas"), path
        assert (path.parent / first.rpartition("=")[2]).resolve() == CONTENT / "schemas" / f"{kind}.json"
        assert (CONTENT / "schemas" / f"{kind}.json").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_schema_that_the_real_files_fit(kind: str) -> None:
    """Editors complete and warn by it, so it must say what the loader says."""
    validator = jsonschema.Draft202012Validator(json_schema(kind))
    validator.check_schema(validator.schema)
    roots = [root for path in loading.files(CONTENT) if (root := loading.read(path).root)["kind"] == kind]
    for root in roots:
        for row in root["items"]:
            if "at_fraction" in (trigger := row.get("trigger", {}) if isinstance(row, dict) else {}):
                trigger["at_fraction"] = float(trigger["at_fraction"])  # decimals stay text until the schema reads them
        assert [error.message for error in validator.iter_errors(root)] == []
    assert list(validator.iter_errors({"kind": kind, "schema": 1, "items": [{"nonsense": 1}]}))
