"""/faq: the questions students ask about rotations, with a short answer and a longer one."""

import re
from dataclasses import replace

from bot.content.items import Faq
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, Row, say
from bot.core.notices import notice
from bot.core.showing import doors, fits, missed, paged, specialty, stacked

feature = Feature("faq")

#: Topics listed at once.
PAGE = 8


@feature.command("faq", "Questions students ask, answered", example="what to pack for rotation", history=False)
async def look_up(ctx: Context, text: str) -> Reply:
    """Answer with one question's card, or with what is near; list the topics where nothing was asked."""
    if not text.strip():
        return topics(ctx)
    answer = ctx.library.index.find(text, "faq", specialty(ctx))
    found = [item for item in answer.items if isinstance(item, Faq) and fits(ctx, item)]
    if answer.outcome == "answer" and found:
        return replace(card(ctx, found[0]), private=False)
    elsewhere = ctx.library.index.find_any(text, specialty(ctx)) if answer.outcome == "none" else answer
    hints = ("Ask it in other words.", "`/faq` alone lists every topic I have.")
    words = "ask your coordinator or resident: “Who would know about this?”"
    return replace(missed(ctx, text, elsewhere, words=words, hints=hints), private=False)


@feature.action("topics")
async def page(ctx: Context, value: str) -> Reply:
    """Show a page of topics."""
    return topics(ctx, value)


@feature.action("show")
async def show(ctx: Context, faq_id: str) -> Reply:
    """Show a question and its short answer."""
    return replace(card(ctx, _faq(ctx, faq_id)), private=False)


@feature.action("long")
async def longer(ctx: Context, faq_id: str) -> Reply:
    """Show a question with all there is to say."""
    return replace(card(ctx, _faq(ctx, faq_id), full=True), private=False, replaces=True)


def card(ctx: Context, item: Faq, *, full: bool = False) -> Reply:
    """Return the answer, short or *full*, with where to go from it."""
    body = f"{item.short}\n\n{item.long}" if full and item.long else item.short
    more: Row = (Button("More", "faq.long", item.id),) if item.long and not full else ()
    footer = notice(item)
    return say(body, more, *stacked(doors(ctx, item.next, most=60)), title=item.q, footer=footer, item=item.id)


def topics(ctx: Context, value: str = "") -> Reply:
    """Return one page of topics, numbered by a button's *value*, in the order a rotation brings them up."""
    items = sorted((each for each in ctx.bank.active(Faq) if fits(ctx, each)), key=_place)
    page = paged(ctx, items, value, PAGE, more="More topics", action="faq.topics")
    *rows, onward = page.rows
    onward += (Button("Where to look things up", "refs.mine"),) if "refs.mine" in ctx.registry.actions else ()
    words = "Ask in your own words, such as `/faq what to pack for rotation`, or pick a topic."
    return say(words, *rows, onward, footer=page.footer, replaces=page.turned)


def _place(item: Faq) -> tuple[list[int], str]:
    """Sort by the chapter a question belongs to: what comes first in a rotation stands first."""
    return [int(number) for number in re.findall(r"[0-9]+", item.guide[0])], item.title


def _faq(ctx: Context, faq_id: str) -> Faq:
    item = ctx.bank.item(faq_id)
    if not isinstance(item, Faq):
        raise Sorry("That question is no longer in my list. `/faq` shows what is.")
    return item
