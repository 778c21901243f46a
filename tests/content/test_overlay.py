"""A program lays its own items over the bank: added, replaced, retired; checked by the same rules."""

from datetime import date
from pathlib import Path

from bot.app.shelf import Shelf
from bot.config import BANK
from bot.content.bank import Bank, load
from bot.content.checking import check
from bot.content.items import Faq, Tip
from bot.core.feature import discover

EXAMPLE = BANK.parent / "docs" / "overlay-example"
TODAY = date(2026, 11, 22)


def test_the_example_adds_replaces_and_retires(bank: Bank) -> None:
    """All it says it shows, and nothing else of the bank changes."""
    ours, laid = bank, load([BANK, EXAMPLE], cache=None)
    assert laid.get(Faq, "faq-our-pagers").short.startswith("Rapid response")
    replaced = laid.get(Faq, "faq-how-early-should-i-arrive")
    assert replaced != ours.get(Faq, "faq-how-early-should-i-arrive")
    assert laid.get(Tip, "tip-cli-01").status == "retired"
    assert "tip-cli-01" not in {tip.id for tip in laid.active(Tip)}
    assert laid.specialty("surgery").day_start == "05:30"
    changed = {record.id for record in laid.records if record not in ours.records}
    assert changed == {"faq-our-pagers", "faq-how-early-should-i-arrive", "tip-cli-01", "surgery"}


def test_the_example_keeps_every_rule(tmp_path: Path) -> None:
    """As one folder, and file by file as an editor checks it."""
    for path in (EXAMPLE, *EXAMPLE.glob("*.yaml")):
        report = check([path], today=TODAY, base=BANK, cache=tmp_path.parent / "known.pickle")
        assert [str(fault) for fault in report.faults] == []
        assert report.items


def test_a_bank_with_an_overlay_keeps_every_rule(tmp_path: Path) -> None:
    """Checked together, as a program checks itself: what it retires is not missing."""
    report = check([BANK], today=TODAY, overlays=[EXAMPLE], cache=tmp_path.parent / "known.pickle")
    assert [str(fault) for fault in report.faults if fault.level == "error"] == []


def test_an_overlay_is_held_to_the_same_rules(tmp_path: Path) -> None:
    """But for phone numbers."""
    text = (EXAMPLE / "numbers.yaml").read_text()
    (tmp_path / "numbers.yaml").write_text(
        text.replace("Rapid response: 4-4444", "Crush it. Start furosemide now. Then: 4-4444")
    )
    found = {
        fault.rule for fault in check([tmp_path], today=TODAY, base=BANK, cache=tmp_path.parent / "known.pickle").faults
    }
    assert {"L09", "L16"} <= found


def test_a_broken_overlay_leaves_the_last_good_bank(tmp_path: Path) -> None:
    """It is told with file and line; mended, it counts."""
    file = tmp_path / "numbers.yaml"
    good = (EXAMPLE / "numbers.yaml").read_text()
    file.write_text(good)
    shelf = Shelf((tmp_path,), frozenset(feature.name for feature in discover()), None)
    before = shelf.library
    file.write_text(good.replace("short:", "shrot:"))
    assert not shelf.refresh()
    assert shelf.library is before
    assert shelf.fault.startswith(f"{file}:")
    file.write_text(good.replace("4-4444", "4-5555"))
    assert shelf.refresh()
    assert shelf.fault == ""
    found = shelf.library.bank.item("faq-our-pagers")
    assert isinstance(found, Faq)
    assert "4-5555" in found.short
