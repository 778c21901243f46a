"""A reply survives being kept."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.messages import Button, Card, Document, Field, Form, Link, Option, Picture, Reply
from bot.core.wire import dump, load

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PICTURES = st.builds(Picture, png=st.binary(max_size=200), alt=TEXT)
CARDS = st.builds(
    Card, body=TEXT, title=TEXT, facts=st.tuples(st.tuples(TEXT, TEXT)), footer=TEXT, picture=st.none() | PICTURES
)
FIELDS = st.builds(
    Field,
    name=TEXT,
    label=TEXT,
    kind=st.sampled_from(["text", "choice", "date", "time", "number", "place", "length"]),
    options=st.lists(st.builds(Option, TEXT, TEXT), max_size=3).map(tuple),
    required=st.booleans(),
    guard=st.booleans(),
    value=TEXT,
    error=TEXT,
)
FORMS = st.builds(Form, name=TEXT, title=TEXT, fields=st.lists(FIELDS, max_size=3).map(tuple), intro=TEXT, context=TEXT)
ROWS = st.lists(st.tuples(st.builds(Button, TEXT, TEXT, TEXT) | st.builds(Link, TEXT, TEXT)), max_size=3).map(tuple)
REPLIES = st.builds(
    Reply,
    cards=st.lists(CARDS, max_size=3).map(tuple),
    rows=ROWS,
    form=st.none() | FORMS,
    files=st.lists(st.builds(Document, TEXT, TEXT, st.binary(max_size=300)), max_size=2).map(tuple),
    replaces=st.booleans(),
    private=st.booleans(),
    notice=TEXT,
    quotes=st.booleans(),
    erases=st.booleans(),
)


@given(REPLIES)
def test_any_reply_survives(reply):
    assert load(dump(reply)) == reply


def test_pictures_files_and_forms_survive():
    """The bytes too, whatever they are."""
    whole = bytes(range(256))
    reply = Reply(
        cards=(Card("body", picture=Picture(whole, "a chart")),),
        rows=((Button("A", "x.y", "1"), Link("L", "https://example.org")),),
        form=Form("f", "F", (Field("a", "A", "choice", (Option("1", "One"),)),), leave=Button("Stop", "x.stop")),
        files=(Document("a.json", "application/json", whole),),
    )
    assert load(dump(reply)) == reply
