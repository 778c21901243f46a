"""/rotation: the rotations planned, and changing or ending one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Field, Form, Option, Reply, Row, ask, rows_of, say
from bot.domain import words
from bot.domain.dates import last_day
from bot.domain.rotation import LONG, SHORT, Rotation
from bot.storage.students import Rotations

feature = Feature("rotation")

MOST_DAYS = 366
ROLES = {"hands_on": "hands-on", "observer": "observing", "unsure": "observing until you know"}


@feature.command("rotation", "Add, change or end a rotation")
async def rotations(ctx: Context, _: str) -> Reply:
    """List the rotations."""
    return await show(ctx, "")


@feature.action("show")
async def show(ctx: Context, _: str) -> Reply:
    """List the rotations, each with a way to change it."""
    if not ctx.view.rotations:
        return say("No rotation yet. It takes a minute, and tips fit it from then on.", (_add(),))
    lines = [f"- {described(ctx, each)}" for each in ctx.view.rotations]
    buttons = [
        Button(f"Change {ctx.bank.specialty(each.specialty).short}", "rotation.open", str(each.id))
        for each in ctx.view.rotations
    ]
    return say("\n".join(lines), *rows_of(buttons), (_add(),), title="Your rotations")


def _add() -> Button:
    return Button("Add a rotation", "start.begin")


def described(ctx: Context, rotation: Rotation) -> str:
    """Return a rotation in one line."""
    specialty = ctx.bank.specialty(rotation.specialty).name
    dates = f"{words.short_day(rotation.start)} to {words.short_day(rotation.end)}"
    middle = f", middle {words.day(rotation.midpoint)}" if rotation.length >= SHORT else ""
    return f"**{specialty}**, {dates}, {ROLES[rotation.participation]}{middle}"


@feature.action("open")
async def open_(ctx: Context, value: str) -> Reply:
    """Show what can be changed of one rotation."""
    rotation = _own(ctx, value)
    number = str(rotation.id)
    today = ctx.student.today(ctx.now)
    rows: list[Row] = [
        (Button("Change dates", "rotation.dates", number), Button("Hands-on or observing", "rotation.role", number)),
        (Button("Official midpoint", "rotation.midpoint", number), Button("Days I'm away", "rotation.leave", number)),
    ]
    if rotation.start <= today <= rotation.end:
        rows.append((Button("It ended early", "rotation.end", number),))
    elif today < rotation.start:
        rows.append((Button("Remove it", "rotation.remove", number),))
    return say(described(ctx, rotation), *rows)


@feature.action("dates")
async def dates(ctx: Context, value: str) -> Reply:
    """Ask for new dates."""
    return ask(_dates_form(ctx, value or str(_current(ctx).id)))


def _dates_form(ctx: Context, context: str) -> Form:
    rotation = _own(ctx, context)
    fields = (
        Field("first", "First day?", kind="date", value=rotation.start.isoformat(), options=(_as_is(rotation.start),),
              hint="Both dates at once work too: nov 30 to dec 27."),
        Field("length", "Last day, or how many weeks?", kind="length", value=rotation.end.isoformat(),
              options=(_as_is(rotation.end),)),
    )  # fmt: skip
    return Form("rotation.dates", "New dates", fields, context=str(rotation.id))


def _as_is(day: date) -> Option:
    return Option(day.isoformat(), f"Stays {words.short_day(day)}")


@feature.form("rotation.dates", _dates_form)
async def redated(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Move a rotation: what was sent is never sent again, the rest follows the new dates."""
    first: date = values["first"]
    last = last_day(values["length"], first)
    if last < first:
        raise Sorry("The last day is before the first. `/rotation` to try again.")
    if (last - first).days >= MOST_DAYS:
        raise Sorry("That's longer than a year. Add the rotations one by one: `/rotation`.")
    moved = replace(_own(ctx, context), start=first, end=last, midpoint_on=None)
    await ctx.work.use(Rotations).change(ctx.student.id, moved)
    note = "" if moved.length >= LONG else " It's short, so the middle comes with a shorter set of steps."
    return say(f"Moved: {described(ctx, moved)}.{note}", (Button("What comes next", "next.show"),))


@feature.action("role")
async def role(ctx: Context, value: str) -> Reply:
    """Ask whether the student may examine and write."""
    rotation = _own(ctx, value)
    return say(
        "Will you be hands-on, or observing? An observer never gets a tip to examine or write.",
        (
            Button("Hands-on", "rotation.set", f"{rotation.id} hands_on"),
            Button("Observing", "rotation.set", f"{rotation.id} observer"),
        ),
    )


@feature.action("set")
async def set_role(ctx: Context, value: str) -> Reply:
    """Keep how the student takes part."""
    number, _, participation = value.partition(" ")
    if participation not in ("hands_on", "observer"):
        raise Sorry("I know hands-on and observing. `/rotation` shows both.")
    changed = replace(_own(ctx, number), participation=participation)  # type: ignore[arg-type]  # checked above
    await ctx.work.use(Rotations).change(ctx.student.id, changed)
    return say(f"Set: {described(ctx, changed)}.")


@feature.action("midpoint")
async def midpoint(ctx: Context, value: str) -> Reply:
    """Ask for the program's own midpoint date."""
    return ask(_midpoint_form(ctx, value or str(_current(ctx).id)))


def _midpoint_form(ctx: Context, context: str) -> Form:
    rotation = _own(ctx, context)
    known = Field("day", "When is your program's midpoint feedback?", kind="date", value=rotation.midpoint.isoformat(),
                  options=(_as_is(rotation.midpoint),))  # fmt: skip
    return Form("rotation.midpoint", "Official midpoint", (known,), context=str(rotation.id))


@feature.form("rotation.midpoint", _midpoint_form)
async def remiddled(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Keep the official midpoint."""
    rotation = _own(ctx, context)
    day: date = values["day"]
    if not rotation.start <= day <= rotation.end:
        raise Sorry("That day is outside the rotation. `/rotation` shows its dates.")
    changed = replace(rotation, midpoint_on=day)
    await ctx.work.use(Rotations).change(ctx.student.id, changed)
    return say(f"Set: {described(ctx, changed)}.")


@feature.action("leave")
async def leave(ctx: Context, value: str) -> Reply:
    """Ask for days away."""
    return ask(_leave_form(ctx, value or str(_current(ctx).id)))


def _leave_form(ctx: Context, context: str) -> Form:
    rotation = _own(ctx, context)
    fields = (
        Field("first", "First day away?", kind="date", hint="A holiday counts when you're off that day."),
        Field("length", "How long?", kind="length", options=(Option("1 day", "One day"), Option("2 days", "Two days")),
              hint="Tap, or type the last day away."),
    )  # fmt: skip
    return Form("rotation.leave", "Days away", fields, context=str(rotation.id))


@feature.form("rotation.leave", _leave_form)
async def away(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Count days away as days off."""
    rotation = _own(ctx, context)
    first: date = values["first"]
    days = (last_day(values["length"], first) - first).days + 1
    if days < 1:
        raise Sorry("The last day away is before the first. `/rotation` to try again.")
    gone = frozenset(first + timedelta(days=n) for n in range(min(days, 60)))
    changed = replace(rotation, leave=rotation.leave | gone)
    await ctx.work.use(Rotations).change(ctx.student.id, changed)
    return say(f"Noted: {words.count(len(gone), 'day')} off from {words.day(first)}. Nothing comes then.")


@feature.action("end")
async def end(ctx: Context, value: str) -> Reply:
    """End a running rotation today."""
    rotation, today = _own(ctx, value), ctx.student.today(ctx.now)
    if not rotation.start <= today <= rotation.end:
        raise Sorry("That rotation isn't running today. `/rotation` shows what can be changed.")
    ended = replace(rotation, end=today)
    await ctx.work.use(Rotations).change(ctx.student.id, ended)
    return say(f"Ended today: {described(ctx, ended)}.", (_add(),))


@feature.action("remove")
async def remove(ctx: Context, value: str) -> Reply:
    """Remove a rotation that has not begun."""
    rotation = _own(ctx, value)
    if rotation.start <= ctx.student.today(ctx.now):
        raise Sorry("That rotation has begun. `/rotation` changes or ends it.")
    await ctx.work.use(Rotations).remove(ctx.student.id, rotation.id)
    return say(f"Removed: {described(ctx, rotation)}.", (_add(),))


def _own(ctx: Context, value: str) -> Rotation:
    found = ctx.view.rotation(int(value)) if value.isascii() and value.isdigit() else None
    if found is None:
        raise Sorry("That rotation is gone. `/rotation` shows yours.")
    return found


def _current(ctx: Context) -> Rotation:
    if ctx.rotation is None:
        raise Sorry("No rotation yet. `/start` sets one up.")
    return ctx.rotation
