"""/phrase and bare words: what is said on the ward, and whether to say it, only understand it, or never write it."""

from dataclasses import replace

from bot.content.items import Phrase, Plain
from bot.content.search.index import Answer
from bot.content.text import normal
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.markup import plain
from bot.core.messages import Button, Card, Reply, rows_of, say
from bot.core.notices import notice
from bot.core.showing import SHOWN_BY, doors, echoed, fits, missed, specialty
from bot.features.phrase.wording import LONGEST, told
from bot.storage.facts import FactBook

feature = Feature("phrase")

LATER = "quiz_later"
EXAMPLES = ("phr-dispo", "phr-npo", "phr-curbside")
#: Words that do what they say when typed alone, whatever the bank makes of them.
PLAIN_ORDERS = frozenset({"stop", "start", "help"})
GREETINGS = frozenset({"hello", "hey", "hi", "good morning", "good evening", "good afternoon"})
THANKS = frozenset({"thanks", "thank you", "thx", "ty", "ok", "okay", "great", "got it", "thank you so much"})


@feature.command(
    "phrase", "Look up a ward word, an abbreviation or what a patient said", example="dispo", history=False
)
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
    if not term:
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
    footer = notice(first)
    cards = [Card(body=told(first, simple, longest=LONGEST - len(footer)), footer=footer, item=first.id)]
    cards += [Card(body=f"Also **{plain(each.term)}**: {each.meaning}", item=each.id) for each in others[:2]]
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
    (ordered,) = ctx.library.index.senses.ordered([written], specialty(ctx))
    return ordered if isinstance(ordered, Phrase) else written


def plain_words(ctx: Context, phrase: Phrase) -> Plain | None:
    """Return the everyday words for *phrase*: those it names, those that name it, or those with the same term."""
    named = ctx.bank.item(phrase.plain) if phrase.plain else None
    if isinstance(named, Plain):
        return named
    known = ctx.library.plain_words
    if phrase.id in known or phrase.senses:
        return known.get(phrase.id)
    return next(
        (known[name] for name in map(normal, (phrase.term, phrase.expansion or phrase.term)) if name in known), None
    )


def _is_wanted(ctx: Context, phrase_id: str) -> bool:
    return any(key[2] == phrase_id for key, _ in ctx.view.facts.about(LATER))


def _phrase(ctx: Context, phrase_id: str) -> Phrase:
    item = ctx.bank.item(phrase_id)
    if not isinstance(item, Phrase):
        raise Sorry("That word is no longer in my list. Send it to me as you heard it.")
    return item
