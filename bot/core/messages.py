"""What a feature answers with: cards, buttons, forms, files; no platform in sight."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

#: Telegram's callback_data is the tightest of our platforms.
MAX_BUTTON_BYTES = 64
#: How bytes are written where a reply is kept as text.
BYTES = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}
#: "place" is a city or zone, "length" a number of weeks or a last day; their values are an IANA zone and text as typed.
FieldKind = Literal["text", "choice", "date", "time", "number", "place", "length"]


@dataclass(frozen=True, slots=True)
class Button:
    """One tap: *action* is "feature.verb", *value* what the verb needs; together at most 64 bytes."""

    label: str
    action: str
    value: str = ""

    @property
    def data(self) -> str:
        """The button as one string, as platforms carry it."""
        return f"{self.action} {self.value}".rstrip()


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens *url*."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with its one-line equivalent."""

    __pydantic_config__: ClassVar[dict[str, str]] = BYTES

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file handed to the student."""

    __pydantic_config__: ClassVar[dict[str, str]] = BYTES

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Card:
    """One block of a message: *title*, *body* and *footer* are markup, *facts* are (name, value) pairs in markup.

    *item* is the bank's item whose words these are, where nobody else's are among them: what such a card looks like a
    platform may keep. What a student wrote stays in no cache.
    """

    body: str
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    picture: Picture | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field: *value* is stored, *label* is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    Attributes:
        options: what can be chosen ("choice"), or is offered beside typing (any other kind).
        guard: the answer is free text that passes the PHI guard before anything keeps it.
        value: what stands in the field when it opens.
        error: what was wrong with the last answer, for the student.
        hint: an example or a limit, shown with the question.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    options: tuple[Option, ...] = ()
    required: bool = True
    guard: bool = False
    value: str = ""
    error: str = ""
    hint: str = ""
    max_length: int = 200


@dataclass(frozen=True, slots=True)
class Form:
    """Questions answered together: a modal, an HTML form, or an interview.

    *context* is opaque to platforms and comes back with the answers. *leave* is the button that ends an interview
    before its last question.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    intro: str = ""
    submit: str = "Save"
    context: str = ""
    leave: Button = Button("Cancel", "interview.cancel")

    def filled(self, values: dict[str, str]) -> "Form":
        """Return the form with *values* standing in its fields."""
        return replace(self, fields=tuple(replace(f, value=values.get(f.name, f.value)) for f in self.fields))


Row = tuple[Button | Link, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """All that one event is answered with.

    Attributes:
        replaces: the message whose button was pressed is rewritten instead of a new one sent.
        private: in a channel, only the one who asked may see it.
        notice: a line for the little answer to a button press, where the platform has one.
        quotes: sent as an answer to the student's own message, whose text comes back with the press.
        erases: the student's own message is deleted where the platform can.
    """

    cards: tuple[Card, ...] = ()
    rows: tuple[Row, ...] = ()
    form: Form | None = None
    files: tuple[Document, ...] = ()
    replaces: bool = False
    private: bool = True
    notice: str = ""
    quotes: bool = False
    erases: bool = False

    @property
    def unkept(self) -> bool:
        """Whether text that the guard has not passed stands in it: such an answer is sent, and stored nowhere."""
        return self.quotes or (self.form is not None and any(each.guard and each.value for each in self.form.fields))

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Every button, in reading order."""
        return tuple(item for row in self.rows for item in row if isinstance(item, Button))


def say(
    body: str,
    *rows: Row,
    title: str = "",
    footer: str = "",
    facts: tuple[tuple[str, str], ...] = (),
    replaces: bool = False,
    notice: str = "",
    item: str = "",
) -> Reply:
    """Return the plain case: one card and its rows of buttons."""
    card = Card(body=body, title=title, footer=footer, facts=facts, item=item)
    return Reply(cards=(card,), rows=tuple(row for row in rows if row), replaces=replaces, notice=notice)


def ask(form: Form) -> Reply:
    """Return a reply that puts the questions of *form*."""
    return Reply(form=form)


def rows_of(buttons: Sequence[Button], width: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Return *buttons* laid out *width* to a row."""
    return tuple(tuple(buttons[n : n + width]) for n in range(0, len(buttons), width))
