"""The promise to try a tip, and the one question in the evening."""

from datetime import datetime, timedelta

from bot.content.items import Tip
from bot.core.context import Context
from bot.core.messages import Button, Reply, say
from bot.core.view import Occurrence, View
from bot.domain import words
from bot.domain.hours import slot_instant
from bot.features.tip.card import feature, more_of, tip_of

DOING = "tip_doing"
CHECK_PRIORITY = 20
#: In a week with so many messages no question is promised for the evening.
QUIET_WEEK = 6


@feature.action("do")
async def do(ctx: Context, tip_id: str) -> Reply:
    """Note the promise; one question follows in the evening."""
    tip = tip_of(ctx, tip_id)
    rotation, day = ctx.rotation, ctx.student.today(ctx.now)
    evening = slot_instant(ctx.student, rotation, day, "evening") if rotation else None
    full = ctx.view.pushes_since(ctx.now - timedelta(days=7)) >= QUIET_WEEK or _evening_taken(ctx)
    if full or rotation is None or evening is None or evening <= ctx.now or not rotation.works_on(day):
        return say("Good. I won't ask about it today.")
    await ctx.keep(DOING, day.isoformat(), about=tip.id)
    at = ctx.student.local(evening)
    return say(f"Good. I'll ask once, about {words.clock(at.time())}.", (more_of(tip),))


def _evening_taken(ctx: Context) -> bool:
    """Whether something that goes before the question has this evening."""
    comes = (rule.next(ctx.view, ctx.now) for rule in ctx.registry.recurring if rule.next and rule.name != "tip.check")
    today = ctx.student.today(ctx.now)
    return any(
        each and (each.day, each.part) == (today, "evening") and each.priority > CHECK_PRIORITY for each in comes
    )


def next_check(view: View, after: datetime) -> Occurrence | None:
    """Return the evening question about a tip the student said they would do, once."""
    found = []
    for (rotation_id, _, tip_id), fact in view.facts.about(DOING):
        rotation = view.rotation(rotation_id)
        if rotation is None or not fact.value:
            continue
        day = datetime.fromisoformat(fact.value).date()
        at = slot_instant(view.student, rotation, day, "evening")
        slot = f"{tip_id}:{fact.value}"
        if at is not None and at > after and not view.sent("tip.check", slot):
            local = view.student.local(at).date()
            until = at + timedelta(hours=3)
            found.append(Occurrence(slot, at, until, CHECK_PRIORITY, "evening", local, rotation.id))
    return min(found, key=lambda each: each.at, default=None)


@feature.nudge("tip.check", next=next_check, describe=lambda _view, _slot: "did the tip work?")
async def check(ctx: Context, slot: str) -> Reply | None:
    """Ask once, in the evening, what came of it."""
    tip = ctx.bank.item(slot.partition(":")[0])
    if not isinstance(tip, Tip):
        return None
    ctx.push.item = tip.id
    ctx.push.reason = "you said this morning you'd do it; I ask once"
    return say(
        f"You planned to try this today: {tip.action}\n\nHow did it go?",
        (
            Button("Did it", "tip.done", f"yes {tip.id}"),
            Button("Not yet", "tip.done", f"notyet {tip.id}"),
            Button("Didn't come up", "tip.done", f"no {tip.id}"),
        ),
        title=tip.title,
    )


_OUTCOMES = {
    "yes": "Noted. Doing it once more this week makes it yours.",
    "notyet": "That's fine. It's there when the day allows.",
    "no": "Then it wasn't the day for it.",
}


@feature.action("done")
async def done(ctx: Context, value: str) -> Reply:
    """Keep what came of a tip."""
    outcome, _, tip_id = value.partition(" ")
    await ctx.keep("tip_done", outcome, about=tip_of(ctx, tip_id).id)
    return say(_OUTCOMES.get(outcome, "Noted."))
