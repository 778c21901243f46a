"""The times of a day: the morning message, the hours of the service, quiet hours."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.messages import Button, Field, Form, Option, Reply, ask, say
from bot.domain import words
from bot.domain.hours import minutes, shifted
from bot.features.settings.panel import current_rotation, feature
from bot.storage.students import Rotations, Students


def _time_form(ctx: Context, context: str) -> Form:
    rotation = current_rotation(ctx)
    options = []
    for lead in (30, 45, 60, 90):
        at = shifted(rotation.hours.day_start, -timedelta(minutes=lead))[1]
        options.append(Option(at.strftime("%H:%M"), f"{words.clock(at)}, {lead} min before"))
    fields = (
        Field(
            "at",
            "When should the morning message come?",
            kind="time",
            options=tuple(options),
            hint=f"Your day starts at {words.clock(rotation.hours.day_start)}. Tap, or type a time.",
        ),
    )
    return Form("settings.time", "Morning time", fields, context=context)


@feature.action("time")
async def tip_time(ctx: Context, _: str) -> Reply:
    """Ask for the time of the morning message."""
    return ask(_time_form(ctx, ""))


@feature.form("settings.time", _time_form)
async def timed(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the time of the morning message."""
    at: time = values["at"]
    if _swallowed(at, ctx.student.quiet_from, ctx.student.quiet_to):
        raise Sorry(f"{words.clock(at)} lies in your quiet hours. Pick another time, or change them: `/settings`.")
    await ctx.work.use(Students).change(ctx.student.id, tip_at=at)
    return say(f"Set: mornings at {words.clock(at)}.", (Button("When my day starts", "settings.hours"),))


def _hours_form(ctx: Context, context: str) -> Form:
    hours = current_rotation(ctx).hours
    fields = (
        Field("start", "When does your day start?", kind="time", value=f"{hours.day_start:%H:%M}",
              options=(_same(hours.day_start),)),
        Field("rounds", "When do morning rounds usually end?", kind="time", value=f"{hours.rounds_end:%H:%M}",
              options=(_same(hours.rounds_end),)),
        Field("end", "When does your day usually end?", kind="time", value=f"{hours.day_end:%H:%M}",
              options=(_same(hours.day_end),), hint="The evening message comes half an hour later."),
    )  # fmt: skip
    return Form("settings.hours", "Your day", fields, context=context)


def _same(at: time) -> Option:
    return Option(f"{at:%H:%M}", f"Stays {words.clock(at)}")


@feature.action("hours")
async def hours(ctx: Context, _: str) -> Reply:
    """Ask for the hours of the day."""
    return ask(_hours_form(ctx, ""))


@feature.form("settings.hours", _hours_form)
async def kept_hours(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the hours of the day."""
    if not values["start"] < values["end"]:
        raise Sorry("The day ends before it starts. For nights, use `/settings`, Shift.")
    if not values["start"] < values["rounds"] <= values["end"]:
        raise Sorry("Rounds end within your day. `/settings` to try again.")
    rotation = current_rotation(ctx)
    made = replace(rotation.hours, day_start=values["start"], rounds_end=values["rounds"], day_end=values["end"])
    await ctx.work.use(Rotations).change(ctx.student.id, replace(rotation, hours=made))
    return say(f"Set: {words.clock(values['start'])} to {words.clock(values['end'])}.")


def _quiet_form(ctx: Context, context: str) -> Form:
    student = ctx.student
    fields = (
        Field(
            "start",
            "Quiet from?",
            kind="time",
            value=f"{student.quiet_from:%H:%M}",
            options=(_same(student.quiet_from),),
        ),
        Field("stop", "Until?", kind="time", value=f"{student.quiet_to:%H:%M}", options=(_same(student.quiet_to),)),
    )
    return Form("settings.quiet", "Quiet hours", fields, context=context)


@feature.action("quiet")
async def quiet(ctx: Context, _: str) -> Reply:
    """Ask for quiet hours."""
    return ask(_quiet_form(ctx, ""))


@feature.form("settings.quiet", _quiet_form)
async def quieted(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep quiet hours; six hours at least stay open."""
    start, stop = values["start"], values["stop"]
    if (minutes(stop) - minutes(start)) % (24 * 60) > 18 * 60 or start == stop:
        raise Sorry("That leaves no room to write to you. For silence all day, use `/pause`.")
    if ctx.student.tip_at is not None and _swallowed(ctx.student.tip_at, start, stop):
        raise Sorry("Your morning message would never come. Change its time first: `/settings`.")
    await ctx.work.use(Students).change(ctx.student.id, quiet_from=start, quiet_to=stop)
    return say(f"Set: nothing between {words.clock(start)} and {words.clock(stop)}.")


def _swallowed(at: time, start: time, stop: time) -> bool:
    """Whether a morning at *at* lies in the evening half of quiet hours, which does not end for it."""
    return start > stop and at >= start
