"""Replies as blocks: within every limit, words intact, and nothing a student typed comes alive."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.markup import plain, text_of
from bot.core.messages import Button, Card, Field, Form, Link, Option, Reply
from bot.platforms.slack.modal import answers, faults, view
from bot.platforms.slack.render import pieces
from bot.platforms.slack.text import cuts, shorten, typed, unescaped
from tests.fakes.slack_rules import wrong_body, wrong_view
from tests.platforms.slack import judge

NAMES = frozenset({"help", "phrase", "tip", "settings"})

NASTY = [
    *("<!channel>", "<!here>", "<!everyone>", "<!subteam^S1>", "<@U1>", "<#C1|x>", "@everyone", "@here", "#general"),
    *(
        "<https://x.org|y>",
        "https://evil.org",
        "</b><a href=tg://user?id=1>",
        "[a](https://evil.org)",
        "&lt;!channel&gt;",
    ),
    *("*x*", "_x_", "~x~", "`x`", "```x```", "> q", "- x", "1. x", "&amp;", '"', ":smile:"),
    *("\u202e", "\u200b", "👩\u200d👩\u200d👧\u200d👦", "e\u0301\u0301", "🇺🇸🇩🇪"),
]
typed_text = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=20)), max_size=8).map(" ".join)


def bodies(reply: Reply) -> list[dict[str, Any]]:
    return [{"text": each.text, "blocks": list(each.blocks)} for each in pieces(reply, NAMES)]


def walk(held: Any) -> Iterator[dict[str, Any]]:
    if isinstance(held, dict):
        yield held
        for each in held.values():
            yield from walk(each)
    elif isinstance(held, list):
        for each in held:
            yield from walk(each)


def test_a_card_as_blocks() -> None:
    """The whole look of one: a bold first line, a list, a quote, facts, a footer, buttons."""
    card = Card(
        title="Speak **trends**",
        body="One *line* with `code` and [a page](https://x.org).\n\n- first\n- second\n\n> quoted",
        facts=(("Day", "8 of `/tip`"), ("Shift", "day & night")),
        footer="Change it in `/settings` or `/phrase dispo`.",
    )
    [body] = bodies(Reply(cards=(card,), rows=((Button("Yes", "a.b", "1"), Link("Page", "https://x.org")),)))
    rich, facts, footer, actions = body["blocks"]
    assert [part["type"] for part in rich["elements"]] == [
        "rich_text_section", "rich_text_section", "rich_text_list", "rich_text_quote"
    ]  # fmt: skip
    assert rich["elements"][0]["elements"] == [{"type": "text", "text": "Speak trends", "style": {"bold": True}}]
    assert {"type": "link", "url": "https://x.org", "text": "a page"} in rich["elements"][1]["elements"]
    assert [field["text"] for field in facts["fields"]] == ["*Day*\n8 of `/tip`", "*Shift*\nday &amp; night"]
    assert footer["elements"][0]["text"] == "Change it in `/coach settings` or `/phrase dispo`."
    assert [each["action_id"] for each in actions["elements"]] == ["b0", "l1"]
    assert actions["elements"][0]["value"] == "a.b 1"
    assert body["text"].startswith("Speak trends\nOne line with code and a page.")


def test_long_lists_keep_their_numbers() -> None:
    body = "\n".join(f"{number}. step {number} " + "word " * 30 for number in range(1, 41))
    shown = json.dumps([each for message in bodies(Reply(cards=(Card(body=body),))) for each in message["blocks"]])
    assert '"style": "ordered"' in shown
    assert "21. " in shown
    assert all(f"step {number} " in shown for number in range(1, 41))


def test_many_buttons_and_long_text_stay_in_order() -> None:
    """Text is split, nothing is lost, buttons come last; no message is without words."""
    body = "\n\n".join(f"Paragraph {number}. " + "Words go on. " * 60 for number in range(40))
    rows = tuple(tuple(Button(f"B{row}-{place}", "a.b", f"{row} {place}") for place in range(8)) for row in range(12))
    sent = bodies(Reply(cards=(Card(body=body),), rows=rows))
    assert len(sent) > 2
    for message in sent:
        assert list(wrong_body(message)) == []
    elements = [
        each
        for message in sent
        for block in message["blocks"]
        if block["type"] == "actions"
        for each in block["elements"]
    ]
    assert [each["text"]["text"] for each in elements] == [button.label for row in rows for button in row]
    shown = json.dumps(sent)
    places = [shown.index(f"Paragraph {number}.") for number in range(40)]
    assert places == sorted(places)
    kinds = [block["type"] for message in sent for block in message["blocks"]]
    assert kinds == sorted(kinds, key=lambda kind: kind == "actions")


@settings(max_examples=400, deadline=None)
@given(typed_text, typed_text, typed_text, st.booleans())
def test_nothing_a_student_typed_comes_alive(body: str, name: str, label: str, as_markup: bool) -> None:
    """No mention, no link, no broadcast: whatever stands in notes, names and labels."""
    shown = plain(body)
    card = Card(body=f"You said: {shown}", title=plain(name), facts=((plain(name), plain(body)),), footer=plain(label))
    for message in bodies(Reply(cards=(card,), rows=((Button(label, "a.b"),),))):
        assert list(wrong_body(message)) == []
        for held in walk(message["blocks"]):
            assert held.get("type") not in ("link", "user", "usergroup", "broadcast", "channel", "emoji", "date")
            if held.get("type") == "mrkdwn":
                assert "<" not in held["text"]
                assert ">" not in held["text"]
                assert held["verbatim"] is True
        assert "<" not in message["text"]
        assert ">" not in message["text"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.builds(Card, body=st.text(max_size=4000), title=typed_text, footer=typed_text), max_size=4), typed_text
)
def test_every_reply_is_within_the_limits(cards: list[Card], label: str) -> None:
    """Any text, any length: what goes out is what Slack takes."""
    for message in bodies(Reply(cards=tuple(cards), rows=((Button(label, "a.b"),),))):
        assert list(wrong_body(message)) == []
        if judge.METHODS.exists():
            assert judge.wrong_blocks(message["blocks"]) == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=9)), min_size=1).map("".join), st.integers(30, 80))
def test_cuts_lose_nothing_and_break_no_character(text: str, limit: int) -> None:
    """The parts together are the text; none begins in the middle of what a reader sees as one character."""
    parts = cuts(text, limit)
    assert "".join(parts) == text
    assert all(len(part) <= limit for part in parts)
    for part in parts[1:]:
        if part[0] in "\u200d\ufe0f" or unicodedata.category(part[0]) in ("Mn", "Me", "Mc"):
            assert len(text) > limit, "only where one character is longer than all there is"
    assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize("cluster", ["👩‍👩‍👧‍👦", "e\u0301\u0302", "🇺🇸", "👍🏽", "❤️"])
def test_a_character_of_several_codes_stays_whole(cluster: str) -> None:
    parts = cuts(cluster * 40, 23)
    assert all(len(part) % len(cluster) == 0 for part in parts)


@pytest.mark.parametrize(
    ("arrives", "meant"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@UBOT> dispo", "dispo"),
        ("<https://x.org|x.org> and <https://y.org>", "x.org and https://y.org"),
        (
            "<mailto:a@b.org|a@b.org> <#C1|general> <!here> <!subteam^S1|@team> <@U2|ann>",
            "a@b.org #general @here @team @ann",
        ),
        ("x\x00\ud800y", "x?y"),
    ],
)
def test_what_a_message_means(arrives: str, meant: str) -> None:
    assert typed(arrives) == meant


def test_a_command_has_no_tokens() -> None:
    assert unescaped(" <68M> &lt;b&gt; &amp;lt; ") == "<68M> <b> &lt;"


def test_a_modal_with_every_kind_of_field() -> None:
    """What stands in it shows; what can't stand in it is left out; long words are cut."""
    options = tuple(Option(f"v{number}", "long " * 20) for number in range(12))
    form = Form(
        "f" * 50,
        "A title that is longer than Slack shows",
        (
            Field("a", "**Bold** label", value="x" * 400, max_length=300),
            Field("b", "Pick", kind="choice", options=options, value="v3", error="Pick one of these."),
            Field("c", "Pick", kind="choice", options=options[:3], value="nothing"),
            Field("d", "When", kind="date", value="soon"),
            Field("e", "When", kind="date", value="2026-12-01"),
            Field("f", "At", kind="time", value="07:30"),
            Field("g", "How many", kind="number", value="1,5", required=False),
            Field("h", "Where", kind="place", options=(Option("x", "Chicago"),)),
            Field("i", "How long", kind="length", value="4 weeks"),
        ),
        intro="> quoted\n\n- one",
    )
    made = view(form, NAMES, "{}")
    assert list(wrong_view(made)) == []
    if judge.METHODS.exists():
        assert judge.wrong_view(made) == []
    inputs = {block["block_id"]: block["element"] for block in made["blocks"] if block["type"] == "input"}
    assert len(inputs["a"]["initial_value"]) == 300
    assert inputs["b"]["initial_option"]["value"] == "v3"
    assert "initial_option" not in inputs["c"]
    assert "initial_date" not in inputs["d"]
    assert inputs["e"]["initial_date"] == "2026-12-01"
    assert inputs["g"] == {"action_id": "answer", "type": "number_input", "is_decimal_allowed": False}
    assert "Please change this: Pick one of these." in json.dumps(made)
    assert faults(form, made) == {"b": "Pick one of these."}
    assert answers({"a": {"answer": {"value": None}}, "b": {"answer": {"selected_option": None}}, "c": {}}) == {
        "a": "",
        "b": "",
        "c": "",
    }


@settings(max_examples=150, deadline=None)
@given(typed_text, typed_text, st.text(max_size=400))
def test_every_form_is_within_the_limits(title: str, label: str, value: str) -> None:
    form = Form(
        "f", title, (Field("a", label, hint=label, value=value, error=title),), intro=plain(title), submit=label
    )
    assert list(wrong_view(view(form, NAMES, "{}"))) == []


def test_the_words_of_a_reply_are_all_there() -> None:
    """What a screen reader gets is what the eye gets."""
    card = Card(body="**Now.** Ask.\n\n1. keep\n2. change", title="Midpoint", footer="`/why`")
    [message] = bodies(Reply(cards=(card,)))
    for part in ("Midpoint", "Now. Ask.", "1. keep", "2. change", text_of("`/why`")):
        assert part in message["text"]


@pytest.mark.skipif(
    not judge.METHODS.exists(), reason="the published descriptions of Slack's API are not on this machine"
)
def test_the_judge_judges() -> None:
    """Seeded errors are seen: a judge that passes everything would be of no use."""
    assert judge.wrong_blocks([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}])
    assert judge.wrong_blocks([{"type": "section"}])
    assert judge.wrong_view({"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": []})
