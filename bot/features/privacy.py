"""/privacy: what is kept and why, who could see it, for how long, and whom to ask."""

from bot.core.context import Context
from bot.core.feature import Feature
from bot.core.markup import plain
from bot.core.messages import Button, Reply, say
from bot.core.notices import UNREVIEWED

feature = Feature("privacy")

SLACK = "On Slack, whoever owns the workspace may be able to read direct messages, these too."
TELEGRAM = "On Telegram, chats with a bot are not end-to-end encrypted, so Telegram could read them."
KEPT = (
    "- Your rotations, your settings and what your buttons answered, so that what I send fits your days.\n"
    "- Notes you chose to keep, encrypted where they lie. Each line is first checked for anything that could point to "
    "a patient; what is stopped is kept nowhere.\n"
    "- What I sent you and when, so that nothing comes twice and `/why` can tell you the reason.\n"
    "- The number or name this chat knows you by, so that I reach you."
)

LONG = (
    "Until 12 months after the rotation; your log and letters until you erase them. `/stop` ends the messages, "
    "`/forget` removes everything."
)
MODEL = (
    "Texts people wrote and fixed rules. No language model reads what you send, and nothing leaves for any other "
    "service than this chat."
)


@feature.command("privacy", "What I keep, why, and who could see it")
async def privacy(ctx: Context, _: str) -> Reply:
    """Say it all on one screen."""
    parts = {
        "What I keep, and why": f"\n{KEPT}",
        "Who could see it": f"{_seen_by(ctx)} I tell nobody: not your school, not your team.",
        "How long": LONG,
        "What answers you": MODEL,
        "Whom to ask": _asked(ctx),
    }
    first = "**Please never send me patient details.** I don't need them, and I try to catch them."
    body = "\n\n".join((first, *(f"**{heading}**\n{text}" for heading, text in parts.items())))
    buttons = (Button("Send me a copy", "export.send"), Button("Erase everything", "forget.ask"))
    return say(body, buttons, title="Your data", footer=UNREVIEWED)


def _seen_by(ctx: Context) -> str:
    """Return what the student's own platform means for them; both of the big ones where the chat is on neither."""
    here = {"slack": SLACK, "telegram": TELEGRAM}.get(ctx.student.home.platform, f"{SLACK} {TELEGRAM}")
    return f"{here} Whoever runs me holds the keys to what is encrypted."


def _asked(ctx: Context) -> str:
    if ctx.operator:
        return f"{plain(ctx.operator)} runs me and answers for your data."
    return "This copy runs on somebody's own computer; whoever started it answers for your data."
