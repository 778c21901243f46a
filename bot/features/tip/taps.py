"""What a student does with tips: another one, the words to say, saving, not for me."""

from bot.content.items import Script, Tip
from bot.core.context import Context
from bot.core.messages import Button, Reply, say
from bot.features.tip.card import feature, shown, tip_of
from bot.features.tip.choice import choose

SEEN = "seen"
SAVED = "saved"
UNWANTED = "not_for_me"


@feature.command("tip", "Another tip for where you are now")
async def another(ctx: Context, _: str) -> Reply:
    """Give a tip on request, never one seen before."""
    rotation = ctx.rotation
    if rotation is None:
        return say(
            "Tips depend on where you rotate. Set that up once, it takes a minute.",
            (Button("Set it up", "start.begin"),),
        )
    tip = choose(ctx.view, rotation, ctx.student.today(ctx.now), ctx.chance)
    if tip is None:
        return say("You've seen every tip I have for this part of your rotation. `/say` has words for most situations.")
    await ctx.keep(SEEN, tip.id, about=tip.id, rotation_id=0)
    return shown(tip)


@feature.action("another")
async def another_by_tap(ctx: Context, _: str) -> Reply:
    """Give another tip."""
    return await another(ctx, "")


@feature.action("no")
async def no(ctx: Context, tip_id: str) -> Reply:
    """Take a no for an answer."""
    return say("Fine. Another one tomorrow.", (Button("Not for me", "tip.unwanted", tip_id),))


@feature.action("more")
async def more(ctx: Context, tip_id: str) -> Reply:
    """Show the words to say and the reason."""
    tip = tip_of(ctx, tip_id)
    script = ctx.bank.item(tip.script) if tip.script else None
    said = tip.say or (script.say if isinstance(script, Script) else None)
    body = f"**Why:** {tip.why}"
    if said:
        body = f"“{said}”\n\n{body}"
    return say(
        body,
        (
            Button("Save", "tip.save", tip.id),
            Button("Not for me", "tip.unwanted", tip.id),
            Button("Another tip", "tip.another"),
        ),
        title=tip.title,
    )


@feature.action("save")
async def save(ctx: Context, tip_id: str) -> Reply:
    """Keep a tip for later."""
    tip = tip_of(ctx, tip_id)
    await ctx.keep(SAVED, "true", about=tip.id, rotation_id=0)
    return say(f"Saved: {tip.title}.", (Button("My saved tips", "tip.saved"),))


@feature.action("saved")
async def saved(ctx: Context, _: str) -> Reply:
    """List the saved tips as buttons."""
    kept = [ctx.bank.item(key[2]) for key, _ in ctx.view.facts.about(SAVED)]
    tips = [item for item in kept if isinstance(item, Tip)]
    if not tips:
        return say("Nothing saved yet. Under each tip, the button in the middle leads to 'Save'.")
    return say("Your saved tips:", *((Button(tip.title[:60], "tip.show", tip.id),) for tip in tips[-10:]))


@feature.action("show")
async def show(ctx: Context, tip_id: str) -> Reply:
    """Show a tip again."""
    return shown(tip_of(ctx, tip_id))


@feature.action("unwanted")
async def unwanted(ctx: Context, tip_id: str) -> Reply:
    """Note that a tip did not fit."""
    tip = tip_of(ctx, tip_id)
    await ctx.keep(UNWANTED, "true", about=tip.id, rotation_id=0)
    return say("Thanks, noted. It won't come again.", (Button("Another tip", "tip.another"),))
