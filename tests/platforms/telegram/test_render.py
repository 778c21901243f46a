"""What a reply looks like on Telegram."""

import re
import time
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.markup import plain
from bot.core.messages import Button, Card, Document, Link, Picture, Reply, say
from bot.platforms.telegram import rich
from bot.platforms.telegram.render import MOST_TEXT, keyboard, notice, render
from bot.platforms.telegram.rich import JOINER, Entity, Rich, boundary, clean, inert, pieces, units
from tests.fakes.telegram import _text as strict


def shown(reply):
    """Return the one message of *reply* as (text, {(kind, its words)})."""
    (payload,) = render(reply)
    return payload.params["text"], styles(payload.params)


def styles(params):
    text, entities = (
        params.get("text") or params["caption"],
        params.get("entities") or params.get("caption_entities", []),
    )
    raw = text.encode("utf-16-le")
    return [
        (each["type"], raw[each["offset"] * 2 : (each["offset"] + each["length"]) * 2].decode("utf-16-le"))
        for each in entities
    ]


def test_a_card():
    card = Card(
        "First.\n\n> quoted *softly*\n\n- one\n- two", title="On rounds", facts=(("From", "**staff**"),), footer="tip-1"
    )
    text, found = shown(Reply(cards=(card, Card("Second."))))
    assert text == "On rounds\nFirst.\n\nquoted softly\n\n• one\n• two\n\nFrom: staff\n\ntip-1\n\nSecond."
    assert found == [
        ("bold", "On rounds"),
        ("blockquote", "quoted softly"),
        ("italic", "softly"),
        ("bold", "From: staff"),
        ("italic", "tip-1"),
    ]


def test_numbers_links_and_fixed_width():
    text, found = shown(say("3. a `b`\n4. **[c](https://example.org/x)** [d](javascript:1) [e](mailto:x@example.org)"))
    assert text == "3. a b\n4. c [d](javascript:1) e"
    assert found == [("code", "b"), ("bold", "c"), ("text_link", "c")]


def test_a_command_is_there_to_tap_and_one_with_words_to_copy():
    text, found = shown(say("Try `/next` or `/phrase dispo`, **`/help`**."))
    assert text == "Try /next or /phrase dispo, /help."
    assert found == [("code", "/phrase dispo"), ("bold", "/help")]


def test_offsets_are_counted_as_telegram_counts():
    (payload,) = render(say("😀😀 **bold 😀** x"))
    assert payload.params["entities"] == [{"type": "bold", "offset": 5, "length": 7}]


def test_a_picture_has_its_line():
    png = Picture(b"png", "Five days of seven.")
    photo, text = render(Reply(cards=(Card("**Month**", picture=png), Card("Then.")), rows=((Button("x", "a.b"),),)))
    assert photo.params["caption"] == "Month\n\nFive days of seven."
    assert photo.params["caption_entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert "reply_markup" not in photo.params
    assert text.params["text"] == "Then."
    photo, text = render(Reply(cards=(Card("word " * 300, picture=png),)))
    assert (photo.params["caption"], units(text.params["text"])) == ("Five days of seven.", 1499)


def test_buttons():
    row = tuple(Button(str(n), "a.b", str(n)) for n in range(11))
    made = keyboard([row, (Link("See", "https://example.org"),), ()])
    assert [len(each) for each in made["inline_keyboard"]] == [8, 3, 1]
    assert keyboard([]) is None
    (payload,) = render(Reply(rows=((Button("x", "a.b"),),)))
    assert payload.params["text"]
    (payload,) = render(Reply(files=(Document("../a\n/b", "text/plain", b"x"),), rows=((Button("x", "a.b"),),)))
    assert payload.params["reply_markup"]
    assert payload.filename == "_a_b"


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (Button("x", "a.b", "é" * 31), "66 bytes"),
        (Button("x", "a.b", "v" * 61), "65 bytes"),
        (Button(" ", "a.b"), "label"),
        (Link("x", "javascript:alert(1)"), "address"),
        (Link("x", "https://"), "address"),
    ],
)
def test_a_button_that_telegram_would_refuse_is_a_fault(item, why):
    with pytest.raises(ValueError, match=why):
        keyboard([(item,)])
    with pytest.raises(ValueError, match="too many"):
        keyboard([(Button("x", "a.b"),)] * 101)


def test_a_button_just_short_enough_and_one_with_a_long_label():
    made = keyboard([(Button("word " * 40, "a.b", "v" * 60),)])
    (item,) = made["inline_keyboard"][0]
    assert len(item["callback_data"]) == 64
    assert len(item["text"]) <= 64
    assert item["text"].endswith("…")


def test_a_notice_is_short_enough():
    assert notice("Saved.") == "Saved."
    assert notice("") == ""
    assert units(notice("word. " * 100)) <= 200


@pytest.mark.parametrize(
    ("typed", "live"),
    [
        ("@everyone", r"@everyone"),
        ("see https://evil.example.com/x", r"https://\w"),
        ("evil.com", r"evil\.com"),
        ("tg://user?id=1", r"tg://u"),
        ("-@everyone", r"@everyone"),
        ("пример.рф", r"пример\.рф"),
        ("x@evil.com/path", r"evil\.com"),
    ],
)
def test_bare_words_stay_words(typed, live):
    text, found = shown(say(plain(typed)))
    assert re.search(live, text) is None
    assert text.replace(JOINER, "") == typed
    assert found == []


def test_an_address_stays_whole_and_decimals_too():
    for typed in ("write to help@example.org.", "0.5 mg, q.i.d., 3.14, e.g. this. That"):
        assert shown(say(plain(typed)))[0] == typed


GRAPHEMES = [
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "🇺🇸",
    "é",
    "n̈",
    "한",
    "한",
    "क्षि",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "❤️‍🔥",
    "\u0600١",
    "สำ",
    "a",
    " ",
    "שָׁ",
]


@pytest.mark.parametrize("one", GRAPHEMES)
def test_a_character_as_a_reader_sees_it_is_one(one):
    for n in range(1, len(one)):
        assert not boundary(one, n), (one, n)
    assert boundary(one + "x", len(one))
    assert boundary("x" + one, 1) or one[0] in "\u0300"


def test_flags_pair_up_and_lines_end():
    flags = "🇺🇸🇨🇦🇲🇽"
    assert [boundary(flags, n) for n in range(7)] == [True, False, True, False, True, False, True]
    assert not boundary("\r\n", 1)
    assert boundary("\n\u0301x", 1)


def test_cuts_go_to_the_end_of_a_block_then_a_sentence_then_a_word():
    assert texts("one two. three\n\nfour", 16, breaks=(16,)) == ["one two. three", "four"]
    assert texts("one two. three four", 16) == ["one two.", "three four"]
    assert texts("one two three four", 10) == ["one two", "three four"]
    assert texts("👍🏽" * 5, 9) == ["👍🏽👍🏽"] * 2 + ["👍🏽"]
    assert texts("e" + "\u0301" * 50 + "x", 20)[0] == "e" + "\u0301" * 19


def texts(text, limit, breaks=(), entities=()):
    return [part.text for part in pieces(Rich(text, entities, breaks), limit)]


def test_an_entity_is_not_cut_unless_it_fills_a_message():
    whole = Rich("aaa bbb ccc ddd", (Entity("bold", 4, 11),))
    assert [part.text for part in pieces(whole, 9)] == ["aaa", "bbb ccc", "ddd"]
    long = Rich("a. " * 20, (Entity("italic", 0, 59),))
    assert all(part.entities[0] == Entity("italic", 0, len(part.text)) for part in pieces(long, 10))


def test_no_message_has_more_entities_than_telegram_keeps():
    parts = [payload.params for payload in render(say("**a** b " * 500))]
    assert all(len(params["entities"]) <= 100 for params in parts)
    assert sum(len(params["entities"]) for params in parts) == 500


# Whatever is typed

nasty = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(categories=("Cs", "Mn", "Cf", "So", "Lo")), max_size=20),
    st.sampled_from(
        [
            *GRAPHEMES,
            "\ud800",
            "\udc00x",
            "\u202eevil",
            "\u200b\u2060",
            "\u200fשלום\u200e",
            "مرحبا بكم",
            "e" + "\u0301" * 60,
        ]
    ),
    st.sampled_from(
        [
            "@everyone",
            "<!channel>",
            "https://evil.com|x",
            "[x](https://evil.com)",
            "</b><a href='tg://user?id=1'>",
            "`/x`",
        ]
    ),
    st.sampled_from(
        ["**", "*", "`", "> ", "\n\n", ". ", "\n- ", "x.com", "t.me/x", "www.a.io", "ftp://a.b", "a@b.co", "\\"]
    ),
)
typed = st.lists(nasty, max_size=12).map("".join)

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w:/?#@-])")
LIVE = re.compile(
    r"(?<![\w.+-])@\w|(?:https?|ftp|tg|ton|tonsite)://[^\s\u2060]|(?<![@\w.+-])(?:[\w-]+\.)+(?:com|io|me|org|co)\b(?!@)",
    re.IGNORECASE,
)


@settings(max_examples=300, deadline=None)
@given(typed)
@example("@everyone https://evil.com [x](https://evil.com)")
def test_what_a_student_types_never_becomes_a_link_or_a_mention(text):
    for payload in render(say(f"You wrote: {plain(text)}.", title=plain(text), facts=((plain(text), plain(text)),))):
        assert not {each["type"] for each in payload.params.get("entities", [])} & {
            "text_link",
            "mention",
            "url",
            "code",
        }
        assert LIVE.search(EMAIL.sub("", payload.params["text"])) is None
        strict(payload.params["text"], payload.params.get("entities", []), MOST_TEXT, "")


@settings(max_examples=300, deadline=None)
@given(typed, st.integers(1, 40))
def test_any_markup_of_any_length_is_a_valid_message(text, times):
    reply = Reply(cards=(Card(text * times, title=text, footer=text, facts=((text, text),)),))
    for payload in render(reply):
        strict(payload.params["text"], payload.params.get("entities", []), MOST_TEXT, "")


styled = st.lists(st.tuples(nasty, st.sampled_from(["", "bold", "italic", "code", "blockquote"])), max_size=14)


@settings(max_examples=300, deadline=None)
@given(styled, st.integers(12, 80))
def test_cutting_loses_nothing_and_splits_no_entity(parts, limit):
    text, entities = "", []
    for words, kind in parts:
        words = clean(words)
        if kind and words.strip():
            entities.append(Entity(kind, len(text) + len(words) - len(words.lstrip()), len(text) + len(words.rstrip())))
        text += words
    whole = Rich(text, tuple(entities))
    cut = list(pieces(whole, limit))
    assert all(part.units <= limit and part.visible for part in cut)
    for part in cut:
        assert all(0 <= each.start < each.end <= len(part.text) for each in part.entities)
    kept = "".join("".join(part.text for part in cut).split())
    bare = "".join(text.split())
    assert _seen(kept) == _seen(bare)
    short = Counter(
        text[each.start : each.end]
        for each in entities
        if units(text[each.start : each.end]) <= limit
        and Rich(text[each.start : each.end]).visible
        and boundary(text, each.start)
        and boundary(text, each.end)
    )
    found = Counter(part.text[each.start : each.end] for part in cut for each in part.entities)
    assert not short - found


def _seen(text):
    """Return *text* without what nobody sees: a part of nothing else is not sent."""
    return "".join(char for char in text if Rich(char).visible)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["x.com ", "@a ", "a@b.co ", "q ", "://x "]), max_size=20), st.data())
def test_what_parts_words_moves_no_entity(words, data):
    text = "".join(words)
    start = data.draw(st.integers(0, max(len(text) - 1, 0)))
    end = data.draw(st.integers(min(start + 1, len(text)), len(text)))
    whole = Rich(text, (Entity("bold", start, end),) if start < end else (), (start,))
    parted = inert(whole)
    assert parted.text.replace(JOINER, "") == text
    for each in parted.entities:
        assert parted.text[each.start : each.end].replace(JOINER, "") == text[start:end]
    assert parted.text[parted.breaks[0] :].replace(JOINER, "") == text[start:]


@pytest.mark.parametrize(
    "text", ["a" * 64_000, "a " * 32_000, "\u0301" * 64_000, "@" * 64_000, "a." * 32_000, "**a** " * 10_000]
)
def test_a_very_long_text_is_cut_in_the_time_of_prose(text):
    """A square of its length would be some thousands of times as much; what is nothing but marks may cost more."""
    prose = "What the resident says on rounds, and what to do about it. " * (64_000 // 59)
    ordinary, hostile = (min(_seconds(each) for _ in range(3)) for each in (prose, text))
    assert hostile < 25 * ordinary


def _seconds(text):
    begun = time.process_time()
    render(say(text))
    list(pieces(inert(Rich(clean(text))), MOST_TEXT))
    return time.process_time() - begun


def test_a_style_that_begins_or_ends_at_a_parted_word_keeps_its_letters():
    parted = inert(Rich("a.com", (Entity("bold", 0, 2), Entity("italic", 2, 5))))
    assert [parted.text[each.start : each.end] for each in parted.entities] == ["a.", "com"]


def test_controls_and_overrides_are_taken_out():
    assert clean("a\x00b\r\nc\rd\u2028e\u202ef\ud83d\ude00\ud800") == "ab\nc\nd\nef😀\ufffd"
    assert rich.JOINER not in clean("x")
