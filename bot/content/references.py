"""What one record says of another must exist: scripts, checklists, words, facts, tags, sources, targets of buttons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.content.faults import Fault
from bot.content.fields import ID, Item
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.meta import Fact, Source, Tag
from bot.content.schema import Entry
from bot.content.steps import ACTIONS, Step, StepButton
from bot.content.study import Quiz, Reflection

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A name at a place in an item, and the sort of thing it must name."""

    place: Place
    sort: str
    name: str


#: These are sources of their own and stand for no page.
_OWN_SOURCES = frozenset(("guide", "practice"))


def dangling(entries: Iterable[Entry], within: Iterable[Entry] | None = None) -> Iterator[Fault]:
    """Yield a fault for every reference in *entries*, or only in those *within* them, that leads nowhere."""
    entries = tuple(entries)
    names = _names(entries)
    for entry in entries if within is None else within:
        if isinstance(entry.record, Item):
            for reference in _references(entry.record):
                yield from _checked(entry, reference, names)


def _names(entries: tuple[Entry, ...]) -> dict[str, frozenset[str]]:
    sorts = {"tag": Tag, "source": Source, "fact": Fact, "item": Item}
    prefixes = {"phrase": Phrase, "script": Script, "plain": Plain, "checklist": Checklist}
    names = {
        sort: frozenset(entry.record.id for entry in entries if isinstance(entry.record, kind))
        for sort, kind in {**sorts, **prefixes}.items()
    }
    names["source"] |= _OWN_SOURCES
    return names


def _checked(entry: Entry, reference: Reference, names: dict[str, frozenset[str]]) -> Iterator[Fault]:
    known = names[reference.sort]
    own = reference.sort == "item" and reference.name == entry.record.id
    if reference.name in known and not own:
        return
    field = ".".join(map(str, reference.place))
    what = f"`{field}` names the item itself" if own else f"`{field}`: there is no {reference.sort} `{reference.name}`"
    mend = "write it, or mend the name" if reference.sort in ("item", "script", "phrase") else "mend the name"
    yield Fault(entry.path, entry.line(*reference.place), "L22", what, mend)


def _references(item: Item) -> Iterator[Reference]:
    for field, sort in (("tags", "tag"), ("sources", "source"), ("related", "item")):
        for index, name in enumerate(getattr(item, field)):
            yield Reference((field, index), sort, name)
    match item:
        case Tip() if item.script:
            yield Reference(("script",), "script", item.script)
        case Phrase() if item.plain:
            yield Reference(("plain",), "plain", item.plain)
        case Plain() if item.phrase:
            yield Reference(("phrase",), "phrase", item.phrase)
        case Faq():
            for index, name in enumerate(item.next):
                yield Reference(("next", index), "item", name)
        case Reflection():
            yield Reference(("stores",), "fact", item.stores)
        case Quiz():
            for index, name in enumerate(item.tests):
                yield Reference(("tests", index), "item", name)
        case Step():
            yield from _of_step(item)


def _of_step(step: Step) -> Iterator[Reference]:
    if step.script:
        yield Reference(("script",), "script", step.script)
    if step.checklist:
        yield Reference(("checklist",), "checklist", step.checklist)
    facts: list[tuple[Place, Iterable[str]]] = [
        (("stores",), step.stores),
        (("guards", "requires"), step.guards.requires),
        (("guards", "unless"), step.guards.unless),
        (("on_send",), step.on_send or ()),
        (("trigger", "event"), (step.trigger.event,) if step.trigger.event else ()),
        (("legs",), (step.legs,) if step.legs else ()),
    ]
    for index, button in enumerate(step.buttons):
        place: Place = ("buttons", index)
        facts.append(((*place, "set"), button.set or ()))
        if button.input:
            facts.append(((*place, "input", "store"), (button.input.store,)))
        if button.goto and ID.match(button.goto):
            yield Reference((*place, "goto"), "item", button.goto)
    for place, names in facts:
        for name in names:
            yield Reference(place, "fact", name)


def misused_buttons(step: Step) -> Iterator[tuple[Place, str, str]]:
    """Yield place, fault and mend for each button that leads nowhere or hands over what no feature takes."""
    for index, button in enumerate(step.buttons):
        yield from ((("buttons", index, *place), what, mend) for place, what, mend in _misused(step, button))


def _misused(step: Step, button: StepButton) -> Iterator[tuple[Place, str, str]]:
    if button.goto in ("script", "checklist") and getattr(step, button.goto) is None:
        yield ("goto",), f"`goto: {button.goto}`, but the step names no {button.goto}", f"add `{button.goto}:`"
    elif button.goto and button.goto not in ("script", "checklist") and not ID.match(button.goto):
        yield ("goto",), f"`{button.goto}` is no target", "use script, checklist or an item's id"
    if button.do:
        action, _, value = button.do.partition(" ")
        if action.partition(".")[0] in (*button.needs, *step.needs):
            return  # left out until that feature is there, which then checks the action itself
        if action not in ACTIONS:
            yield ("do",), f"no feature has the action `{action}`", f"use one of {', '.join(ACTIONS)}"
        elif value not in ACTIONS[action]:
            wanted = ", ".join(ACTIONS[action]) or "no value"
            yield ("do",), f"`{action}` takes no `{value}`", f"use {wanted}"
