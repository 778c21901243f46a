"""A step of a rotation's journey: when it is sent, what it asks, what a tap does."""

from dataclasses import dataclass
from typing import Annotated, Literal

from bot.content.fields import (
    Item,
    ItemId,
    Name,
    Number,
    Part,
    Participation,
    Phase,
    Some,
    Text,
    Value,
)

Anchor = Literal["start", "midpoint", "end", "week_end", "event", "attending_end", "season"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PartOfDay = Literal["morning", "midday", "evening"]
Journey = Literal["pre", "day1", "week1", "weekly", "early", "midpoint", "late", "final", "after", "season"]
Feature = Literal[
    "journey", "feedback", "rotation", "settings", "phrase", "say", "plain", "faq", "tip", "checklist", "privacy",
    "export", "pause", "log", "todo", "people", "letters", "checkin", "progress", "present", "quiz", "focus", "expect",
    "refs",
]  # fmt: skip

#: What a button may hand over to a feature: the action, then the values it takes ("" where it takes none).
ACTIONS: dict[str, tuple[str, ...]] = {
    "feedback.plan": ("attending", "resident", "both"),
    "feedback.done": ("",),
    "feedback.again": ("1", "2"),
    "feedback.notime": ("",),
    "feedback.short": ("",),
    "feedback.make": ("",),
    "feedback.progress": ("tried", "not_yet", "better", "same", "not_asked"),
    "rotation.show": ("",),
    "rotation.dates": ("",),
    "settings.show": ("",),
    "pause.week": ("",),
    "say.find": ("",),
    "tip.another": ("",),
    "refs.mine": ("",),
    "log.write": ("",),
    "log.latest": ("",),
    "export.send": ("",),
    "checkin.rate": ("",),
    "expect.gaps": ("",),
    "letters.counts": ("",),
    "letters.packet": ("",),
    "letters.show": ("",),
    "people.add": ("",),
    "people.show": ("",),
    "progress.show": ("",),
    "quiz.words": ("",),
}

#: What a step's message may hold in braces.
PLACEHOLDERS = frozenset(
    ("specialty", "start_day", "midpoint_day", "end_day", "days_left", "who", "ask_time", "focus", "plan", "day_start")
)

PHASES_OF: dict[str, tuple[Phase, ...]] = {
    "pre": ("before",),
    "day1": ("day1",),
    "week1": ("week1",),
    "weekly": ("any",),
    "early": ("early",),
    "midpoint": ("midpoint",),
    "late": ("late",),
    "final": ("final",),
    "after": ("after",),
    "season": ("any",),
}

Facts = Annotated[tuple[Name, ...], Some(20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(Part):
    """The moment a step may first be sent, counted from an anchor."""

    anchor: Anchor
    offset_wd: Annotated[int, Number(-100, 100)] | None = None
    offset_days: Annotated[int, Number(-400, 400)] | None = None
    at_fraction: Annotated[float, Number(0, 1)] | None = None
    week: Annotated[int, Number(1, 60)] | None = None
    event: Name | None = None
    slot: PartOfDay
    weekdays: Annotated[tuple[Day, ...], Some(7)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Part):
    """How far from its moment a step may still be sent."""

    early_wd: Annotated[int, Number(0, 3)] = 0
    late_wd: Annotated[int, Number(0, 60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards(Part):
    """What must hold for a step to be sent at all."""

    min_length_wd: Annotated[int, Number(1, 400)] | None = None
    max_length_wd: Annotated[int, Number(1, 400)] | None = None
    requires: Facts = ()
    unless: Facts = ()
    not_on: Annotated[tuple[Literal["off", "leave"], ...], Some(2)] = ()
    quiet_hours: Literal["respect"] = "respect"
    participation: Participation = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze(Part):
    """Ask again later, a few times at most."""

    wd: Annotated[int, Number(0, 10)] = 0
    slot: PartOfDay
    max: Annotated[int, Number(1, 3)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Part):
    """One typed answer, which the guard reads before anything keeps it."""

    type: Literal["text"]
    lines: Annotated[int, Number(1, 3)] = 1
    max_len: Annotated[int, Number(1, 200)]
    phi_guard: Literal[True]
    store: Name
    prompt: Annotated[str, Text(200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepButton(Part):
    """One answer to a step by a tap."""

    id: Annotated[str, Text(8, pattern=r"^[a-z0-9]+$")]
    label: Annotated[str, Text(24)]
    set: dict[Name, Value] | None = None
    goto: Annotated[str, Text(40)] | None = None
    do: Annotated[str, Text(60)] | None = None
    snooze: Snooze | None = None
    input: Input | None = None
    reply: Annotated[str, Text(200)] | None = None
    needs: Annotated[tuple[Feature, ...], Some(4)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Item):
    """One nudge of a rotation's journey."""

    journey: Journey
    trigger: Trigger
    window: Window
    guards: Guards = Guards()
    priority: Annotated[int, Number(0, 100)]
    once_per: Literal["rotation", "week", "user"]
    legs: Name | None = None
    needs: Annotated[tuple[Feature, ...], Some(4)] = ()
    message: Annotated[str, Text(600)]
    observer_message: Annotated[str, Text(600)] | None = None
    script: ItemId | None = None
    checklist: ItemId | None = None
    on_send: dict[Name, Value] | None = None
    buttons: Annotated[tuple[StepButton, ...], Some(5, 1)]
    stores: Facts
