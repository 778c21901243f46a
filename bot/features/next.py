"""/next and /why: what comes, and why the last message came."""

from datetime import timedelta
from itertools import groupby

from bot.content.items import Tip
from bot.core.context import Context
from bot.core.feature import Feature
from bot.core.forecast import Coming, forecast
from bot.core.markup import plain
from bot.core.messages import Button, Reply, say
from bot.domain import words
from bot.domain.delivery import Delivery
from bot.storage.nudges import Nudges

feature = Feature("next")

DAYS = 10


@feature.command("next", "What comes, and when")
async def next_(ctx: Context, _: str) -> Reply:
    """List the messages of the coming days in local time."""
    return await show(ctx, "")


@feature.action("show")
async def show(ctx: Context, _: str) -> Reply:
    """List the messages of the coming days in local time."""
    if ctx.student.state == "stopped":
        return say("Nothing: you stopped all messages. `/start` brings them back.")
    if ctx.rotation is None:
        return say("Nothing is planned without a rotation.", (Button("Set it up", "start.begin"),))
    armed = await ctx.work.use(Nudges).of(ctx.student.id)
    coming = forecast(ctx.view, ctx.registry, armed, ctx.now, ctx.now + timedelta(days=DAYS))
    if not coming:
        return say(
            f"Nothing in the next {DAYS} days. Your rotation: {words.short_day(ctx.rotation.start)} to "
            f"{words.short_day(ctx.rotation.end)}.",
            (Button("Add a rotation", "start.begin"), Button("Settings", "settings.show")),
        )
    paused = ctx.student.paused_until
    footer = f"Paused until {words.day(paused)}." if paused and ctx.student.paused(ctx.student.today(ctx.now)) else ""
    rows = (Button("Settings", "settings.show"), Button("Why the last one?", "next.why"))
    return say("\n".join(_days(ctx, coming)), rows, title="What comes next", footer=footer)


def _days(ctx: Context, coming: tuple[Coming, ...]) -> list[str]:
    lines = []
    for day, group in groupby(coming, key=lambda each: ctx.student.local(each.at).date()):
        parts = [
            f"{words.clock(ctx.student.local(each.at).time())} {each.what}{' (you set it)' if each.armed else ''}"
            for each in group
        ]
        lines.append(f"- **{words.day(day)}** {' · '.join(parts)}")
    return lines


@feature.command("why", "Why the last message came")
async def why(ctx: Context, _: str) -> Reply:
    """Tell which rule sent the last push."""
    if not ctx.view.seen:
        return say("I haven't sent you anything by myself yet.", (Button("What comes next", "next.show"),))
    last = ctx.view.seen[-1]
    assert last.sent_at is not None
    at = ctx.student.local(last.sent_at)
    item = ctx.bank.item(last.item) if last.item else None
    name = f"the tip **{plain(item.title)}**" if isinstance(item, Tip) else f"“{plain(_called(ctx, last))}”"
    body = f"**{words.day(at.date())}, {words.clock(at.time())}:** {name}. Because: {plain(last.reason) or 'you asked for it'}."
    return say(body, (Button("Fewer like this", "settings.often"), Button("Settings", "settings.show")))


def _called(ctx: Context, last: Delivery) -> str:
    rule = ctx.registry.nudges.get(last.nudge)
    return rule.describe(ctx.view, last.slot) if rule is not None else "a message"


@feature.action("why")
async def why_by_tap(ctx: Context, _: str) -> Reply:
    """Tell which rule sent the last push."""
    return await why(ctx, "")
