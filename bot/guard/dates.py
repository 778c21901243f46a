"""Find dates finer than a year that may be a patient's; the student's own calendar passes."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.guard.context import speaks_of
from bot.guard.patterns import Pattern
from bot.guard.verdict import Finding

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May|MAY)|may(?= \d{1,2}(?:st|nd|rd|th))"
    r"|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORD = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d{2}"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_HOLIDAY = (
    r"(?:(?:christmas|new year'?s?)(?: (?:eve|day))?|thanksgiving|independence day|labor day|memorial day"
    r"|(?:mother|father|valentine)'?s day"
    r"|halloween|easter(?: sunday)?|juneteenth|eid|diwali)"
)
_WORDY = Pattern(
    rf"(?i)\b(?:{_MONTH}\.?[ -]?(?:the )?{_DAY}{_ORD}(?:(?:,? ?|-)(?:{_YEAR}|'\d\d))?(?![\d/%.]\d"
    r"|\d)(?! ?(?:mg|ml|%|units?|more|times|or \d))"
    rf"|{_DAY}{_ORD}[ -]?(?:of )?{_MONTH}\b\.?(?:(?:,? ?|-)(?:{_YEAR}|'?\d\d\b))?"
    rf"|{_MONTH}\.?,? ?(?:of )?{_YEAR})"
)
_NUMERIC = Pattern(
    rf"(?<![\d./-])(?:{_YEAR}([-/.])(?:0?[1-9]|1[0-2])\1{_DAY}(?:T[\d:]+Z?)?"
    rf"|{_DAY}([-/.]){_DAY}\2(?:{_YEAR}|\d{{2}}))(?![\d/-]|\.\d)"
)
_SHORT = Pattern(rf"(?<![\d./-])(?:0?[1-9]|1[0-2])/{_DAY}(?![\d/%.-]|\.\d)")
_DIGITS_OF_BIRTH = Pattern(r"(?i)\b(?:dob|d\.o\.b\.?|date of birth|birth ?date)\b[ :#=-]{0,3}(\d{6,8})(?!\d)")
_DIARY = Pattern(r"(?m)^(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?=(?::| ?-) )")
_MONTH_YEAR = Pattern(rf"(?<![\d./-])(?:0?[1-9]|1[0-2])/{_YEAR}(?![\d/-])")
_COMPACT = Pattern(rf"(?<!\d){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")

#: What happens to a patient. Right before a date it makes the date the patient's, whatever else the sentence says.
_HAPPENED = (
    r"(?:dob|d\.o\.b\.?|born|birth(?:day|date)?|date of (?:birth|death|service|admission|surgery)"
    r"|(?:re-?)?admi(?:t|tted|ssion)|adm|discharged?|d/c'?d?|dc'?d"
    r"|died|deceased|death|expired|passed(?: away)?|delivered|delivery|diagnosed|dx'?d?|operated|surgery"
    r"|transplant(?:ed)?|transferred|intubated|extubated"
    r"|coded|hospitali[sz]ed|biops(?:y|ied)|lmp|edd|edc|onset|fell|stroke|injury|accident|mva|mvc|injured"
    r"|arrested|married|sober|immunized|vaccinated"
    r"|procedure|underwent|scan(?:ned)?|ct|mri|echo|x-?ray|labs?|cultures?|imaging|colonoscopy|cath|chemo"
    r"|cycle|relapse[sd]?|seen(?: in)?(?: (?:clinic|ed|er))?"
    r"|seizure|symptoms|last (?:seen|visit|drink|dose|menstrual period)|appointment|appt|follow-?up|f/u"
    r"|widowed|visit(?:ed)?|presented(?: to (?:the )?(?:ed|er))?)"
)
_EVENT_BEFORE = Pattern(
    rf"(?i)\b{_HAPPENED}\b[ :=-]{{0,3}}(?:(?:is|was|on|date|dated|in|of|since|late|early|mid|due|from|at"
    rf"|the|back|here|last|this)\b[ :-]{{0,2}}){{0,3}}$"
)
_BIRTH_BEFORE = Pattern(
    r"(?i)\b(?:dob|d\.o\.b\.?|born|birth(?:day|date)?|date of (?:birth|death))\b[ :=-]{0,3}(?:(?:is|was|on"
    r"|in)\b ?){0,2}$"
)
_OWN = Pattern(
    r"(?i)\b(?:exams?|shelf|quiz(?:zes)?|due|deadlines?|rotations?|feedback|midpoint|eval(?:s|uations?)?"
    r"|meetings?|meet|orientation|starts?|starting|ends?|ending|begins?"
    r"|first day|last day|days? off|vacation|leave|off|shifts?|on call|call|nights?|night float"
    r"|step ?[123]|usmle|comlex|oet|interviews?|eras|match|apply|application"
    r"|submit(?:ted)?|conference|journal club|grand rounds|lecture|stud(?:y|ied|ying)|reading"
    r"|remind(?:er)?|letters?|lor|recommendation|presentation|present|presenting|poster|abstract"
    r"|case report"
    r"|clerkship|elective|observership|externship|sub-?i|schedule[d]?|flight|fly|visa|arriv(?:e|al)"
    r"|graduation|residency|internship|osce|simulation|sim|workshop|module|training|didactics|holiday"
    r"|week of|ask|coordinator"
    r"|log|logged|bls|acls|certificate|switch(?:ing)?|ecfmg|mspe|nrmp|soap|rank list|goal|plan to"
    r"|my (?:birthday|appointment)|(?:my|give|giving|noon) (?:\w+ )?(?:talks?|slides|badge|tests?|testing|physical|boards?|lease)"
    r"|(?:drug screen|fit test(?:ing)?|tb test|badge) (?:is|moved|on))\b"
)
_ON_BEFORE = Pattern(
    r"(?i)\b(?:on|since|by|dated?|until|till|thru|through|from|before|after|as of|between|and|to|for"
    r"|around|mid|labs?|cultures?|cx|ct|mri|echo|note|seen|visit|appt|f/u|surgery|admit|dob"
    r"|noted)[ :]{1,2}$"
)
_NOT_A_DAY = Pattern(
    r"(?i)[ ]?(?:murmur|systolic|diastolic|strength|pain|pulses?|dtrs?|reflex|ns\b|bmi|sirs|score|points?"
    r"|questions|correct|criteria|of\b|tabs?|tablets?|cup|dose|bottles|ppd|packs?|inch|hours|blasts?|grade"
    r"|power|bilat"
    r"|throughout|lobes|nodes|cm|mm|mg|days|visits|times|sutures|liters?|l\b|scale|min\b|levine)"
)
_SCORE_BEFORE = Pattern(
    r"(?i)\b(?:pain|score|strength|gcs|apgars?|centor|murmur|grade|rated|scale|power|phq|gad|reflexes"
    r"|pulses|qsofa|sirs|moca|mmse|bp|ratio|bishop)\b[^\n.;]{0,30}$"
)
#: Days that say something only of an event: 'exam Friday' and 'in March' pass, 'admitted last Tuesday' does not.
#: 'Tuesday the 5th', 'the 5th of last month', 'the 5th' before a pause; 'the 3rd floor' is none of these.
_NUMBERED_DAY = Pattern(
    rf"(?i)\b(?:{_WEEKDAY},? (?:the )?\d{{1,2}}(?:st|nd|rd|th)\b|the \d{{1,2}}(?:st|nd|rd|th)\b(?= of (?:this|last|the) month"
    r"|\s*(?:[,.;)]|$)| with\b| w/))"
)
_SOMETIME_BEFORE = Pattern(rf"(?i)\b{_HAPPENED}\b(?: \w+){{0,3}}? (?:(?:on|at|since|by|last|this) )?$")
#: A rotation is called what is also done to patients: its first or last day is the student's.
_ROTATION_BEFORE = Pattern(
    r"(?i)\b(?:(?:start|begin|finish|end|leav)(?:e|s|ing|ning)?|began"
    r"|(?:switch|mov|rotat|go|chang)(?:e|es|ing)? (?:to|on|through)"
    r"|back on|done with) (?:my |the )?(?:surgery|imaging|transplant|delivery|chemo|labs?|procedures?)[ :=-]{1,3}(?:(?:is|on|from"
    r"|in|at|this|late|early|mid)\b[ :-]{0,2}){0,2}$"
)
_LOOSE_DAY = Pattern(rf"(?i)\b(?:{_WEEKDAY}|{_HOLIDAY}|{_MONTH})\b(?! ?\d)")
_HOLIDAY_DAY = Pattern(_HOLIDAY)
_MONTH_DAY = Pattern(_MONTH)
_LAST_WEEKDAY_BEFORE = Pattern(
    r"(?i)\b(?:(?:re-?)?admitted|discharged|born|died|passed away|expired|operated on|delivered|coded"
    r"|intubated)\b(?: \w+){0,2}? (?:on|(?:on )?(?P<ago>last|this past|past)) $"
)
_HOLIDAY_BEFORE = Pattern(rf"(?i)\b{_HAPPENED}\b(?: \w+){{0,3}}? (?:on|at|over|around) $")
_MONTH_BEFORE = Pattern(
    rf"(?i)\b{_HAPPENED}\b(?: \w+){{0,2}}? (?:in|since|last|this|late|early|mid)[ -](?:last |late |early "
    r"|mid-?)?$"
)
#: The words around are read for so many days of a text; a text with more is no note, and all further days count.
_READ_AROUND = 20


def dates(text: str, /) -> Iterator[Finding]:
    """Find dates finer than a year unless they belong to the student's own calendar."""
    for count, (start, end) in enumerate(_days(text)):
        if count > _READ_AROUND or _is_event(text, start) or not speaks_of(_OWN, text, start, end):
            yield Finding("date", start, end, "confirm")
    for match in islice(_NUMBERED_DAY.finditer(text), _READ_AROUND):
        if _is_numbered_event(text, match):
            yield Finding("date", *match.span(), "confirm")
    for match in islice(_LOOSE_DAY.finditer(text), _READ_AROUND):
        if before := _event_before(text, match):
            yield Finding(
                "date", before.start("ago") if before.groupdict().get("ago") else match.start(), match.end(), "confirm"
            )


def birth_dates(text: str, /) -> Iterator[Finding]:
    """Find only dates of birth and death: for fields which ask for a day of the student's calendar."""
    for start, end in _days(text):
        if _BIRTH_BEFORE.search(text, max(0, start - 40), start):
            yield Finding("date", start, end, "confirm")


def _days(text: str) -> Iterator[tuple[int, int]]:
    for match in _WORDY.finditer(text):
        yield match.span()
    if "/" in text or "-" in text or "." in text:
        for pattern in (_NUMERIC, _MONTH_YEAR):
            for match in pattern.finditer(text):
                yield match.span()
    for match in _COMPACT.finditer(text):
        yield match.span()
    for match in _DIGITS_OF_BIRTH.finditer(text):
        yield match.span(1)
    if "/" in text:
        yield from _short_days(text)
        for match in _DIARY.finditer(text):
            yield match.span()


def _is_event(text: str, start: int) -> bool:
    near = max(0, start - 60)
    if _EVENT_BEFORE.search(text, near, start) is None:
        return False
    return _ROTATION_BEFORE.search(text, near, start) is None


def _is_numbered_event(text: str, day: re.Match[str]) -> bool:
    """Tell whether something happened to a patient on a day without a month."""
    happened = _SOMETIME_BEFORE.search(text, max(0, day.start() - 60), day.start())
    return happened is not None and not speaks_of(_OWN, text, *day.span())


def _event_before(text: str, day: re.Match[str]) -> re.Match[str] | None:
    """Return what happened to a patient on a weekday, on a holiday or in a month, right before it."""
    low = day[0].lower()
    near = max(0, day.start() - 60)
    if _HOLIDAY_DAY.fullmatch(low):
        return _HOLIDAY_BEFORE.search(text, near, day.start())
    return (_MONTH_BEFORE if _MONTH_DAY.fullmatch(low) else _LAST_WEEKDAY_BEFORE).search(text, near, day.start())


def _short_days(text: str) -> Iterator[tuple[int, int]]:
    """Find '3/14' where the words around say that it is a day rather than a score or a fraction."""
    for count, match in enumerate(_SHORT.finditer(text)):
        start, end = match.span()
        if count > _READ_AROUND:
            yield start, end
            continue
        near = max(0, start - 30)
        named = _is_event(text, start) or _ON_BEFORE.search(text, near, start)
        if named and not _NOT_A_DAY.match(text, end) and not _SCORE_BEFORE.search(text, near, start):
            yield start, end
