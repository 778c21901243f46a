"""The plan's own examples: the good ones pass once mended, the bad ones fail by the rule they were written to break."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import BANK
from bot.content import loading
from bot.content.checking import check
from tests.content.samples import COMMON, PHRASE, SCRIPT, TIP, TODAY

PAGE = BANK.parents[1] / "shared" / "content-blueprint.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the content blueprint does not lie beside the project")

KINDS = ("tip", "phrase", "script", "journey")
#: What the bank calls what the examples call otherwise.
TAGS = {
    "preparation": "organization", "presentation": "presentations", "reasoning": "learning", "surgery-ward": "rounds",
    "plain-language": "communication", "interview": "communication", "disposition": "discharge", "initiative": "tasks",
}  # fmt: skip
#: Ids under which the bank holds the same term.
OURS = {
    "phr-ms-ambiguous": "phr-ms",
    "phr-eras-two-meanings": "phr-eras",
    "phr-contract-for-safety": "phr-contract-for-safety-outdated",
}

#: The least that makes each good example keep every rule.
MENDS: dict[str, dict[str, Any]] = {
    "tip-w1-06": {
        "body": "Write one short line per patient: who, why here, what you treat. Beside it draw a box for each job you "
        "own today. Check the boxes at ten, at two and before you leave. A box stays open until you told someone.",
        "action": "Add boxes for today's jobs to each patient row before rounds.",
    },
    "tip-bef-02": {
        "body": "Coordinators answer short mail. Ask five things only. Where and when to arrive? How many patients? May "
        "students chart? Who fills in the evaluation? When is the midpoint talk? After two days, ask the chief resident.",
    },
    "tip-prs-08": {
        "body": "Give the number that matters, where it started and where it is going. Creatinine was two, now one point "
        "four; baseline is one. Leave normal results out. Keep the full set in your hand for what follows.",
        "action": "Replace a list of values with one trend in a presentation today.",
        "lint_allow": [],
    },
    "tip-pat-04": {
        "body": "Explain one idea, then hand the test to yourself. Say that you want to be sure you were clear. Ask them "
        "to tell you the plan as they would tell a relative. Two rounds are normal.",
    },
    "tip-cul-04": {
        "body": "Relatives soften bad news and skip private questions. Offer the hospital interpreter early, by phone or "
        "video. Keep looking at the patient while you talk. A child should not carry this job.",
    },
    "tip-doc-11": {"action": "Check your phone for patient photos or notes."},
    "phr-soft-pressures": {"example": '"Soft pressures overnight, so we held one of his home pills."'},
    "phr-dispo": {"aliases": ["disposition"]},
    "jny-mid-minus2-heads-up": {"stores": ["feedback_from", "midpoint_feedback_done"]},
    "jny-mid-evening-check": {
        "guards": {"min_length_wd": 18, "unless": ["midpoint_feedback_done"]},
        "stores": ["midpoint_feedback_done"],
    },
}


class Plain(yaml.SafeLoader):
    """Reads as the bank does: only true and false are flags, so that a button may be called "yes"."""


class Plainly(yaml.SafeDumper):
    """Writes without anchors, and quotes nothing that the bank reads as text anyway."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for reader in (Plain, Plainly):
    reader.yaml_implicit_resolvers = {
        letter: [each for each in resolvers if each[0] != "tag:yaml.org,2002:bool"]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    reader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def good() -> dict[str, list[dict[str, Any]]]:
    """Return the page's good examples by kind, in the shape this bank has: a phrase says how it is asked for."""
    part = PAGE.read_text(encoding="utf-8")
    part = part[part.index("### 5.1") : part.index("### 5.5")]
    files = [yaml.load(block, Loader=Plain) for block in re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)]
    found: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        for item in file["items"]:
            item["id"] = OURS.get(item["id"], item["id"])
            item["reviewed"] = str(item["reviewed"])
            item["tags"] = [TAGS.get(tag, tag) for tag in item.get("tags", [])]
            if file["kind"] == "phrase":
                item["asked_as"] = [f"what {item['id']} is about", f"the meaning behind {item['id']}"]
            if file["kind"] == "journey":
                item["journey"] = file["journey"]
                for button in item["buttons"]:
                    if button.get("goto") == "log_picker":  # what the log offers is the log's own affair
                        del button["goto"]
                        button |= {"do": "log.pick", "needs": ["log"]}
                    if "input" in button:
                        button["input"] |= {"store": "contributions", "prompt": "Three lines, no patient details."}
            found.setdefault(file["kind"], []).append(item)
    assert tuple(found) == KINDS
    return found


def faults(folder: Path, kind: str, items: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return the rules each item breaks, laid over the bank."""
    path = folder / f"{kind}.yaml"
    begun = {"kind": kind, "schema": 1, "items": sorted(items, key=lambda item: str(item["id"]))}
    path.write_text(yaml.dump(begun, Dumper=Plainly, sort_keys=False, width=1000))
    report = check([path], today=TODAY, base=BANK, cache=folder.parent / "known.pickle")
    rows = loading.read(path).root["items"]
    begins = [(row.line, row["id"]) for row in rows]
    told: dict[str, set[str]] = {}
    for fault in report.faults:
        if fault.path.name == path.name and fault.level == "error":
            owner = [item_id for line, item_id in begins if line <= fault.line][-1]
            told.setdefault(owner, set()).add(fault.rule)
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_the_good_examples_pass_once_mended(kind: str, tmp_path: Path) -> None:
    items = [{**item, **MENDS.get(item["id"], {})} for item in good()[kind]]
    assert faults(tmp_path, kind, items) == {}


def test_as_they_stand_they_break_what_their_page_says(tmp_path: Path) -> None:
    """Long sentences in five tips."""
    told = faults(tmp_path, "tip", good()["tip"])
    assert len([item for item, rules in told.items() if "L08" in rules]) == 5


BAD: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("slogan", TIP, {"id": "tip-any-99"}, {"L09", "L25"}),
    ("dose", TIP, {"id": "tip-im-98"}, {"L15", "L16"}),
    ("patient", TIP, {"id": "tip-log-97"}, {"L14"}),
    ("dangerous", PHRASE, {"id": "phr-ms"}, {"L11", "L13"}),
]


@pytest.mark.parametrize(("name", "base", "own", "rules"), BAD, ids=[each[0] for each in BAD])
def test_the_bad_examples_fail_by_their_rules(
    name: str, base: dict[str, Any], own: dict[str, Any], rules: set[str], tmp_path: Path
) -> None:
    """Each is filled up with what it lacks from a clean item, so that only what is bad in it counts."""
    part = PAGE.read_text(encoding="utf-8")
    part = part[part.index("### 5.5") : part.index("## 6.")]
    (bad,) = [item for block in re.findall(r"```yaml\n(.*?)```", part, re.DOTALL) for item in yaml.safe_load(block)
              if item["id"] == own["id"]]  # fmt: skip
    kind = "phrase" if base is PHRASE else "tip"
    bare = {**COMMON, **bad, "type": "abbreviation", "register": "neutral", "level": 1, "expansion": "several"}
    lacking = faults(tmp_path, kind, [bare])[bad["id"]] if kind == "phrase" else set()
    filled = (
        {**base, **bad, "tags": ["nurses"]} if kind == "tip" else {**base, "aliases": [], **bad, "related": ["phr-mse"]}
    )
    if kind == "tip" and len(filled["body"]) < 160:
        filled["body"] += (
            " Stand where you can see. Say it in one line and wait for the answer of the person beside you."
        )
    told = faults(tmp_path, kind, [filled])
    assert rules <= told[bad["id"]] | lacking, told


def test_a_sentence_of_the_guide_is_told(tmp_path: Path) -> None:
    """The fourth bad example only says that it would be one: any line of the guide does."""
    guide = (PAGE.parent / "guide.txt").read_text(encoding="utf-8")
    line = max(
        (sentence.strip() for sentence in re.split(r"[.\n]", guide)),
        key=lambda text: len(text.split()) < 20 and len(text),
    )
    item = {**SCRIPT, "id": "scr-letter-bad", "say": line[:280], "slots": [], "short": "Could you?"}
    assert "L07" in faults(tmp_path, "script", [item])["scr-letter-bad"]
