"""Our markup, CommonMark's inline part with lists and quotes, as spans that each platform renders its own way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; *href* makes it a link, *code* sets it in a fixed width."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""

    @property
    def command(self) -> str:
        """The command this span names, without its slash: `/phrase dispo` gives "phrase dispo"; empty for other text."""
        return self.text[1:] if self.code and re.fullmatch(r"/[a-z]+( .*)?", self.text) else ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a quotation, or one item of a list (*number* is its place in a numbered one)."""

    kind: Literal["paragraph", "quote", "item"]
    spans: tuple[Span, ...]
    number: int = 0


def plain(text: str) -> str:
    """Return markup that shows *text* as it is typed: a name that spells a link stays a name."""
    return " ".join(_PUNCTUATION.sub(r"\\\1", word) for word in text.split())


@cache
def _parser() -> MarkdownIt:
    """Return the parser with everything off that a message has no use for: HTML, images, headings, code blocks."""
    parser = MarkdownIt("zero").enable(["emphasis", "backticks", "link", "list", "blockquote", "escape", "newline"])
    parser.inline.ruler2.enable(["balance_pairs", "emphasis", "fragments_join"])
    return parser


@lru_cache(maxsize=256)
def parse(markup: str) -> tuple[Block, ...]:
    """Return the blocks of *markup*."""
    blocks: list[Block] = []
    inside: list[str] = []
    numbers: list[int] = []
    for token in _parser().parse(markup):
        match token.type:
            case "blockquote_open":
                inside.append("quote")
            case "bullet_list_open":
                numbers.append(0)
            case "ordered_list_open":
                numbers.append(int(token.attrs.get("start", 1)))
            case "list_item_open":
                inside.append("item")
            case "list_item_close":
                inside.pop()
                numbers[-1] += 1 if numbers[-1] else 0
            case "blockquote_close":
                inside.pop()
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "inline":
                kind: Literal["paragraph", "quote", "item"] = "paragraph"
                if inside:
                    kind = "item" if inside[-1] == "item" else "quote"
                blocks.append(Block(kind, _spans(token.children or []), numbers[-1] if kind == "item" else 0))
    return tuple(blocks)


def _spans(tokens: Sequence[Token]) -> tuple[Span, ...]:
    spans: list[Span] = []
    bold = italic = 0
    href = ""
    for token in tokens:
        match token.type:
            case "strong_open":
                bold += 1
            case "strong_close":
                bold -= 1
            case "em_open":
                italic += 1
            case "em_close":
                italic -= 1
            case "link_open":
                href = str(token.attrs.get("href", ""))
            case "link_close":
                href = ""
            case "softbreak" | "hardbreak":
                spans.append(Span("\n", bool(bold), bool(italic), href=href))
            case "code_inline":
                spans.append(Span(token.content, bool(bold), bool(italic), code=True, href=href))
            case _ if token.content:
                spans.append(Span(token.content, bool(bold), bool(italic), href=href))
    return tuple(spans)


def text_of(markup: str) -> str:
    """Return *markup* as plain text, for notifications, labels and screen readers."""
    lines = []
    for block in parse(markup):
        words = "".join(span.text for span in block.spans)
        prefix = f"{block.number}. " if block.number else "- " if block.kind == "item" else ""
        lines.append(prefix + words)
    return "\n".join(lines)
