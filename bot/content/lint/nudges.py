"""Rules on the steps of a journey: triggers that can be, a way out of each, buttons that lead somewhere, typed answers."""

import re
from collections.abc import Iterator

from bot.content.lint.corpus import Corpus, Finding
from bot.content.references import misused_buttons
from bot.content.steps import Step, StepButton, Trigger

#: What a feature does with a tap and is done.
_CLOSING = frozenset(("feedback.done", "feedback.again", "feedback.notime", "feedback.progress", "pause.week"))


def triggers(corpus: Corpus) -> Iterator[Finding]:
    """A trigger names one moment."""
    for entry, item in corpus.items:
        if isinstance(item, Step):
            yield from (Finding(entry, ("trigger",), what, mend) for what, mend in _triggers(item.trigger))


def _triggers(trigger: Trigger) -> Iterator[tuple[str, str]]:
    offsets = [name for name in ("offset_wd", "offset_days", "at_fraction") if getattr(trigger, name) is not None]
    if len(offsets) > 1:
        yield f"{' and '.join(offsets)} at once", "keep one"
    if not offsets and trigger.anchor not in ("week_end", "event", "season"):
        yield "no offset from the anchor", "give `offset_wd`, `offset_days` or `at_fraction`"
    if trigger.at_fraction is not None and trigger.anchor != "start":
        yield "`at_fraction` counts from the start only", "use `anchor: start`"
    if (trigger.anchor == "event") != (trigger.event is not None):
        yield "`anchor: event` and `event` belong together", "give both or neither"
    if trigger.week is not None and trigger.anchor != "week_end":
        yield "`week` goes with `anchor: week_end`", "delete it, or change the anchor"


def ways_out(corpus: Corpus) -> Iterator[Finding]:
    """Each step can be ended by one tap, whatever features there are, and can be sent to somebody."""
    for entry, item in corpus.items:
        if not isinstance(item, Step):
            continue
        ends = [button for button in item.buttons if _ends(button)]
        if not ends:
            yield Finding(entry, ("buttons",), "no way out of it", "add a button that stores, skips or asks later")
        elif all(button.needs for button in ends):
            what = "its only way out needs a feature that may not be there"
            yield Finding(entry, ("buttons",), what, "let one button that ends it need nothing")
        for fact in sorted(set(item.guards.requires) & set(item.on_send or ())):
            what = f"the step requires `{fact}`, which it sets itself"
            yield Finding(entry, ("guards", "requires"), what, "it could be sent for nobody: drop one of them")


def _ends(button: StepButton) -> bool:
    """Tell whether a tap closes the matter: it stores or postpones, and opens nothing more to do."""
    stored = button.set or button.snooze or button.reply or (button.do or "").partition(" ")[0] in _CLOSING
    return button.input is None and button.goto is None and bool(stored)


def buttons(corpus: Corpus) -> Iterator[Finding]:
    """Each button leads somewhere, is told apart from the others, and stores what the step declares."""
    for entry, item in corpus.items:
        if not isinstance(item, Step):
            continue
        yield from (Finding(entry, place, what, mend) for place, what, mend in misused_buttons(item))
        ids = [button.id for button in item.buttons]
        for index, button in enumerate(item.buttons):
            if button.id in ids[:index]:
                yield Finding(entry, ("buttons", index, "id"), f"two buttons `{button.id}`", "rename one")
            stored = {*(button.set or ()), *((button.input.store,) if button.input else ())}
            for fact in sorted(stored - set(item.stores)):
                what = f"the button stores `{fact}`, which `stores` does not name"
                yield Finding(entry, ("buttons", index), what, "add it to `stores`")
            if not (button.set or button.goto or button.do or button.snooze or button.input or button.reply):
                yield Finding(entry, ("buttons", index), "the button does nothing", "say what a tap does")


def inputs(corpus: Corpus) -> Iterator[Finding]:
    """Whoever types is told to leave patients out."""
    for entry, item in corpus.items:
        if isinstance(item, Step):
            for index, button in enumerate(item.buttons):
                told = f"{button.input.prompt} {item.message}".lower() if button.input else "no patient details"
                if not re.search(r"\bno patient (?:details|identifiers|names)", told):
                    place = ("buttons", index, "input", "prompt")
                    yield Finding(entry, place, "no word on patients", 'say "no patient details" in the prompt')
