"""Rules on what is claimed: numbers have a checked source, what ages is looked up again, what differs says so."""

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.content.fields import Item
from bot.content.items import Checklist, Faq, Script, Tip
from bot.content.lint.corpus import Corpus, Finding
from bot.content.lint.prose import Place, prose_of
from bot.content.meta import Source
from bot.content.steps import Step
from bot.content.study import Quiz, Reflection, Template

#: After so many days somebody has to look again at what changes by the year.
FRESH = timedelta(days=400)

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_COUNTED = r"(?:letters|experiences|programs|characters|identifiers|hospitals|students|studies|adults)"
_NUMBER = r"(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_CLAIM = re.compile(
    rf"\d\s?%|\bpercent\b|\b(?:19|20)\d\d\b|\b{_MONTH} \d{{1,2}}\b"
    rf"|\b(?:up to|at most|at least|no more than|a limit of|limited to|maximum of) {_NUMBER} {_COUNTED}"
    rf"|\b\d[\d,]* {_COUNTED}",
)
_YEARLY = re.compile(
    r"\b(?:MyERAS|ResidencyCAS|NRMP|Intealth|ECFMG|Match Day|Match Week|HIPAA|Cures Act|Section 1557|45 CFR"
    r"|(?:vaccine|vaccination|immunization) schedules?|(?:19|20)\d\d (?:edition|guideline|list|season|cycle))\b"
)
#: The letters also stand for Enhanced Recovery After Surgery, which has no season.
_ERAS, _RECOVERY = re.compile(r"\bERAS\b"), re.compile(r"\brecovery\b", re.IGNORECASE)
#: What every site settles for itself. Only what the student is told to do or may do counts, not each mention.
_LOCAL = re.compile(
    r"\b(?:(?<!reporter, )(?<!reporter/)interpreters?|photos?|photographs?|remote access|dress code|sick days?"
    r"|mandat(?:ory|ed) report\w*"
    r"|co-?sign(?:s|ed|ature)?|(?:chart|EHR|EMR) access|scrub in|scrubbing in"
    r"|(?:may|can|allowed to|able to) (?:\w+ )?(?:write|draft|sign|enter|document|chart|see (?:your|my) evaluation)"
    r"|(?:student|your) notes? (?:count|stay|is|are)|what students may|students may not)\b",
    re.IGNORECASE,
)


def numbers(corpus: Corpus) -> Iterator[Finding]:
    """A number that claims something about the world has a source that somebody looked up."""
    checked = {source.id for _, source in corpus.all(Source) if source.checked is not None}
    for entry, item, prose in corpus.texts:
        if not isinstance(item, Tip | Faq) or prose.voice != "coach" or checked & set(item.sources):
            continue
        if found := _CLAIM.search(prose.text):
            mend = "name a source with a `checked` date, or leave the number out"
            yield Finding(entry, prose.place, f'"{found[0]}" without a checked source', mend)


def aging(corpus: Corpus) -> Iterator[Finding]:
    """What changes by the year is marked, and looked at again in time."""
    for entry, item in corpus.items:
        if isinstance(item, Quiz | Reflection):
            continue
        if item.verify == "annual":
            if item.reviewed + FRESH < corpus.today:
                what = f"looked up on {item.reviewed}, more than {FRESH.days} days ago"
                yield Finding(entry, ("reviewed",), what, "look it up again, then change `reviewed`")
        elif named := _named(item):
            place, name = named
            yield Finding(entry, place, f"`{name}` changes by the year", "mark it `verify: annual`")


def _named(item: Item) -> tuple[Place, str] | None:
    """Return the first thing *item* names that ages, and where."""
    texts = [prose for prose in prose_of(item) if prose.voice not in ("query", "avoid")]
    recovery = any(_RECOVERY.search(prose.text) for prose in texts)
    for prose in texts:
        if found := _YEARLY.search(prose.text) or (None if recovery else _ERAS.search(prose.text)):
            return prose.place, found[0]
    return None


def local(corpus: Corpus) -> Iterator[Finding]:
    """What each site settles for itself carries its notice."""
    for entry, item in corpus.items:
        if item.verify != "none" or not isinstance(item, Tip | Script | Faq | Checklist | Step | Template):
            continue
        for prose in prose_of(item):
            if prose.voice in ("coach", "outline") and (found := _LOCAL.search(prose.text)):
                what = f'"{found[0]}": sites differ on that'
                yield Finding(entry, prose.place, what, "mark it `verify: program`")
                break
