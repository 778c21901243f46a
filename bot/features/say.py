"""/say: the words for a situation, a short version of them, and what to do with a yes or a no."""

from dataclasses import replace

from bot.content.items import Script
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, Row, rows_of, say
from bot.core.notices import notice
from bot.core.showing import doors, fits, missed, paged, specialty

feature = Feature("say")

#: Situations listed at once.
PAGE = 6
WRITTEN = ("email", "message", "page", "secure_chat")


@feature.command("say", "The words for a situation, ready to say", example="calling in sick", history=False)
async def look_up(ctx: Context, text: str) -> Reply:
    """Answer with one script, or with what is near."""
    if not text.strip():
        return listing(ctx)
    answer = ctx.library.index.find(text, "say", specialty(ctx))
    found = [item for item in answer.items if isinstance(item, Script) and fits(ctx, item)]
    if answer.outcome == "answer" and found:
        return replace(card(ctx, found[0]), private=False)
    elsewhere = ctx.library.index.find_any(text, specialty(ctx)) if answer.outcome == "none" else answer
    hints = (
        "Name the situation in two or three words: `/say calling in sick`.",
        "`/say` alone lists the situations I have.",
    )
    words = "start with: “Could I ask you something short? Is now a good time?”"
    return replace(missed(ctx, text, elsewhere, words=words, hints=hints), private=False)


@feature.action("find")
async def find(ctx: Context, value: str) -> Reply:
    """List situations, those of the student's phase first; *value* is the page."""
    return listing(ctx, value)


@feature.action("show")
async def show(ctx: Context, script_id: str) -> Reply:
    """Show a script."""
    return replace(card(ctx, _script(ctx, script_id)), private=False)


@feature.action("short")
async def short(ctx: Context, script_id: str) -> Reply:
    """Show the one line that does it too."""
    script = _script(ctx, script_id)
    body = f"> “{script.short}”{_gaps(script, script.short)}"
    return replace(say(body, _other_forms(script, "short"), title=script.title), private=False)


@feature.action("formal")
async def formal(ctx: Context, script_id: str) -> Reply:
    """Show the more formal version."""
    script = _script(ctx, script_id)
    words = script.formal or script.say or script.short
    body = f"> “{words}”{_gaps(script, words)}"
    return replace(say(body, _other_forms(script, "formal"), title=script.title), private=False)


@feature.action("no")
async def no(ctx: Context, script_id: str) -> Reply:
    """Show what to do with a no."""
    script = _script(ctx, script_id)
    body = f"**If they say no:** {script.if_no}\n\n**Leave out:** {script.avoid}"
    return replace(say(body, _other_forms(script, "no"), title=script.title), private=False)


def card(ctx: Context, script: Script) -> Reply:
    """Return a script: when, the words, and what follows."""
    words = "\n\n".join(
        (
            script.situation,
            wording(script) + _gaps(script, wording(script)),
            f"**Yes?** {script.if_yes}\n**No?** {script.if_no}\n**Then:** {script.next}",
        )
    )
    footer = notice(script)
    related = rows_of(doors(ctx, script.related))
    return say(words, _other_forms(script, "full"), *related, title=script.title, footer=footer, item=script.id)


def wording(script: Script) -> str:
    """Return the words as a quotation, of an e-mail its subject and its body."""
    if script.body:
        quoted = "\n".join(f"> {line}".rstrip() for line in script.body.splitlines())
        return f"**Subject:** {script.subject}\n\n{quoted}" if script.subject else quoted
    return f"> “{script.say or script.short}”"


def _gaps(script: Script, words: str) -> str:
    """Return what belongs in the braces that *words* has."""
    gaps = [f"{{{slot.name}}}: {slot.hint}" for slot in script.slots if f"{{{slot.name}}}" in words]
    return "\n\n*Fill in* " + " · ".join(gaps) if gaps else ""


def _other_forms(script: Script, shown: str) -> Row:
    """Return the buttons of a script but the one for what is *shown*."""
    offered = {
        "full": Button("All of it", "say.show", script.id),
        "short": Button("Shorter", "say.short", script.id),
        "formal": Button("More formal", "say.formal", script.id) if script.formal else None,
        "no": Button("If they say no", "say.no", script.id),
    }
    return tuple(button for name, button in offered.items() if button is not None and name != shown)


def listing(ctx: Context, value: str = "") -> Reply:
    """Return one page of situations, numbered by a button's *value*."""
    phase = ctx.rotation.phase(ctx.student.today(ctx.now)) if ctx.rotation else "day1"
    scripts = sorted(
        (each for each in ctx.bank.active(Script) if fits(ctx, each)),
        key=lambda each: (phase not in each.phases, each.title),
    )
    page = paged(ctx, scripts, value, PAGE, more="More situations", action="say.find")
    words = "Tell me the situation, such as `/say calling in sick`, or pick one."
    return say(words, *page.rows, footer=page.footer, replaces=page.turned)


def _script(ctx: Context, script_id: str) -> Script:
    item = ctx.bank.item(script_id)
    if not isinstance(item, Script):
        raise Sorry("Those words are no longer in my list. `/say` shows what is.")
    if not fits(ctx, item):
        raise Sorry("Those words are for another kind of rotation than yours. `/say` lists the ones that fit.")
    return item
