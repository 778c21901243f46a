"""A form asked question by question, where the platform has no dialogs: progress is kept, any command cancels."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from bot.core.context import Context
from bot.core.feature import Feature, FormSpec
from bot.core.forms import BadAnswer, parse, read, settle, stopped_reply
from bot.core.markup import plain
from bot.core.messages import Button, Field, Form, Reply, rows_of, say
from bot.domain.dates import BadDate, WhichMonth, parse_date, parse_range
from bot.guard.check import check
from bot.storage.interviews import Interviews

feature = Feature("interview")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an interview is: which form, with which context, what was answered."""

    form: str
    context: str
    mark: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    position: int = 0
    open: bool = True


async def start(ctx: Context, form: Form, mark: str) -> Reply:
    """Open *form* and return its first question; left half-way before, it goes on from there.

    *mark* is the push it belongs to, as stamped on buttons.
    """
    left = await _kept(ctx)
    progress = Progress(form.name, form.context, mark)
    if left is not None and (left.form, left.context) == (form.name, form.context) and left.position < len(form.fields):
        progress = replace(left, open=True, mark=mark)
    await _keep(ctx, progress)
    return _question(form, progress)


async def pending(ctx: Context) -> Progress | None:
    """Return the interview that waits for this student's answer, or None."""
    kept = await _kept(ctx)
    return kept if kept is not None and kept.open else None


async def leave(ctx: Context) -> None:
    """Put an open interview aside: words typed from now on are no answers to it. None is a no-op."""
    progress = await pending(ctx)
    if progress is not None:
        await _keep(ctx, replace(progress, open=False))


async def _kept(ctx: Context) -> Progress | None:
    kept = await ctx.work.use(Interviews).of(ctx.student.id)
    return Progress(**json.loads(kept)) if kept else None


async def answer(ctx: Context, progress: Progress, text: str, *, choice: str = "") -> Reply:
    """Take *text* as the answer to the open question and return the next one, or what the form's handler says."""
    spec = ctx.registry.forms.get(progress.form)
    if spec is None:
        await ctx.work.use(Interviews).end(ctx.student.id)
        return say("That question is from an older version. `/help` shows what I can do.")
    form = spec.build(ctx, progress.context)
    asked = form.fields[progress.position]
    today = ctx.student.today(ctx.now)
    given = _spread(form, progress.position, text, today) or {asked.name: text}
    try:
        for each in form.fields:
            if each.name in given:
                parse(each, given[each.name], today)
    except BadAnswer as fault:
        return _again(form, asked, str(fault), _months(asked, text, ctx))
    if asked.guard and text.strip():
        verdict = check(text)
        settled = settle(text, verdict, choice)
        if settled is None:
            return stopped_reply(verdict, text)
        given = {asked.name: settled}
        if not settled and asked.required:
            return replace(_question(form, progress), erases=True)
    moved = replace(progress, answers={**progress.answers, **given}, position=progress.position + len(given))
    if moved.position < len(form.fields):
        await _keep(ctx, moved)
        reply = _question(form, moved)
    else:
        reply = await _finish(ctx, spec, form, moved)
    return replace(reply, erases=bool(choice))


async def _finish(ctx: Context, spec: FormSpec, form: Form, progress: Progress) -> Reply:
    await ctx.work.use(Interviews).end(ctx.student.id)
    # Every answer was read and guarded as it came: what stands here now is what may be kept.
    trusted = replace(form, fields=tuple(replace(each, guard=False) for each in form.fields))
    values = read(trusted, progress.answers, ctx.student.today(ctx.now)).values
    return await spec.handler(ctx, values, progress.context)


async def _keep(ctx: Context, progress: Progress) -> None:
    await ctx.work.use(Interviews).put(ctx.student.id, json.dumps(asdict(progress)), ctx.now)


def _question(form: Form, progress: Progress) -> Reply:
    asked = form.fields[progress.position]
    opening = f"{form.intro}\n\n" if form.intro and progress.position == 0 else ""
    count = f" ({progress.position + 1} of {len(form.fields)})" if len(form.fields) > 1 else ""
    body = f"{opening}**{asked.label}**{count}"
    if asked.hint:
        body += f"\n\n{asked.hint}"
    return say(body, *_choices(form, asked))


def _choices(form: Form, asked: Field) -> tuple[tuple[Button, ...], ...]:
    buttons = [Button(each.label, "interview.pick", each.value) for each in asked.options]
    last = [form.leave]
    if not asked.required:
        last.insert(0, Button("Skip", "interview.skip"))
    return (*rows_of(buttons), tuple(last))


def _again(form: Form, asked: Field, fault: str, months: list[Button]) -> Reply:
    return say(f"{plain(fault)}\n\n**{asked.label}**", *(rows_of(months) or _choices(form, asked)))


def _spread(form: Form, position: int, text: str, today: date) -> dict[str, str]:
    """Take "nov 30 to dec 27" as the answers to a date and the length that follows it."""
    pair = form.fields[position : position + 2]
    if [each.kind for each in pair] != ["date", "length"]:
        return {}
    try:
        first, last = parse_range(text, today)
    except BadDate:
        return {}
    return {pair[0].name: first.isoformat(), pair[1].name: last.isoformat()}


def _months(asked: Field, text: str, ctx: Context) -> list[Button]:
    """Offer both readings of a date such as 11/12 as buttons."""
    if asked.kind not in ("date", "length"):
        return []
    try:
        parse_date(text, ctx.student.today(ctx.now))
    except WhichMonth as which:
        return [Button(f"{each:%b} {each.day}", "interview.pick", each.isoformat()) for each in which.options]
    except BadDate:
        return []
    return []


@feature.action("pick")
async def pick(ctx: Context, value: str) -> Reply:
    """Take a button as the answer."""
    progress = await pending(ctx)
    return await answer(ctx, progress, value) if progress else _over()


@feature.action("skip")
async def skip(ctx: Context, _: str) -> Reply:
    """Leave an optional question empty."""
    progress = await pending(ctx)
    return await answer(ctx, progress, "") if progress else _over()


@feature.action("guard")
async def guarded(ctx: Context, value: str) -> Reply:
    """Settle an answer that the guard stopped: its text comes with the press and was kept nowhere."""
    progress = await pending(ctx)
    if progress is None:
        return _over()
    if not ctx.quoted:
        return say("The message is gone, so nothing was kept. Send the line again without it.")
    return await answer(ctx, progress, ctx.quoted, choice=value)


@feature.action("cancel")
async def cancel(ctx: Context, _: str) -> Reply:
    """Stop asking."""
    await ctx.work.use(Interviews).end(ctx.student.id)
    return say("Canceled; nothing was saved.")


def _over() -> Reply:
    return say("That question is closed. `/help` shows what I can do.")
