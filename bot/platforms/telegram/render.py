"""A reply as calls of the Bot API: pure, and it refuses what Telegram would."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bot.core.markup import Block, Span, parse
from bot.core.messages import MAX_BUTTON_BYTES, Button, Card, Link, Reply, Row
from bot.platforms.telegram.rich import Entity, EntityKind, Rich, clean, inert, joined, pieces

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_NOTICE = 200
WIDEST_ROW = 8
MOST_BUTTONS = 100
MOST_LABEL = 64
#: What stands over buttons that come without a word.
BARE_BUTTONS = "Choose one:"


@dataclass(frozen=True, slots=True)
class Payload:
    """One call: *method*, its parameters but for the chat, and the file that goes under the name *field*."""

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    field: str = ""
    filename: str = ""
    data: bytes = b""


def render(reply: Reply) -> list[Payload]:
    """Return the messages of *reply*, in order. Raises ValueError for buttons that Telegram would refuse."""
    drawn = _often(reply.cards) if all(card.item for card in reply.cards) else _seldom(reply.cards)
    # What is kept for the next time stays as it is.
    found = [replace(each, params={**each.params}) for each in drawn]
    shown = keyboard(reply.rows)
    documents = [Payload("sendDocument", {}, "document", _filename(each.name), each.data) for each in reply.files]
    if shown is not None:
        if not found and not documents:
            found = [Payload("sendMessage", _text(Rich(BARE_BUTTONS)))]
        (found or documents)[-1].params["reply_markup"] = shown
    return found + documents


def _seldom(cards: tuple[Card, ...]) -> tuple[Payload, ...]:
    """Return the messages of *cards*, without buttons."""
    return tuple(each for part in _grouped(cards) for each in part)


#: Most answers are items of the bank, asked for again and again; drawing one costs more than the rest of a turn. Nothing
#: that a student wrote may be kept so.
_often = lru_cache(maxsize=512)(_seldom)


def keyboard(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return the inline keyboard of *rows*, or None without buttons. Raises ValueError for what Telegram refuses."""
    lines = [
        [_button(item) for item in row[n : n + WIDEST_ROW]] for row in rows for n in range(0, len(row), WIDEST_ROW)
    ]
    if sum(map(len, lines)) > MOST_BUTTONS:
        raise ValueError(f"{sum(map(len, lines))} buttons are too many for Telegram: {MOST_BUTTONS} a message")
    return {"inline_keyboard": lines} if lines else None


def _button(item: Button | Link) -> dict[str, str]:
    label = clean(item.label).strip()
    if not label:
        raise ValueError("a button needs a label")
    if len(label) > MOST_LABEL:
        label = next(pieces(Rich(label), MOST_LABEL - 1)).text + "…"
    if isinstance(item, Link):
        if not _linkable(item.url, ("http", "https", "tg")):
            raise ValueError(f"Telegram opens no such address from a button labeled {label!r}")
        return {"text": label, "url": item.url}
    size = len(item.data.encode("utf-8", "surrogatepass"))
    if not 1 <= size <= MAX_BUTTON_BYTES or clean(item.data) != item.data:
        raise ValueError(
            f"the button {item.action!r} carries {size} bytes of data; Telegram takes 1 to {MAX_BUTTON_BYTES}"
        )
    return {"text": label, "callback_data": item.data}


def notice(text: str) -> str:
    """Return the little answer to a press, short enough."""
    return next((part.text for part in pieces(Rich(clean(text)), MOST_NOTICE)), "")


def plain_message(text: str, link: Link | None = None) -> Payload:
    """Return a message of the adapter's own, with the button *link* under it."""
    params = _text(Rich(text))
    if link is not None:
        params["reply_markup"] = keyboard([(link,)])
    return Payload("sendMessage", params)


def _grouped(cards: Sequence[Card]) -> Iterator[list[Payload]]:
    """Yield the messages of *cards*: neighbors share one until a picture comes."""
    waiting: list[Rich] = []
    for card in cards:
        rich = _card(card)
        if card.picture is None:
            waiting.append(rich)
            continue
        yield _texts(waiting)
        alt = Rich(clean(card.picture.alt))
        whole = joined([part for part in (rich, inert(alt)) if part.visible], "\n\n")
        caption = next(pieces(whole, MOST_CAPTION), Rich(""))
        waiting = []
        if caption.text != whole.text.strip():
            caption = next(pieces(inert(alt), MOST_CAPTION), Rich(""))
            waiting = [rich]
        yield [Payload("sendPhoto", _caption(caption), "photo", "chart.png", card.picture.png)]
    yield _texts(waiting)


def _texts(parts: Sequence[Rich]) -> list[Payload]:
    whole = joined([part for part in parts if part.visible], "\n\n")
    return [Payload("sendMessage", _text(part)) for part in pieces(whole, MOST_TEXT)]


def _text(rich: Rich) -> dict[str, Any]:
    params: dict[str, Any] = {"text": rich.text, "link_preview_options": {"is_disabled": True}}
    if rich.entities:
        params["entities"] = rich.told()
    return params


def _caption(rich: Rich) -> dict[str, Any]:
    if not rich.visible:
        return {}
    return {"caption": rich.text, "caption_entities": rich.told()} if rich.entities else {"caption": rich.text}


def _filename(name: str) -> str:
    return re.sub(r'[\n\t/\\"]+', "_", clean(name)).strip(". ") or "file"


def _linkable(url: str, schemes: Sequence[str]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc) and clean(url) == url and not re.search(r"\s", url)


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of one style, while a block is written."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str = ""


def _card(card: Card) -> Rich:
    head = _block(parse(card.title), bold=True)
    body = _blocks(parse(card.body))
    facts = joined([_fact(name, value) for name, value in card.facts], "\n")
    foot = _blocks(parse(card.footer), italic=True)
    # A title stays with what it is the title of: no cut between the two.
    top = Rich(f"{head.text}\n", head.entities) if head.text and body.text else head
    base = len(top.text)
    entities = tuple(Entity(each.kind, each.start + base, each.end + base, each.url) for each in body.entities)
    titled = Rich(top.text + body.text, top.entities + entities, tuple(each + base for each in body.breaks))
    return inert(joined([part for part in (titled, facts, foot) if part.text], "\n\n"))


def _fact(name: str, value: str) -> Rich:
    runs = [*_runs(_spans(parse(name)), bold=True), _Run(": ", bold=True), *_runs(_spans(parse(value)))]
    return _written(runs)


def _spans(blocks: Sequence[Block]) -> list[Span]:
    """Return the spans of *blocks* on one line."""
    spans: list[Span] = []
    for n, block in enumerate(blocks):
        if n:
            spans.append(Span(" "))
        spans += block.spans
    return spans


def _block(blocks: Sequence[Block], *, bold: bool = False) -> Rich:
    return _written(_runs(_spans(blocks), bold=bold))


def _blocks(blocks: Sequence[Block], *, italic: bool = False) -> Rich:
    """Return *blocks* under one another: the items of a list on lines of their own, all else a blank line apart."""
    groups: list[list[Rich]] = []
    previous = ""
    for block in blocks:
        rich = _one(block, italic=italic)
        if not rich.text:
            continue
        if block.kind == "item" == previous:
            groups[-1].append(rich)
        else:
            groups.append([rich])
        previous = block.kind
    return joined([joined(group, "\n") for group in groups], "\n\n")


def _one(block: Block, *, italic: bool) -> Rich:
    runs = list(_runs(block.spans, italic=italic))
    if block.kind == "item":
        runs.insert(0, _Run(f"{block.number}. " if block.number else "• ", italic=italic))
    rich = _written(runs)
    if block.kind == "quote" and rich.text:
        return Rich(rich.text, (Entity("blockquote", 0, len(rich.text)), *rich.entities))
    return rich


def _runs(spans: Sequence[Span], *, bold: bool = False, italic: bool = False) -> Iterator[_Run]:
    for span in spans:
        text = clean(span.text)
        if span.command and " " not in span.command:
            # Left bare, Telegram makes it a command to tap; set in code it could only be copied.
            yield _Run(text, bold or span.bold, italic or span.italic)
        elif _linkable(span.href, ("http", "https")):
            yield _Run(text, bold or span.bold, italic or span.italic, url=span.href)
        elif span.code:
            # Nothing may stand inside or around fixed-width text.
            yield _Run(text, code=True)
        else:
            yield _Run(text, bold or span.bold, italic or span.italic)


def _written(runs: Iterable[_Run]) -> Rich:
    """Return *runs* as one block: neighbors of the very same style share their entities, so that none cross."""
    text = ""
    entities: list[Entity] = []
    opened: dict[tuple[EntityKind, str], int] = {}
    for run in [*runs, _Run("")]:
        styles = _styles(run)
        if set(styles) != set(opened):
            entities += [Entity(kind, start, len(text), url) for (kind, url), start in opened.items()]
            opened = dict.fromkeys(styles, len(text))
        text += run.text
    start = len(text) - len(text.lstrip())
    whole = Rich(text, tuple(sorted(filter(None, (_tight(text, each) for each in entities)), key=_order)))
    return whole.part(start, len(text))


def _styles(run: _Run) -> list[tuple[EntityKind, str]]:
    found: list[tuple[EntityKind, str]] = []
    if run.text and run.bold:
        found.append(("bold", ""))
    if run.text and run.italic:
        found.append(("italic", ""))
    if run.text and run.code:
        found.append(("code", ""))
    if run.text and run.url:
        found.append(("text_link", run.url))
    return found


def _tight(text: str, entity: Entity) -> Entity | None:
    """Return *entity* without the white space at its edges, or None where nothing else is in it."""
    inside = text[entity.start : entity.end]
    start = entity.start + len(inside) - len(inside.lstrip())
    end = start + len(inside.strip())
    return Entity(entity.kind, start, end, entity.url) if start < end else None


def _order(entity: Entity) -> tuple[int, int]:
    return entity.start, -entity.end
