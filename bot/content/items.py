"""The kinds of items a student reads: tips, phrases, scripts, plain words, checklists, answers."""

from dataclasses import dataclass
from typing import Annotated, Literal

from bot.content.fields import (
    GuideId,
    Item,
    ItemId,
    Line60,
    Line90,
    Line120,
    Line140,
    Line160,
    Number,
    Part,
    Participation,
    Phase,
    Some,
    SpecialtyId,
    Text,
    Verify,
)

Role = Literal[
    "attending", "fellow", "resident", "intern", "surgeon", "nurse", "midwife", "pharmacist", "therapist",
    "case_manager", "social_worker", "unit_clerk", "scrub_nurse", "anesthesia", "consultant", "coordinator",
    "patient", "family", "student", "everyone", "nobody",
]  # fmt: skip
Listener = Literal[
    "attending", "fellow", "resident", "intern", "surgeon", "nurse", "midwife", "pharmacist", "therapist",
    "case_manager", "social_worker", "unit_clerk", "scrub_nurse", "anesthesia", "consultant", "coordinator",
    "patient", "family", "student", "everyone", "evaluator", "letter_writer", "it", "team", "chief_resident",
]  # fmt: skip
Place = Literal[
    "rounds", "handoff", "page", "phone", "note", "chart", "old_notes", "or", "ed", "clinic", "labor_floor",
    "hallway", "email",
]  # fmt: skip
PhraseType = Literal["abbreviation", "phrase", "idiom", "slang", "role", "place", "tool", "score"]
Register = Literal["formal", "neutral", "informal", "avoid"]
Channel = Literal["in_person", "phone", "page", "secure_chat", "email", "message"]
Context = Literal["result", "diagnosis", "medicine", "procedure", "plan", "system", "body"]

Tags = Annotated[tuple[str, ...], Some(6, 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip(Item):
    """One act for today."""

    specialties: Annotated[tuple[SpecialtyId, ...], Some(10, 1)]
    phases: Annotated[tuple[Phase, ...], Some(9, 1)]
    guide: Annotated[tuple[GuideId, ...], Some(4, 1)]
    sources: Annotated[tuple[str, ...], Some(6, 1)]
    tags: Tags
    verify: Verify
    hook: Line90
    body: Annotated[str, Text(480, 160)]
    action: Line140
    why: Line160
    say: Annotated[str, Text(220)] | None = None
    script: ItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoNotUse(Part):
    """A warning that a term stands on a list of what must not be written."""

    list: Literal["joint_commission", "ismp", "local"]
    instead: Line60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense(Part):
    """One of several meanings of the same letters."""

    meaning: Line160
    specialties: Annotated[tuple[SpecialtyId, ...], Some(10, 1)] = ("any",)
    example: Annotated[str, Text(180)] | None = None
    do: Line140 | None = None
    do_not_use: DoNotUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(Item):
    """A word of the ward and what to do on hearing it."""

    term: Annotated[str, Text(40)]
    aliases: Annotated[tuple[Line60, ...], Some(8)] = ()
    asked_as: Annotated[tuple[Annotated[str, Text(80)], ...], Some(6, 2)]
    type: PhraseType
    expansion: Line140 | None = None
    meaning: Line160
    example: Annotated[str, Text(180)]
    said_by: Annotated[tuple[Role, ...], Some(21, 1)]
    heard: Annotated[tuple[Place, ...], Some(13, 1)]
    do: Line140
    caution: Line140 | None = None
    register: Register
    senses: Annotated[tuple[Sense, ...], Some(8)] = ()
    do_not_use: DoNotUse | None = None
    ambiguous: bool = False
    level: Annotated[int, Number(1, 3)]
    related: Annotated[tuple[ItemId, ...], Some(4, 1)]
    plain: ItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Part):
    """A gap in a script which the speaker fills."""

    name: Annotated[str, Text(30, pattern=r"^[a-z_]+$")]
    hint: Line60


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(Item):
    """Words to say or write, and what to do with a yes and a no."""

    phases: Annotated[tuple[Phase, ...], Some(9, 1)]
    tags: Tags
    situation: Line140
    asked_as: Annotated[tuple[Annotated[str, Text(80)], ...], Some(4)] = ()
    to: Listener
    channel: Channel
    say: Annotated[str, Text(280)] | None = None
    short: Line120
    formal: Annotated[str, Text(320)] | None = None
    subject: Annotated[str, Text(70)] | None = None
    body: Annotated[str, Text(1200)] | None = None
    slots: Annotated[tuple[Slot, ...], Some(5)] = ()
    avoid: Line140
    if_yes: Line140
    if_no: Line160
    next: Line140


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain(Item):
    """Everyday words for a medical term, with a question that checks them."""

    term: Annotated[str, Text(40)]
    aliases: Annotated[tuple[Line60, ...], Some(5)] = ()
    plain: Line90
    say: Line160
    check: Line140
    avoid: Annotated[str, Text(100)] | None = None
    context: Context
    phrase: ItemId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistLine(Part):
    """One line to tick."""

    key: Annotated[str, Text(20, 2, r"^[a-z0-9_]+$")]
    text: Annotated[str, Text(110)]
    why: Line120 | None = None
    offset_days: int | None = None
    participation: Participation = "any"
    verify: Verify = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist(Item):
    """Lines to tick, opened by a step or on request."""

    phases: Annotated[tuple[Phase, ...], Some(9, 1)]
    intro: Line160
    items: Annotated[tuple[ChecklistLine, ...], Some(14, 4)]
    done: Line120
    reset: Literal["never", "per_rotation", "per_use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq(Item):
    """A question students ask, with the other ways they ask it."""

    q: Line120
    asks: Annotated[tuple[Line120, ...], Some(8, 2)]
    short: Annotated[str, Text(300)]
    long: Annotated[str, Text(1200)] | None = None
    next: Annotated[tuple[ItemId, ...], Some(4)] = ()
