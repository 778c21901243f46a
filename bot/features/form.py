"""Opening a form by a button, where a dialog needs a fresh tap to open."""

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Reply, ask

feature = Feature("form")


@feature.action("open")
async def open_(ctx: Context, value: str) -> Reply:
    """Open the form *value* names, with its context behind the name."""
    name, _, context = value.partition(" ")
    spec = ctx.registry.forms.get(name)
    if spec is None:
        raise Sorry("That form is from an older version of me. `/help` shows what I can do now.")
    return ask(spec.build(ctx, context))
