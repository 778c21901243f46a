"""Days off."""

from dataclasses import replace

from bot.core.context import Context
from bot.core.messages import Button, Reply, rows_of, say
from bot.features.settings.panel import current_rotation, feature, named_days, weekday
from bot.storage.students import Rotations


@feature.action("off")
async def off(ctx: Context, value: str) -> Reply:
    """Show the days off, or change one by a tap."""
    rotation = current_rotation(ctx)
    if value.isascii() and value.isdigit() and int(value) < 7:
        changed = rotation.days_off ^ {int(value)}
        if len(changed) == 7:
            return say("One day has to stay a working day, or nothing would ever come. `/pause` keeps me quiet.")
        rotation = replace(rotation, days_off=changed)
        await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    buttons = [
        Button(f"{'✓ ' if day in rotation.days_off else ''}{weekday(day)[:3]}", "settings.off", str(day))
        for day in range(7)
    ]
    reply = say(f"Days off: **{named_days(rotation.days_off)}**. Tap a day to change it.", *rows_of(buttons, 4))
    return replace(reply, replaces=bool(value))
