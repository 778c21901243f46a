"""Days off."""

from dataclasses import replace

from bot.core.context import Context
from bot.core.messages import Reply, say
from bot.features.settings.panel import current_rotation, feature, named_days, tapped_weekday, weekday_taps
from bot.storage.students import Rotations


@feature.action("off")
async def off(ctx: Context, value: str) -> Reply:
    """Show the days off, or change one by a tap."""
    rotation = current_rotation(ctx)
    if (day := tapped_weekday(value)) is not None:
        changed = rotation.days_off ^ {day}
        if len(changed) == 7:
            return say("One day has to stay a working day, or nothing would ever come. `/pause` keeps me quiet.")
        rotation = replace(rotation, days_off=changed)
        await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    rows = weekday_taps(rotation.days_off, "settings.off")
    reply = say(f"Days off: **{named_days(rotation.days_off)}**. Tap a day to change it.", *rows)
    return replace(reply, replaces=bool(value))
