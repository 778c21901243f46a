"""What every look-up shares: buttons that open items, and the answer where nothing fits."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.content.fields import Item
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.search.index import Answer
from bot.content.steps import Step
from bot.content.study import Reference
from bot.core.context import Context
from bot.core.markup import plain
from bot.core.messages import Button, Reply, Row, rows_of, say
from bot.guard.check import check

#: Which feature shows an item of each kind.
SHOWN_BY: dict[type[Item], str] = {
    Phrase: "phrase.show",
    Script: "say.show",
    Plain: "plain.show",
    Faq: "faq.show",
    Checklist: "checklist.show",
    Tip: "tip.show",
    Step: "journey.show",
    Reference: "refs.show",
}
#: Two buttons with labels of this length stand side by side on a phone.
LABEL = 24
#: What was asked is said back up to this length and so many words; beyond them, it is a sentence and no term.
_ECHO, _TERM = 40, 3


def name_of(item: Item) -> str:
    """Return what *item* is called on a button: its term where it has one."""
    return item.term if isinstance(item, Phrase | Plain) else item.title


def shortened(text: str, most: int = LABEL) -> str:
    """Return *text* cut between two words, with a sign that something is missing, where it is longer than *most*."""
    if len(text) <= most:
        return text
    kept = text[: most - 1].rstrip()
    if text[len(kept)] != " " and " " in kept:
        kept = kept.rsplit(" ", 1)[0]
    return kept.rstrip(" ,;:-") + "…"


def fits(ctx: Context, item: Item) -> bool:
    """Whether *item* is meant for this student: words for hands-on work never reach an observer, nor the reverse."""
    if item.participation == "any" or ctx.rotation is None:
        return True
    return item.participation == ("observer" if ctx.rotation.observing else "hands_on")


def specialty(ctx: Context) -> str | None:
    """Return the specialty of the rotation at hand, which decides between meanings."""
    return ctx.rotation.specialty if ctx.rotation else None


def doors(ctx: Context, items: Iterable[Item | str | None], *, most: int = LABEL) -> list[Button]:
    """Return a button for each of *items*, given as themselves or by id, that there is and this student may open."""
    found = [ctx.bank.item(each) if isinstance(each, str) else each for each in items]
    return [
        Button(shortened(name_of(item), most), SHOWN_BY[type(item)], item.id)
        for item in {each.id: each for each in found if each is not None}.values()
        if SHOWN_BY.get(type(item)) in ctx.registry.actions and fits(ctx, item)
    ]


def stacked(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    """Return *buttons* two to a row, or one to a row where a label is long."""
    return rows_of(buttons, 2 if all(len(each.label) <= LABEL for each in buttons) else 1)


class Page(NamedTuple):
    """One page of a list of items: a button for each, one for the next page, and which of how many it is."""

    rows: tuple[Row, ...]
    footer: str
    turned: bool  # reached from another page, whose place it takes


def paged(ctx: Context, items: Sequence[Item], value: str, size: int, *, more: str, action: str) -> Page:
    """Return the page that a button's *value* names, the last where there are fewer; *more* leads to the next."""
    pages = max(1, -(-len(items) // size))
    number = min(int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0, pages - 1)
    shown = stacked(doors(ctx, items[number * size : number * size + size], most=60))
    onward: Row = (Button(more, action, str(number + 1)),) if number + 1 < pages else ()
    return Page((*shown, onward), f"Page {number + 1} of {pages}", number > 0)


def echoed(asked: str) -> str:
    """Return *asked* as markup to say back, or nothing where it is long or may point to a patient.

    An answer is kept until it is sent, so that what the guard would stop must not stand in it.
    """
    words = " ".join(asked.split())
    short = 0 < len(words) <= _ECHO and len(words.split()) <= _TERM
    return plain(words) if short and check(words).level == "pass" else ""


def missed(ctx: Context, asked: str, answer: Answer, *, words: str, hints: Sequence[str]) -> Reply:
    """Return the answer where nothing is sure: near ones to choose from, else *hints*; never a guess.

    *words* is the line to ask a person with.
    """
    said = echoed(asked)
    lacking = f"I don't have **{said}**" if said else "I have nothing that fits that for sure"
    near = doors(ctx, answer.items, most=60)
    if near:
        return say(f"{lacking}. Did you mean one of these?\n\nOr {words}", *stacked(near))
    steps = "\n".join(f"- {hint}" for hint in (words[0].upper() + words[1:], *hints))
    return say(f"{lacking}, and I won't guess. What you can do:\n\n{steps}")
