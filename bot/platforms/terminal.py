"""Replies as text for a terminal: wrapped, styled where somebody sees it, free of control characters."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from bot.core.markup import Block, Span, parse
from bot.core.messages import Button, Card, Link, Reply

BOLD, DIM, ITALIC, OFF = "\x1b[1m", "\x1b[2m", "\x1b[3m", "\x1b[0m"
INDENT = "  "


class Paper:
    """Lays replies out *width* columns wide."""

    def __init__(self, width: int, *, styled: bool) -> None:
        self._width = width - len(INDENT)
        self._styled = styled

    def message(self, reply: Reply, time: str, files: Sequence[Path]) -> str:
        """Return *reply* as one message with a heading line, its parts apart by empty lines; empty for nothing to show."""
        parts = [part for card in reply.cards for part in self._card(card)]
        parts += [[f"Written: {clean(str(path))}"] for path in files]
        if reply.rows:
            parts.append(self._buttons(reply))
        if not parts:
            return ""
        heading = self._in(DIM, "Wardwise" + (f" · {time}" if time else ""))
        body = "\n\n".join("\n".join(f"{INDENT}{line}".rstrip() for line in part) for part in parts)
        return f"{heading}\n{body}\n\n"

    def _card(self, card: Card) -> list[list[str]]:
        parts = [self._block(block, BOLD) for block in parse(card.title)]
        parts += _lists([(block.kind, self._block(block)) for block in parse(card.body)])
        if card.facts:
            parts.append([line for name, value in card.facts for line in self._fact(name, value)])
        if card.picture:
            parts.append(self._wrapped([Span(f"[Picture: {card.picture.alt}]")], ""))
        parts += [self._block(block, DIM) for block in parse(card.footer)]
        return parts

    def _fact(self, name: str, value: str) -> list[str]:
        spans = [span for block in parse(name) for span in block.spans]
        spans += [Span(": "), *(span for block in parse(value) for span in block.spans)]
        return self._wrapped(spans, "")

    def _block(self, block: Block, style: str = "") -> list[str]:
        first = {"quote": "| ", "item": f"{block.number}. " if block.number else "- "}.get(block.kind, "")
        after = first if block.kind == "quote" else " " * len(first)
        return self._wrapped(list(block.spans), style, first, after)

    def _wrapped(self, spans: Sequence[Span], style: str, first: str = "", after: str = "") -> list[str]:
        """Return *spans* in lines that fit; a word alone too long for one stays whole."""
        lines: list[str] = []
        line, used = first, len(first)
        for word, size in self._words(spans, style):
            if word == "\n" or (used + size > self._width and used > len(after) and word.strip()):
                lines.append(line.rstrip())
                line, used = after, len(after)
            if word != "\n" and (word.strip() or used > len(after)):
                line, used = line + word, used + size
        return [*lines, line.rstrip()]

    def _words(self, spans: Sequence[Span], style: str) -> list[tuple[str, int]]:
        """Return runs that must not break, and the spaces between them, with their widths."""
        found: list[tuple[str, int]] = []
        glued = False
        for span in spans:
            text = clean(span.text, newlines=True)
            if span.href and span.href != span.text:
                text = f"{text} ({clean(span.href)})"
            for piece in _pieces(text):
                shown = piece if piece in (" ", "\n") else self._in(style + _style(span), piece)
                if glued and piece not in (" ", "\n"):
                    before, size = found[-1]
                    found[-1] = (before + shown, size + _columns(piece))
                else:
                    found.append((shown, _columns(piece)))
                glued = piece not in (" ", "\n")
        return found

    def _buttons(self, reply: Reply) -> list[str]:
        lines, number = [], 0
        for row in reply.rows:
            line = ""
            for item in row:
                number += 1
                made = f"[{number}] {_label(item)}"
                if line and _columns(line) + 2 + _columns(made) > self._width:
                    lines.append(line)
                    line = ""
                line = f"{line}  {made}" if line else made
            lines.append(line)
        return lines

    def _in(self, style: str, text: str) -> str:
        return f"{style}{text}{OFF}" if self._styled and style else text


def clean(text: str, *, newlines: bool = False) -> str:
    """Return *text* without characters that move the cursor, color the screen or turn its direction."""
    kept = (
        each
        for each in text
        if (newlines and each == "\n") or unicodedata.category(each) not in ("Cc", "Cs", "Co", "Zl", "Zp")
    )
    return "".join(each for each in kept if not "\u202a" <= each <= "\u202e" and not "\u2066" <= each <= "\u2069")


def _label(item: Button | Link) -> str:
    return clean(item.label) + (" (link)" if isinstance(item, Link) else "")


def _style(span: Span) -> str:
    return (BOLD if span.bold or span.command else "") + (ITALIC if span.italic else "")


def _pieces(text: str) -> list[str]:
    """Return words, single spaces and newlines, in order."""
    pieces: list[str] = []
    for line_number, line in enumerate(text.split("\n")):
        pieces += ["\n"] if line_number else []
        for word_number, word in enumerate(line.split(" ")):
            pieces += [" "] if word_number else []
            pieces += [word] if word else []
    return pieces


def _columns(text: str) -> int:
    """Return how many columns *text* takes on a screen."""
    return sum(
        0 if unicodedata.combining(each) or unicodedata.category(each) == "Cf" else
        2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )  # fmt: skip


def _lists(blocks: list[tuple[str, list[str]]]) -> list[list[str]]:
    """Return blocks as parts, with the items of one list together."""
    parts: list[list[str]] = []
    before = ""
    for kind, lines in blocks:
        if kind == "item" == before:
            parts[-1] += lines
        else:
            parts.append(lines)
        before = kind
    return parts
