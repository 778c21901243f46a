"""The tip of the morning, and halving the pace of whoever never answers."""

from dataclasses import replace

from bot.core.context import Context
from bot.core.messages import Button, Reply, say
from bot.features.tip.card import feature, shown, why
from bot.features.tip.choice import choose, next_tip
from bot.storage.facts import FactBook
from bot.storage.students import Students

HALVED = "halved"
#: Mornings without an answer after which the pace is halved, once.
PATIENCE = 3


@feature.nudge("tip", next=next_tip, describe=lambda _view, _slot: "tip")
async def morning(ctx: Context, slot: str) -> Reply | None:
    """Compose the morning's tip."""
    rotation, day = ctx.rotation, ctx.student.today(ctx.now)
    tip = choose(ctx.view, rotation, day, ctx.chance) if rotation else None
    if rotation is None or tip is None:
        return None
    ctx.push.item = tip.id
    ctx.push.reason = why(ctx, tip)
    card = shown(tip)
    if await _tired(ctx, slot):
        notice = say(
            "Three mornings without an answer, so I'll send these every other day from now on.",
            (
                Button("Keep daily", "settings.pace", "daily"),
                Button("Fewer", "settings.pace", "few"),
                Button("Pause a week", "pause.week"),
            ),
        )
        return replace(card, cards=card.cards + notice.cards, rows=card.rows + notice.rows)
    return card


async def _tired(ctx: Context, slot: str) -> bool:
    """Whether three mornings in a row went unanswered: then halve the pace and say so, in one message only."""
    kept = ctx.view.facts.get(HALVED)
    if kept is not None:
        return kept.value == slot
    mornings = [each for each in ctx.view.seen if each.nudge == "tip"][-PATIENCE:]
    if len(mornings) < PATIENCE or any(each.answered_at for each in mornings) or ctx.student.cadence != "daily":
        return False
    await ctx.work.use(FactBook).set(ctx.student.id, HALVED, slot, now=ctx.now)
    await ctx.work.use(Students).change(ctx.student.id, cadence="alternate")
    return True
