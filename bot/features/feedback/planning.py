"""Whom to ask, when and where: a plan with a moment in it, and moving it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.markup import plain
from bot.core.messages import Button, Field, Form, Option, Reply, Row, ask, rows_of, say
from bot.domain import words
from bot.domain.hours import quiet
from bot.domain.rotation import Rotation
from bot.features.feedback.loop import (
    ASK,
    PLACES,
    WHO,
    feature,
    has,
    leg_of,
    legs_of,
    moment_of,
    own_rotation,
    some_leg,
)
from bot.features.feedback.moments import MOST_MOVES, handed_at, label, offered, settled, spoken
from bot.storage.facts import FactBook


@feature.command("feedback", "Plan an ask for feedback, and use what you hear")
async def feedback(ctx: Context, _: str) -> Reply:
    """Show where the loop stands and the next tap."""
    rotation = own_rotation(ctx)
    legs = legs_of(ctx, rotation)
    planned = [leg for leg in legs if ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg)]
    kept = [leg for leg in legs if has(ctx, rotation, "feedback_captured", leg)]
    if kept:
        return await _standing(ctx, rotation, kept[-1])
    if planned:
        lines = [f"You ask {WHO[leg]} {_when(ctx, rotation, leg)}." for leg in planned]
        rows: list[Row] = [
            (Button("It happened", "feedback.done"), Button("The words now", "feedback.words")),
            (Button("Another time", "feedback.plan", planned[0]),),
        ]
        return say(" ".join(lines) + " The words come ten minutes before.", *rows)
    middle = words.day(rotation.midpoint)
    return say(
        f"Asking is what gets you feedback: most who are asked give it. Your middle is {middle}.\n\n**Who will you ask?**",
        (Button("Attending", "feedback.plan", "attending"), Button("Senior resident", "feedback.plan", "resident")),
        (Button("Both", "feedback.plan", "both"), Button("I've had it already", "feedback.done")),
    )


async def _standing(ctx: Context, rotation: Rotation, leg: str) -> Reply:
    """Show the focus and the plan made from it."""
    book = ctx.work.use(FactBook)
    focus = await book.note(ctx.student.id, "focus", rotation_id=rotation.id, about=leg)
    plan = await book.note(ctx.student.id, "focus_plan", rotation_id=rotation.id, about=leg)
    strength = await book.note(ctx.student.id, "strength", rotation_id=rotation.id, about=leg)
    lines = [f"**Keep:** {plain(strength)}", f"**Change:** {plain(focus)}", f"**Plan:** {plain(plan)}" if plan else ""]
    rows = (
        (
            Button("Change my plan" if plan else "Make it a plan", "feedback.make", leg),
            Button("Ask again", "feedback.plan", leg),
        ),
    )
    return say("\n\n".join(line for line in lines if line), *rows, title=f"From {WHO[leg]}")


@feature.action("plan")
async def plan(ctx: Context, value: str) -> Reply:
    """Keep whom to ask, and ask when."""
    rotation = own_rotation(ctx)
    if value not in ("attending", "resident", "both"):
        raise Sorry("I know the attending and the senior resident. `/feedback` shows both.")
    known = set(legs_of(ctx, rotation))
    chosen = {"attending", "resident"} if value == "both" else {value}
    busy = {leg for leg in known if has(ctx, rotation, "ask_at", leg) or has(ctx, rotation, "feedback_captured", leg)}
    await ctx.keep("feedback_from", "both" if len(chosen | busy) == 2 else value, rotation_id=rotation.id)
    await ctx.work.use(FactBook).clear(ctx.student.id, "feedback_declined", rotation_id=rotation.id)
    return ask_when(ctx, rotation, "attending" if value == "both" else value)


def ask_when(ctx: Context, rotation: Rotation, leg: str) -> Reply:
    """Ask for the moment: after rounds on the next working days, or another time."""
    now = ctx.student.local(ctx.now)
    # Before the middle the ask is only announced today: people give better feedback when they know it's coming.
    first = now.date() + timedelta(days=1 if now.date() < rotation.midpoint else 0)
    moments = offered(rotation, now, first)
    buttons = [
        Button(label(each, rotation, now.date()), "feedback.when", f"{leg} {each:%Y-%m-%dT%H:%M}") for each in moments
    ]
    buttons.append(Button("Other time…", "feedback.time", leg))
    return say(f"**When will you ask {WHO[leg]}?** A plan with a moment in it gets done.", *rows_of(buttons))


@feature.action("when")
async def when(ctx: Context, value: str) -> Reply:
    """Keep the moment, arm the words for ten minutes before, and ask where."""
    leg, _, moment = value.partition(" ")
    return await _planned(ctx, leg_of(leg), moment_of(moment))


def _time_form(ctx: Context, context: str) -> Form:
    rotation = own_rotation(ctx)
    ends = rotation.hours.rounds_end
    fields = (
        Field("day", "Which day?", kind="date", hint="Such as friday, or dec 11."),
        Field(
            "at", "At what time?", kind="time", options=(Option(f"{ends:%H:%M}", f"After rounds, {words.clock(ends)}"),)
        ),
    )
    return Form("feedback.time", "When you ask", fields, context=context)


@feature.action("time")
async def other_time(ctx: Context, value: str) -> Reply:
    """Ask for another day and time."""
    return ask(_time_form(ctx, leg_of(value)))


@feature.form("feedback.time", _time_form)
async def timed(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Take the day and time typed."""
    zone = ctx.student.local(ctx.now).tzinfo
    return await _planned(ctx, leg_of(context), datetime.combine(values["day"], values["at"], tzinfo=zone))


async def _planned(ctx: Context, leg: str, moment: datetime) -> Reply:
    rotation = own_rotation(ctx)
    now = ctx.student.local(ctx.now)
    day, at = settled(rotation, moment.date()), moment.time()
    if moment.date() < rotation.start or day > rotation.end:
        dates = f"{words.short_day(rotation.start)} to {words.short_day(rotation.end)}"
        raise Sorry(f"That's outside your rotation, {dates}. Pick a day in it: `/feedback`.")
    if quiet(ctx.student, rotation, day, at):
        raise Sorry(f"{words.clock(at)} lies in your quiet hours. Pick a time in the day: `/feedback`.")
    due = handed_at(ctx.student.zone_on(day), day, at)
    if due is None or due + timedelta(minutes=9) <= ctx.now:
        raise Sorry("That moment has passed. Pick a later one: `/feedback`.")
    await ctx.keep("ask_at", f"{day}T{at:%H:%M}", about=leg, rotation_id=rotation.id)
    await ctx.work.use(FactBook).clear(
        ctx.student.id,
        "ask_handed",
        "feedback_closed",
        "midpoint_feedback_done",
        rotation_id=rotation.id,
        about=leg,
    )
    await ctx.nudges.put(ASK, f"{rotation.id}@{leg}", max(due, ctx.now), rotation_id=rotation.id)
    moved = (
        "" if day == moment.date() else f"You're off on {words.day(moment.date())}, so I took the next working day. "
    )
    buttons = [Button(words.opened(place), "feedback.where", f"{leg} {key}") for key, place in PLACES.items()]
    return say(f"{moved}{words.opened(spoken(day, at, now.date()))}. **Where?**", *rows_of(buttons, 3))


@feature.action("where")
async def where(ctx: Context, value: str) -> Reply:
    """Keep the place, say the plan back, and give the words that warn the person."""
    leg, _, place = value.partition(" ")
    rotation = own_rotation(ctx)
    if leg_of(leg) not in WHO or place not in PLACES:
        raise Sorry("I know the ward, the workroom and a message. `/feedback` shows the plan.")
    await ctx.keep("ask_place", place, about=leg, rotation_id=rotation.id)
    moment = moment_of(ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg))
    today = ctx.student.today(ctx.now)
    said = spoken(moment.date(), moment.time(), today)
    body = (
        f"Good. {words.opened(said)}, {PLACES[place]}; I'll hand you the words ten minutes before.\n\n"
        f"To let {WHO[leg]} know today: “Could I ask you for feedback {_day_word(moment, today)}? "
        "One thing to keep, one to change.”"
    )
    reply = say(body, (Button("Said it", "feedback.warned", leg),))
    other = "resident" if leg == "attending" else "attending"
    if other not in legs_of(ctx, rotation) or has(ctx, rotation, "ask_at", other):
        return reply
    following = ask_when(ctx, rotation, other)
    return replace(reply, cards=reply.cards + following.cards, rows=reply.rows + following.rows)


@feature.action("warned")
async def warned(ctx: Context, value: str) -> Reply:
    """Note that the person knows."""
    return say("Good. People prepare when they know; yours will too.")


def _when(ctx: Context, rotation: Rotation, leg: str) -> str:
    moment = moment_of(ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg))
    return spoken(moment.date(), moment.time(), ctx.student.today(ctx.now))


def _day_word(moment: datetime, today: Any) -> str:
    ahead = (moment.date() - today).days
    return {0: "today", 1: "tomorrow"}.get(ahead, f"on {words.weekday(moment.date())}")


@feature.action("again")
async def again(ctx: Context, value: str) -> Reply:
    """Move the ask by working days, three times at most; then one neutral line and silence."""
    rotation, leg = own_rotation(ctx), some_leg(ctx, "")
    moves = int(ctx.view.facts.value("ask_moves", rotation_id=rotation.id, about=leg) or 0)
    # Pressed again before the words came once more, it is the same move.
    handed = has(ctx, rotation, "ask_handed", leg)
    if handed and moves >= MOST_MOVES:
        await ctx.keep("feedback_closed", "true", about=leg, rotation_id=rotation.id)
        return say("I'll leave it there. If a quiet moment comes, `/feedback` has the words.")
    planned = ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg)
    at = moment_of(planned).time() if planned else rotation.hours.rounds_end
    today = ctx.student.today(ctx.now)
    day = rotation.shifted(today, 2 if value == "2" else 1)
    due = handed_at(ctx.student.zone_on(day), day, at)
    if day > rotation.end or due is None:
        await ctx.keep("feedback_closed", "true", about=leg, rotation_id=rotation.id)
        return say("The rotation ends before that. If a minute comes up today, `/feedback` has the words.")
    await ctx.keep("ask_moves", str(moves + handed), about=leg, rotation_id=rotation.id)
    await ctx.keep("ask_at", f"{day}T{at:%H:%M}", about=leg, rotation_id=rotation.id)
    await ctx.work.use(FactBook).clear(
        ctx.student.id, "ask_handed", "midpoint_feedback_done", rotation_id=rotation.id, about=leg
    )
    await ctx.nudges.put(ASK, f"{rotation.id}@{leg}", due, rotation_id=rotation.id)
    said = spoken(day, at, today)
    return say(f"{words.opened(said)}, then. The words come ten minutes before.")
