"""Days off and nights."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.messages import Button, Field, Form, Reply, ask, rows_of, say
from bot.domain import words
from bot.domain.hours import NIGHT_LEAD, morning_time, quiet_span, shifted
from bot.domain.rotation import Rotation
from bot.features.settings.panel import current_rotation, feature, named_days, weekday
from bot.storage.students import Rotations


@feature.action("off")
async def off(ctx: Context, value: str) -> Reply:
    """Show the days off, or change one by a tap."""
    rotation = current_rotation(ctx)
    if value.isascii() and value.isdigit() and int(value) < 7:
        changed = rotation.days_off ^ {int(value)}
        if len(changed) == 7:
            return say("One day has to stay a working day, or nothing would ever come. `/pause` keeps me quiet.")
        rotation = replace(rotation, days_off=changed)
        await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    buttons = [
        Button(f"{'✓ ' if day in rotation.days_off else ''}{weekday(day)[:3]}", "settings.off", str(day))
        for day in range(7)
    ]
    reply = say(f"Days off: **{named_days(rotation.days_off)}**. Tap a day to change it.", *rows_of(buttons, 4))
    return replace(reply, replaces=bool(value))


@feature.action("shift")
async def shift(ctx: Context, _: str) -> Reply:
    """Offer days or nights."""
    rotation = current_rotation(ctx)
    state = "nights" if rotation.on_nights(ctx.student.today(ctx.now)) else "days"
    return say(
        f"You're on **{state}**. On nights, messages follow the shift.",
        (Button("Nights this week", "settings.nights", "week"), Button("Nights until…", "settings.nights", "until")),
        (Button("Days", "settings.days"),),
    )


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
    rotation = _days_again(current_rotation(ctx), ctx.student.today(ctx.now))
    await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    at = words.clock(morning_time(ctx.student, rotation, max(ctx.student.today(ctx.now), rotation.start)))
    return say(f"Days again. Tips come at {at}.")


def _days_again(rotation: Rotation, today: date) -> Rotation:
    """Cut the nights that have not begun."""
    yesterday = today - timedelta(days=1)
    kept = tuple((first, min(last, yesterday)) for first, last in rotation.nights if first <= yesterday)
    return replace(rotation, nights=kept)
