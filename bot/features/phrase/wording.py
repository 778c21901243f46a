"""The card of a phrase as markup: whole lines in order of need, never longer than one look."""

from dataclasses import dataclass
from functools import lru_cache

from bot.content.items import DoNotUse, Phrase, Plain, Sense
from bot.content.text import normal
from bot.core.markup import plain, text_of
from bot.domain.words import listed

#: One look on rounds: a card is never longer than this.
LONGEST = 900
ROLES = {
    "attending": "attendings", "fellow": "fellows", "resident": "residents", "intern": "interns", "surgeon": "surgeons",
    "nurse": "nurses", "midwife": "midwives", "pharmacist": "pharmacists", "therapist": "therapists",
    "case_manager": "case managers", "social_worker": "social workers", "unit_clerk": "unit clerks",
    "scrub_nurse": "scrub nurses", "anesthesia": "anesthesia", "consultant": "consultants",
    "coordinator": "coordinators", "patient": "patients", "family": "families", "student": "students",
    "everyone": "everyone", "nobody": "nobody",
}  # fmt: skip
PLACES = {
    "rounds": "on rounds", "handoff": "at handoff", "page": "in pages", "phone": "on the phone", "note": "in notes",
    "chart": "in the chart", "old_notes": "in old notes", "or": "in the OR", "ed": "in the ED", "clinic": "in clinic",
    "labor_floor": "on the labor floor", "hallway": "in the hallway", "email": "in emails",
}  # fmt: skip
LISTS = {
    "joint_commission": "it is on the Joint Commission's do-not-use list",
    "ismp": "it is on a list of error-prone abbreviations (ISMP)",
    "local": "many hospitals list it as unsafe",
}


def advice(phrase: Phrase) -> str:
    """Return in a few words whether to say it, only to understand it, or never to write it."""
    listed_sense = any(sense.do_not_use for sense in phrase.senses)
    if phrase.do_not_use is not None or (phrase.register == "avoid" and listed_sense):
        return "never write it"
    if phrase.register == "avoid":
        return "only understand it: don't say it yourself"
    if set(phrase.said_by) <= {"patient", "family"}:
        return "only understand it: these are a patient's words"
    if phrase.ambiguous:
        return "say it: only when it's clear which one you mean"
    if phrase.register == "informal" or phrase.type == "abbreviation":
        return "say it: yes, among staff"
    return "say it: yes, and write it" if phrase.register == "formal" else "say it: yes"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card; those of the highest *cost* go first when the card is too long, or lose what is *extra*."""

    text: str
    cost: int = 0
    extra: str = ""

    @property
    def shorter(self) -> tuple["Line", ...]:
        """What is left of the line where it costs too much."""
        return (Line(self.text),) if self.extra else ()


@lru_cache(maxsize=512)
def told(phrase: Phrase, simple: Plain | None = None, *, longest: int = LONGEST) -> str:
    """Return the markup of a card: whole lines only, the least needed left out where it would be too long."""
    lines = [
        Line(f"**{plain(phrase.term)}** · *{advice(phrase)}*"),
        *_meaning(phrase),
        *_senses(phrase.senses),
        *(Line(warning) for warning in warnings(phrase)),
        Line(f"*{phrase.example}*", 4),
        Line(heard(phrase), 5),
        Line(f"**You:** {phrase.do}", 2),
    ]
    if simple is not None:
        lines.append(Line(f"To a patient: “{simple.say}”", 3))
    if phrase.caution:
        lines.append(Line(f"**Careful:** {phrase.caution}", 7 if phrase.do_not_use else 1))
    while len(text_of(_joined(lines))) > longest and (costliest := max(line.cost for line in lines)):
        lines = [each for line in lines for each in ([line] if line.cost < costliest else line.shorter)]
    return _joined(lines)


def _meaning(phrase: Phrase) -> list[Line]:
    meaning = Line(phrase.meaning)
    if phrase.expansion and not phrase.senses and normal(phrase.expansion) not in normal(phrase.meaning):
        return [Line(f"Stands for: {phrase.expansion.rstrip('.')}.", 3), meaning]
    return [meaning]


def _senses(senses: tuple[Sense, ...]) -> list[Line]:
    """Return the meanings numbered; what to do on hearing one may go, its meaning never."""
    return [
        Line(f"{number}. **{sense.meaning.rstrip('.')}**", 6 if sense.do else 0, f". {sense.do}" if sense.do else "")
        for number, sense in enumerate(senses, start=1)
    ]


def warnings(phrase: Phrase) -> list[str]:
    """Return a warning for each entry on a do-not-use list, with what to write instead."""
    if phrase.do_not_use is not None:
        return [_warning(phrase.do_not_use, plain(phrase.term) if " " not in phrase.term else "it")]
    by_rule: dict[DoNotUse, list[str]] = {}
    for sense in phrase.senses:
        if sense.do_not_use is not None:
            by_rule.setdefault(sense.do_not_use, []).append(sense.meaning)
    return [_warning(rule, f"{plain(phrase.term)} for “{meanings[0]}”") for rule, meanings in by_rule.items()]


def _warning(rule: DoNotUse, term: str) -> str:
    return f"⚠ **Never write {term}:** {LISTS[rule.list]}. Write instead: {rule.instead.rstrip('.')}."


def heard(phrase: Phrase) -> str:
    """Return who says it, and where it is met."""
    places = listed([PLACES[place] for place in phrase.heard])
    if "nobody" in phrase.said_by:
        return f"You may still meet it {places}."
    return f"You hear it from {listed([ROLES[role] for role in phrase.said_by])}, {places}."


def _joined(lines: list[Line]) -> str:
    """Return *lines* under one another, a list of meanings set apart from what stands around it."""
    body, before = "", False
    for line in lines:
        numbered = line.text[:1].isdigit() and line.text[1:3] == ". "
        body += ("\n\n" if numbered != before else "\n") + line.text + line.extra
        before = numbered
    return body.strip()
