"""Writers begin items and reviewers put their names to them, and nothing else in a file moves."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.content.checking import check
from bot.content.editing import CannotEdit, frame, inserted, named, new_file, next_id, stamped
from bot.content.fields import Item
from bot.content.gathering import gather
from bot.content.kinds import KINDS, is_item
from bot.content.schema import Entry
from tests.content.samples import TIP, TODAY, bank, changed, write

ITEM_KINDS = [name for name, kind in KINDS.items() if is_item(kind)]


@pytest.mark.parametrize("kind", ITEM_KINDS)
def test_a_frame_asks_for_every_field_and_says_its_limits(kind: str, tmp_path: Path) -> None:
    """Each fault of an empty frame is a field to fill, and none is unknown."""
    item_id = f"{KINDS[kind].prefix}-brand-new"
    path = tmp_path / f"{kind}.yaml"
    path.write_text(new_file(kind, path, None) + frame(KINDS[kind], item_id, TODAY))
    faults = check([path], today=TODAY).faults
    assert faults
    told = " ".join(fault.what for fault in faults)
    assert "is missing" not in told
    assert "unknown field" not in told
    assert {fault.rule for fault in faults} <= {"L01", "L02", "L03", "L11", "L22", "L25"}


def test_the_next_number_follows_the_highest() -> None:
    """Also where the file is out of order."""
    text = "items:\n  - id: tip-one-02\n  - id: tip-one-10\n  - id: tip-one-09\n"
    assert next_id(KINDS["tip"], text) == "tip-one-11"
    with pytest.raises(CannotEdit, match="name one"):
        next_id(KINDS["phrase"], "items:\n  - id: phr-eyeball\n")


def test_an_item_goes_to_its_place_and_comments_stay(tmp_path: Path) -> None:
    """Above the next id, and above the comment that belongs to it."""
    path = write(tmp_path / "tip.yaml", "tip", [TIP, changed(TIP, id="tip-one-03", title="Later")])
    text = path.read_text().replace("- id: tip-one-03", "# about the third\n- id: tip-one-03")
    made = inserted(path, text, "- id: tip-one-02\n", "tip-one-02")
    assert made.index("tip-one-01") < made.index("tip-one-02") < made.index("# about the third")
    assert made.replace("- id: tip-one-02\n", "") == text
    assert inserted(path, text, "- id: tip-one-04\n", "tip-one-04") == text + "- id: tip-one-04\n"
    with pytest.raises(CannotEdit, match="already"):
        inserted(path, text, "", "tip-one-03")


def entry_of(path: Path, item_id: str) -> Entry:
    return named(gather([path]).entries, item_id)


def test_a_review_changes_three_lines_and_nothing_else(tmp_path: Path) -> None:
    """Comments, order and the other items stay as they are; a second review replaces the first."""
    folder = bank(tmp_path / "content", tip=[TIP, changed(TIP, id="tip-one-02", title="Another one")])
    file = folder / "tip" / "tip.yaml"
    file.write_text(file.read_text().replace("- id: tip-one-02", "# a comment\n- id: tip-one-02"))
    before = file.read_text().splitlines()
    entry = entry_of(folder, "tip-one-02")
    file.write_text(stamped(entry, by="ada-lovelace", state="peer", today=date(2026, 12, 1)))
    after = file.read_text().splitlines()
    assert len(after) == len(before) + 1
    assert {*after} - {*before} == {"  review_state: peer", "  reviewed_by: ada-lovelace", "  reviewed: 2026-12-01"}
    again = entry_of(folder, "tip-one-02")
    file.write_text(stamped(again, by="grace", state="clinician", today=date(2026, 12, 2)))
    item = entry_of(folder, "tip-one-02").record
    assert isinstance(item, Item)
    assert (item.reviewed_by, item.review_state, item.reviewed) == ("grace", "clinician", date(2026, 12, 2))
    assert entry_of(folder, "tip-one-01").record.review_state == "draft"  # type: ignore[attr-defined]
    assert len(file.read_text().splitlines()) == len(after)


def test_what_cannot_be_stamped_is_said(tmp_path: Path) -> None:
    """An id that is none, a handle that is none, an item on one line."""
    folder = bank(tmp_path / "content")
    with pytest.raises(CannotEdit, match="tip-one-01"):
        named(gather([folder]).entries, "tip-one-1")
    entry = entry_of(folder, "tip-one-01")
    for by in ("", "two words", "-x", "x" * 40):
        with pytest.raises(CannotEdit, match="handle"):
            stamped(entry, by=by, state="peer", today=TODAY)
    flow = yaml.safe_dump({"kind": "tip", "schema": 1, "items": [TIP]}, default_flow_style=True, width=10_000)
    (folder / "tip" / "tip.yaml").write_text(flow)
    with pytest.raises(CannotEdit, match="line of its own"):
        stamped(entry_of(folder, "tip-one-01"), by="ada", state="peer", today=TODAY)


@pytest.mark.parametrize("text", ["kind: tip\nschema: 1\n", "kind: tip\nschema: 1\nitems: none\n"])
def test_a_file_without_a_list_takes_no_item(text: str) -> None:
    """Where the items would go is not guessed."""
    with pytest.raises(CannotEdit, match="no list of `items`"):
        inserted(Path("tip.yaml"), text, "  - id: tip-one-01\n", "tip-one-01")


def test_an_empty_list_takes_its_first_item() -> None:
    """A file that was begun and left is gone on with."""
    begun = "kind: tip\nschema: 1\nitems:\n"
    assert inserted(Path("tip.yaml"), begun, "  - id: tip-one-01\n", "tip-one-01") == begun + "  - id: tip-one-01\n"
