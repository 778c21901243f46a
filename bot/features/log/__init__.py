"""/log: one line to remember, kept only when nothing in it may point to a patient."""

import re
from dataclasses import replace
from typing import Any

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.forms import BadAnswer, parse, read, reopened, settle, stopped_reply
from bot.core.markup import plain
from bot.core.messages import Button, Field, Form, Reply, ask, say
from bot.domain import words
from bot.features.log.store import Line, Log
from bot.guard.check import check

feature = Feature("log")

#: Lines shown at once.
LATEST = 5
LINE = Field(
    "line",
    "One line, no patient details",
    guard=True,
    max_length=500,
    hint="Such as: saw my first paracentesis, held the light.",
)
FORM = Form("log", "A line for your log", (LINE,))
WRITE = Button("Write a line", "log.write")
_COMMAND = re.compile(r"^\s*/(?:coach\s+)?log(?:@\S+)?(?:\s+|$)", re.IGNORECASE)


@feature.command("log", "Keep one line: seen, done, taught, learned", example="first paracentesis, assisted")
async def log(ctx: Context, text: str) -> Reply:
    """Keep a line, ask about one that was stopped, or show the last ones."""
    line = text.strip()
    if not line:
        return ask(FORM) if ctx.modals else await latest(ctx)
    line = _read(ctx, line)
    verdict = check(line)
    kept = settle(line, verdict, "")
    if kept is not None:
        return await _keep(ctx, kept)
    if not ctx.modals:
        return stopped_reply(verdict, line, action="log.guard")
    answers = {LINE.name: line}
    return ask(reopened(FORM, answers, read(FORM, answers, ctx.student.today(ctx.now))))


@feature.action("write")
async def write(ctx: Context, _: str) -> Reply:
    """Ask for a line."""
    return ask(FORM)


@feature.action("latest")
async def latest_by_tap(ctx: Context, _: str) -> Reply:
    """Show the last lines."""
    return await latest(ctx)


@feature.form("log", FORM)
async def typed(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the line of the form, which the guard has read."""
    line = str(values.get("line") or "")
    return await _keep(ctx, line) if line else _nothing()


@feature.action("guard")
async def settled(ctx: Context, choice: str) -> Reply:
    """Settle a line that was stopped: its text comes with the press and was kept nowhere."""
    line = _COMMAND.sub("", ctx.quoted).strip()
    if not line:
        return say("The message is gone, so nothing was kept. Send the line again without it.", (WRITE,))
    line = _read(ctx, line)
    verdict = check(line)
    kept = settle(line, verdict, choice)
    if kept is None:
        return stopped_reply(verdict, line, action="log.guard")
    return replace(await _keep(ctx, kept) if kept else _nothing(), erases=True)


async def latest(ctx: Context) -> Reply:
    """Return the last lines, newest first."""
    lines = await ctx.work.use(Log).latest(ctx.student.id, LATEST)
    if not lines:
        return say(
            "Your log is empty. One line is enough: something you saw, did, taught or learned. Leave the patient out.",
            (WRITE,),
        )
    total = await ctx.work.use(Log).count(ctx.student.id)
    body = "\n".join(f"- {_dated(ctx, line)}" for line in lines)
    footer = f"The last {len(lines)} of {words.count(total, 'line')}; `/export` has all." if total > len(lines) else ""
    return say(body, (WRITE,), title="Your log", footer=footer)


async def _keep(ctx: Context, line: str) -> Reply:
    rotation = ctx.rotation
    await ctx.work.use(Log).add(ctx.student.id, rotation.id if rotation else 0, "", line, ctx.now)
    return say(
        f"Kept, for you alone:\n\n> {plain(line)}",
        (Button("My last lines", "log.latest"), WRITE),
        footer="Your school's own log still wants its entries.",
    )


def _nothing() -> Reply:
    return say("Dropped. Nothing was kept.", (WRITE,))


def _read(ctx: Context, line: str) -> str:
    """Return *line* as the form's field would take it. Raises Sorry."""
    try:
        return str(parse(LINE, line, ctx.student.today(ctx.now)))
    except BadAnswer as fault:
        raise Sorry(plain(str(fault))) from fault


def _dated(ctx: Context, line: Line) -> str:
    return f"**{words.short_day(ctx.student.today(line.at))}** {plain(line.text)}"
