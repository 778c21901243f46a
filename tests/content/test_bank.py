"""The bank finds records, takes overlays, and starts fast the second time."""

import pickle
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from bot.content.bank import load
from bot.content.faults import BadContent, Fault
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.meta import Fact, Specialty, Tag
from bot.content.steps import Step
from tests.content.samples import FAQ, STEP, TIP, bank, changed, write

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bank(tmp_path / "content")


def test_records_are_found_by_kind_and_id(folder: Path) -> None:
    """The ways in: all of a kind, one of a kind, any item, a specialty."""
    found = load([folder], cache=None)
    assert [tip.id for tip in found.all(Tip)] == ["tip-one-01"]
    assert found.get(Script, "scr-lost-the-thread").slots[0].name == "problem"
    assert found.item("phr-eyeball") == found.get(Phrase, "phr-eyeball")
    assert found.item("tip-none-99") is None
    assert found.specialty("im").day_start == "06:30"
    assert found.get(Fact, "who_sees").private_text is False
    assert [tag.id for tag in found.all(Tag)] == ["nurses", "rounds", "safety"]
    assert all(found.all(kind) for kind in (Plain, Checklist, Faq, Step, Specialty))
    with pytest.raises(KeyError):
        found.get(Tip, "phr-eyeball")
    with pytest.raises(KeyError):
        found.specialty("law")


def test_titles_and_phases_left_out_are_filled_in(folder: Path) -> None:
    """A phrase is titled by its term; a step's phases follow from its journey."""
    found = load([folder], cache=None)
    assert found.get(Phrase, "phr-sick").title == "sick"
    assert found.get(Step, "jny-d1-evening").phases == ("day1",)


def test_an_overlay_adds_replaces_and_retires(folder: Path, tmp_path: Path) -> None:
    """A program lays its own words over ours without touching ours."""
    over = tmp_path / "over"
    write(over / "tips.yaml", "tip", [changed(TIP, hook="Our own words."), changed(TIP, id="tip-own-01", title="Own")])
    write(over / "gone.yaml", "phrase", [{"id": "phr-sick", "status": "retired"}])
    found = load([folder, over], cache=None)
    assert found.get(Tip, "tip-one-01").hook == "Our own words."
    assert found.item("tip-own-01") is not None
    assert found.get(Phrase, "phr-sick").status == "retired"
    assert [phrase.id for phrase in found.active(Phrase)] == ["phr-eyeball"]
    assert len(found.all(Phrase)) == 2


def test_a_later_overlay_wins(folder: Path, tmp_path: Path) -> None:
    """Folders are laid over each other in the order given."""
    for name in ("one", "two"):
        write(tmp_path / name / "tips.yaml", "tip", [changed(TIP, hook=f"Layer {name}.")])
    found = load([folder, tmp_path / "one", tmp_path / "two"], cache=None)
    assert found.get(Tip, "tip-one-01").hook == "Layer two."


def test_retiring_what_is_not_there_is_a_fault(folder: Path, tmp_path: Path) -> None:
    """A typo in an overlay must not pass in silence."""
    write(tmp_path / "over" / "gone.yaml", "tip", [{"id": "tip-none-99", "status": "retired"}])
    with pytest.raises(BadContent, match="there is no `tip-none-99` below to retire"):
        load([folder, tmp_path / "over"], cache=None)


def test_an_id_given_twice_names_both_places(tmp_path: Path) -> None:
    """Ids are unique over the whole bank."""
    folder = bank(tmp_path / "content")
    write(folder / "tip" / "more.yaml", "tip", [changed(TIP, title="Other")])
    with pytest.raises(BadContent, match=r"tip\.yaml:4: L02 the id `tip-one-01` stands in more\.yaml:4 too"):
        load([folder], cache=None)


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    """A wrong setting is told as such."""
    with pytest.raises(BadContent, match="no such folder"):
        load([tmp_path / "nowhere"], cache=None)


@pytest.mark.parametrize(
    ("kind", "item", "what"),
    [
        ("tip", changed(TIP, script="scr-gone"), "there is no script `scr-gone`"),
        ("tip", changed(TIP, tags=["nonsense"]), "there is no tag `nonsense`"),
        ("tip", changed(TIP, sources=["rumor"]), "there is no source `rumor`"),
        ("tip", changed(TIP, related=["tip-one-01"]), "names the item itself"),
        ("faq", changed(FAQ, next=["scr-gone"]), "there is no item `scr-gone`"),
        ("journey", changed(STEP, stores=["secret"]), "there is no fact `secret`"),
        ("journey", changed(STEP, checklist="chk-gone"), "there is no checklist `chk-gone`"),
        (
            "journey",
            changed(STEP, buttons=[{"id": "go", "label": "Go", "goto": "jny-gone"}]),
            "there is no item `jny-gone`",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(
    kind: str, item: dict[str, object], what: str, tmp_path: Path
) -> None:
    """A dead end is found at the start, not by a student."""
    with pytest.raises(BadContent, match=what):
        load([bank(tmp_path / "content", **{kind: [item]})], cache=None)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"id": True}, r"`id` is `True`; a text belongs here"),
        ({"id": "Tip One"}, "L02 `id` is `Tip One`"),
        ({"id": "phr-one"}, "L02 `phr-one` is no id of a tip"),
        ({"hook": "x" * 91}, "L03 `hook` has 91 characters of 90; shorten it by 1"),
        ({"body": "short"}, "L03 `body` has 5 characters, at least 160 wanted"),
        ({"hok": "x"}, "unknown field `hok`; did you mean `hook`?"),
        ({"why": None}, "`why` is missing"),
        ({"phases": ["weekend"]}, "`phases.0` is `weekend`; use one of"),
        ({"phases": "week1"}, r"`phases` is `week1`; a list \[a, b\] belongs here"),
        ({"reviewed": "soon"}, "reviewed: Input should be a valid date"),
        ({"guide": []}, "`guide` has too few entries"),
        ({"guide": ["Section 2"]}, "a guide id looks like G3.5a"),
    ],
)
def test_a_field_that_does_not_fit_says_how_to_mend_it(change: dict[str, object], what: str, tmp_path: Path) -> None:
    """Each fault names file, line, what and how."""
    with pytest.raises(BadContent, match=what) as caught:
        load([bank(tmp_path / "content", tip=[changed(TIP, **change)])], cache=None)
    assert all(fault.path.name == "tip.yaml" and fault.line >= 4 for fault in caught.value.faults)


def test_mutated_files_give_faults_and_never_a_crash(tmp_path: Path) -> None:
    """200 files with bytes cut, doubled, swapped or replaced: each loads, or says where it is wrong."""
    originals = sorted(bank(tmp_path / "content").rglob("*.yaml"))
    random, refused = Random(20261122), 0
    for _ in range(200):
        path = random.choice(originals)
        whole = path.read_bytes()
        path.write_bytes(_mutated(whole, random))
        found = _faults(tmp_path / "content")
        path.write_bytes(whole)
        refused += bool(found)
        assert all(fault.line >= 1 and fault.what and fault.mend for fault in found)
    assert refused > 100


def _faults(folder: Path) -> tuple[Fault, ...]:
    try:
        load([folder], cache=None)
    except BadContent as bad:
        return bad.faults
    return ()


def _mutated(blob: bytes, random: Random) -> bytes:
    at, end = sorted((random.randrange(len(blob)), random.randrange(len(blob))))
    end = min(end, at + 60)
    junk = bytes(random.choice(b"[]{}:-&*!|>'\"#%@`,\n\t 0aZ\x00\xff") for _ in range(random.randrange(1, 8)))
    match random.randrange(4):
        case 0:
            return blob[:at] + blob[end:]
        case 1:
            return blob[:end] + blob[at:]
        case 2:
            return blob[:at] + junk + blob[at:]
        case _:
            return blob[:at] + junk + blob[end:]


def test_the_second_start_reads_the_compiled_bank(folder: Path, tmp_path: Path) -> None:
    """Neither YAML nor validation is even imported then."""
    cache = tmp_path / "cache" / "bank.pickle"
    first = load([folder], cache=cache)
    assert cache.stat().st_mode & 0o777 == 0o600
    assert load([folder], cache=cache) == first
    code = (
        "import sys; from pathlib import Path; from bot.content.bank import load\n"
        f"bank = load([Path({str(folder)!r})], cache=Path({str(cache)!r}))\n"
        "assert bank.item('tip-one-01').hook\n"
        "print(*sorted({'yaml', 'pydantic', 'pydantic_core'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_change_of_any_file_rebuilds_the_compiled_bank(folder: Path, tmp_path: Path) -> None:
    """Added, edited or deleted: the next start sees it."""
    cache = tmp_path / "bank.pickle"
    load([folder], cache=cache)
    write(folder / "tip" / "tip.yaml", "tip", [changed(TIP, hook="A new hook.")])
    assert load([folder], cache=cache).get(Tip, "tip-one-01").hook == "A new hook."
    write(folder / "tip" / "more.yaml", "tip", [changed(TIP, id="tip-two-01", title="Two")])
    assert load([folder], cache=cache).item("tip-two-01") is not None
    (folder / "tip" / "more.yaml").unlink()
    assert load([folder], cache=cache).item("tip-two-01") is None


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign", "evil", "open to all", "a folder"])
def test_a_compiled_bank_that_is_not_ours_is_rebuilt(damage: str, folder: Path, tmp_path: Path) -> None:
    """A pickle runs what it says, so it must be whole, ours, and hold records only."""
    cache = tmp_path / "bank.pickle"
    first = load([folder], cache=cache)
    blob = cache.read_bytes()
    match damage:
        case "empty":
            cache.write_bytes(b"")
        case "cut":
            cache.write_bytes(blob[:-10])
        case "flipped":
            cache.write_bytes(blob[:-10] + bytes([blob[-10] ^ 255]) + blob[-9:])
        case "foreign":
            cache.write_bytes(b"wardwise bank 0\n" + blob[16:])
        case "evil":
            cache.write_bytes(_with_body(blob, pickle.dumps(_Evil(str(tmp_path / "owned")))))
        case "open to all":
            cache.write_bytes(_with_body(blob, pickle.dumps(())))
            cache.chmod(0o666)
        case "a folder":
            cache.unlink()
            cache.mkdir()
    assert load([folder], cache=cache) == first
    assert not (tmp_path / "owned").exists()


class _Evil:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.path, "w")


def _with_body(blob: bytes, body: bytes) -> bytes:
    import hashlib

    return blob[: 16 + 32] + hashlib.sha256(body).digest() + body
