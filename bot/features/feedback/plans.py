"""When-then plans that fit what a student was told to change: matched by word, offered, never imposed. Pure."""

import re

#: (words that tell the matter, a plan that starts with a moment which comes by itself)
_PLANS: tuple[tuple[str, str], ...] = (
    (
        r"assessment|lead with|one.?liner|summary|commit|opinion|interpret",
        "When I present, I will open with the assessment",
    ),
    (
        r"concise|short|brief|long|ramble|focus|organi[sz]|structure",
        "When I start a presentation, I will say how many problems there are and stop after the last",
    ),
    (
        r"differential|reasoning|think|diagnos",
        "When I name a diagnosis, I will add one other and what speaks against it",
    ),
    (
        r"plan|management|next step|treatment",
        "When I finish an assessment, I will offer one next step before anyone asks",
    ),
    (
        r"confiden|quiet|loud|voice|speak up|shy|volume",
        "When rounds reach my patient, I will speak first and to the back of the group",
    ),
    (
        r"slow|fast|speed|accent|clear|pronounc|english|language",
        "When I begin a sentence that matters, I will pause and say it slower",
    ),
    (
        r"question|ask|curious|engage|interest|initiative|proactive|volunteer",
        "When a task is handed out, I will offer to take it before the second name is called",
    ),
    (
        r"read|knowledge|study|evidence|guideline",
        "When a patient is new to me, I will read one page about the main problem the same evening",
    ),
    (
        r"note|document|chart|writ",
        "When I finish a note, I will read the assessment once more before I hand it on",
    ),
    (
        r"follow|task|check|list|complete|finish|reliab|time|late|punctual",
        "When I promise something, I will write it down with a time and report back by it",
    ),
    (
        r"exam|physical|listen|palpat|skill",
        "When I examine, I will say out loud what I find and what it means",
    ),
    (
        r"history|interview|rapport|empath|patient|listen|commun",
        "When I sit down with a patient, I will ask one open question and wait",
    ),
    (
        r"team|nurse|resident|help|communicat",
        "When rounds end, I will ask one person on the team what would help them most",
    ),
)

_GENERAL = (
    "When I see my first patient, I will do this one thing first",
    "When sign-out begins, I will check whether I did it today",
)


def suggestions(focus: str, most: int = 2) -> tuple[str, ...]:
    """Return up to *most* plans for *focus*, the general ones where no word is known."""
    found = [plan for pattern, plan in _PLANS if re.search(rf"\b(?:{pattern})", focus.lower())]
    return tuple((found or list(_GENERAL))[:most])


def whole(plan: str) -> str:
    """Return a typed plan as one sentence with a full stop."""
    text = " ".join(plan.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
