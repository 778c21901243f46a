"""Rules on how items are put together: order, sums of lengths, slots, buttons, inputs, addresses."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from bot.content.items import Phrase, Script, Tip
from bot.content.kinds import is_item
from bot.content.lint.corpus import Corpus, Finding, compiled
from bot.content.meta import Banned
from bot.content.schema import Entry
from bot.content.steps import PLACEHOLDERS, Step

_BLANK = re.compile(r"\{([^{}]*)\}")
_URL = re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:com|org|gov|edu|net|io)\b", re.IGNORECASE)
_IDENTIFIERS = frozenset(("patient", "patient_name", "name_of_patient", "mrn", "dob", "birthday", "room", "bed"))
_MOST_BYTES = 90_000


def order(corpus: Corpus) -> Iterator[Finding]:
    """Items of a file stand in the order of their ids, and a file stays small enough to review."""
    files: dict[Path, list[Entry]] = {}
    for entry in corpus.checked:
        if is_item(entry.kind):
            files.setdefault(entry.path, []).append(entry)
    for found in files.values():
        # What replaces an item stands at that item's place among all entries: the file's own lines count.
        entries = sorted(found, key=lambda entry: entry.raw.line)
        for before, after in pairwise(entries):
            if after.record.id < before.record.id:
                what = f"`{after.record.id}` stands below `{before.record.id}`"
                yield Finding(after, ("id",), what, "sort the items by id")
                break
        last, most = entries[-1], entries[-1].kind.most
        if len(entries) > most:
            yield Finding(last, (), f"{len(entries)} items in one file", f"keep {most} at most, split the file")
        if (size := len(last.source.text.encode())) > _MOST_BYTES:
            yield Finding(last, (), f"the file has {size // 1000} kB", f"keep it below {_MOST_BYTES // 1000} kB")


def whole(corpus: Corpus) -> Iterator[Finding]:
    """Fields that only make sense together stand together."""
    for entry, row in corpus.all(Banned):
        if corpus.reports(entry) and compiled(row.pattern) is None:
            yield Finding(entry, ("pattern",), "this is no regular expression", "mend its brackets")
    for entry, item in corpus.items:
        if item.review_state != "draft" and not item.reviewed_by:
            yield Finding(entry, ("review_state",), "reviewed by nobody", "name who did in `reviewed_by`")
        if item.lint_allow and not _commented(entry):
            yield Finding(entry, ("lint_allow",), "an exception without its reason", "write it as a # comment there")
        for field in ("specialties", "phases", "shifts", "weekdays"):
            if "any" in (given := getattr(item, field)) and len(given) > 1 and not isinstance(item, Phrase):
                yield Finding(entry, (field,), f"`{field}` has `any` beside others", "keep `any` or the others")
        match item:
            case Tip() if item.say and item.script:
                yield Finding(entry, ("say",), "both `say` and `script`", "keep one")
            case Script() if item.channel == "email" and not (item.subject and item.body):
                yield Finding(entry, ("channel",), "a mail without `subject` and `body`", "write both")
            case Script() if item.channel != "email" and not item.say:
                yield Finding(entry, ("channel",), "a script without `say`", "write what is said")


def _commented(entry: Entry) -> bool:
    """Tell whether the exception's own line, or one next to it, holds a comment."""
    lines = entry.source.text.splitlines()
    here = entry.line("lint_allow")
    return any("#" in line for line in lines[max(0, here - 2) : here + 1])


def sums(corpus: Corpus) -> Iterator[Finding]:
    """What is shown on one screen fits on it."""
    scripts = {script.id: script for _, script in corpus.all(Script)}
    for entry, item in corpus.items:
        match item:
            case Tip():
                if (size := len(item.hook) + len(item.body) + len(item.action)) > 600:
                    what = f"hook, body and action have {size} characters together of 600"
                    yield Finding(entry, ("body",), what, f"shorten them by {size - 600}")
            case Step():
                script = scripts.get(item.script or "")
                words = len((script.say or script.body or "") if script else "")
                labels = sum(len(button.label) for button in item.buttons)
                if (size := max(len(item.message), len(item.observer_message or "")) + words + labels) > 1500:
                    what = f"message, script and buttons have {size} characters together of 1500"
                    yield Finding(entry, ("message",), what, f"shorten them by {size - 1500}")


def slots(corpus: Corpus) -> Iterator[Finding]:
    """The blanks in a script are the ones it declares, and none asks for a patient's identity."""
    for entry, item in corpus.items:
        if isinstance(item, Script):
            declared = {slot.name for slot in item.slots}
            texts = (item.say, item.short, item.formal, item.subject, item.body)
            used = {name for text in texts if text for name in _BLANK.findall(text)}
            for name in sorted(used - declared):
                yield Finding(entry, ("slots",), f"`{{{name}}}` is not declared", "add it to `slots`")
            for name in sorted(declared - used):
                yield Finding(entry, ("slots",), f"the slot `{name}` is not used", "delete it")
            for name in sorted(declared & _IDENTIFIERS):
                yield Finding(entry, ("slots",), f"the slot `{name}` asks who the patient is", "ask for the problem")
        elif isinstance(item, Step):
            for field in ("message", "observer_message"):
                for name in _BLANK.findall(getattr(item, field) or ""):
                    if name not in PLACEHOLDERS:
                        mend = f"use one of {', '.join(sorted(PLACEHOLDERS))}"
                        yield Finding(entry, (field,), f"`{{{name}}}` is no placeholder", mend)


def addresses(corpus: Corpus) -> Iterator[Finding]:
    """Web addresses rot, so no item of today's kinds holds one."""
    for entry, _, prose in corpus.texts:
        if found := _URL.search(prose.text):
            yield Finding(entry, prose.place, f"a web address: `{found[0]}`", "name the place instead")
