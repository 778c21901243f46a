"""/feedback: plan an ask (who, when, where), the words at that minute, what was said, a plan, and showing the change."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.content.items import Script
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.markup import plain
from bot.core.messages import Button, Field, Form, Option, Reply, Row, ask, rows_of, say
from bot.core.view import View
from bot.domain import words
from bot.domain.hours import quiet
from bot.domain.rotation import Rotation
from bot.features.feedback.moments import MOST_MOVES, handed_at, label, offered, settled, spoken
from bot.features.feedback.plans import suggestions, whole
from bot.storage.facts import FactBook

feature = Feature("feedback")

WHO = {"attending": "your attending", "resident": "your senior resident"}
PLACES = {"ward": "on the ward", "workroom": "in the workroom", "message": "by message"}
ASK = "feedback.ask"


@feature.command("feedback", "Plan an ask for feedback, and use what you hear")
async def feedback(ctx: Context, _: str) -> Reply:
    """Show where the loop stands and the next tap."""
    rotation = _rotation(ctx)
    legs = _legs(ctx, rotation)
    planned = [leg for leg in legs if ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg)]
    kept = [leg for leg in legs if _has(ctx, rotation, "feedback_captured", leg)]
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
    rotation = _rotation(ctx)
    if value not in ("attending", "resident", "both"):
        raise Sorry("I know the attending and the senior resident. `/feedback` shows both.")
    known = set(_legs(ctx, rotation))
    chosen = {"attending", "resident"} if value == "both" else {value}
    busy = {leg for leg in known if _has(ctx, rotation, "ask_at", leg) or _has(ctx, rotation, "feedback_captured", leg)}
    await ctx.keep("feedback_from", "both" if len(chosen | busy) == 2 else value, rotation_id=rotation.id)
    await ctx.work.use(FactBook).clear(ctx.student.id, "feedback_declined", rotation_id=rotation.id)
    return _ask_when(ctx, rotation, "attending" if value == "both" else value)


def _ask_when(ctx: Context, rotation: Rotation, leg: str) -> Reply:
    now = ctx.student.local(ctx.now)
    moments = offered(rotation, now)
    buttons = [
        Button(label(each, rotation, now.date()), "feedback.when", f"{leg} {each:%Y-%m-%dT%H:%M}") for each in moments
    ]
    buttons.append(Button("Other time…", "feedback.time", leg))
    return say(f"**When will you ask {WHO[leg]}?** A plan with a moment in it gets done.", *rows_of(buttons))


@feature.action("when")
async def when(ctx: Context, value: str) -> Reply:
    """Keep the moment, arm the words for ten minutes before, and ask where."""
    leg, _, moment = value.partition(" ")
    return await _planned(ctx, _leg(leg), _moment(moment))


def _time_form(ctx: Context, context: str) -> Form:
    rotation = _rotation(ctx)
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
    return ask(_time_form(ctx, _leg(value)))


@feature.form("feedback.time", _time_form)
async def timed(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Take the day and time typed."""
    zone = ctx.student.local(ctx.now).tzinfo
    return await _planned(ctx, _leg(context), datetime.combine(values["day"], values["at"], tzinfo=zone))


async def _planned(ctx: Context, leg: str, moment: datetime) -> Reply:
    rotation = _rotation(ctx)
    now = ctx.student.local(ctx.now)
    day, at = settled(rotation, moment.date()), moment.time()
    if quiet(ctx.student, rotation, day, at):
        raise Sorry(f"{words.clock(at)} lies in your quiet hours. Pick a time in the day: `/feedback`.")
    due = handed_at(ctx.student.zone_on(day), day, at)
    if due is None or due + timedelta(minutes=9) <= ctx.now:
        raise Sorry("That moment has passed. Pick a later one: `/feedback`.")
    await ctx.keep("ask_at", f"{day}T{at:%H:%M}", about=leg, rotation_id=rotation.id)
    await ctx.work.use(FactBook).clear(
        ctx.student.id, "ask_handed", "feedback_closed", rotation_id=rotation.id, about=leg
    )
    await ctx.nudges.put(ASK, f"{rotation.id}@{leg}", max(due, ctx.now), rotation_id=rotation.id)
    moved = (
        "" if day == moment.date() else f"You're off on {words.day(moment.date())}, so I took the next working day. "
    )
    buttons = [Button(place[:1].upper() + place[1:], "feedback.where", f"{leg} {key}") for key, place in PLACES.items()]
    return say(f"{moved}{spoken(day, at, now.date()).capitalize()}. **Where?**", *rows_of(buttons, 3))


@feature.action("where")
async def where(ctx: Context, value: str) -> Reply:
    """Keep the place, say the plan back, and give the words that warn the person."""
    leg, _, place = value.partition(" ")
    rotation = _rotation(ctx)
    if _leg(leg) not in WHO or place not in PLACES:
        raise Sorry("I know the ward, the workroom and a message. `/feedback` shows the plan.")
    await ctx.keep("ask_place", place, about=leg, rotation_id=rotation.id)
    moment = _moment(ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg))
    today = ctx.student.today(ctx.now)
    said = spoken(moment.date(), moment.time(), today)
    body = (
        f"Good. {said[:1].upper()}{said[1:]}, {PLACES[place]}; I'll hand you the words ten minutes before.\n\n"
        f"To let {WHO[leg]} know today: “Could I ask you for feedback {_day_word(moment, today)}? "
        "One thing to keep, one to change.”"
    )
    buttons = [Button("Said it", "feedback.warned", leg)]
    other = "resident" if leg == "attending" else "attending"
    if other in _legs(ctx, rotation) and not _has(ctx, rotation, "ask_at", other):
        buttons.append(Button(f"Now {WHO[other].removeprefix('your ')}", "feedback.next", other))
    return say(body, tuple(buttons))


@feature.action("next")
async def next_leg(ctx: Context, value: str) -> Reply:
    """Go on with the second person."""
    return _ask_when(ctx, _rotation(ctx), _leg(value))


@feature.action("warned")
async def warned(ctx: Context, value: str) -> Reply:
    """Note that the person knows."""
    return say("Good. People prepare when they know; yours will too.")


def described(view: View, slot: str) -> str:
    """Return how a plan calls an armed ask."""
    return f"the words to ask {WHO.get(slot.partition('@')[2], 'for feedback')}"


@feature.nudge(ASK, describe=described)
async def hand_over(ctx: Context, slot: str) -> Reply | None:
    """Hand over the words at the planned minute."""
    number, _, leg = slot.partition("@")
    rotation = ctx.view.rotation(int(number))
    if rotation is None or _has(ctx, rotation, "feedback_captured", leg) or _has(ctx, rotation, "feedback_closed", leg):
        return None
    today = ctx.student.today(ctx.now)
    if today < rotation.start:
        # The rotation moved behind the planned day: the ask goes with its middle.
        at = rotation.hours.rounds_end
        due = handed_at(ctx.student.zone_on(rotation.midpoint), rotation.midpoint, at)
        if due is not None:
            await ctx.keep("ask_at", f"{rotation.midpoint}T{at:%H:%M}", about=leg, rotation_id=rotation.id)
            await ctx.nudges.put(ASK, slot, due, rotation_id=rotation.id)
        return None
    await ctx.keep("ask_handed", today.isoformat(), about=leg, rotation_id=rotation.id)
    ctx.push.about, ctx.push.item = leg, SCRIPTS[leg]
    ctx.push.reason = f"you planned to ask {WHO[leg]} at this time"
    return _words(ctx, leg)


SCRIPTS = {"attending": "scr-midpoint-ask-attending", "resident": "scr-midpoint-ask-resident"}


def _words(ctx: Context, leg: str) -> Reply:
    script = ctx.bank.get(Script, SCRIPTS[leg])
    said = _unnamed(script.say or script.short)
    return say(
        f"**Now, with {WHO[leg]}.** “{said}”\n\nThen stop and write. If it's vague: “Could you give me a moment you "
        "have in mind?”",
        (Button("Shorter", "feedback.short", leg), Button("They're busy", "feedback.busy", leg)),
        (Button("It happened", "feedback.done"),),
    )


def _unnamed(said: str) -> str:
    """Return words to say without the gap for a name: the student knows whom they face."""
    bare = re.sub(r"(, )?(Dr\. )?\{name\}(, )?", lambda gap: " " if gap[1] and gap[3] else "", said)
    return bare[:1].upper() + bare[1:]


@feature.action("words")
async def words_now(ctx: Context, value: str) -> Reply:
    """Show the words now."""
    return _words(ctx, _some_leg(ctx, value))


@feature.action("short")
async def short(ctx: Context, value: str) -> Reply:
    """Show the shorter words."""
    script = ctx.bank.get(Script, SCRIPTS[_some_leg(ctx, value)])
    return say(f"“{script.short}”")


@feature.action("busy")
async def busy(ctx: Context, value: str) -> Reply:
    """Find another moment."""
    return _ask_when(ctx, _rotation(ctx), _some_leg(ctx, value))


@feature.action("notime")
async def no_time(ctx: Context, value: str) -> Reply:
    """Offer a ten-second question, or another moment."""
    leg = _some_leg(ctx, value)
    reply = _ask_when(ctx, _rotation(ctx), leg)
    lead = say("A busy service, then. A question after one case takes ten seconds; the longer talk can wait for a day.")
    row = (Button("The ten-second ask", "say.show", "scr-micro-ask-after-case"),)
    return replace(reply, cards=lead.cards + reply.cards, rows=(row, *reply.rows))


@feature.action("again")
async def again(ctx: Context, value: str) -> Reply:
    """Move the ask by working days, three times at most; then one neutral line and silence."""
    rotation, leg = _rotation(ctx), _some_leg(ctx, "")
    moves = int(ctx.view.facts.value("ask_moves", rotation_id=rotation.id, about=leg) or 0)
    if moves >= MOST_MOVES:
        await ctx.keep("feedback_closed", "true", about=leg, rotation_id=rotation.id)
        return say("I'll leave it there. If a quiet moment comes, `/feedback` has the words.")
    planned = ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg)
    at = _moment(planned).time() if planned else rotation.hours.rounds_end
    today = ctx.student.today(ctx.now)
    day = rotation.shifted(today, 2 if value == "2" else 1)
    due = handed_at(ctx.student.zone_on(day), day, at)
    if day > rotation.end or due is None:
        await ctx.keep("feedback_closed", "true", about=leg, rotation_id=rotation.id)
        return say("The rotation ends before that. If a minute comes up today, `/feedback` has the words.")
    await ctx.keep("ask_moves", str(moves + 1), about=leg, rotation_id=rotation.id)
    await ctx.keep("ask_at", f"{day}T{at:%H:%M}", about=leg, rotation_id=rotation.id)
    await ctx.work.use(FactBook).clear(ctx.student.id, "ask_handed", rotation_id=rotation.id, about=leg)
    await ctx.nudges.put(ASK, f"{rotation.id}@{leg}", due, rotation_id=rotation.id)
    said = spoken(day, at, today)
    return say(f"{said[:1].upper()}{said[1:]}, then. The words come ten minutes before.")


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
    leg = value or ctx.about or _only_leg(ctx)
    if leg:
        await ctx.keep("midpoint_feedback_done", "true", about=leg, rotation_id=_rotation(ctx).id)
    return ask(_capture_form(ctx, leg))


@feature.form("feedback.capture", _capture_form)
async def captured(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Keep strength and focus, and turn the focus into a plan."""
    rotation, leg = _rotation(ctx), _leg(values.get("who") or context)
    legs = set(_legs(ctx, rotation)) | {leg}
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
    rotation, leg = _rotation(ctx), _some_leg(ctx, value)
    focus = await ctx.work.use(FactBook).note(ctx.student.id, "focus", rotation_id=rotation.id, about=leg)
    if not focus:
        return ask(_capture_form(ctx, leg))
    return _offer_plan(focus, leg)


@feature.action("use")
async def use(ctx: Context, value: str) -> Reply:
    """Keep an offered plan."""
    leg, _, number = value.partition(" ")
    rotation = _rotation(ctx)
    focus = await ctx.work.use(FactBook).note(ctx.student.id, "focus", rotation_id=rotation.id, about=_leg(leg))
    found = suggestions(focus)
    if not number.isdigit() or not 1 <= int(number) <= len(found):
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
    return ask(replace(PLAN, context=_leg(value)))


@feature.form("feedback.plan", PLAN)
async def written(ctx: Context, values: dict[str, Any], context: str) -> Reply:
    """Keep a plan in the student's own words."""
    return await _keep_plan(ctx, _leg(context), values["plan"])


async def _keep_plan(ctx: Context, leg: str, plan_text: str) -> Reply:
    rotation = _rotation(ctx)
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


def _rotation(ctx: Context) -> Rotation:
    if ctx.rotation is None:
        raise Sorry("That belongs to a rotation. `/start` sets one up.")
    return ctx.rotation


def _legs(ctx: Context, rotation: Rotation) -> tuple[str, ...]:
    value = ctx.view.facts.value("feedback_from", rotation_id=rotation.id)
    return ("attending", "resident") if value == "both" else (value,) if value in WHO else ()


def _only_leg(ctx: Context) -> str:
    legs = _legs(ctx, _rotation(ctx))
    return legs[0] if len(legs) == 1 else ""


def _some_leg(ctx: Context, value: str) -> str:
    return _leg(value or ctx.about or _only_leg(ctx) or "attending")


def _leg(value: str) -> str:
    if value not in WHO:
        raise Sorry("I know the attending and the senior resident. `/feedback` shows both.")
    return value


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Sorry("That moment is gone. `/feedback` to plan it again.") from None


def _has(ctx: Context, rotation: Rotation, name: str, leg: str) -> bool:
    return (rotation.id, name, leg) in ctx.view.facts.by_key


def _when(ctx: Context, rotation: Rotation, leg: str) -> str:
    moment = _moment(ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg))
    return spoken(moment.date(), moment.time(), ctx.student.today(ctx.now))


def _day_word(moment: datetime, today: Any) -> str:
    ahead = (moment.date() - today).days
    return {0: "today", 1: "tomorrow"}.get(ahead, f"on {words.weekday(moment.date())}")
