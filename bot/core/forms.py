"""Reading a form's answers: one parsing, one validation and one guard for modals, pages and interviews."""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from bot.core.markup import plain
from bot.core.messages import Button, Field, Form, Option, Reply, rows_of, say
from bot.domain.dates import BadDate, last_day, parse_date, parse_time
from bot.domain.zones import find
from bot.guard.check import check
from bot.guard.verdict import Verdict

#: The extra question a modal shows when the guard stopped an answer.
CHOICE = "guard_choice"
KEEP, MINE, DROP = "keep", "mine", "drop"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers as read: *values* typed, *faults* by field, *stopped* what the guard wants settled first."""

    values: dict[str, Any]
    faults: dict[str, str]
    stopped: tuple[str, Verdict] | None = None


def read(form: Form, answers: dict[str, str], today: date) -> Checked:
    """Parse and check *answers* against *form*, settling what the guard stopped by the student's choice."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    choice = answers.get(CHOICE, "")
    for field in form.fields:
        try:
            value = parse(field, answers.get(field.name, ""), today)
        except BadAnswer as fault:
            faults[field.name] = str(fault)
            continue
        if field.guard and value:
            verdict = check(str(value))
            settled = settle(str(value), verdict, choice)
            if settled is None:
                return Checked(values, faults, (field.name, verdict))
            value = settled
        values[field.name] = value
    return Checked(values, faults)


def settle(text: str, verdict: Verdict, choice: str) -> str | None:
    """Return what may be kept of *text* after *choice*, empty for nothing, or None where the student must still choose.

    'Not a patient' counts only where a name, a date or a place made the guard stop; never for numbers.
    """
    if verdict.level == "pass":
        return text
    if choice == DROP:
        return ""
    if choice == KEEP:
        return verdict.redacted
    if choice == MINE and verdict.level == "confirm":
        return text
    return None


class BadAnswer(Exception):
    """An answer that a field can't take, in words for the student."""


def parse(field: Field, answer: str, today: date) -> Any:
    """Return *answer* as *field*'s kind of value; None for an optional one left empty. Raises BadAnswer."""
    answer = answer.strip()
    if not answer:
        if field.required:
            raise BadAnswer("This one is needed.")
        return None
    try:
        return _parsers[field.kind](field, answer, today)
    except BadDate as fault:
        raise BadAnswer(str(fault)) from fault


def _text(field: Field, answer: str, today: date) -> str:
    if len(answer) > field.max_length:
        raise BadAnswer(f"Keep it to {field.max_length} characters; this has {len(answer)}.")
    return answer


def _choice(field: Field, answer: str, today: date) -> str:
    wanted = answer.casefold()
    for option in field.options:
        if wanted in (option.value.casefold(), option.label.casefold()):
            return option.value
    near = [option for option in field.options if option.label.casefold().startswith(wanted)]
    if len(near) == 1:
        return near[0].value
    raise BadAnswer("Pick one of these: " + ", ".join(option.label for option in field.options) + ".")


def _date(field: Field, answer: str, today: date) -> date:
    return parse_date(answer, today)


def _time(field: Field, answer: str, today: date) -> time:
    return parse_time(answer)


def _number(field: Field, answer: str, today: date) -> int:
    if not answer.isascii() or not answer.isdigit():
        raise BadAnswer("Send a whole number, such as 45.")
    return int(answer[:9])


def _place(field: Field, answer: str, today: date) -> str:
    zone = find(answer)
    if zone is None:
        raise BadAnswer(
            "I don't know that place. Try the nearest large city, or Eastern, Central, Mountain or Pacific."
        )
    return zone


def _length(field: Field, answer: str, today: date) -> str:
    last_day(answer, today)
    return answer


_parsers = {
    "place": _place,
    "length": _length,
    "text": _text,
    "choice": _choice,
    "date": _date,
    "time": _time,
    "number": _number,
}


def why_stopped(verdict: Verdict, original: str) -> str:
    """Return the line that tells what the guard saw, naming only names, dates and places, never a number."""
    if verdict.level == "confirm":
        shown = sorted({original[f.start : f.end] for f in verdict.findings if f.tier == "confirm"})
        return "it may point to a patient (" + ", ".join(f"“{each}”" for each in shown[:3]) + ")"
    kinds = [_KINDS.get(kind, "a number that identifies someone") for kind in verdict.kinds]
    return "it holds " + " and ".join(dict.fromkeys(kinds[:2]))


_KINDS = {
    "email": "an e-mail address",
    "url": "a web address",
    "ip": "a network address",
    "phone": "a phone number",
    "fax": "a fax number",
    "ssn": "a social security number",
    "record_number": "a record number",
    "card": "a card number",
    "vin": "a vehicle number",
    "plate": "a license plate",
    "serial": "a serial number",
    "name": "a name",
    "date": "a date",
    "place": "a place",
    "age": "an age over 89",
}


def choices(verdict: Verdict) -> tuple[Option, ...]:
    """Return what the student may do with a stopped answer."""
    found = [Option(KEEP, "Keep this version")] if verdict.redacted.strip() else []
    if verdict.level == "confirm":
        found.append(Option(MINE, "Not a patient"))
    return (*found, Option(DROP, "Drop it"))


def reopened(form: Form, answers: dict[str, str], checked: Checked) -> Form:
    """Return *form* as a modal shows it again: what was typed still in its fields, and what to mend."""
    fields = [
        replace(each, value=answers.get(each.name, ""), error=checked.faults.get(each.name, "")) for each in form.fields
    ]
    intro = form.intro
    if checked.stopped is not None:
        name, verdict = checked.stopped
        said = answers.get(name, "")
        intro = f"**I didn't keep that yet:** {plain(why_stopped(verdict, said))}."
        if verdict.redacted.strip():
            intro += f" Without it: “{plain(verdict.redacted)}”"
        fields.append(Field(CHOICE, "What should I do with it?", kind="choice", options=choices(verdict)))
    return replace(form, fields=tuple(fields), intro=intro)


def stopped_reply(verdict: Verdict, original: str, *, action: str = "interview.guard") -> Reply:
    """Return the question a chat asks about a stopped answer; the pressed button brings the text back with it."""
    yet = " yet" if verdict.level == "confirm" else ""
    body = f"**I didn't keep that{yet}:** {plain(why_stopped(verdict, original))}."
    if verdict.redacted.strip():
        body += f" The lesson is enough:\n\n> {plain(verdict.redacted)}"
    buttons = [Button(each.label, action, each.value) for each in choices(verdict)]
    return replace(say(body, *rows_of(buttons, 3)), quotes=True)
