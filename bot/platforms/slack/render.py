"""Replies as Slack messages: blocks, and the words that stand for them where blocks are not shown."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from bot.core.markup import Block, Span, parse, text_of
from bot.core.messages import Button, Card, Link, Reply, Row
from bot.core.stamps import is_stamped
from bot.platforms.slack.text import cuts, escape, linked, mrkdwn, shorten, shown

#: Slack counts the whole payload, not only its text: messages past some 13,000 characters of JSON are refused.
MOST_CHARACTERS = 9_000
MOST_BLOCKS = 50
MOST_TEXT = 2_800
MOST_WORDS = 3_000
ROW = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: its *blocks*, and *text* for notifications and screen readers."""

    text: str
    blocks: tuple[dict[str, Any], ...]


def pieces(reply: Reply, names: frozenset[str]) -> tuple[Piece, ...]:
    """Return *reply* as messages in order, with the buttons under the last one. They may be shared: leave them as they are."""
    ours = all(card.item for card in reply.cards)
    return (_often if ours and not is_stamped(reply) else _seldom)(reply.cards, reply.rows, names)


def _seldom(cards: tuple[Card, ...], rows: tuple[Row, ...], names: frozenset[str]) -> tuple[Piece, ...]:
    body = [part for card in cards for part in _card(card, names)]
    controls = list(_controls(rows))
    packed = list(_packed(body))
    while controls:
        room = packed.pop() if packed else []
        taken = _fitting(room, controls)
        if not taken and len(room) > 1:
            packed.append(room[:-1])
            room = room[-1:]
            taken = _fitting(room, controls)
        if not taken:
            packed.append(room)
            room = []
            taken = max(1, _fitting([], controls))
        packed.append(room + controls[:taken])
        controls = controls[taken:]
        if controls:
            packed.append([])
    return tuple(_piece(parts) for parts in packed if parts)


#: Most answers are items of the bank, asked for again and again. Nothing that a student wrote may be kept so.
_often = lru_cache(maxsize=512)(_seldom)


def with_opener(reply: Reply) -> Reply:
    """Return *reply* with a button in place of a form that nothing can open now."""
    form = reply.form
    if form is None:
        return reply
    opener = Button(shorten(f"Open: {form.title}", 75), "form.open", f"{form.name} {form.context}".rstrip())
    cards = reply.cards or (Card(body=form.intro or "This takes a short form.", title=form.title),)
    return replace(reply, cards=cards, rows=(*reply.rows, (opener,)), form=None)


def typed_in_form(reply: Reply) -> Reply:
    """Return *reply*, which means to bring the student's text back with a press, as a way to the form instead."""
    if not reply.quotes:
        return reply
    note = Card(body="I don't keep what you typed here. Type it in the form, where nothing is posted.")
    opener = Button("Open the form", "interview.form")
    return replace(reply, cards=(*reply.cards, note), rows=((opener,),), quotes=False)


def rich(markup: str, names: frozenset[str], *, title: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Yield rich_text blocks for *markup*, each with its words."""
    elements: list[tuple[dict[str, Any], str]] = []
    if name := text_of(title).strip():
        elements.append((_section([Span(name, bold=True)], names), name))
    elements += _elements(parse(markup), names)
    held: list[tuple[dict[str, Any], str]] = []
    size = 0
    for element in elements:
        if held and size + len(element[1]) > MOST_TEXT:
            yield _rich(held)
            size, held = 0, []
        held.append(element)
        size += len(element[1])
    if held:
        yield _rich(held)


def _rich(held: list[tuple[dict[str, Any], str]]) -> tuple[dict[str, Any], str]:
    return {"type": "rich_text", "elements": [each for each, _ in held]}, "\n".join(words for _, words in held)


def _card(card: Card, names: frozenset[str]) -> Iterator[tuple[dict[str, Any], str]]:
    yield from rich(card.body, names, title=card.title)
    for start in range(0, len(card.facts), 10):
        part = card.facts[start : start + 10]
        fields = [_verbatim(_fact(name, value, names)) for name, value in part]
        yield (
            {"type": "section", "fields": fields},
            "\n".join(f"{text_of(name)}: {_words(parse(value), names)}" for name, value in part),
        )
    if card.footer:
        blocks = parse(card.footer)
        line = "\n".join(mrkdwn(each.spans, names) for each in blocks)
        if len(line) > 2_000:
            line = escape(shorten(_words(blocks, names), 1_500))
        yield {"type": "context", "elements": [_verbatim(line)]}, _words(blocks, names)


def _fact(name: str, value: str, names: frozenset[str]) -> str:
    head = escape(shorten(text_of(name), 200))
    bold = head if any(each in head for each in "*_~`") else f"*{head}*"
    line = "\n".join(mrkdwn(each.spans, names) for each in parse(value))
    if len(line) > 1_500:
        line = escape(shorten(_words(parse(value), names), 1_000))
    return f"{bold}\n{line}"


def _verbatim(line: str) -> dict[str, Any]:
    # Not verbatim, Slack would look for addresses and names to link in what students typed.
    return {"type": "mrkdwn", "text": line or " ", "verbatim": True}


def _elements(blocks: Iterable[Block], names: frozenset[str]) -> Iterator[tuple[dict[str, Any], str]]:
    found = [part for block in blocks for part in _short(block)]
    place = 0
    for kind, run in groupby(found, key=lambda block: block.kind):
        group = list(run)
        place += len(group)
        if kind == "item":
            yield from _list(group, names)
            continue
        for number, block in enumerate(group, 1):
            # A section ends its line; the empty line between paragraphs is ours.
            last = number == len(group) and place == len(found)
            spans = block.spans if kind == "quote" or last else (*block.spans, Span("\n"))
            element = _section(spans, names, "rich_text_quote" if kind == "quote" else "rich_text_section")
            if element["elements"]:
                yield element, _plain(block.spans, names)


def _list(items: list[Block], names: frozenset[str]) -> Iterator[tuple[dict[str, Any], str]]:
    numbers = [item.number for item in items]
    if any(numbers) and numbers != list(range(1, len(items) + 1)):
        for item in items:
            spans = (Span(f"{item.number}. " if item.number else "• "), *item.spans)
            yield _section(spans, names), _plain(spans, names)
        return
    # Parts of a list stay apart, so that a long one can go on in the next block.
    for start in range(0, len(items), 20):
        group = [item for item in items[start : start + 20] if any(span.text for span in item.spans)]
        if any(numbers) and start:
            yield from _list(group, names)
            continue
        words = "\n".join(f"{item.number}. " * bool(item.number) + _plain(item.spans, names) for item in group)
        if group:
            yield (
                {
                    "type": "rich_text_list",
                    "style": "ordered" if any(numbers) else "bullet",
                    "elements": [_section(item.spans, names) for item in group],
                },
                words,
            )


def _short(block: Block) -> Iterator[Block]:
    """Yield *block* in parts that fit in one rich_text block, cutting no span's style."""
    held: list[Span] = []
    size = 0
    for span in block.spans:
        for part in cuts(span.text, MOST_TEXT - 200):
            if held and size + len(part) > MOST_TEXT - 200:
                yield replace(block, spans=tuple(held))
                held, size = [], 0
            held.append(replace(span, text=part))
            size += len(part)
    if held:
        yield replace(block, spans=tuple(held))


def _section(spans: Iterable[Span], names: frozenset[str], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": [_element(span, names) for span in spans if span.text]}


def _element(span: Span, names: frozenset[str]) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "text", "text": shown(span, names)}
    if address := linked(span):
        element = {"type": "link", "url": address, "text": shown(span, names)}
    style = {name: True for name, on in (("bold", span.bold), ("italic", span.italic), ("code", span.code)) if on}
    return {**element, "style": style} if style else element


def _controls(rows: tuple[Row, ...]) -> Iterator[tuple[dict[str, Any], str]]:
    place = 0
    for row in rows:
        for start in range(0, len(row), ROW):
            part = row[start : start + ROW]
            buttons = [_button(item, place + number) for number, item in enumerate(part)]
            place += len(part)
            yield {"type": "actions", "elements": buttons}, " ".join(f"[{item.label}]" for item in part)


def _button(item: Button | Link, place: int) -> dict[str, Any]:
    face = {"type": "button", "text": {"type": "plain_text", "text": shorten(item.label, 75) or "…", "emoji": False}}
    if isinstance(item, Link):
        return {**face, "action_id": f"l{place}", "url": item.url}
    return {**face, "action_id": f"b{place}", "value": item.data}


def _packed(parts: list[tuple[dict[str, Any], str]]) -> Iterator[list[tuple[dict[str, Any], str]]]:
    held: list[tuple[dict[str, Any], str]] = []
    for part in parts:
        if held and not _fits([*held, part]):
            yield held
            held = []
        held.append(part)
    if held:
        yield held


def _fitting(room: list[tuple[dict[str, Any], str]], controls: list[tuple[dict[str, Any], str]]) -> int:
    """Return how many of *controls* go under *room*: all of them, or none where something stands there already."""
    for count in range(len(controls), 0, -1):
        if _fits(room + controls[:count]):
            return count if count == len(controls) or not room else 0
    return 0


def _fits(parts: list[tuple[dict[str, Any], str]]) -> bool:
    return len(parts) <= MOST_BLOCKS and len(json.dumps([block for block, _ in parts])) <= MOST_CHARACTERS


def _piece(parts: list[tuple[dict[str, Any], str]]) -> Piece:
    said = [words for block, words in parts if block["type"] != "actions"] or [words for _, words in parts]
    words = "\n".join(said)
    text = escape(words)
    if len(text) > MOST_WORDS:
        text = escape(shorten(words, MOST_WORDS // 5))
    return Piece(text.strip() or "…", tuple(block for block, _ in parts))


def _plain(spans: Iterable[Span], names: frozenset[str]) -> str:
    return "".join(shown(span, names) for span in spans)


def _words(blocks: Iterable[Block], names: frozenset[str]) -> str:
    return "\n".join(_plain(block.spans, names) for block in blocks)
