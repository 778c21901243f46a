"""Replies as the page draws them."""

import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.markup import plain
from bot.core.messages import Button, Card, Field, Form, Link, Picture, Reply, ask, say
from bot.platforms.web import render


def test_markup_becomes_spans_and_blocks() -> None:
    """Styles, lists, quotations, links and commands."""
    reply = say("**bold** *it* `/phrase dispo` [in](https://a.example)\n\n- one\n- two\n\n> quote", title="A *title*")
    [card] = render.message(reply, id="m1", local=None)["cards"]
    kinds = [block["kind"] for block in card["body"]]
    assert kinds == ["paragraph", "item", "item", "quote"]
    spans = card["body"][0]["spans"]
    assert {"text": "bold", "bold": True} in spans
    assert {"text": "/phrase dispo", "code": True, "command": "phrase dispo"} in spans
    assert {"text": "in", "href": "https://a.example"} in spans
    assert card["title"] == [{"text": "A "}, {"text": "title", "italic": True}]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "file:///etc", "//x", "http://[x"]
)
def test_links_lead_to_the_web_or_nowhere(url: str) -> None:
    """What runs or is local is shown as text."""
    reply = say("x", (Link("open", url),))
    [[item]] = render.message(reply, id="m1", local=None)["rows"]
    assert item == {"label": "open", "url": ""}
    if "[" not in url:  # the parser itself mends that one into a harmless address
        assert "href" not in json.dumps(render.message(say(f"[a](<{url}>)"), id="m", local=None))


def test_everything_of_a_reply_is_there() -> None:
    """Facts, footer, picture, rows, form."""
    card = Card("b", facts=(("n", "v"),), footer="f", picture=Picture(b"\x89PNG", "alt"))
    form = Form("n", "T", (Field("a", "A", error="e", hint="h", value="v"),), intro="i", context="c")
    reply = Reply(cards=(card,), rows=((Button("L", "x.y", "z"),),), form=form)
    made = render.message(reply, id="m1", local=datetime(2026, 12, 1, 0, 5), quotes="k")  # noqa: DTZ001
    assert made["cards"][0]["picture"] == {"src": "data:image/png;base64,iVBORw==", "alt": "alt"}
    assert made["cards"][0]["facts"] == [[[{"text": "n"}], [{"text": "v"}]]]
    assert made["rows"] == [[{"label": "L", "data": "x.y z"}]]
    assert made["form"]["fields"][0]["error"] == "e"
    assert made["form"]["context"] == "c"
    assert (made["time"], made["day"], made["quotes"]) == ("12:05 am", "Tuesday, December 1", "k")


def test_an_empty_form_reply_has_no_cards() -> None:
    """A form alone is a message."""
    made = render.message(ask(Form("n", "T", ())), id="m", local=None)
    assert made["cards"] == []
    assert made["form"]["title"] == "T"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_what_students_type_is_text_and_nothing_else(text: str) -> None:
    """A name that spells a link, a tag or a command stays a name."""
    [card] = render.message(say(plain(text)), id="m", local=None)["cards"]
    for block in card["body"]:
        assert block["kind"] == "paragraph"
        for span in block["spans"]:
            assert span.keys() == {"text"}
    json.dumps(card)
