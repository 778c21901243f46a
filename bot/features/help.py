"""/help: what there is, built from what was declared, so that it is never out of date."""

from bot.core.context import Context
from bot.core.feature import Command, Feature
from bot.core.messages import Button, Reply, rows_of, say
from bot.core.notices import UNREVIEWED

feature = Feature("help")

#: What a newcomer wants first stands first; a command no group names comes under the last heading.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("First", ("start", "tip", "next")),
    ("Words", ("phrase", "say", "plain", "faq", "quiz")),
    ("Your rotation", ("rotation", "expect", "feedback", "checkin", "progress", "present")),
    ("Your day", ("todo", "log", "focus", "read")),
    ("People", ("people", "letters")),
    ("When I write", ("settings", "why", "pause", "resume", "stop")),
    ("Your data", ("privacy", "export", "forget", "link")),
)
OTHERS = "More"
OFFERED = (
    Button("Set up my rotation", "start.begin"),
    Button("Words to say", "say.find"),
    Button("Questions", "faq.topics"),
    Button("What comes next", "next.show"),
)


@feature.command("help", "What I can do")
async def help(ctx: Context, text: str) -> Reply:
    """List every command, or tell of the one that is named."""
    named = ctx.registry.commands.get(text.strip().lower().removeprefix("/"))
    if named is not None:
        return say(f"{_line(named)}." + (f" Try `/{named.name} {named.example}`." if named.example else ""))
    body = "Type any ward word alone, such as dispo, and I answer. For the rest:\n\n" + "\n\n".join(_sections(ctx))
    rows = rows_of([button for button in OFFERED if button.action in ctx.registry.actions and _wanted(ctx, button)])
    return say(body, *rows, footer=UNREVIEWED)


def _wanted(ctx: Context, button: Button) -> bool:
    """Setting up is for those without a rotation, what comes next for those with one."""
    return {"start.begin": ctx.rotation is None, "next.show": ctx.rotation is not None}.get(button.action, True)


def _sections(ctx: Context) -> list[str]:
    left = {name: command for name, command in ctx.registry.commands.items() if name != "help"}
    sections = []
    for heading, names in GROUPS:
        if lines := [_line(left.pop(name)) for name in names if name in left]:
            sections.append(f"**{heading}**\n" + "\n".join(lines))
    if left:
        sections.append(f"**{OTHERS}**\n" + "\n".join(_line(left[name]) for name in sorted(left)))
    return sections


def _line(command: Command) -> str:
    return f"`/{command.name}` {command.summary}"
