"""Replies as the page draws them: plain data in which text is only ever text."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.core.markup import Block, Span, parse
from bot.core.messages import Button, Card, Field, Form, Link, Reply
from bot.platforms.travel import Upcoming

Data = dict[str, Any]


def message(reply: Reply, *, id: str, local: datetime | None, quotes: str = "", files: Iterable[Data] = ()) -> Data:
    """Return *reply* as one message of the page, sent at *local* on the student's clock.

    *quotes* is the key of the student's own message that it answers, *files* how each file is fetched.
    """
    return {
        "id": id,
        **clock(local),
        "quotes": quotes,
        "cards": [_card(card) for card in reply.cards],
        "rows": [[_item(item) for item in row] for row in reply.rows],
        "form": _form(reply.form) if reply.form else None,
        "files": list(files),
    }


def clock(local: datetime | None) -> Data:
    """Return the instant *local* as the page shows it; empty strings where nobody could tell."""
    if local is None:
        return {"time": "", "day": "", "at": ""}
    hour = f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"
    return {"time": hour, "day": f"{local:%A, %B} {local.day}", "at": local.isoformat(timespec="minutes")}


def timeline(upcoming: Iterable[Upcoming]) -> list[Data]:
    """Return the timeline's entries."""
    return [{"local": each.local, "what": each.what, "sent": each.sent} for each in upcoming]


def file(id: str, name: str, size: int) -> Data:
    """Return how a file is offered."""
    return {"id": id, "name": name, "size": f"{size:,} bytes" if size < 1000 else f"{size / 1000:,.0f} KB"}


def _card(card: Card) -> Data:
    picture = card.picture
    return {
        "title": _line(card.title),
        "body": _blocks(card.body),
        "facts": [[_line(name), _line(value)] for name, value in card.facts],
        "footer": _line(card.footer),
        "picture": {"src": _data_url(picture.png), "alt": picture.alt} if picture else None,
    }


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _blocks(markup: str) -> list[Data]:
    return [{"kind": block.kind, "number": block.number, "spans": _spans(block)} for block in parse(markup)]


def _line(markup: str) -> list[Data]:
    """Return *markup* as one run of spans, for where no paragraphs fit."""
    spans: list[Data] = []
    for block in parse(markup):
        spans += [{"text": "\n"}] if spans else []
        spans += _spans(block)
    return spans


def _spans(block: Block) -> list[Data]:
    return [_span(span) for span in block.spans]


def _span(span: Span) -> Data:
    made: Data = {"text": span.text}
    for style in ("bold", "italic", "code"):
        if getattr(span, style):
            made[style] = True
    if span.command:
        made["command"] = span.command
    if _safe(span.href):
        made["href"] = span.href
    return made


def _safe(url: str) -> bool:
    """Whether *url* may be followed: nothing that runs, nothing local."""
    try:
        return urlsplit(url).scheme in ("http", "https", "mailto")
    except ValueError:
        return False


def _item(item: Button | Link) -> Data:
    if isinstance(item, Button):
        return {"label": item.label, "data": item.data}
    return {"label": item.label, "url": item.url if _safe(item.url) else ""}


def _form(form: Form) -> Data:
    return {
        "name": form.name,
        "title": form.title,
        "intro": _blocks(form.intro),
        "submit": form.submit,
        "context": form.context,
        "fields": [_field(field) for field in form.fields],
    }


def _field(field: Field) -> Data:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
        "required": field.required,
        "value": field.value,
        "error": field.error,
        "hint": field.hint,
        "max": field.max_length,
    }
