"""/forget: everything of a student erased after one confirmation, with a receipt."""

from datetime import datetime, timedelta
from random import Random

import structlog

from bot.core.context import Context
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, say
from bot.domain.words import count
from bot.storage.everything import Everything

log = structlog.get_logger(__name__)

feature = Feature("forget")

#: Letters and digits that are not taken for one another when read aloud or copied by hand.
SIGNS = "234679ACDEFGHJKMNPQRTUVWXY"
#: An older button asks again: it may have been tapped while scrolling.
FRESH = timedelta(days=1)


@feature.command("forget", "Erase everything I keep about you")
async def forget(ctx: Context, _: str) -> Reply:
    """Say what would go, and ask once."""
    kept = Everything(ctx.work)
    told = _counted(await kept.counts(ctx.student.id), await kept.notes(ctx.student.id))
    what = f"everything: {', '.join(told)}, and your settings" if told else "your settings and answers"
    return say(
        f"This removes {what}. It can't be undone.",
        (Button("Send me a copy first", "export.send"),),
        (Button("Erase all", "forget.erase", str(int(ctx.now.timestamp()))), Button("Keep", "forget.keep")),
    )


@feature.action("ask")
async def ask(ctx: Context, _: str) -> Reply:
    """Ask once, by a tap."""
    return await forget(ctx, "")


@feature.action("keep")
async def keep(ctx: Context, _: str) -> Reply:
    """Leave everything as it is."""
    return say("Everything stays. `/stop` ends the messages alone.", replaces=True)


@feature.action("erase")
async def erase(ctx: Context, asked_at: str) -> Reply:
    """Erase every row of the student."""
    if not _fresh(asked_at, ctx.now):
        return await forget(ctx, "")
    kept = Everything(ctx.work)
    notes = await kept.notes(ctx.student.id)
    erased = await kept.erase(ctx.student.id)
    code = receipt(ctx.chance)
    log.info("student erased", receipt=code, rows=sum(erased.values()))
    told = _counted(erased, notes)
    planned = erased.get("nudges", 0)
    if planned:
        told.append(count(planned, "planned message"))
    what = f"Erased: {', '.join(told)}, and your settings." if told else "Erased: your settings and answers."
    return say(
        f"{what} Receipt **{code}**.",
        footer="The messages in this chat are yours to delete. Write to me again and I start from nothing.",
    )


def receipt(chance: Random) -> str:
    """Return a code to quote when asking about an erasure."""
    return "F-" + "".join(chance.choice(SIGNS) for _ in range(4))


def _fresh(asked_at: str, now: datetime) -> bool:
    digits = asked_at if asked_at.isascii() and asked_at.isdigit() and len(asked_at) < 12 else "0"
    return 0 <= int(now.timestamp()) - int(digits) <= FRESH.total_seconds()


def _counted(rows: dict[str, int], notes: int) -> list[str]:
    """Return in words how many rotations, notes and pushes there are, without those there are none of."""
    sent = rows.get("deliveries", 0)
    told = [(rows.get("rotations", 0), "rotation"), (notes, "note")]
    return [count(number, noun) for number, noun in told if number] + ([f"{count(sent, 'thing')} sent"] if sent else [])
