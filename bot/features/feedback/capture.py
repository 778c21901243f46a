"""What was said: one strength, one focus, a when-then plan, and how the change goes."""

from dataclasses import replace
from typing import Any

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.markup import plain
from bot.core.messages import Button, Field, Form, Option, Reply, ask, say
from bot.domain import words
from bot.features.feedback.loop import ASK, WHO, feature, leg_of, legs_of, only_leg, own_rotation, some_leg
from bot.features.feedback.plans import suggestions, whole
from bot.storage.facts import FactBook


def _capture_form(ctx: Context, context: str) -> Form:
    fields = [
        Field("strength", "One thing to keep?", guard=True, hint="A line; no patient details."),
        Field("focus", "One thing to change?", guard=True, hint="A line; no patient details."),
    ]
    if not context:
        options = tuple(Option(leg, name.removeprefix("your ").capitalize()) for leg, name in WHO.items())
        fields.insert(0, Field("who", "Who gave it?", kind="choice", options=options))
    return Form("feedback.capture", "What you heard", tuple(fields), context=context)


@feature.action("done")
async def done(ctx: Context, value: str) -> Reply:
    """Take the two lines of what was said."""
    leg = leg_of(value) if value else ctx.about or only_leg(ctx)
    if leg:
        await ctx.keep("midpoint_feedback_done", "true", about=leg, rotation_id=own_rotation(ctx).id)
    return ask(_capture_form(ctx, leg))


@feature.form("feedback.capture", _capture_form)
async def captured(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Keep strength and focus, and turn the focus into a plan."""
    rotation, leg = own_rotation(ctx), leg_of(values.get("who") or context)
    legs = set(legs_of(ctx, rotation)) | {leg}
    await ctx.keep("feedback_from", "both" if len(legs) == 2 else leg, rotation_id=rotation.id)
    await ctx.keep("midpoint_feedback_done", "true", about=leg, rotation_id=rotation.id)
    await ctx.nudges.cancel(ASK, f"{rotation.id}@{leg}")
    for name in ("strength", "focus"):
        if values.get(name):
            await ctx.keep(name, note=values[name], about=leg, rotation_id=rotation.id)
    await ctx.keep("feedback_captured", "true", about=leg, rotation_id=rotation.id)
    if not values.get("focus"):
        return say("Kept. Without a thing to change there's nothing I'd bring back.")
    return _offer_plan(values["focus"], leg)


def _offer_plan(focus: str, leg: str) -> Reply:
    found = suggestions(focus)
    body = [f"**Make it a plan.** You want to: {plain(focus)}", ""]
    body += [f"{n}. {plan}." for n, plan in enumerate(found, start=1)]
    buttons = [Button(f"Take {n}", "feedback.use", f"{leg} {n}") for n, _ in enumerate(found, start=1)]
    return say("\n".join(body), (*buttons, Button("Write my own", "feedback.write", leg)))


@feature.action("make")
async def make(ctx: Context, value: str) -> Reply:
    """Offer plans for the focus that was kept."""
    rotation, leg = own_rotation(ctx), some_leg(ctx, value)
    focus = await ctx.work.use(FactBook).note(ctx.student.id, "focus", rotation_id=rotation.id, about=leg)
    if not focus:
        return ask(_capture_form(ctx, leg))
    return _offer_plan(focus, leg)


@feature.action("use")
async def use(ctx: Context, value: str) -> Reply:
    """Keep an offered plan."""
    leg, _, number = value.partition(" ")
    rotation = own_rotation(ctx)
    focus = await ctx.work.use(FactBook).note(ctx.student.id, "focus", rotation_id=rotation.id, about=leg_of(leg))
    found = suggestions(focus)
    if not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= len(found):
        raise Sorry("That plan is gone. `/feedback` offers fresh ones.")
    return await _keep_plan(ctx, leg, found[int(number) - 1])


PLAN = Form(
    "feedback.plan",
    "Your plan",
    (Field("plan", "When …, I will …", guard=True, hint="When I present, I will … A line; no patient details."),),
)


@feature.action("write")
async def write(ctx: Context, value: str) -> Reply:
    """Ask for a plan in the student's own words."""
    return ask(replace(PLAN, context=leg_of(value)))


@feature.form("feedback.plan", PLAN)
async def written(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Keep a plan in the student's own words."""
    return await _keep_plan(ctx, leg_of(context), values["plan"])


async def _keep_plan(ctx: Context, leg: str, plan_text: str) -> Reply:
    rotation = own_rotation(ctx)
    made = whole(plan_text)
    await ctx.keep("focus_plan", "true", note=made, about=leg, rotation_id=rotation.id)
    today = ctx.student.today(ctx.now)
    third = rotation.shifted(today, 3)
    after = (
        f" On {words.day(third)} I'll bring it back, with words to show the change." if third <= rotation.end else ""
    )
    return say(f"**Your plan:** {plain(made)}\n\nUse it tomorrow, with the first patient.{after}")


_PROGRESS = {
    "tried": "Good. Say it once out loud to them as well: people rarely notice a change nobody names.",
    "not_yet": "Fine. Pick the first patient tomorrow: the first one is the easiest to remember.",
    "better": "That's the whole loop: asked, changed, seen. Keep the sentence for your last week.",
    "same": "Then ask for one example of how it would look. `/say` has the words: “ask for an example”.",
    "not_asked": "There's still time. One question at the door is enough.",
}


@feature.action("progress")
async def progress(ctx: Context, value: str) -> Reply:
    """Keep how the change is going."""
    if value not in _PROGRESS:
        raise Sorry("That answer is from an older message. `/feedback` shows where you stand.")
    await ctx.keep("focus_progress", value, about=ctx.about)
    return say(_PROGRESS[value])
