"""The table of kinds: adding one is a class and one line here."""

from dataclasses import dataclass

from bot.content.fields import Item, Record
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.meta import Banned, Cells, Disambiguation, Fact, GuideBullet, Planned, Source, Specialty, Tag
from bot.content.steps import Step
from bot.content.study import Quiz, Reference, Reflection, Template


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file of one kind becomes records."""

    name: str  # what stands after `kind:`
    record: type[Record]
    prefix: str = ""  # of its ids; empty for records about the bank itself
    title_from: str = ""  # the field that stands in for a title left out
    id_from: str = ""  # the field that is the id where items have none of their own
    most: int = 70  # items in one file


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("tip", Tip, "tip", most=30),
        Kind("phrase", Phrase, "phr", "term"),
        Kind("script", Script, "scr"),
        Kind("plain", Plain, "pln", "term"),
        Kind("checklist", Checklist, "chk"),
        Kind("journey", Step, "jny", "id"),
        Kind("faq", Faq, "faq", "q"),
        Kind("reference", Reference, "ref", "name"),
        Kind("template", Template, "tpl"),
        Kind("reflection", Reflection, "rfl", "id"),
        Kind("quiz", Quiz, "quz", "id"),
        Kind("specialties", Specialty),
        Kind("facts", Fact, most=200),
        Kind("sources", Source, most=200),
        Kind("tags", Tag, most=200),
        Kind("banned", Banned, id_from="pattern", most=400),
        Kind("disambiguation", Disambiguation, most=200),
        Kind("guide_map", GuideBullet, most=400),
        Kind("cells", Cells),
        Kind("planned", Planned),
    )
}

KIND_OF: dict[type[Record], Kind] = {kind.record: kind for kind in KINDS.values()}


def is_item(kind: Kind) -> bool:
    """Tell whether records of *kind* are items a student may read."""
    return issubclass(kind.record, Item)
