"""What is coming, by the same rules that will send it: behind `/next` and the timeline. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.budget import within_budget
from bot.core.feature import Next, Registry
from bot.core.view import Occurrence, View
from bot.domain.delivery import Delivery
from bot.storage.nudges import Nudge


@dataclass(frozen=True, slots=True)
class Coming:
    """One message to come: when (UTC), and what a plan calls it."""

    at: datetime
    what: str
    armed: bool


def forecast(
    view: View, registry: Registry, armed: Sequence[Nudge], now: datetime, until: datetime
) -> tuple[Coming, ...]:
    """Return what would be sent between *now* and *until* if nothing changed, earliest first.

    Where several nudges want the same push of a day, the one of highest priority is named; what loses is looked for
    again at its next chance, as it would be when sent.
    """
    coming = [
        Coming(each.due_at, _described(view, registry, each.name, each.slot), armed=True)
        for each in armed
        if each.slot and each.due_at <= until
    ]
    at = now
    taken: set[tuple[date | None, str]] = set()
    while (found := _best(view, registry, at)) is not None and found[1].at <= until:
        name, occurrence = found
        at = occurrence.at
        if (occurrence.day, occurrence.part) in taken:
            continue
        taken.add((occurrence.day, occurrence.part))
        coming.append(Coming(at, _described(view, registry, name, occurrence.slot), armed=False))
        view = _as_sent(view, name, occurrence)
    return tuple(sorted(coming, key=lambda each: each.at))


def _best(view: View, registry: Registry, after: datetime) -> tuple[str, Occurrence] | None:
    found = [
        (rule.name, occurrence)
        for rule in registry.recurring
        if rule.next is not None and (occurrence := _next(rule.next, view, after)) is not None
    ]
    return min(found, key=lambda each: (each[1].at, -each[1].priority), default=None)


def _next(following: Next, view: View, after: datetime) -> Occurrence | None:
    """Return the next occasion for which the week has room, as it would be found when sent."""
    found = following(view, after)
    while found is not None and not within_budget(view, found, found.at):
        found = following(view, found.at)
    return found


def _as_sent(view: View, name: str, occurrence: Occurrence) -> View:
    sent = Delivery(
        id=0,
        student_id=view.student.id,
        nudge=name,
        slot=occurrence.slot,
        rotation_id=occurrence.rotation_id,
        about="",
        item="",
        part=occurrence.part,
        reason="",
        composed_at=occurrence.at,
        sent_at=occurrence.at,
    )
    return View(view.student, view.bank, view.rotations, view.facts, (*view.seen, sent))


def _described(view: View, registry: Registry, name: str, slot: str) -> str:
    rule = registry.nudges.get(name)
    return rule.describe(view, slot) if rule is not None else "a message"
