"""What CONTRIBUTING.md shows works as it stands there."""

import re
import sys
import types
from pathlib import Path

import yaml

from bot.clock import system
from bot.config import BANK
from bot.content.bank import load
from bot.content.checking import check
from bot.content.items import Phrase
from bot.content.steps import Step
from bot.core.feature import Registry, discover
from bot.features.journey.waking import awake

PAGE = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def overlay(folder: Path) -> Path:
    """Lay the page's two entries out as somebody's own folder, with the fact that the step asks to declare."""
    for kind, block in zip(("phrase", "journey"), blocks("yaml"), strict=True):
        (folder / f"{kind}.yaml").write_text(f"kind: {kind}\nschema: 1\nitems:\n{block}")
    fact = {
        "id": "example_done",
        "type": "flag",
        "purpose": "The word was asked",
        "retention": "year",
        "per": "rotation",
    }
    (folder / "facts.yaml").write_text(yaml.safe_dump({"kind": "facts", "schema": 1, "items": [fact]}, sort_keys=False))
    return folder


def test_the_command_is_found_and_listed():
    """One file with a `feature` is all a command needs."""
    (code,) = blocks("python")
    module = types.ModuleType("hello")
    sys.modules["hello"] = module
    exec(compile(code, "CONTRIBUTING.md", "exec"), module.__dict__)
    registry = Registry((*discover(), module.feature))
    assert registry.commands["hello"].summary == "Say hello back"


def test_the_entries_are_content(tmp_path: Path):
    """The phrase and the step load over the bank, pass every rule, and wake with the features there are."""
    folder = overlay(tmp_path)
    bank = awake(load((BANK, folder), cache=None), frozenset(feature.name for feature in discover()))
    assert isinstance(bank.item("phr-example"), Phrase)
    assert isinstance(bank.item("jny-example"), Step)
    report = check([BANK, folder], today=system().date(), overlays=[folder])
    assert report.errors == 0, [str(fault) for fault in report.faults]
