"""Each rule lets good items through and stops bad ones, naming file, line and mend."""

from pathlib import Path
from typing import Any

import pytest

from bot.content.__main__ import main
from bot.content.checking import check
from bot.content.faults import Fault
from bot.content.lint.rules import RULES
from bot.content.lint.wording import guide_hashes
from tests.content.samples import (
    CHECKLIST,
    FAQ,
    ITEMS,
    META,
    OTHER_PHRASE,
    PHRASE,
    PLAIN,
    SCRIPT,
    STEP,
    TIP,
    TODAY,
    bank,
    changed,
    write,
)

BODY = TIP["body"]
LATER, TYPED = STEP["buttons"][1:]
GUIDE = "The wise old owl sat in the oak and said nothing at all until the moon came up over the hill."
LONG = (
    "We walked past the desk and the door and the lift and the stairs and the other desk and then the other door too."
)
DENSE = (
    "Institutional administrative considerations systematically complicate interdisciplinary communication "
    "opportunities. Organizational documentation responsibilities disproportionately accumulate. "
    "Conscientious practitioners anticipate administrative idiosyncrasies."
)

#: rule, kind, and a change that breaks the rule in the first item of the small bank
BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("L01", "tip", {"review_state": "peer"}),
    ("L01", "tip", {"lint_allow": ["lab_value"]}),
    ("L01", "tip", {"phases": ["any", "week1"]}),
    ("L01", "tip", {"say": "May I ask you something?", "script": "scr-lost-the-thread"}),
    ("L01", "script", {"channel": "email"}),
    ("L01", "script", {"say": None, "slots": []}),
    ("L01", "journey", {"trigger": {"anchor": "start", "slot": "evening"}}),
    ("L01", "journey", {"trigger": {"anchor": "event", "offset_wd": 0, "slot": "evening"}}),
    ("L01", "journey", {"trigger": {"anchor": "end", "at_fraction": 0.6, "slot": "evening"}}),
    ("L01", "journey", {"trigger": {"anchor": "end", "offset_wd": 0, "week": 1, "slot": "evening"}}),
    ("L01", "journey", {"trigger": {"anchor": "end", "offset_wd": 0, "offset_days": 1, "slot": "evening"}}),
    ("L03", "tip", {"hook": "h" * 85, "action": "Ask " + "a" * 130, "body": BODY + " " + "b" * (475 - len(BODY))}),
    ("L07", "tip", {"why": "Here the wise old owl sat in the oak again."}),
    ("L08", "tip", {"why": LONG}),
    ("L08", "tip", {"body": DENSE}),
    ("L08", "faq", {"short": DENSE}),
    ("L08", "plain", {"say": "Histopathological examination necessitates percutaneous tissue acquisition."}),
    ("L08", "script", {"to": "patient", "slots": [], "say": DENSE[:250], "short": "Is that fine?"}),
    ("L09", "tip", {"hook": "Crush it on your first day."}),
    ("L10", "tip", {"why": "Nurses always know first."}),
    ("L11", "phrase", {"type": "abbreviation"}),
    ("L11", "phrase", {"example": '"Go and see her."'}),
    ("L11", "phrase", {"related": ["tip-one-01"]}),
    ("L12", "phrase", {"ambiguous": True}),
    ("L13", "tip", {"why": "Orders such as 10 U or 5.0 mg are misread."}),
    ("L13", "phrase", {"example": '"Eyeball the order, is it QD?"'}),
    ("L13", "phrase", {"term": "MS", "example": '"What does MS mean here?"'}),
    ("L13", "phrase", {"example": '"Eyeball him, then give MS for pain."'}),
    ("L14", "tip", {"why": "It helped Mrs. Alvarez last week."}),
    ("L14", "tip", {"why": "She came in on March 14 with a fever."}),
    ("L14", "tip", {"why": "She came in on 3/14 with a fever."}),
    ("L14", "tip", {"why": "Admitted 11/3/2026 with a fever."}),
    ("L14", "tip", {"why": "Call 555-867-5309 for help."}),
    ("L14", "tip", {"why": "Write to ward@example.test for help."}),
    ("L14", "tip", {"why": "His record is 00482913."}),
    ("L14", "tip", {"why": "The woman in room 12 waits."}),
    ("L14", "tip", {"why": "He lives on 12 Maple Street."}),
    ("L14", "tip", {"why": "A fisherman from Fresno came in."}),
    ("L14", "tip", {"why": "A 93-year-old man came in."}),
    ("L14", "tip", {"why": "The man, 91, from the farm came in."}),
    ("L15", "tip", {"why": "He takes 40 mg in the morning."}),
    ("L15", "tip", {"why": "Say that heparin runs at 12 units an hour."}),
    ("L15", "tip", {"why": "Say warfarin, and that he took 2 tablets."}),
    ("L15", "phrase", {"example": '"Eyeball him, the drip is at 5 mcg/min."'}),
    ("L16", "tip", {"why": "Start the furosemide before rounds."}),
    ("L16", "plain", {"check": "Stop your metoprolol. Can you tell me why?"}),
    ("L17", "tip", {"why": "In one survey 80 % of nurses knew first."}),
    ("L17", "tip", {"why": "Since 2021 patients read what you write."}),
    ("L17", "faq", {"short": "You may send up to four letters to each program, so choose with care."}),
    ("L18", "tip", {"why": "MyERAS asks for it later."}),
    ("L18", "faq", {"short": "Ask which immunization schedule this clinic follows, then read that one."}),
    ("L18", "tip", {"verify": "annual", "reviewed": "2025-10-01"}),
    ("L19", "tip", {"why": "Students may chart here, and you may write the first draft."}),
    ("L19", "script", {"situation": "The family wants a photo of the wound."}),
    ("L22", "quiz", {"tests": ["phr-nowhere"]}),
    ("L22", "reflection", {"stores": "nothing_declared"}),
    ("L27", "journey", {"buttons": [{"id": "show", "label": "Show the words", "goto": "script"}], "stores": []}),
    ("L27", "journey", {"on_send": {"who_sees": True}, "guards": {"requires": ["who_sees"]}}),
    ("L22", "journey", {"buttons": [{"id": "go", "label": "Go", "goto": "checklist"}], "stores": []}),
    ("L22", "journey", {"buttons": [{"id": "go", "label": "Go", "goto": "nowhere"}], "stores": []}),
    ("L22", "journey", {"buttons": [{"id": "go", "label": "Go", "do": "feedback.dance"}], "stores": []}),
    ("L22", "journey", {"buttons": [{"id": "go", "label": "Go", "do": "feedback.plan nobody"}], "stores": []}),
    ("L22", "journey", {"buttons": [{"id": "go", "label": "Go", "set": {"who_sees": "x"}}], "stores": []}),
    ("L22", "journey", {"buttons": [{"id": "go", "label": "Go"}], "stores": []}),
    ("L22", "journey", {"buttons": [{"id": "go", "label": n, "goto": "script"} for n in "ab"], "stores": []}),
    ("L23", "script", {"slots": []}),
    ("L23", "script", {"say": "I lost the plan.", "short": "The plan?"}),
    ("L23", "script", {"slots": [{"name": "mrn", "hint": "x"}], "say": "For {mrn}?", "short": "The plan?"}),
    ("L23", "journey", {"message": "Hello {nobody}, who sees your work?"}),
    ("L24", "tip", {"action": "Examine one abdomen before rounds."}),
    ("L24", "tip", {"action": "Write the progress note before noon."}),
    ("L25", "tip", {"action": "Before rounds, ask one nurse."}),
    ("L25", "tip", {"action": "Ask one nurse and then write it down."}),
    ("L25", "tip", {"action": "Ask one nurse and write it and read more."}),
    ("L25", "tip", {"action": "Ask one nurse and write it down."}),
    ("L25", "tip", {"action": "Befriend one nurse."}),
    ("L25", "tip", {"action": "Ask one nurse. Write it down."}),
    ("L26", "faq", {"long": "More at www.example.test for all."}),
    (
        "L28",
        "journey",
        {"buttons": [{**TYPED, "input": {**TYPED["input"], "prompt": "Who?"}}]},
    ),
    ("L29", "tip", {"why": "If the surgeon is busy, he will tell you."}),
    ("L29", "tip", {"why": "Diabetics wait for breakfast."}),
    ("L30", "tip", {"why": "It works \U0001f600 \U0001f600 on most wards."}),
    ("L30", "tip", {"why": "It is NOT a test."}),
    ("L30", "tip", {"why": "It works!"}),
]

#: what a rule must let through although it comes near
FINE: list[tuple[str, dict[str, Any]]] = [
    ("tip", {"hook": "Dr. {name} asks on rounds who saw the patient."}),
    ("tip", {"why": "Pain is 7/10 at rest, strength 4/5, and blood pressure 120/80."}),
    ("tip", {"why": "Someone is there 24/7, and 1-800-222-1222 answers too."}),
    ("tip", {"why": "May you ask? In May, yes. The Boston criteria are a list."}),
    ("tip", {"why": 'The letters "QD" stand on a list of what not to write.'}),
    ("tip", {"why": "He drinks 2 cups and walks 3 blocks."}),
    ("tip", {"why": "Heparin is a word to say with care."}),
    ("tip", {"action": "Write a thank-you note to one nurse.", "why": "She will keep it."}),
    ("tip", {"action": "Examine one abdomen before rounds.", "participation": "hands_on"}),
    ("tip", {"action": "Ask the scrub nurse to show you the field."}),
    ("tip", {"why": "Nurses always know first.", "tags": ["safety"]}),
    ("tip", {"why": 'Say: "Thank you!" It costs nothing.'}),
    ("tip", {"why": "Ask the nurse whether the mother said she slept."}),
    ("phrase", {"register": "avoid", "meaning": "Old talk for crush it, best left alone."}),
    ("phrase", {"ambiguous": True, "senses": [{"meaning": "A look."}, {"meaning": "A part of the eye."}]}),
    ("script", {"avoid": "Saying you will crush it."}),
    (
        "journey",
        {"buttons": [{"id": "go", "label": "Go", "do": "quiz.start", "needs": ["quiz"]}, LATER], "stores": []},
    ),
    (
        "faq",
        {"long": "In the season of 2026 it opened on June 3, and the list ends in March.", "sources": ["handbook"]},
    ),
    ("tip", {"why": "In one survey 80 % of nurses knew first.", "sources": ["handbook"]}),
    ("tip", {"why": "Ten minutes at 7 am are enough for two patients."}),
    ("tip", {"why": "MyERAS asks for it later.", "verify": "annual"}),
    ("tip", {"why": "On the ERAS pathway (enhanced recovery) she eats tonight."}),
    ("tip", {"why": "Students may chart here.", "verify": "program"}),
    ("tip", {"why": "Reporter, interpreter, manager, educator: four steps."}),
    ("quiz", {"options": ["Write QD", "Write daily", "Write nothing"]}),
    ("plain", {"term": "benign", "say": "Benign means it is not cancer.", "plain": "not cancer"}),
]


def faults(folder: Path) -> tuple[Fault, ...]:
    """Check every part of a small bank, which as a whole lacks much that the real one must hold."""
    return check(sorted(folder.iterdir()), today=TODAY).faults


def first_changed(kind: str, change: dict[str, Any]) -> dict[str, list[Any]]:
    first, *others = ITEMS[kind]
    return {kind: [changed(first, **change), *others]}


def broken(tmp_path: Path, rule: str, **kinds: list[Any]) -> list[str]:
    return [str(fault) for fault in faults(bank(tmp_path / "content", **kinds)) if fault.rule == rule]


def test_the_small_bank_is_clean(tmp_path: Path) -> None:
    """What all examples below are changes of."""
    assert faults(bank(tmp_path / "content")) == ()


@pytest.mark.parametrize(("rule", "kind", "change"), BROKEN, ids=lambda value: value if isinstance(value, str) else "")
def test_a_rule_stops_what_breaks_it(rule: str, kind: str, change: dict[str, Any], tmp_path: Path) -> None:
    """One change of a clean item is one fault of that rule, in that file."""
    folder = bank(tmp_path / "content", **first_changed(kind, change))
    (folder / "meta" / "guide_hashes.txt").write_text("\n".join(guide_hashes(GUIDE)))
    found = [fault for fault in faults(folder) if fault.rule == rule]
    assert found
    assert {fault.path.name for fault in found} == {f"{kind}.yaml"}
    assert all(fault.line > 3 and fault.what and fault.mend for fault in found)


@pytest.mark.parametrize(("kind", "change"), FINE, ids=lambda value: value if isinstance(value, str) else "")
def test_what_only_comes_near_is_let_through(kind: str, change: dict[str, Any], tmp_path: Path) -> None:
    """False alarms teach writers to ignore the checker."""
    assert faults(bank(tmp_path / "content", **first_changed(kind, change))) == ()


def test_every_rule_has_an_example_that_breaks_it() -> None:
    """A rule nobody has seen fail is no rule; those about several items have tests of their own below."""
    assert {rule.id for rule in RULES} - {rule for rule, _, _ in BROKEN} == {"L02", "L04", "L05", "L06", "L20", "L21"}


def test_the_fault_is_at_the_line_of_the_field(tmp_path: Path) -> None:
    """Not at the item, which may be long."""
    folder = bank(tmp_path / "content", tip=[changed(TIP, action="Before rounds, ask one nurse.")])
    (fault,) = faults(folder)
    lines = (folder / "tip" / "tip.yaml").read_text().splitlines()
    assert lines[fault.line - 1].strip().startswith("action:")


def test_items_out_of_order_are_told(tmp_path: Path) -> None:
    """Files are sorted by id."""
    assert broken(tmp_path, "L01", phrase=[OTHER_PHRASE, PHRASE])


def test_a_file_of_too_many_items_is_told(tmp_path: Path) -> None:
    """A tip file holds thirty at most."""
    tips = [changed(TIP, id=f"tip-one-{n:02}", title=f"Title {n}") for n in range(31)]
    assert any("31 items in one file" in fault for fault in broken(tmp_path, "L01", tip=tips))


def test_the_same_sentence_twice_is_told(tmp_path: Path) -> None:
    """Whatever the case and the commas."""
    other = changed(TIP, id="tip-one-02", title="Other", hook="Ask.", action="ask one nurse, what changed overnight")
    assert any("the same `action` as in `tip-one-01`" in fault for fault in broken(tmp_path, "L04", tip=[TIP, other]))


def test_a_reworded_copy_is_told(tmp_path: Path) -> None:
    """Swapping a few words does not make a second tip."""
    near = changed(
        TIP,
        id="tip-one-02",
        title="Somebody else",
        hook="The nurse at the desk has watched your patients all night.",
        body=BODY.replace("thank her", "thank them").replace("two words", "three words"),
        action="Ask the nurse what changed over the night.",
    )
    assert any("the same as `tip-one-01`" in fault for fault in broken(tmp_path, "L05", tip=[TIP, near]))


def test_two_tips_of_different_scenes_are_not_alike(tmp_path: Path) -> None:
    """The rule looks at the text, not at the topic."""
    other = changed(
        TIP,
        id="tip-one-02",
        title="Boxes on a list",
        hook="A task without a box gets lost by noon.",
        body=(
            "Draw one square for each job as it is given to you. Cross it when the thing is done, and fill it when "
            "the person who asked has heard so. At four, look for squares that are crossed and not yet filled."
        ),
        action="Draw a box for each job you take today.",
        why="Done and not told looks like not done.",
    )
    assert faults(bank(tmp_path / "content", tip=[TIP, other])) == ()


def test_a_script_over_again_is_told(tmp_path: Path) -> None:
    """A tip that says what a script says should point to it."""
    said = f"{TIP['hook']} {BODY} {TIP['action']}"
    other = changed(SCRIPT, say=said[:280], slots=[], short="The plan?", situation=said[280:], if_no=said[200:260])
    assert any("the same as `scr-lost-the-thread`" in fault for fault in broken(tmp_path, "L06", script=[other]))
    answer = changed(FAQ, q=TIP["hook"], short=BODY[:300], title="Other")
    assert any("the same as `faq-arrive-early`" in fault for fault in broken(tmp_path, "L06", faq=[answer]))


def test_the_same_act_on_the_same_practice_is_told(tmp_path: Path) -> None:
    """Two tips may share a practice or an act, not both."""
    other = changed(TIP, id="tip-one-02", title="Other", hook="Other.", action="Ask one nurse who was on last night.")
    assert any('asks to "ask one" as' in fault for fault in broken(tmp_path, "L05", tip=[TIP, other]))


def test_what_was_promised_is_missed(tmp_path: Path) -> None:
    """An id on the list has to be there, retired or not."""
    planned = [{"id": "tip", "ids": ["tip-one-01", "tip-one-02"]}]
    folder = bank(tmp_path / "content", planned=planned)
    assert [fault.what for fault in check([folder], today=TODAY).faults if fault.rule == "L02"] == [
        "the tip `tip-one-02` is promised and not there"
    ]
    bank(folder, tip=[TIP, changed(TIP, id="tip-one-02", status="retired")])
    assert [fault for fault in check([folder], today=TODAY).faults if fault.rule == "L02"] == []


def test_a_practice_that_nothing_teaches_is_missed(tmp_path: Path) -> None:
    """An item counts for the bullet it names and for what that is part of; a number that is none is told."""
    bullets = [
        {"id": "G2", "gist": "Prepare", "least": {"tip": 1}},
        {"id": "G2.0", "gist": "Clarify early", "parent": "G2", "least": {"tip": 2, "script": 1}},
    ]
    folder = bank(tmp_path / "content", guide_map=bullets)
    found = [fault.what for fault in check([folder], today=TODAY).faults if fault.rule == "L20"]
    assert found == ["`G2.0` (Clarify early) has 1 of 2 tips"]
    bank(folder, tip=[changed(TIP, guide=["G9.9"])])
    found = [fault.what for fault in check([folder], today=TODAY).faults if fault.rule == "L20"]
    assert "the guide has no `G9.9`" in found
    assert "`G2` (Prepare) has 0 of 1 tips" in found
    found = [fault.what for fault in check([folder / "tip"], today=TODAY).faults if fault.rule == "L20"]
    assert found == ["the guide has no `G9.9`"]
    around = [changed(bullets[0], parent="G2.0"), bullets[1]]
    bank(folder, tip=[TIP], guide_map=around)
    assert len([fault for fault in check([folder], today=TODAY).faults if fault.rule == "L20"]) == 1


def test_a_phase_with_too_few_tips_is_missed(tmp_path: Path) -> None:
    """Counted for each specialty and shift."""
    cells = [{"id": "any", "total": 2, "phases": {"week1": 1, "late": 1}, "shifts": {"night": 1}}]
    folder = bank(tmp_path / "content", cells=cells)
    found = [fault.what for fault in check([folder], today=TODAY).faults if fault.rule == "L21"]
    assert found == ["any, total: 1 of 2 tips", "any, late: 0 of 1 tips", "any, night: 0 of 1 tips"]


def test_titles_of_the_same_words_are_told(tmp_path: Path) -> None:
    """In a list they could not be told apart."""
    other = changed(TIP, id="tip-one-02", title="At the desk, the nurse")
    assert any("the title of `tip-one-01`" in fault for fault in broken(tmp_path, "L05", tip=[TIP, other]))


def test_a_name_with_two_entries_is_told_in_both(tmp_path: Path) -> None:
    """Case, dots, hyphens and a plural s do not tell names apart."""
    other = changed(OTHER_PHRASE, aliases=["Eye-balls"])
    found = broken(tmp_path, "L12", phrase=[PHRASE, other])
    assert len(found) == 2
    settled = [{"id": "eyeball", "term": "eyeball", "meanings": {"look": "a look"}, "default": {"any": "look"}}]
    both = [changed(PHRASE, ambiguous=True), changed(other, ambiguous=True)]
    assert (
        broken(tmp_path, "L12", phrase=both, disambiguation=[*settled, {**settled[0], "id": "sick", "term": "sick"}])
        == []
    )


def test_a_whole_bank_must_warn_of_the_dangerous_abbreviations(tmp_path: Path) -> None:
    """Nine of them, each with what to write instead."""
    folder = bank(tmp_path / "content")
    missing = [fault for fault in check([folder], today=TODAY).faults if fault.rule == "L13"]
    assert len(missing) == 9
    names = ["U", "IU", "QD", "QOD", "trailing zero", "leading zero", "MS", "MSO4", "MgSO4"]
    warned = [
        changed(
            PHRASE,
            id=f"phr-warned-{index}",
            term=name,
            aliases=[],
            do_not_use={"list": "joint_commission", "instead": "the word"},
        )
        for index, name in enumerate(names)
    ]
    bank(folder, phrase=[PHRASE, OTHER_PHRASE, *warned])
    assert [fault for fault in check([folder], today=TODAY).faults if fault.rule == "L13"] == []


def test_an_exception_needs_its_reason(tmp_path: Path) -> None:
    """`lint_allow` works, with a comment beside it."""
    folder = bank(tmp_path / "content", tip=[changed(TIP, why=LONG, lint_allow=["long_sentence"])])
    file = folder / "tip" / "tip.yaml"
    assert {fault.rule for fault in faults(folder)} == {"L01"}
    file.write_text(file.read_text().replace("lint_allow:", "lint_allow:  # read aloud, it is one breath"))
    assert faults(folder) == ()


def test_lab_values_and_absolutes_are_allowed_where_said_so(tmp_path: Path) -> None:
    """The other exceptions."""
    folder = bank(
        tmp_path / "content",
        tip=[changed(TIP, why="Always say 90 mg as a value.", lint_allow=["lab_value", "absolute_word"])],
    )
    file = folder / "tip" / "tip.yaml"
    file.write_text(file.read_text().replace("lint_allow:", "lint_allow:  # an example of speech"))
    assert faults(folder) == ()


def test_a_pattern_that_is_none_is_told(tmp_path: Path) -> None:
    """A slip in the list of banned wordings does not break the checker."""
    found = broken(tmp_path, "L01", banned=[{"pattern": "a(b", "why": "Hype"}])
    assert any("no regular expression" in fault for fault in found)


def test_an_overlay_may_hold_local_numbers(tmp_path: Path) -> None:
    """A program's pager numbers are what an overlay is for."""
    folder, over = bank(tmp_path / "content"), tmp_path / "over"
    write(
        over / "faq.yaml", "faq", [changed(FAQ, id="faq-pager", short="The senior's pager is 555-0100.", title="Pager")]
    )
    assert [
        fault for fault in check([folder / "meta"], today=TODAY, overlays=[over]).faults if fault.rule == "L14"
    ] == []


def test_the_command_prints_faults_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a writer runs on one file."""
    folder = bank(tmp_path / "content", checklist=[changed(CHECKLIST, done="See www.example.test now.")])
    assert main([str(folder / "checklist")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "checklist.yaml:" in said[0]
    assert " L26 a web address" in said[0]
    assert said[-1] == "1 items read, 1 errors, 0 warnings"
    assert main([str(folder / "tip" / "tip.yaml")]) == 0
    assert main([str(folder / "nowhere.yaml")]) == 1


def test_the_other_commands_print_what_they_should(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Digests of a guide, the table of rules."""
    guide = tmp_path / "guide.txt"
    guide.write_text(GUIDE)
    assert main(["hashes", str(guide)]) == 0
    assert capsys.readouterr().out.split() == guide_hashes(GUIDE)
    assert main(["rules"]) == 0
    assert "L24 error:" in capsys.readouterr().out


def test_meta_records_are_not_read_as_prose(tmp_path: Path) -> None:
    """The list of banned wordings holds them, and may."""
    rows = [*META["banned"], {"pattern": "game.changer", "why": "Hype"}]
    assert faults(bank(tmp_path / "content", banned=rows)) == ()


def test_a_plain_word_and_a_phrase_may_share_a_name(tmp_path: Path) -> None:
    """They are looked up apart."""
    assert faults(bank(tmp_path / "content", plain=[changed(PLAIN, term="eyeball")])) == ()


def test_a_script_may_be_long_only_beside_a_short_step(tmp_path: Path) -> None:
    """Message, words and buttons are one screen."""
    mail = changed(SCRIPT, channel="email", say=None, subject="A word", body="I lost {problem}. " + "b" * 1150)
    long = changed(STEP, message="Day one is behind you. " + "Who sees your work? " * 24)
    assert broken(tmp_path, "L03", script=[mail], journey=[long])
