"""The bank we ship loads, keeps every rule, and is checked fast."""

import time
from pathlib import Path

import jsonschema
import pytest

from bot.content import loading
from bot.content.bank import load
from bot.content.checking import HASHES, check
from bot.content.kinds import KINDS
from bot.content.schema import json_schema
from bot.content.stats import stats

CONTENT = Path(__file__).parents[2] / "content"


def test_the_real_bank_keeps_every_rule() -> None:
    """No errors; warnings are for people to weigh."""
    began = time.perf_counter()
    report = check([CONTENT])
    took = time.perf_counter() - began
    assert [str(fault) for fault in report.faults if fault.level == "error"] == []
    assert report.items > 500
    assert took < 5


def test_one_file_is_checked_within_a_second() -> None:
    """A writer runs it after each item."""
    began = time.perf_counter()
    check([CONTENT / "tips" / "im.yaml"])
    assert time.perf_counter() - began < 1


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
