"""Checklists: lines to tick, opened by a step or by a button."""

from bot.content.items import Checklist
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, rows_of, say
from bot.core.notices import notice
from bot.domain.facts import Facts
from bot.storage.facts import FactBook

feature = Feature("checklist")

TICKED = "ticked"


@feature.action("show")
async def show(ctx: Context, value: str) -> Reply:
    """Show a checklist with what is ticked."""
    return _card(ctx, _found(ctx, value), _ticked(ctx, value))


@feature.action("tick")
async def tick(ctx: Context, value: str) -> Reply:
    """Tick a line, or take the tick back."""
    list_id, _, key = value.partition(" ")
    checklist = _found(ctx, list_id)
    if key not in {line.key for line in checklist.items}:
        raise Sorry("That line is no longer on the list. Open it again to see what is.")
    ticked = _ticked(ctx, list_id) ^ {key}
    about = f"{list_id}"
    await ctx.work.use(FactBook).set(
        ctx.student.id, TICKED, ",".join(sorted(ticked)), now=ctx.now, rotation_id=_rotation(ctx), about=about
    )
    return _card(ctx, checklist, ticked, replaces=True)


def _found(ctx: Context, list_id: str) -> Checklist:
    item = ctx.bank.item(list_id if list_id.startswith("chk-") else f"chk-{list_id}")
    if not isinstance(item, Checklist):
        raise Sorry("That list is gone. `/next` shows what comes.")
    return item


def _rotation(ctx: Context) -> int:
    return ctx.rotation.id if ctx.rotation else 0


def _ticked(ctx: Context, list_id: str) -> frozenset[str]:
    facts: Facts = ctx.view.facts
    kept = facts.value(TICKED, rotation_id=_rotation(ctx), about=list_id)
    return frozenset(each for each in kept.split(",") if each)


def _card(ctx: Context, checklist: Checklist, ticked: frozenset[str], *, replaces: bool = False) -> Reply:
    observing = ctx.rotation is None or ctx.rotation.observing
    role = "observer" if observing else "hands_on"
    lines = [line for line in checklist.items if line.participation in ("any", role)]
    body = [checklist.intro, ""]
    for number, line in enumerate(lines, start=1):
        mark = "✓" if line.key in ticked else "○"
        body += [f"{mark} **{number}** {line.text}", ""]
    done = all(line.key in ticked for line in lines)
    if done:
        body.append(checklist.done)
    buttons = [
        Button(f"{'✓ ' if line.key in ticked else ''}{number}", "checklist.tick", f"{checklist.id} {line.key}")
        for number, line in enumerate(lines, start=1)
    ]
    count = sum(line.key in ticked for line in lines)
    return say(
        "\n".join(body).strip(),
        *rows_of(buttons, 5),
        title=checklist.title,
        footer=" · ".join(filter(None, (f"{count} of {len(lines)} done", notice(checklist)))),
        replaces=replaces,
    )
