"""One item as a student meets it: composed by its feature, then rendered by each platform."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from bot.app.compose import Parts, compose
from bot.app.simulate import HERE, Plan, Printer, Student
from bot.clock import MovedClock
from bot.config import Settings
from bot.content.editing import unknown
from bot.content.fields import Item
from bot.content.lint.prose import prose_of
from bot.content.steps import Step
from bot.core.inbound import ButtonPressed
from bot.core.messages import Reply
from bot.core.showing import SHOWN_BY
from bot.storage.migrate import in_child

#: What a phone shows of a message on its lock screen, about.
LOCK_SCREEN = 100


class Unknown(LookupError):
    """There is no such item; the message says what is near."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item and the reply that brings it, None where no feature shows its kind yet."""

    item: Item
    reply: Reply | None
    asleep: str = ""  # why a student would not get it today


async def preview(settings: Settings, item_id: str) -> Shown:
    """Compose an item for a student it is meant for. Raises Unknown, BadContent."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"database_url": f"sqlite:///{folder}/preview.db"})
        await asyncio.to_thread(in_child, own.database_url)
        parts = compose(own, clock=MovedClock(), chance=Random(0))
        parts.platforms[HERE.platform] = Printer(parts.clock)
        try:
            return await _composed(parts, item_id)
        finally:
            await parts.close()


async def _composed(parts: Parts, item_id: str) -> Shown:
    bank = parts.shelf.whole
    item = bank.item(item_id)
    if item is None:
        raise Unknown(unknown(item_id, (each.id for each in bank.records if isinstance(each, Item))))
    if parts.shelf().bank.item(item_id) is None:
        lacking = sorted(set(item.needs) - parts.registry.names) if isinstance(item, Step) else []
        return Shown(item, None, f"asleep until the bot can do: {', '.join(lacking) or 'what its buttons need'}")
    action = SHOWN_BY.get(type(item))
    if action not in parts.registry.actions:
        return Shown(item, None, "no command shows this kind yet")
    zone = await _settle_in(parts, item)
    reply = await parts.dispatcher(ButtonPressed(sender=HERE, key="preview", zone=zone, action=action, value=item.id))
    return Shown(item, reply, "retired: nobody new gets it" if item.status == "retired" else "")


async def _settle_in(parts: Parts, item: Item) -> str:
    """Set up a student in the second week of a rotation that *item* is meant for; return their zone."""
    specialty = next((each for each in item.specialties if each not in ("any", "each")), "im")
    start = (parts.clock() - timedelta(days=8)).date()
    role = "observer" if item.participation == "observer" else "hands_on"
    zone = Plan(specialty, 6, start, role).zone
    student = Student(parts, zone)
    await student.command("start")
    values = {"specialty": specialty, "first": start.isoformat(), "length": "6 wk", "role": role}
    await student.form("start", values)
    return zone


def printed(shown: Shown, *, raw: bool = False) -> Iterator[str]:
    """Yield the lines of a preview: how each platform shows it, with what it takes of the platform's limits."""
    item = shown.item
    yield f"{item.id}: {item.title} ({item.review_state}, looked at {item.reviewed})"
    if shown.asleep:
        yield f"Not shown to students: {shown.asleep}."
    if shown.reply is None:
        for prose in prose_of(item):
            yield f"\n{'.'.join(map(str, prose.place))}\n  {prose.text}"
        return
    yield from _terminal(shown.reply)
    yield from _telegram(shown.reply, raw=raw)
    yield from _slack(shown.reply, raw=raw)


def _terminal(reply: Reply) -> Iterator[str]:
    from bot.platforms.terminal import Paper

    yield "\n== Terminal"
    yield Paper(80, styled=False).message(reply, "", ()).rstrip()


def _telegram(reply: Reply, *, raw: bool) -> Iterator[str]:
    from bot.platforms.telegram.render import MOST_TEXT, render

    payloads = render(reply)
    texts = [str(each.params.get("text", each.params.get("caption", ""))) for each in payloads]
    sizes = " + ".join(str(len(text)) for text in texts)
    yield f"\n== Telegram: {sizes} of {MOST_TEXT} characters, {_count(len(payloads), 'message')}"
    yield f"On the lock screen: {' '.join(texts[0].split())[:LOCK_SCREEN] if texts else ''}"
    for payload, text in zip(payloads, texts, strict=True):
        yield json.dumps(payload.params, indent=1, ensure_ascii=False) if raw else text
        for row in payload.params.get("reply_markup", {}).get("inline_keyboard", ()) if not raw else ():
            yield "  ".join(f"[{button['text']}]" for button in row)


def _slack(reply: Reply, *, raw: bool) -> Iterator[str]:
    from bot.platforms.slack.render import MOST_BLOCKS, pieces

    found = pieces(reply, frozenset())
    blocks = " + ".join(str(len(piece.blocks)) for piece in found)
    yield f"\n== Slack: {blocks} of {MOST_BLOCKS} blocks, {_count(len(found), 'message')}"
    for piece in found:
        yield json.dumps(piece.blocks, indent=1, ensure_ascii=False) if raw else "\n".join(_read(piece.blocks))


def _read(blocks: tuple[dict[str, Any], ...]) -> Iterator[str]:
    """Yield what a reader sees of Slack's blocks, a line for each."""
    for block in blocks:
        if block["type"] == "actions":
            yield "  ".join(f"[{element['text']['text']}]" for element in block["elements"])
        else:
            yield "".join(_texts(block))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for key, value in node.items():
            if key != "text" or isinstance(value, dict):
                yield from _texts(value)
        if node.get("type") == "rich_text_section":
            yield "\n"
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
