"""Records about the bank itself: specialties, facts, sources, tags, wording, default meanings."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from bot.content.fields import GuideId, ItemId, Line60, Line120, Name, Number, Phase, Record, Slug, Some, Text

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ClockTime = Annotated[str, Text(5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialty(Record):
    """A specialty and its usual hours, until the student says otherwise."""

    id: Slug
    name: Line60
    short: Line60
    day_start: ClockTime
    rounds_end: ClockTime
    day_end: ClockTime
    days_off: Annotated[tuple[Day, ...], Some(6)] = ()
    clinic: Annotated[tuple[Day, ...], Some(7)] = ()
    night_start: ClockTime
    night_end: ClockTime
    lead_minutes: Annotated[int, Number(0, 180)]
    portal: Literal["eras", "residencycas"] | None = None
    aliases: Annotated[tuple[Line60, ...], Some(30)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Record):
    """Something a button or an answer stores."""

    id: Name
    type: Literal["flag", "choice", "text", "date", "datetime", "number", "list"]
    purpose: Annotated[str, Text(200)]
    retention: Literal["rotation", "year", "erase"]
    per: Literal["rotation", "user", "leg"]
    private_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Record):
    """Where a statement comes from, and when somebody last looked."""

    id: Slug
    name: Annotated[str, Text(200)]
    what: Annotated[str, Text(300)] | None = None
    checked: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Record):
    """A word items are grouped by."""

    id: Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Banned(Record):
    """A wording that must not reach a student, as a regular expression, and what to write instead."""

    pattern: Annotated[str, Text(200)]
    why: Line120
    instead: Line120 | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disambiguation(Record):
    """A term with several meanings, and the one each specialty means by it."""

    id: Slug
    term: Line60
    meanings: dict[str, Annotated[str, Text(160)]]
    default: dict[str, Annotated[str, Text(160)]]


KindName = Literal["tip", "script", "journey", "checklist", "faq", "template", "reflection"]
Least = Annotated[int, Number(0, 400)]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideBullet(Record):
    """One practice of the guide, and how many items of each kind have to teach it at least.

    An item that names a bullet counts for every parent of it too.
    """

    id: GuideId
    gist: Line120
    parent: GuideId | None = None
    least: dict[KindName, Least]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells(Record):
    """How many tips of one specialty have to be there for each phase and shift at least."""

    id: Slug
    total: Least
    phases: dict[Phase, Least]
    shifts: dict[Literal["night", "call", "clinic"], Least]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Record):
    """The items of one kind that the bank has promised to hold, so that none is lost unseen."""

    id: Slug
    ids: Annotated[tuple[ItemId, ...], Some(700, 1)]
