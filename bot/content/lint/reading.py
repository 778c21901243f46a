"""Rules on reading: short sentences, a grade that suits the reader."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bot.content.fields import Item
from bot.content.items import Faq, Plain, Script, Tip
from bot.content.lint.corpus import Corpus, Finding
from bot.content.lint.prose import Place
from bot.content.lint.wordlists import wordlist
from bot.content.schema import Entry
from bot.content.text import grade, sentences, words

LONGEST_SENTENCE = 22
MOST, MEDIAN = 10.0, 7.5
#: Spoken to patients; a single short sentence is too little to grade, so it gets some grace.
MOST_PATIENT, GRACE, SHORT = 6.5, 2.0, 12


def long_sentences(corpus: Corpus) -> Iterator[Finding]:
    """No sentence is longer than what a tired reader holds."""
    for entry, item, prose in corpus.texts:
        if prose.voice in ("term", "query", "option", "outline") or "long_sentence" in item.lint_allow:
            continue
        for sentence in sentences(prose.text):
            if (size := len(words(sentence))) > LONGEST_SENTENCE:
                start = " ".join(sentence.split()[:5])
                what = f'a sentence of {size} words of {LONGEST_SENTENCE}: "{start} …"'
                yield Finding(entry, prose.place, what, "make two of it")
                break


def grades(corpus: Corpus) -> Iterator[Finding]:
    """Tips and answers read at grade 10 at most, words for patients at grade 6.5."""
    files: dict[Path, list[tuple[Entry, float]]] = {}
    for entry, item in corpus.items:
        for place, text, most in _graded(item):
            found = grade(text, easy=wordlist("medical"))
            grace = GRACE if most < MOST and len(words(text)) < SHORT else 0.0
            if found > most + grace:
                what = f"`{place[0]}` reads at grade {found:.1f}, {most:g} at most"
                yield Finding(entry, place, what, "shorter sentences, shorter words")
            if most == MOST:
                files.setdefault(entry.path, []).append((entry, found))
    for found_in in files.values():
        if (middle := median(value for _, value in found_in)) > MEDIAN:
            what = f"half of this file reads above grade {middle:.1f}, {MEDIAN:g} wanted"
            yield Finding(found_in[0][0], (), what, "lighten the heaviest items", "warning")


def _graded(item: Item) -> Iterator[tuple[Place, str, float]]:
    match item:
        case Tip():
            yield ("body",), f"{item.hook}\n{item.body}\n{item.action}", MOST
        case Faq():
            yield ("short",), f"{item.short}\n{item.long or ''}", MOST
        case Plain():
            for field in ("say", "check"):
                yield (field,), getattr(item, field), MOST_PATIENT
        case Script() if item.to in ("patient", "family"):
            for field in ("say", "short", "formal"):
                if text := getattr(item, field):
                    yield (field,), text, MOST_PATIENT
