"""How often tips come."""

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.messages import Button, Reply, rows_of, say
from bot.features.settings.panel import PACES, feature
from bot.storage.students import Students


@feature.action("often")
async def often(ctx: Context, _: str) -> Reply:
    """Offer paces for the morning tips."""
    buttons = [Button(label, "settings.pace", pace) for pace, label in PACES.items()]
    return say(f"Tips come {PACES[ctx.student.cadence].lower()}. How often would you like them?", *rows_of(buttons, 3))


@feature.action("pace")
async def pace(ctx: Context, value: str) -> Reply:
    """Keep the pace of the tips; the steps of the rotation still come."""
    if value not in PACES:
        raise Sorry("I know every day, every other day and twice a week. `/settings` shows them.")
    await ctx.work.use(Students).change(ctx.student.id, cadence=value)
    return say(f"Set: {PACES[value].lower()}. Your midpoint and other steps still come.")
