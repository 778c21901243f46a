"""The texts of an item: where each stands, and whom it speaks to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.content.fields import Item
from bot.content.items import Checklist, Faq, Phrase, Plain, Script, Tip
from bot.content.steps import Step
from bot.content.study import Quiz, Reference, Reflection, Template

Place = tuple[str | int, ...]
#: Whom a text speaks to: the student, a colleague, a patient; or what it is: a look-up word, an example, a warning,
#: the outline of a note, one of the answers to choose from (of which all but one are wrong).
Voice = Literal["coach", "colleague", "patient", "term", "query", "example", "avoid", "outline", "option"]


@dataclass(frozen=True, slots=True)
class Prose:
    """One text of an item, where it stands, and whom it speaks to."""

    place: Place
    text: str
    voice: Voice


def prose_of(item: Item) -> Iterator[Prose]:
    """Yield the texts of an item in the order a reader meets them."""
    yield Prose(("title",), item.title, "term" if isinstance(item, Phrase | Plain | Step) else "coach")
    if (texts := _TEXTS.get(type(item))) is not None:
        yield from texts(item)


def _of_tip(item: Tip) -> Iterator[Prose]:
    yield from _fields(item, "coach", "hook", "body", "action", "why")
    yield from _fields(item, "colleague", "say")


def _of_phrase(item: Phrase) -> Iterator[Prose]:
    yield from _lines(item, "term", "aliases")
    yield from _lines(item, "query", "asked_as")
    yield from _fields(item, "term", "expansion")
    yield from _fields(item, "coach", "meaning")
    yield from _fields(item, "example", "example")
    yield from _fields(item, "coach", "do", "caution")
    for index, sense in enumerate(item.senses):
        yield Prose(("senses", index, "meaning"), sense.meaning, "coach")
        if sense.example:
            yield Prose(("senses", index, "example"), sense.example, "example")
        if sense.do:
            yield Prose(("senses", index, "do"), sense.do, "coach")


def _of_script(item: Script) -> Iterator[Prose]:
    listener: Voice = "patient" if item.to in ("patient", "family") else "colleague"
    yield from _fields(item, "coach", "situation")
    yield from _lines(item, "query", "asked_as")
    yield from _fields(item, listener, "say", "short", "formal", "subject", "body")
    yield from _fields(item, "avoid", "avoid")
    yield from _fields(item, "coach", "if_yes", "if_no", "next")
    yield from (Prose(("slots", index, "hint"), slot.hint, "coach") for index, slot in enumerate(item.slots))


def _of_plain(item: Plain) -> Iterator[Prose]:
    yield from _fields(item, "patient", "plain", "say", "check")
    yield from _fields(item, "avoid", "avoid")
    yield from _lines(item, "term", "aliases")


def _of_checklist(item: Checklist) -> Iterator[Prose]:
    yield from _fields(item, "coach", "intro", "done")
    for index, line in enumerate(item.items):
        yield Prose(("items", index, "text"), line.text, "coach")
        if line.why:
            yield Prose(("items", index, "why"), line.why, "coach")


def _of_faq(item: Faq) -> Iterator[Prose]:
    yield from _fields(item, "query", "q")
    yield from _lines(item, "query", "asks")
    yield from _fields(item, "coach", "short", "long")


def _of_step(item: Step) -> Iterator[Prose]:
    yield from _fields(item, "coach", "message", "observer_message")
    for index, button in enumerate(item.buttons):
        place: Place = ("buttons", index)
        yield Prose((*place, "label"), button.label, "coach")
        if button.reply:
            yield Prose((*place, "reply"), button.reply, "coach")
        if button.input:
            yield Prose((*place, "input", "prompt"), button.input.prompt, "coach")


def _of_reference(item: Reference) -> Iterator[Prose]:
    yield from _fields(item, "coach", "what_for", "how", "use_when", "caution")


def _of_template(item: Template) -> Iterator[Prose]:
    for index, section in enumerate(item.sections):
        yield Prose(("sections", index, "name"), section.name, "term")
        yield from (Prose(("sections", index, "include", at), line, "coach") for at, line in enumerate(section.include))
        yield from (Prose(("sections", index, "skip", at), line, "avoid") for at, line in enumerate(section.skip))
    yield from _fields(item, "outline", "skeleton")
    yield from _fields(item, "example", "worked")
    yield from _fields(item, "coach", "differs")
    yield from _lines(item, "avoid", "errors")


def _of_reflection(item: Reflection) -> Iterator[Prose]:
    yield from _fields(item, "coach", "prompt")
    yield from _lines(item, "term", "choices")


def _of_quiz(item: Quiz) -> Iterator[Prose]:
    yield from _fields(item, "coach", "stem", "explain")
    yield from _lines(item, "option", "options")


_TEXTS: dict[type[Item], Callable[[Any], Iterator[Prose]]] = {
    Tip: _of_tip,
    Phrase: _of_phrase,
    Script: _of_script,
    Plain: _of_plain,
    Checklist: _of_checklist,
    Faq: _of_faq,
    Step: _of_step,
    Reference: _of_reference,
    Template: _of_template,
    Reflection: _of_reflection,
    Quiz: _of_quiz,
}


def _fields(item: Item, voice: Voice, *names: str) -> Iterator[Prose]:
    for name in names:
        if text := getattr(item, name):
            yield Prose((name,), text, voice)


def _lines(item: Item, voice: Voice, name: str) -> Iterator[Prose]:
    yield from (Prose((name, index), line, voice) for index, line in enumerate(getattr(item, name)))
