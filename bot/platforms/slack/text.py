"""Slack's text: what may stand in it, how it is cut, and what a student meant by what arrived."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.core.markup import Span

#: Commands that Slack itself knows (the manifest names them); every other one is typed behind /coach.
SLASH = ("coach", "phrase", "tip")

_TOKEN = re.compile(r"<([^<>]*)>")
_SENTENCE = re.compile(r"[.!?…]['\"”’)]*\s")
_JOINER = "\u200d"


def escape(text: str) -> str:
    """Return *text* with the three characters escaped that can open a mention or a link in Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """Return *text* without what no database or encoder takes: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def typed(text: str) -> str:
    """Return what the student typed, from a message as Slack writes it: tokens as words, characters unescaped."""
    return unescaped(_TOKEN.sub(lambda found: _words(found[1]), clean(text)))


def unescaped(text: str) -> str:
    """Return the text of a slash command, which has no tokens, as it was typed."""
    return clean(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def way(command: str, names: frozenset[str]) -> str:
    """Return how *command*, such as "settings", is typed in Slack; *names* are the commands there are."""
    name = command.partition(" ")[0]
    if name in SLASH or name not in names:
        return f"/{command}"
    return f"/coach {command}"


def shown(span: Span, names: frozenset[str]) -> str:
    """Return the words of *span*."""
    return way(span.command, names) if span.command else span.text


def linked(span: Span) -> str:
    """Return the address *span* links to, or empty where it is none that Slack opens."""
    return span.href if urlsplit(span.href).scheme in ("http", "https", "mailto") and len(span.href) <= 3000 else ""


def mrkdwn(spans: Iterable[Span], names: frozenset[str]) -> str:
    """Return *spans* in Slack's own markup, for the places that take nothing else."""
    return "".join(_marked(span, names) for span in spans)


def shorten(text: str, limit: int) -> str:
    """Return *text* cut to *limit* characters, with an ellipsis where something is missing."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: whole(text, limit - 1)].rstrip() + "…"


def cuts(text: str, limit: int) -> list[str]:
    """Return *text* in parts of at most *limit* characters: at paragraphs, else sentences, words, graphemes."""
    parts = []
    while len(text) > limit:
        at = _boundary(text, limit)
        parts.append(text[:at])
        text = text[at:]
    return [*parts, text] if text else parts


def whole(text: str, at: int) -> int:
    """Return the last place not after *at* where no grapheme is cut, or *at* where one is longer than all of it."""
    place = at
    while place > 0 and _inside(text, place):
        place -= 1
    return place or at


def _boundary(text: str, limit: int) -> int:
    head = text[:limit]
    paragraph = head.rfind("\n\n")
    if paragraph > limit // 3:
        return paragraph + 2
    ends = [found.end() for found in _SENTENCE.finditer(head)]
    if ends and ends[-1] > limit // 3:
        return ends[-1]
    space = head.rfind(" ")
    return space + 1 if space > limit // 3 else whole(text, limit)


def _inside(text: str, at: int) -> bool:
    """Whether a cut at *at* would go through one character as a reader sees it."""
    if at >= len(text):
        return False
    after, before = text[at], text[at - 1]
    if before == _JOINER or after == _JOINER or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    return _flag(after) and _flags_before(text, at) % 2 == 1


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _flag(text[at - 1 - count]):
        count += 1
    return count


def _flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _marked(span: Span, names: frozenset[str]) -> str:
    words = escape(shown(span, names))
    inner = words.strip()
    if not inner:
        return words
    before, after = words[: words.index(inner)], words[words.index(inner) + len(inner) :]
    if span.code and "`" not in inner:
        inner = f"`{inner}`"
    if span.italic and "_" not in inner:
        inner = f"_{inner}_"
    if span.bold and "*" not in inner:
        inner = f"*{inner}*"
    if address := linked(span):
        target = escape(address).replace("|", "%7C")
        inner = f"<{target}|{inner.replace('|', '¦')}>"
    return f"{before}{inner}{after}"


def _words(token: str) -> str:
    """Return a token of Slack's as words: a mention of the bot is none of the student's words."""
    target, _, label = token.partition("|")
    if target.startswith("@"):
        return f"@{label}" if label else ""
    if target.startswith(("#", "!")):
        return f"{target[0].replace('!', '@')}{label.lstrip('@') or target[1:]}"
    return label or target.removeprefix("mailto:")
