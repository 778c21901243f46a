"""The privacy rule: nothing in the bank may look like a person who could be found."""

import re
from collections.abc import Iterator

from bot.content.fields import Item
from bot.content.items import Faq
from bot.content.lint.corpus import Corpus, Finding

_CITIES = (
    "Boston|Chicago|Houston|Philadelphia|Phoenix|Dallas|Austin|Detroit|Seattle|Denver|Baltimore|Brooklyn|Queens"
    "|Manhattan|Bronx|Miami|Atlanta|Fresno|Sacramento|Oakland|Cleveland|Cincinnati|Pittsburgh|Memphis|Nashville"
    "|Milwaukee|Tampa|Orlando|Newark|Buffalo|Tucson|Omaha|Minneapolis|New York City|Los Angeles|San Diego|San Jose"
    "|San Francisco|San Antonio|Las Vegas|New Orleans|St\\. Louis|Kansas City|Salt Lake City"
)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)

_NAME = re.compile(r"\b(?:Mr|Ms|Mrs|Miss|Mx|Dr)\.? (?!\{)([A-Z][a-z]+)")
_DATES = (
    re.compile(r"(?<![\d/.])(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])/(?:\d{4}|\d{2})(?![\d/])"),
    re.compile(rf"\b(?:{_MONTHS})\.? (?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?\b(?![:/%])"),
    re.compile(rf"\b(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})\b"),
    re.compile(r"\b(?:19|20)\d\d-[01]\d-[0-3]\d\b"),
)
#: Month and day alone: not a score out of 4, 5, 9, 10 or 15, and no common fraction.
_SHORT_DATE = re.compile(r"(?<![\d/.])(?:1[0-2]|[1-9])/(?:3[01]|2\d|1[1-46-9]|[678])(?![\d/])")
_SCORE = re.compile(r"(?:pain|strength|score|scale|apgar|gcs|grade|murmur|reflexes)\W+(?:\w+ ){0,2}$", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?!\d)|(?<![\d-])\d{3}-\d{4}(?!\d)")
_EMERGENCY = re.compile(r"1-800-222-1222|1-800-273-8255")
_DIGIT = re.compile(r"\d")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_RECORD = re.compile(r"(?<![\d.])\d{6,}(?!\.?\d)|\bMRN\W{0,3}\d", re.IGNORECASE)
_BED = re.compile(r"\b(?:room|rm|bed|bay)\s?#?\s?\d+[A-Za-z]?\b(?!\s*(?:minutes|days|hours|patients))", re.IGNORECASE)
_STREET = re.compile(r"\b\d+ [A-Z][a-z]+ (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Drive)\b")
_CITY = re.compile(rf"\b(?:{_CITIES})\b(?! (?:criteria|scale|score|rule|classification|stroke|brace))")
_AGE = re.compile(
    r"\b(?:9\d|1[01]\d)[- ]?(?:years?|yo\b|y/o|yr)[- ]?(?:olds?)?"
    r"|(?<=[a-z], )(?:9\d|1[01]\d)(?=, (?:from|with|who|came|admitted|here|was|had|has)\b)",
    re.IGNORECASE,
)


def identifiers(corpus: Corpus) -> Iterator[Finding]:
    """No name after a title, date, number, bed, street, city, or age of ninety and more."""
    for entry, item, prose in corpus.texts:
        for what, mend in _seen(prose.text, item, overlay=corpus.overlay(entry)):
            yield Finding(entry, prose.place, what, mend)


def _seen(text: str, item: Item, *, overlay: bool) -> Iterator[tuple[str, str]]:
    if found := _NAME.search(text):
        yield f'a name: "{found[0]}"', "write a {slot}, one letter, or the role"
    if found := _CITY.search(text):
        yield f'a city: "{found[0]}"', "leave it out"
    if found := _MAIL.search(text):
        yield f'a mail address: "{found[0]}"', "leave it out"
    if not _DIGIT.search(text):
        return  # all that follows has one, and most texts have none
    calendar = isinstance(item, Faq) or item.verify == "annual"  # the season's dates are nobody's
    for pattern in () if calendar else _DATES:
        if found := pattern.search(text):
            yield f'a date: "{found[0]}"', "write a weekday, or how long ago"
    for found in () if calendar else _SHORT_DATE.finditer(text):
        if not _SCORE.search(text[: found.start()]):
            yield f'a date: "{found[0]}"', "write a weekday, or how long ago"
    if not overlay and (found := _PHONE.search(_EMERGENCY.sub("", text))):
        yield f'a phone number: "{found[0]}"', "leave it out"
    for pattern, name, mend in _PLAIN:
        if found := pattern.search(_EMERGENCY.sub("", text)):
            yield f'{name}: "{found[0]}"', mend


_PLAIN = (
    (_RECORD, "a number like a record's", "leave it out"),
    (_BED, "a room or bed", 'write "the room by the desk"'),
    (_STREET, "a street", "leave it out"),
    (_AGE, "an age of ninety or more", "choose one below ninety"),
)
