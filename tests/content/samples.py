"""A small bank that keeps every rule, and a way to write variations of it."""

import copy
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

#: The day on which the small bank is checked.
TODAY = date(2026, 11, 22)

COMMON = {"guide": ["G2.0"], "reviewed": "2026-11-22", "review_state": "draft"}

TIP = {
    "id": "tip-one-01",
    "title": "The nurse at the desk",
    "hook": "The nurse at the desk has watched your patient all night.",
    "body": (
        "Stop there before you open a chart. Say your name and which patient you follow. Ask what changed since "
        "midnight and what worries her most. Write two words on your list, thank her, and go in. On rounds, say "
        "where the news came from."
    ),
    "action": "Ask one nurse what changed overnight.",
    "why": "The chart lags behind; the person at the bedside does not.",
    "specialties": ["any"],
    "phases": ["week1"],
    "tags": ["nurses"],
    "sources": ["practice"],
    "verify": "none",
    **COMMON,
}
PHRASE = {
    "id": "phr-eyeball",
    "term": "eyeball",
    "aliases": ["lay eyes on"],
    "asked_as": ["go and look at somebody", "see the patient quickly"],
    "type": "slang",
    "meaning": "Look at a patient in person for a moment, to see whether they are well.",
    "example": '"Can you eyeball the new admission while I finish this call?"',
    "said_by": ["resident"],
    "heard": ["rounds"],
    "do": "Go now, come back, and say in one line what you saw.",
    "register": "informal",
    "specialties": ["any"],
    "level": 1,
    "related": ["phr-sick"],
    **COMMON,
}
OTHER_PHRASE = {
    **PHRASE,
    "id": "phr-sick",
    "term": "sick",
    "aliases": ["looks sick"],
    "asked_as": ["seriously ill", "unwell in the ward sense"],
    "meaning": "In danger now or soon, whatever the numbers say.",
    "example": '"Bed by the window is sick, start there."',
    "do": "Tell your resident at once where you saw it.",
    "related": ["phr-eyeball"],
}
SCRIPT = {
    "id": "scr-lost-the-thread",
    "title": "When you lost the thread",
    "situation": "Rounds went on too fast and you missed the plan.",
    "to": "resident",
    "channel": "in_person",
    "say": "I lost the plan for {problem}. Could you give me the two main steps again?",
    "short": "What are the next two steps for {problem}?",
    "slots": [{"name": "problem", "hint": "the main problem, no name"}],
    "avoid": "A nod. It costs an hour later.",
    "if_yes": "Say it back in your own words.",
    "if_no": "Wait for the hallway and ask the intern.",
    "next": "Write both steps on your list.",
    "phases": ["week1"],
    "tags": ["rounds"],
    **COMMON,
}
PLAIN = {
    "id": "pln-biopsy",
    "term": "biopsy",
    "plain": "taking a tiny piece to look at it closely",
    "say": "We will take a tiny piece of the lump and look at it closely.",
    "check": "Can you tell me in your words what we will do and why?",
    "context": "procedure",
    **COMMON,
}
CHECKLIST = {
    "id": "chk-bag",
    "title": "What goes in the bag",
    "intro": "Pack it tonight, while you have time.",
    "items": [
        {"key": key, "text": text}
        for key, text in (("badge", "Badge"), ("pen", "Two pens"), ("snack", "A snack"), ("water", "Water bottle"))
    ],
    "done": "Packed. Put it by the door.",
    "reset": "per_use",
    "phases": ["before"],
    **COMMON,
}
FAQ = {
    "id": "faq-arrive-early",
    "title": "How early to come",
    "q": "How early should I come in?",
    "asks": ["when do I start", "what time is early"],
    "short": "Come early enough to see each patient and the chart once. Half an hour suits most wards in week one.",
    "next": ["scr-lost-the-thread"],
    **COMMON,
}
STEP = {
    "id": "jny-d1-evening",
    "journey": "day1",
    "trigger": {"anchor": "start", "offset_wd": 0, "slot": "evening"},
    "window": {"late_wd": 1},
    "priority": 60,
    "once_per": "rotation",
    "message": "Day one is behind you. Who will see most of your work?",
    "script": "scr-lost-the-thread",
    "buttons": [
        {"id": "show", "label": "Show the words", "goto": "script"},
        {"id": "later", "label": "Tomorrow", "snooze": {"wd": 1, "slot": "evening", "max": 2}},
        {
            "id": "type",
            "label": "Type it",
            "input": {
                "type": "text",
                "max_len": 100,
                "phi_guard": True,
                "store": "who_sees",
                "prompt": "One role, no patient details.",
            },
        },
    ],
    "stores": ["who_sees"],
    **COMMON,
}
REFERENCE = {
    "id": "ref-handbook",
    "org": "A society of ward doctors",
    "name": "The ward handbook",
    "what_for": "Which form belongs to which request.",
    "how": "On the shelf by the printer; ask the clerk for the current copy.",
    "root_url": "https://example.org",
    "doc_types": ["rules"],
    "use_when": "Nobody at the desk knows which form it is.",
    "updated": "annual",
    "caution": "The copy on the shelf may be last year's.",
    **COMMON,
}
TEMPLATE = {
    "id": "tpl-three-lines",
    "title": "Three lines on the stairs",
    "setting": "Between two rooms",
    "target_seconds": 30,
    "sections": [
        {"name": name, "seconds": 10, "include": [line], "skip": []}
        for name, line in (("Who", "age and reason"), ("Now", "what changed"), ("Next", "one step"))
    ],
    "skeleton": "Who it is. What changed. What comes next.",
    "worked": "A 60-year-old woman with a cough. She slept through the night. Next she walks with therapy.",
    "differs": "Some teams want the next step first.",
    "errors": ["Telling the whole story", "Leaving out the step", "Reading the chart aloud"],
    **COMMON,
}
REFLECTION = {
    "id": "rfl-one-good-thing",
    "prompt": "What went better today than last week?",
    "input": "text",
    "stores": "who_sees",
    "phi_guard": True,
    **COMMON,
}
QUIZ = {
    "id": "quz-eyeball",
    "stem": 'Your resident says: "Can you eyeball the new admission?" What comes first?',
    "options": ["Go and look at the patient", "Read the old chart", "Call the family"],
    "answer": 0,
    "explain": "The word asks for your own eyes, now, before any chart.",
    "tests": ["phr-eyeball"],
    **COMMON,
}
META: dict[str, list[Any]] = {
    "tags": ["nurses", "rounds", "safety"],
    "sources": [{"id": "handbook", "name": "A handbook", "checked": "2026-11-22"}],
    "facts": [
        {"id": "who_sees", "type": "text", "purpose": "Who sees it", "retention": "year", "per": "rotation"},
    ],
    "banned": [{"pattern": "crush(ing)? it", "why": "Hype", "instead": "name the act"}],
    "disambiguation": [],
    "specialties": [
        {
            "id": "im",
            "name": "Internal medicine",
            "short": "Medicine",
            "day_start": "06:30",
            "rounds_end": "11:30",
            "day_end": "17:30",
            "days_off": ["sun"],
            "night_start": "19:00",
            "night_end": "07:00",
            "lead_minutes": 45,
        }
    ],
}
ITEMS: dict[str, list[dict[str, Any]]] = {
    "tip": [TIP],
    "phrase": [PHRASE, OTHER_PHRASE],
    "script": [SCRIPT],
    "plain": [PLAIN],
    "checklist": [CHECKLIST],
    "faq": [FAQ],
    "journey": [STEP],
    "reference": [REFERENCE],
    "template": [TEMPLATE],
    "reflection": [REFLECTION],
    "quiz": [QUIZ],
}


def bank(folder: Path, **kinds: Sequence[Any]) -> Path:
    """Write the small bank into *folder*; a kind named here replaces its items."""
    for kind, items in {**META, **ITEMS, **kinds}.items():
        write(folder / ("meta" if kind in META else kind) / f"{kind}.yaml", kind, items)
    return folder


def write(path: Path, kind: str, items: Sequence[Any]) -> Path:
    """Write one file of a bank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = copy.deepcopy({"kind": kind, "schema": 1, "items": list(items)})
    path.write_text(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def changed(item: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a copy of *item* with some fields changed; None takes a field away."""
    merged = {**copy.deepcopy(dict(item)), **fields}
    return {name: value for name, value in merged.items() if value is not None}


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
