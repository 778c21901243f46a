"""What kind of shift: days or nights, on call, in clinic. Tips follow it, and messages keep a night's hours."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.messages import Button, Field, Form, Reply, ask, say
from bot.domain import words
from bot.domain.hours import NIGHT_LEAD, morning_time, quiet_span, shifted
from bot.domain.rotation import Rotation, Shift
from bot.features.settings.panel import current_rotation, feature, named_days, tapped_weekday, weekday_taps
from bot.storage.students import Rotations

NAMES: dict[Shift, str] = {"day": "day shift", "night": "night shift", "call": "on call", "clinic": "in clinic"}


@feature.action("shift")
async def shift(ctx: Context, _: str) -> Reply:
    """Offer days, nights, call and clinic."""
    rotation, today = current_rotation(ctx), ctx.student.today(ctx.now)
    lines = [f"Today: **{NAMES[rotation.shift_on(today)]}**. On nights, messages follow the shift."]
    if rotation.clinic:
        lines.append(f"In clinic: {named_days(rotation.clinic)}.")
    if coming := sorted(day for day in rotation.calls if day >= today):
        lines.append(f"On call: {words.listed([words.day(day) for day in coming[:4]])}.")
    back = (Button("Days", "settings.days"),) if rotation.shift_on(today) in ("night", "call") else ()
    return say(
        " ".join(lines),
        (Button("Nights this week", "settings.nights", "week"), Button("Nights until…", "settings.nights", "until")),
        (Button("On call today", "settings.call", "0"), Button("On call tomorrow", "settings.call", "1")),
        (Button("Clinic days", "settings.clinic"), *back),
    )


@feature.action("call")
async def call(ctx: Context, value: str) -> Reply:
    """Note a day on call: today, or tomorrow."""
    rotation, today = current_rotation(ctx), ctx.student.today(ctx.now)
    day = today + timedelta(days=1 if value == "1" else 0)
    coming = frozenset(each for each in rotation.calls if each >= today)
    await ctx.work.use(Rotations).change(ctx.student.id, replace(rotation, calls=coming | {day}))
    return say(
        f"On call {words.day(day)}. That morning's tip can be one for call.",
        (Button("Undo", "settings.uncall", day.isoformat()),),
    )


@feature.action("uncall")
async def uncall(ctx: Context, value: str) -> Reply:
    """Take a day on call back."""
    rotation = current_rotation(ctx)
    kept = frozenset(day for day in rotation.calls if day.isoformat() != value)
    await ctx.work.use(Rotations).change(ctx.student.id, replace(rotation, calls=kept))
    return say("Not on call, then.", (Button("Shift", "settings.shift"),))


@feature.action("clinic")
async def clinic(ctx: Context, value: str) -> Reply:
    """Show the clinic days, or change one by a tap."""
    rotation = current_rotation(ctx)
    if (day := tapped_weekday(value)) is not None:
        rotation = replace(rotation, clinic=rotation.clinic ^ {day})
        await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    rows = weekday_taps(rotation.clinic, "settings.clinic")
    reply = say(f"Clinic days: **{named_days(rotation.clinic)}**. Tap a day to change it.", *rows)
    return replace(reply, replaces=bool(value))


NIGHTS = Form(
    "settings.nights", "Nights", (Field("until", "Which is the last night?", kind="date", hint="Such as dec 6."),)
)


@feature.action("nights")
async def nights(ctx: Context, value: str) -> Reply:
    """Begin nights, until Sunday or a date."""
    if value != "week":
        return ask(NIGHTS)
    today = ctx.student.today(ctx.now)
    return await _nights_until(ctx, today + timedelta(days=6 - today.weekday()))


@feature.form("settings.nights", NIGHTS)
async def nights_dated(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Begin nights until a date."""
    return await _nights_until(ctx, values["until"])


async def _nights_until(ctx: Context, last: date) -> Reply:
    rotation, today = current_rotation(ctx), ctx.student.today(ctx.now)
    if last < today:
        raise Sorry("That night is over. `/settings` to pick another.")
    changed = replace(rotation, nights=(*_days_again(rotation, today).nights, (today, last)))
    await ctx.work.use(Rotations).change(ctx.student.id, changed)
    at = words.clock(shifted(rotation.hours.night_start, -NIGHT_LEAD)[1])
    start, stop = quiet_span(ctx.student, changed, max(today, rotation.start))
    until = words.weekday(last) if (last - today).days < 7 else words.day(last)
    return say(
        f"Nights through {until}. Tips come at {at}, an hour before you start; nothing between {words.clock(start)} and "
        f"{words.clock(stop)}.",
        (Button("Undo", "settings.days"),),
    )


@feature.action("days")
async def days(ctx: Context, _: str) -> Reply:
    """Go back to days."""
    today = ctx.student.today(ctx.now)
    rotation = _days_again(current_rotation(ctx), today)
    rotation = replace(rotation, calls=rotation.calls - {today})
    await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    at = words.clock(morning_time(ctx.student, rotation, max(today, rotation.start)))
    return say(f"Days again. Tips come at {at}.")


def _days_again(rotation: Rotation, today: date) -> Rotation:
    """Cut the nights that have not begun."""
    yesterday = today - timedelta(days=1)
    kept = tuple((first, min(last, yesterday)) for first, last in rotation.nights if first <= yesterday)
    return replace(rotation, nights=kept)
