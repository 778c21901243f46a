"""Markup: ours means something, a student's words mean themselves."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.markup import parse, plain, text_of

WORDS = st.text(max_size=80)
NASTY = st.text(alphabet="*_`[]()<>!#-+.:/\\&|~>1 a\n\t\u200f\u2028\x0b", max_size=40)


def as_read(text: str) -> str:
    """Return what shows of typed text: runs of white space are one space."""
    return " ".join(text.split())


@given(WORDS | NASTY)
@example("<b>x</b> [a](http://x) **b** `/cmd` 1. - > # \\")
@example("1. first")
@example("- item")
@example("> quote")
@example("&amp; &#42;")
@example("a\\")
@example("12) x")
@example("+ x")
@example("===")
@example("    four spaces")
def test_plain_text_reads_back_as_it_was_typed(text):
    """plain() of anything is one paragraph of plain spans with the same words."""
    blocks = parse(plain(text))
    spans = [span for block in blocks for span in block.spans]
    assert all(block.kind == "paragraph" for block in blocks)
    assert not any(span.bold or span.italic or span.code or span.href for span in spans)
    assert "".join(span.text for span in spans) == as_read(text).replace("\x00", "\ufffd")
    assert text_of(plain(text)) == as_read(text).replace("\x00", "\ufffd")


@given(WORDS | NASTY, st.sampled_from(["**{}**", "You said “{}”.", "- {}", "> {}", "[{}](https://example.org/x)"]))
def test_plain_text_stays_plain_inside_our_markup(text, around):
    """A name inside our sentence brings no link, no code and no structure of its own."""
    spans = [span for block in parse(around.format(plain(text))) for span in block.spans]
    assert not any(span.code or span.italic for span in spans)
    assert {span.href for span in spans if span.href} <= ({"https://example.org/x"} if "](" in around else set())


@given(WORDS | NASTY)
def test_nothing_makes_raw_html_or_fails(text):
    """Any markup parses; tags are text."""
    for block in parse(text):
        assert block.kind in ("paragraph", "quote", "item")
        assert all(isinstance(span.text, str) for span in block.spans)


def test_tags_are_text():
    assert text_of("<b>bold</b> <script>x</script>") == "<b>bold</b> <script>x</script>"


def test_links_are_only_where_we_wrote_them():
    """No bare address becomes a link, no scheme but the web's does."""
    assert not any(span.href for span in parse("see https://example.org and www.example.org")[0].spans)
    assert not any(span.href for span in parse("[x](javascript:alert(1))")[0].spans)
    assert [span.href for span in parse("[x](https://example.org)")[0].spans] == ["https://example.org"]


def test_commands_are_known_by_their_span():
    """`/phrase dispo` is a command, other code is not."""
    commands = [span.command for span in parse("Try `/phrase dispo` or `x`")[0].spans]
    assert commands == ["", "phrase dispo", "", ""]
