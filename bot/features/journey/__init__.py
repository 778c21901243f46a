"""The journey of a rotation: interprets the steps written in the bank, so that a new step is an entry there and no code."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.content.meta import Fact
from bot.content.steps import Snooze, Step, StepButton
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.markup import plain
from bot.core.messages import Button, Field, Form, Reply, ask, rows_of, say
from bot.core.notices import notice
from bot.core.showing import SHOWN_BY
from bot.core.view import View
from bot.domain import words
from bot.features.journey.rules import SNOOZE, Place, located, next_step
from bot.storage.facts import FactBook

feature = Feature("journey")

WHO = {"attending": "attending", "resident": "senior resident", "": "attending"}


def named(view: View, slot: str) -> str:
    """Return how a plan calls a step."""
    place = located(view, slot)
    if place is not None and place.step.title != place.step.id:  # without a title of its own a step bears its id
        return place.step.title
    return "a step of your rotation"


@feature.nudge("journey", next=next_step, describe=named)
async def step_of_the_day(ctx: Context, slot: str) -> Reply | None:
    """Compose the step a slot names, and set what its sending sets."""
    place = located(ctx.view, slot)
    if place is None:
        return None
    ctx.push.item, ctx.push.about = place.step.id, place.leg
    ctx.push.reason = reason(place)
    for name, value in (place.step.on_send or {}).items():
        await _set(ctx, place, name, value)
    return await shown(ctx, place)


def reason(place: Place) -> str:
    """Return the rule that sends a step, in words."""
    step, rotation = place.step, place.rotation
    anchor = {
        "start": f"your rotation starts {words.short_day(rotation.start)}",
        "midpoint": f"your midpoint is {words.day(rotation.midpoint)}",
        "end": f"your last working day is {words.day(rotation.last_working_day)}",
        "week_end": "the week ends",
        "event": "of what you told me",
    }.get(step.trigger.anchor, "of your dates")
    return f"a step of your rotation's journey, because {anchor}"


async def shown(ctx: Context, place: Place) -> Reply:
    """Return a step's message with its buttons."""
    step = place.step
    text = step.observer_message if step.observer_message and place.rotation.observing else step.message
    body = text.format_map(await _gaps(ctx, place, text))
    short = step.id.removeprefix("jny-")
    buttons = [Button(each.label, "journey.tap", f"{short} {each.id}") for each in step.buttons]
    footer = notice(step)
    return say(body, *rows_of(buttons), footer=footer)


@feature.action("show")
async def show(ctx: Context, step_id: str) -> Reply:
    """Show a step as it comes by itself."""
    step = ctx.bank.item(step_id)
    if not isinstance(step, Step) or ctx.rotation is None:
        raise Sorry("That step has changed since. `/next` shows what comes.")
    return await shown(ctx, Place(step, ctx.rotation, ctx.about))


@feature.action("tap")
async def tap(ctx: Context, value: str) -> Reply:
    """Do what a step's button says: store, ask again later, hand over, show, or ask for a line."""
    short, _, button_id = value.partition(" ")
    step = ctx.bank.item(f"jny-{short}")
    button = next((each for each in step.buttons if each.id == button_id), None) if isinstance(step, Step) else None
    if not isinstance(step, Step) or button is None or ctx.rotation is None:
        raise Sorry("That step has changed since. `/next` shows what comes.")
    place = Place(step, ctx.rotation, ctx.about)
    for name, stored in (button.set or {}).items():
        await _set(ctx, place, name, stored)
    if button.snooze is not None:
        return await _snoozed(ctx, place, button, button.snooze)
    reply = await _next_card(ctx, place, button)
    if reply is None:
        return say(button.reply or "Noted.")
    if button.reply and reply.cards:
        return replace(reply, cards=(*say(button.reply).cards, *reply.cards))
    return reply


async def _next_card(ctx: Context, place: Place, button: StepButton) -> Reply | None:
    """Return what a button leads to, or None where storing was all."""
    if button.do:
        action, _, rest = button.do.partition(" ")
        return await ctx.registry.actions[action](ctx, rest)
    if button.input is not None:
        return ask(_input_form(place.step, button))
    target = {"script": place.step.script, "checklist": place.step.checklist}.get(button.goto or "", button.goto)
    item = ctx.bank.item(target) if target else None
    if item is None:
        return None
    if isinstance(item, Step):
        return await shown(ctx, Place(item, place.rotation, place.leg))
    return await ctx.registry.actions[SHOWN_BY[type(item)]](ctx, item.id)


async def _snoozed(ctx: Context, place: Place, button: StepButton, snooze: Snooze) -> Reply:
    """Ask again later, no more often than the step allows; then one neutral line and silence."""
    kept, today = (
        ctx.view.facts.value(SNOOZE, rotation_id=place.rotation.id, about=place.about),
        ctx.student.today(ctx.now),
    )
    until, _, times_kept = kept.split("/") if kept else ("", "", "0")
    # Pressed again before it was asked again, it is the same snooze.
    times = int(times_kept) + (until <= today.isoformat())
    if times > snooze.max:
        return say("I'll leave it there. `/next` shows what else comes.")
    day = _later(place, today, snooze.wd)
    await ctx.keep(SNOOZE, f"{day}/{snooze.slot}/{times}", about=place.about, rotation_id=place.rotation.id)
    return say(button.reply or f"I'll ask again on {words.day(day)}.")


def _later(place: Place, today: date, working_days: int) -> date:
    if place.step.trigger.offset_days is not None:
        return today + timedelta(days=max(1, working_days))
    return place.rotation.shifted(today, max(1, working_days))


async def _set(ctx: Context, place: Place, name: str, value: Any) -> None:
    """Store a fact for the rotation, or for the person asked where the fact is one of those."""
    per = next((each.per for each in ctx.bank.all(Fact) if each.id == name), "rotation")
    stored = str(value).lower() if isinstance(value, bool) else str(value)
    about = place.leg if per == "leg" else ""
    await ctx.keep(name, stored, about=about, rotation_id=0 if per == "user" else place.rotation.id)


async def _gaps(ctx: Context, place: Place, text: str) -> dict[str, str]:
    """Return what fills a message's braces; a student's own words enter as plain text."""
    rotation, today = place.rotation, ctx.student.today(ctx.now)
    gaps = {
        "specialty": ctx.bank.specialty(rotation.specialty).name,
        "start_day": words.day(rotation.working_day(1)),
        "midpoint_day": words.day(rotation.midpoint),
        "end_day": words.day(rotation.last_working_day),
        "days_left": str(sum(1 for day in rotation.working_days if day >= today)),
        "day_start": words.clock(rotation.hours.day_start),
        "who": WHO.get(place.leg, place.leg),
        "ask_time": ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=place.leg).replace("T", " "),
    }
    for gap, fact in (("focus", "focus"), ("plan", "focus_plan")):
        if "{" + gap + "}" in text:
            note = await ctx.work.use(FactBook).note(ctx.student.id, fact, rotation_id=rotation.id, about=place.leg)
            gaps[gap] = plain(note) or "the one thing you chose to change"
    return gaps


def _input_form(step: Step, button: StepButton) -> Form:
    assert button.input is not None
    wanted = button.input
    lines = [
        Field(
            f"line{n + 1}",
            wanted.prompt if n == 0 else f"Line {n + 1}",
            guard=wanted.phi_guard,
            max_length=wanted.max_len,
            required=n == 0,
        )
        for n in range(wanted.lines)
    ]
    return Form(
        "journey.input",
        "One line" if wanted.lines == 1 else "A few lines",
        tuple(lines),
        context=f"{step.id} {button.id}",
    )


def _built(ctx: Context, context: str) -> Form:
    step_id, _, button_id = context.partition(" ")
    step = ctx.bank.item(step_id)
    if isinstance(step, Step):
        for button in step.buttons:
            if button.id == button_id and button.input is not None:
                return _input_form(step, button)
    raise Sorry("That step has changed since. `/next` shows what comes.")


@feature.form("journey.input", _built)
async def typed(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Keep the lines typed for a step, sealed."""
    step_id, _, button_id = context.partition(" ")
    step = ctx.bank.item(step_id)
    assert isinstance(step, Step)
    button = next(each for each in step.buttons if each.id == button_id)
    assert button.input is not None
    text = "\n".join(str(each) for each in values.values() if each)
    if not text:
        return say("Nothing kept.")
    await ctx.keep(button.input.store, "true", note=text, about=ctx.about)
    return say(button.reply or "Kept, for you alone.")
