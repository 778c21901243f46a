"""What all settings share: the feature, the panel that shows them, and the rotation they belong to."""

from datetime import date

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, Row, rows_of, say
from bot.domain import words
from bot.domain.hours import morning_time, quiet_span
from bot.domain.rotation import Rotation

feature = Feature("settings")


PACES = {"daily": "Every working day", "alternate": "Every other day", "few": "Twice a week"}


@feature.command("settings", "Times, days off, shifts, quiet hours, how often")
async def settings(ctx: Context, _: str) -> Reply:
    """Show every setting with a way to change it."""
    return await show(ctx, "")


@feature.action("show")
async def show(ctx: Context, _: str) -> Reply:
    """Show every setting with a way to change it."""
    student, rotation, today = ctx.student, ctx.rotation, ctx.student.today(ctx.now)
    local = student.local(ctx.now)
    quiet = quiet_span(student, rotation, today)
    facts = [
        ("Place", f"{student.zone_at(ctx.now).replace('_', ' ')}, where it is {words.clock(local.time())}"),
        ("Quiet", f"{words.clock(quiet[0])} to {words.clock(quiet[1])}"),
        ("Tips", PACES[student.cadence].lower()),
    ]
    if rotation is not None:
        day = max(today, rotation.start)
        facts.insert(1, ("Morning", f"{words.clock(morning_time(student, rotation, day))}"))
        facts.insert(2, ("Days off", named_days(rotation.days_off)))
        facts.insert(3, ("Shift", _shift(rotation, today)))
    rows = rows_of(
        [
            Button("Place", "settings.place"),
            Button("Morning time", "settings.time"),
            Button("Days off", "settings.off"),
            Button("Shift", "settings.shift"),
            Button("Quiet hours", "settings.quiet"),
            Button("How often", "settings.often"),
            Button("My rotations", "rotation.show"),
            Button("Pause", "settings.pause"),
        ]
    )
    return say("Tap what you want to change.", *rows, title="Settings", facts=tuple(facts))


def _shift(rotation: Rotation, today: date) -> str:
    """Return today's shift in words, with the clinic days where there are some."""
    now = {"day": "days", "night": "nights", "call": "on call today", "clinic": "clinic"}[rotation.shift_on(today)]
    return f"{now} (clinic: {named_days(rotation.clinic)})" if rotation.clinic else now


@feature.action("pause")
async def pause(ctx: Context, _: str) -> Reply:
    """Offer ways to pause."""
    return await ctx.registry.commands["pause"].handler(ctx, "")


def current_rotation(ctx: Context) -> Rotation:
    """Return the rotation at hand. Raises Sorry where there is none."""
    if ctx.rotation is None:
        raise Sorry("That depends on a rotation. `/start` sets one up.")
    return ctx.rotation


def weekday(day: int) -> str:
    """Return a weekday by number, Monday is 0."""
    return words.weekday(date(2024, 1, 1 + day))


def weekday_taps(chosen: frozenset[int], action: str) -> tuple[Row, ...]:
    """Return a button for each weekday, those *chosen* ticked; a tap on one changes it."""
    labels = [f"{'✓ ' if day in chosen else ''}{weekday(day)[:3]}" for day in range(7)]
    return rows_of([Button(label, action, str(day)) for day, label in enumerate(labels)], 4)


def tapped_weekday(value: str) -> int | None:
    """Return the weekday that a button's *value* names, or None."""
    return int(value) if value.isascii() and value.isdigit() and int(value) < 7 else None


def named_days(days: frozenset[int]) -> str:
    """Return weekdays in words."""
    return words.listed([weekday(day) for day in sorted(days)]) or "none"
