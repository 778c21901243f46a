"""/phrase and bare words: what is said on the ward, and whether to say it, only understand it, or never write it."""

from dataclasses import dataclass, replace

from bot.content.items import DoNotUse, Phrase, Plain, Sense
from bot.content.search.index import Answer
from bot.content.search.senses import Senses
from bot.content.text import normal
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.markup import plain, text_of
from bot.core.messages import Button, Card, Reply, rows_of, say
from bot.core.notices import RULES_DIFFER
from bot.core.showing import SHOWN_BY, doors, echoed, fits, missed, specialty
from bot.domain.words import listed
from bot.storage.facts import FactBook

feature = Feature("phrase")

LATER = "quiz_later"
#: One look on rounds: a card is never longer than this.
LONGEST = 900
EXAMPLES = ("phr-dispo", "phr-npo", "phr-curbside")
#: Words that do what they say when typed alone, whatever the bank makes of them.
PLAIN_ORDERS = frozenset({"stop", "start", "help"})
GREETINGS = frozenset({"hello", "hey", "hi", "good morning", "good evening", "good afternoon"})
THANKS = frozenset({"thanks", "thank you", "thx", "ty", "ok", "okay", "great", "got it", "thank you so much"})

ROLES = {
    "attending": "attendings", "fellow": "fellows", "resident": "residents", "intern": "interns", "surgeon": "surgeons",
    "nurse": "nurses", "midwife": "midwives", "pharmacist": "pharmacists", "therapist": "therapists",
    "case_manager": "case managers", "social_worker": "social workers", "unit_clerk": "unit clerks",
    "scrub_nurse": "scrub nurses", "anesthesia": "anesthesia", "consultant": "consultants",
    "coordinator": "coordinators", "patient": "patients", "family": "families", "student": "students",
    "everyone": "everyone", "nobody": "nobody",
}  # fmt: skip
PLACES = {
    "rounds": "on rounds", "handoff": "at handoff", "page": "in pages", "phone": "on the phone", "note": "in notes",
    "chart": "in the chart", "old_notes": "in old notes", "or": "in the OR", "ed": "in the ED", "clinic": "in clinic",
    "labor_floor": "on the labor floor", "hallway": "in the hallway", "email": "in e-mails",
}  # fmt: skip
LISTS = {
    "joint_commission": "it is on the Joint Commission's do-not-use list",
    "ismp": "it is on a list of error-prone abbreviations (ISMP)",
    "local": "many hospitals list it as unsafe",
}


@feature.command("phrase", "Look up a ward word, an abbreviation or what a patient said", example="dispo")
async def look_up(ctx: Context, text: str) -> Reply:
    """Answer with one card, or with what is near."""
    if not text.strip():
        return prompt(ctx, "Which word? Send it as you heard it, such as `/phrase dispo`. Typing it alone works too.")
    answer = ctx.library.index.find(text, "phrase", specialty(ctx))
    found = [item for item in answer.items if isinstance(item, Phrase)]
    if answer.outcome == "answer" and found:
        return replace(card(ctx, *found), private=False)
    elsewhere = ctx.library.index.find_any(text, specialty(ctx)) if answer.outcome == "none" else answer
    return replace(not_found(ctx, text, elsewhere), private=False)


@feature.action("show")
async def show(ctx: Context, phrase_id: str) -> Reply:
    """Show one phrase."""
    return replace(card(ctx, _phrase(ctx, phrase_id)), private=False)


@feature.action("later")
async def later(ctx: Context, phrase_id: str) -> Reply:
    """Put a phrase on the list for the quiz, or take it off again."""
    phrase = _phrase(ctx, phrase_id)
    facts = ctx.work.use(FactBook)
    wanted = not _is_wanted(ctx, phrase.id)
    if wanted:
        await facts.set(ctx.student.id, LATER, "true", now=ctx.now, about=phrase.id)
    else:
        await facts.clear(ctx.student.id, LATER, about=phrase.id)
    notice = "Noted for a later quiz." if wanted else "Taken off the quiz list."
    return replace(card(ctx, phrase, wanted=wanted), replaces=True, notice=notice)


@feature.any_text
async def bare_words(ctx: Context, text: str) -> Reply:
    """Answer words typed without a command: a look-up first, whatever kind of item fits."""
    word = " ".join(text.split()).strip("/.!? ")
    lower = word.lower()
    if lower in PLAIN_ORDERS and lower in ctx.registry.commands:
        return await ctx.registry.commands[lower].handler(ctx, "")
    if not word or (lower in GREETINGS and not word.isupper()):
        return prompt(ctx, "Hello. Send me any ward word as you heard it. `/help` shows the rest.")
    if lower in THANKS and not word.isupper():
        return say("Any time. Send the next word whenever you hear one.")
    answer = ctx.library.index.find_any(text, specialty(ctx))
    found = [item for item in answer.items if fits(ctx, item) and SHOWN_BY.get(type(item)) in ctx.registry.actions]
    if answer.outcome == "answer" and found:
        phrases = [item for item in found if isinstance(item, Phrase)]
        if isinstance(found[0], Phrase):
            return card(ctx, *phrases)
        return await ctx.registry.actions[SHOWN_BY[type(found[0])]](ctx, found[0].id)
    if lower in ctx.registry.commands:
        return await ctx.registry.commands[lower].handler(ctx, "")
    return not_found(ctx, text, answer)


def prompt(ctx: Context, words: str) -> Reply:
    """Return an invitation with three words to try."""
    return say(words, *rows_of(doors(ctx, EXAMPLES), 3))


def not_found(ctx: Context, asked: str, answer: Answer) -> Reply:
    """Return what is near, and how to ask a person."""
    term = echoed(asked)
    if not term or len(term.split()) > 3:
        words = "ask whoever said it: “Could you tell me what that means here?”"
    else:
        tail = "what does it stand for" if any(c.isupper() for c in asked[1:]) or len(term) < 5 else "what does it mean"
        words = f"ask your resident: “I'm not familiar with {term}, {tail}?”"
    hints = (
        "Send it in other words, or the whole sentence you heard.",
        "`/say` has words for situations, `/faq` answers to questions.",
    )
    return missed(ctx, asked, answer, words=words, hints=hints)


def card(ctx: Context, first: Phrase, *others: Phrase, wanted: bool | None = None) -> Reply:
    """Return the card of *first* with its buttons; *others* go by the same name and get a line each."""
    first = _meant_first(ctx, first)
    simple = plain_words(ctx, first)
    cards = [Card(body=told(first, simple), footer=RULES_DIFFER if first.verify == "program" else "")]
    cards += [Card(body=f"Also **{plain(each.term)}**: {each.meaning}") for each in others[:2]]
    buttons = doors(ctx, (*others[:2], *first.related))
    if simple is not None:
        buttons += [replace(each, label="Words for patients") for each in doors(ctx, [simple])]
    if ctx.private:
        on = _is_wanted(ctx, first.id) if wanted is None else wanted
        buttons.append(Button("Quiz me later ✓" if on else "Quiz me later", "phrase.later", first.id))
    return Reply(cards=tuple(cards), rows=rows_of(buttons))


def _meant_first(ctx: Context, phrase: Phrase) -> Phrase:
    """Return *phrase* with the meaning usual in the student's specialty first, wherever it was found."""
    written = ctx.bank.get(Phrase, phrase.id)
    (ordered,) = Senses(ctx.bank).ordered([written], specialty(ctx))
    return ordered if isinstance(ordered, Phrase) else written


def plain_words(ctx: Context, phrase: Phrase) -> Plain | None:
    """Return the everyday words for *phrase*: those it names, those that name it, or those with the same term."""
    named = ctx.bank.item(phrase.plain) if phrase.plain else None
    if isinstance(named, Plain):
        return named
    offered = ctx.bank.active(Plain)
    pointing = next((each for each in offered if each.phrase == phrase.id), None)
    if pointing is not None or phrase.senses:
        return pointing
    names = {normal(name) for name in (phrase.term, phrase.expansion or phrase.term)}
    return next((each for each in offered if normal(each.term) in names), None)


def advice(phrase: Phrase) -> str:
    """Return in a few words whether to say it, only to understand it, or never to write it."""
    listed_sense = any(sense.do_not_use for sense in phrase.senses)
    if phrase.do_not_use is not None or (phrase.register == "avoid" and listed_sense):
        return "never write it"
    if phrase.register == "avoid":
        return "only understand it: don't say it yourself"
    if set(phrase.said_by) <= {"patient", "family"}:
        return "only understand it: these are a patient's words"
    if phrase.ambiguous:
        return "say it: only where its meaning is clear"
    if phrase.register == "informal" or phrase.type == "abbreviation":
        return "say it: yes, among staff"
    return "say it: yes, and write it" if phrase.register == "formal" else "say it: yes"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card; those of the highest *cost* go first when the card is too long."""

    text: str
    cost: int = 0


def told(phrase: Phrase, simple: Plain | None = None, *, longest: int = LONGEST) -> str:
    """Return the markup of a card: whole lines only, the least needed left out where it would be too long."""
    lines = [
        Line(f"**{plain(phrase.term)}** · *{advice(phrase)}*"),
        *_meaning(phrase),
        *_senses(phrase.senses),
        *(Line(warning) for warning in warnings(phrase)),
        Line(f"*{phrase.example}*", 4),
        Line(heard(phrase), 5),
        Line(f"**You:** {phrase.do}", 2),
    ]
    if simple is not None:
        lines.append(Line(f"To a patient: “{simple.say}”", 3))
    if phrase.caution:
        lines.append(Line(f"**Careful:** {phrase.caution}", 6 if phrase.do_not_use else 1))
    while len(text_of(_joined(lines))) > longest and (costliest := max(line.cost for line in lines)):
        last = max(n for n, line in enumerate(lines) if line.cost == costliest)
        shorter = lines[last].text.partition("\v")[0] if "\v" in lines[last].text else ""
        lines[last : last + 1] = [Line(shorter)] if shorter else []
    return _joined(lines)


def _meaning(phrase: Phrase) -> list[Line]:
    meaning = Line(phrase.meaning)
    if phrase.expansion and not phrase.senses and normal(phrase.expansion) not in normal(phrase.meaning):
        return [Line(f"Stands for: {phrase.expansion.rstrip('.')}.", 3), meaning]
    return [meaning]


def _senses(senses: tuple[Sense, ...]) -> list[Line]:
    """Return the meanings numbered; what to do on hearing one goes before its meaning would."""
    return [
        Line(f"{number}. **{sense.meaning}**" + (f"\v {sense.do}" if sense.do else ""), 7 if sense.do else 0)
        for number, sense in enumerate(senses, start=1)
    ]


def warnings(phrase: Phrase) -> list[str]:
    """Return a warning for each entry on a do-not-use list, with what to write instead."""
    if phrase.do_not_use is not None:
        return [_warning(phrase.do_not_use, plain(phrase.term))]
    by_rule: dict[DoNotUse, list[str]] = {}
    for sense in phrase.senses:
        if sense.do_not_use is not None:
            by_rule.setdefault(sense.do_not_use, []).append(sense.meaning)
    return [_warning(rule, f"{plain(phrase.term)} for “{meanings[0]}”") for rule, meanings in by_rule.items()]


def _warning(rule: DoNotUse, term: str) -> str:
    return f"⚠ **Never write {term}:** {LISTS[rule.list]}. Write instead: {rule.instead.rstrip('.')}."


def heard(phrase: Phrase) -> str:
    """Return who says it, and where it is met."""
    places = listed([PLACES[place] for place in phrase.heard])
    if "nobody" in phrase.said_by:
        return f"You may still meet it {places}."
    return f"You hear it from {listed([ROLES[role] for role in phrase.said_by])}, {places}."


def _joined(lines: list[Line]) -> str:
    """Return *lines* under one another, a list of meanings set apart from what stands around it."""
    body, before = "", False
    for line in lines:
        numbered = line.text[:1].isdigit() and line.text[1:3] == ". "
        body += ("\n\n" if numbered != before else "\n") + line.text.replace("\v", "")
        before = numbered
    return body.strip()


def _is_wanted(ctx: Context, phrase_id: str) -> bool:
    return any(key[2] == phrase_id for key, _ in ctx.view.facts.about(LATER))


def _phrase(ctx: Context, phrase_id: str) -> Phrase:
    item = ctx.bank.item(phrase_id)
    if not isinstance(item, Phrase):
        raise Sorry("That word is no longer in my list. Send it to me as you heard it.")
    return item
