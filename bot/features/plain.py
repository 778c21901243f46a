"""/plain: everyday words for a medical term, and the question that shows whether they were understood."""

from dataclasses import replace

from bot.content.items import Plain
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Reply, rows_of, say
from bot.core.notices import notice
from bot.core.showing import doors, fits, missed, specialty

feature = Feature("plain")

EXAMPLES = ("pln-stroke", "pln-biopsy", "pln-hypertension")


@feature.command("plain", "The words to use with a patient", example="hypertension", history=False)
async def look_up(ctx: Context, text: str) -> Reply:
    """Answer with one card, or with what is near."""
    if not text.strip():
        return say(
            "Which medical word do you need in everyday words? Send it, such as `/plain hypertension`.",
            *rows_of(doors(ctx, EXAMPLES), 3),
        )
    answer = ctx.library.index.find(text, "plain", specialty(ctx))
    found = [item for item in answer.items if isinstance(item, Plain) and fits(ctx, item)]
    if answer.outcome == "answer" and found:
        return replace(card(ctx, found[0]), private=False)
    elsewhere = ctx.library.index.find_any(text, specialty(ctx)) if answer.outcome == "none" else answer
    hints = (
        "Send the medical word alone, or another name for it.",
        "`/say interpreter` has words for talks across languages.",
    )
    words = "ask your resident: “How do you put this to patients here?”"
    return replace(missed(ctx, text, elsewhere, words=words, hints=hints), private=False)


@feature.action("show")
async def show(ctx: Context, plain_id: str) -> Reply:
    """Show the plain words for one term."""
    item = ctx.bank.item(plain_id)
    if not isinstance(item, Plain):
        raise Sorry("That word is no longer in my list. `/plain` and the word finds what is.")
    return replace(card(ctx, item), private=False)


def card(ctx: Context, item: Plain) -> Reply:
    """Return the words to say, the question that checks them, and what to leave out."""
    lines = [f"**{item.plain}**", f"> “{item.say}”", f"**To see whether you were clear, ask:** “{item.check}”"]
    if item.avoid:
        lines.append(f"**Leave out:** {item.avoid}")
    footer = notice(item)
    rows = rows_of(doors(ctx, (item.phrase, *item.related)))
    return say("\n\n".join(lines), *rows, title=item.term, footer=footer, item=item.id)
