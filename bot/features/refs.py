"""Where to look things up: pointers to the references of a specialty, never what they say."""

from dataclasses import replace

from bot.content.study import Reference
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Link, Reply, Row, say
from bot.core.notices import notice
from bot.core.showing import doors, fits, paged, specialty, stacked

feature = Feature("refs")

#: Pointers listed at once.
PAGE = 6


@feature.action("mine")
async def mine(ctx: Context, value: str) -> Reply:
    """List the pointers for the student's specialty, its own first; *value* is the page."""
    own = specialty(ctx)
    items = sorted(
        (each for each in ctx.bank.active(Reference) if fits(ctx, each) and {"any", own} & set(each.specialties)),
        key=lambda each: ("any" in each.specialties, each.title),
    )
    page = paged(ctx, items, value, PAGE, more="More places", action="refs.mine")
    words = "Pick one for what it answers and how to get in. Ask your team which ones this hospital goes by."
    return say(words, *page.rows, title="Where to look", footer=page.footer, replaces=page.turned)


@feature.action("show")
async def show(ctx: Context, ref_id: str) -> Reply:
    """Show one pointer."""
    item = ctx.bank.item(ref_id)
    if not isinstance(item, Reference):
        raise Sorry("That reference is no longer in my list. `/faq` has the rest.")
    return replace(card(ctx, item), private=False)


def card(ctx: Context, item: Reference) -> Reply:
    """Return the place, the question it answers, and how to find the local version."""
    parts = (
        item.what_for,
        f"**Open it when:** {item.use_when}",
        f"**Where:** {item.how}",
        f"**Mind:** {item.caution}",
    )
    edition = f"Edition: {item.edition}" if item.edition else ""
    link: Row = (Link(f"Open {item.org}"[:60], item.root_url),)
    rows: tuple[Row, ...] = (*stacked(doors(ctx, item.related)), link)
    footer = " · ".join(filter(None, (edition, notice(item))))
    return say("\n\n".join(parts), *rows, title=item.name, footer=footer, item=item.id)
