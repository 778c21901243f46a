"""The words, handed over at the planned minute."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.content.items import Script
from bot.core.context import Context
from bot.core.messages import Button, Reply, say
from bot.core.view import View
from bot.domain import words
from bot.domain.rotation import Rotation
from bot.features.feedback.loop import (
    ASK,
    WHO,
    feature,
    has,
    moment_of,
    own_rotation,
    some_leg,
)
from bot.features.feedback.moments import handed_at
from bot.features.feedback.planning import ask_when


def described(view: View, slot: str) -> str:
    """Return how a plan calls an armed ask."""
    return f"the words to ask {WHO.get(slot.partition('@')[2], 'for feedback')}"


@feature.nudge(ASK, describe=described)
async def hand_over(ctx: Context, slot: str) -> Reply | None:
    """Hand over the words at the planned minute."""
    number, _, leg = slot.partition("@")
    rotation = ctx.view.rotation(int(number))
    if rotation is None or any(has(ctx, rotation, each, leg) for each in ("midpoint_feedback_done", "feedback_closed")):
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
    following = rotation.shifted(today, 1)
    if not rotation.works_on(today) and following <= rotation.end:
        # Off since it was planned: it moves to the next working day, at the same time.
        at = moment_of(ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg)).time()
        due = handed_at(ctx.student.zone_on(following), following, at)
        if due is not None:
            await ctx.keep("ask_at", f"{following}T{at:%H:%M}", about=leg, rotation_id=rotation.id)
            await ctx.nudges.put(ASK, slot, due, rotation_id=rotation.id)
            return None
    await ctx.keep("ask_handed", today.isoformat(), about=leg, rotation_id=rotation.id)
    ctx.push.about, ctx.push.item = leg, SCRIPTS[leg]
    ctx.push.reason = f"you planned to ask {WHO[leg]} at this time"
    return _words(ctx, leg, late=_late(ctx, rotation, leg))


def _late(ctx: Context, rotation: Rotation, leg: str) -> bool:
    """Whether the planned moment has passed: a pause, quiet hours or downtime held the words back."""
    planned = moment_of(ctx.view.facts.value("ask_at", rotation_id=rotation.id, about=leg))
    return ctx.student.local(ctx.now).replace(tzinfo=None) > planned + LATE


#: Words that come later than this after the planned minute don't say "now" any more.
LATE = timedelta(hours=1)
SCRIPTS = {"attending": "scr-midpoint-ask-attending", "resident": "scr-midpoint-ask-resident"}


def _words(ctx: Context, leg: str, *, late: bool = False) -> Reply:
    script = ctx.bank.get(Script, SCRIPTS[leg])
    said = _unnamed(script.say or script.short)
    when = "When you next have a minute" if late else "Now,"
    return say(
        f"**{when} with {WHO[leg]}.** “{said}”\n\nThen stop and write. If it's vague: “Could you give me a moment you "
        "have in mind?”",
        (Button("Shorter", "feedback.short", leg), Button("They're busy", "feedback.busy", leg)),
        (Button("It happened", "feedback.done"),),
    )


def _unnamed(said: str) -> str:
    """Return words to say without the gap for a name: the student knows whom they face."""
    bare = re.sub(r"(, )?(Dr\. )?\{name\}(, )?", lambda gap: " " if gap[1] and gap[3] else "", said)
    return words.opened(bare)


@feature.action("words")
async def words_now(ctx: Context, value: str) -> Reply:
    """Show the words now."""
    return _words(ctx, some_leg(ctx, value))


@feature.action("short")
async def short(ctx: Context, value: str) -> Reply:
    """Show the shorter words."""
    script = ctx.bank.get(Script, SCRIPTS[some_leg(ctx, value)])
    return say(f"“{script.short}”")


@feature.action("busy")
async def busy(ctx: Context, value: str) -> Reply:
    """Find another moment."""
    return ask_when(ctx, own_rotation(ctx), some_leg(ctx, value))


@feature.action("notime")
async def no_time(ctx: Context, value: str) -> Reply:
    """Offer a ten-second question, or another moment."""
    leg = some_leg(ctx, value)
    reply = ask_when(ctx, own_rotation(ctx), leg)
    lead = say("A busy service, then. A question after one case takes ten seconds; the longer talk can wait for a day.")
    row = (Button("The ten-second ask", "say.show", "scr-micro-ask-after-case"),)
    return replace(reply, cards=lead.cards + reply.cards, rows=(row, *reply.rows))
