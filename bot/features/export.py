"""/export: all that is kept of a student, as one file to read and one for machines."""

import json
from datetime import date, datetime, time
from typing import Any

from bot.core.context import Context
from bot.core.feature import Feature
from bot.core.markup import text_of
from bot.core.messages import Button, Card, Document, Reply
from bot.domain import words
from bot.storage.everything import Everything

feature = Feature("export")

Rows = list[dict[str, Any]]

#: What the tables are called for a reader, in the order of the file; one that is not named here keeps its own name.
HEADINGS = {
    "rotations": "Rotations",
    "log_lines": "Log",
    "facts": "Answers and notes",
    "deliveries": "What I sent",
    "nudges": "What is planned",
    "students": "Settings",
    "addresses": "Where I reach you",
    "outbox": "Messages about to go",
    "interviews": "A form you have not finished",
    "inbound": "Answers on their way to you",
}
#: Columns that say nothing to a reader; the other file has them.
_INNER = frozenset({"id", "student_id", "rotation_id", "bucket", "dedupe_key", "owner", "lane", "tenant", "priority"})


@feature.command("export", "Everything I keep about you, as files")
async def export(ctx: Context, _: str) -> Reply:
    """Hand over everything."""
    kept = await Everything(ctx.work).dump(ctx.student.id)
    kept["inbound"] = [_without_files(row) for row in kept.get("inbound", [])]
    day = ctx.student.today(ctx.now).isoformat()
    files = (
        Document(f"wardwise-{day}.md", "text/markdown", readable(ctx, kept).encode()),
        Document(f"wardwise-{day}.json", "application/json", as_json(kept).encode()),
    )
    rows = sum(map(len, kept.values()))
    body = (
        f"Everything I keep about you, {words.count(rows, 'record')}, in two files: one to read, one for other "
        "programs. Your notes stand in them as plain text, so store them where only you can open them."
    )
    return Reply(cards=(Card(body=body),), rows=((Button("Erase everything", "forget.ask"),),), files=files)


@feature.action("send")
async def send(ctx: Context, _: str) -> Reply:
    """Hand over everything, by a tap."""
    return await export(ctx, "")


def as_json(kept: dict[str, Rows]) -> str:
    """Return every row of every table, instants in UTC."""
    return json.dumps(kept, default=_written, indent=1, ensure_ascii=False)


def _written(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a table")


def _without_files(row: dict[str, Any]) -> dict[str, Any]:
    """Leave the files out of an answer that waits to be sent: an export must not hold the one before it."""
    try:
        reply = json.loads(row["reply"] or "null")
    except ValueError:
        return row
    if not isinstance(reply, dict) or not reply.get("files"):
        return row
    return {**row, "reply": json.dumps({**reply, "files": []})}


def readable(ctx: Context, kept: dict[str, Rows]) -> str:
    """Return everything as headings and lists, times on the student's clock."""
    parts = [f"# Kept by Wardwise on {words.day(ctx.student.today(ctx.now))}"]
    for table in (*HEADINGS, *sorted(set(kept) - set(HEADINGS))):
        rows = kept.get(table, [])
        if table == "inbound":
            rows = [{**row, "reply": _words(row["reply"])} for row in rows if row["reply"]]
        if rows:
            heading = HEADINGS.get(table, table.replace("_", " ").capitalize())
            parts.append(f"## {heading}\n\n" + "\n".join(_entry(ctx, row) for row in rows))
    return "\n\n".join(parts) + "\n"


def _words(kept: str) -> str:
    """Return what an unsent answer says."""
    try:
        reply = json.loads(kept)
        return "\n".join(text_of(card["body"]) for card in reply["cards"])
    except (ValueError, KeyError, TypeError):
        return kept


def _entry(ctx: Context, row: dict[str, Any]) -> str:
    told = {name: value for name, value in row.items() if name not in _INNER and value not in (None, "")}
    return "- " + "; ".join(f"{name.replace('_', ' ')}: {_shown(ctx, value)}" for name, value in told.items())


def _shown(ctx: Context, value: Any) -> str:
    if isinstance(value, datetime):
        local = ctx.student.local(value)
        return f"{local.date().isoformat()} {words.clock(local.time())}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return words.clock(value)
    return " / ".join(str(value).splitlines())
