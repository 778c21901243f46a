"""/pause, /resume and /stop: silence for a while, or for good."""

from datetime import date, timedelta
from typing import Any

from bot.core.context import Context
from bot.core.feature import Feature
from bot.core.messages import Button, Field, Form, Reply, ask, say
from bot.domain import words
from bot.domain.dates import BadDate, parse_date
from bot.storage.nudges import Nudges
from bot.storage.outbox import Outbox
from bot.storage.students import Students

feature = Feature("pause")


@feature.command("pause", "No messages for a while", example="until dec 7")
async def pause(ctx: Context, text: str) -> Reply:
    """Offer ways to pause, or take the date typed behind the command."""
    if text.strip():
        try:
            until = parse_date(text.strip().lower().removeprefix("until").strip(), ctx.student.today(ctx.now))
        except BadDate:
            return ask(FORM)
        return await _until(ctx, until)
    return say(
        "How long should I keep quiet? What you planned yourself waits too.",
        (
            Button("Until my next shift", "pause.shift"),
            Button("A week", "pause.week"),
            Button("Until a date…", "pause.date"),
        ),
    )


@feature.action("week")
async def week(ctx: Context, _: str) -> Reply:
    """Pause for seven days."""
    return await _until(ctx, ctx.student.today(ctx.now) + timedelta(days=7))


@feature.action("shift")
async def shift(ctx: Context, _: str) -> Reply:
    """Pause until the next working day, as after a call."""
    today = ctx.student.today(ctx.now)
    rotation = ctx.rotation
    following = rotation.shifted(today, 1) if rotation is not None else today + timedelta(days=1)
    return await _until(ctx, following)


FORM = Form("pause", "Pause", (Field("until", "When should I write again?", kind="date", hint="Such as dec 7."),))


@feature.action("date")
async def until_date(ctx: Context, _: str) -> Reply:
    """Ask for a date."""
    return ask(FORM)


@feature.form("pause", FORM)
async def dated(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Pause until the date."""
    return await _until(ctx, values["until"])


async def _until(ctx: Context, day: date) -> Reply:
    if day <= ctx.student.today(ctx.now):
        return say("That day is already here. Pick a later one.", (Button("Until a date…", "pause.date"),))
    await ctx.work.use(Students).change(ctx.student.id, paused_until=day)
    return say(
        f"Quiet until {words.day(day)}. Look-ups work all the same.", (Button("Write to me again", "pause.end"),)
    )


@feature.command("resume", "Messages come again")
async def resume(ctx: Context, _: str) -> Reply:
    """End a pause or a stop."""
    await ctx.work.use(Students).change(ctx.student.id, paused_until=None, state="active")
    return say("Messages come again.", (Button("What comes next", "next.show"),))


@feature.action("end")
async def end(ctx: Context, _: str) -> Reply:
    """End a pause by a tap."""
    return await resume(ctx, "")


@feature.command("stop", "No messages at all, at once")
async def stop(ctx: Context, _: str) -> Reply:
    """Stop every push at once and keep the data."""
    await ctx.work.use(Students).change(ctx.student.id, state="stopped", paused_until=None)
    await ctx.work.use(Outbox).drop_all(ctx.student.id)
    for planned in await ctx.work.use(Nudges).of(ctx.student.id):
        await ctx.work.use(Nudges).cancel(ctx.student.id, planned.name, planned.slot)
    return say(
        "Stopped: nothing will be sent. Your data stays until you say `/forget`; `/start` brings the messages back.",
        (Button("Start again", "pause.end"), Button("Erase everything", "forget.ask")),
    )
