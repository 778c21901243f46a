"""The table of rules: adding one is a function and one line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.content.faults import Fault, Level
from bot.content.lint import (
    acts,
    alike,
    claims,
    coverage,
    glossary,
    medicine,
    nudges,
    patients,
    reading,
    shape,
    wording,
)
from bot.content.lint.corpus import Corpus, Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it is called, how bad a fault is, why there is such a rule."""

    id: str
    level: Level
    why: str
    check: Callable[[Corpus], Iterator[Finding]]


RULES: tuple[Rule, ...] = (
    Rule("L01", "error", "a file that is sorted can be searched and reviewed", shape.order),
    Rule("L01", "error", "fields that belong together must not contradict each other", shape.whole),
    Rule("L01", "error", "a step with two moments has none", nudges.triggers),
    Rule("L02", "error", "an item once promised is looked for", coverage.promised),
    Rule("L03", "error", "a message must fit on a phone and through both platforms", shape.sums),
    Rule("L04", "error", "the same sentence twice reads like a machine", wording.twins),
    Rule("L05", "error", "a second tip on the same scene is a repeat", alike.near_twins),
    Rule("L05", "error", "two titles alike cannot be told apart in a list", alike.same_titles),
    Rule("L05", "warning", "the same act asked twice is a repeat", alike.same_asks),
    Rule("L06", "warning", "a tip that is a script over again teaches nothing new", alike.across_kinds),
    Rule("L07", "error", "the guide gives ideas, its sentences are not ours", wording.own_words),
    Rule("L08", "error", "read at 6 am, on a phone, in a second language", reading.grades),
    Rule("L08", "error", "a long sentence is read twice", reading.long_sentences),
    Rule("L09", "error", "labels hurt, hype and filler cost trust", wording.banned),
    Rule("L10", "warning", "an absolute that is not true costs trust", wording.absolutes),
    Rule("L11", "error", "a word without its use is half learned", glossary.complete),
    Rule("L12", "error", "a name must not lead to the wrong entry", glossary.names_apart),
    Rule("L13", "error", "these abbreviations have harmed patients", medicine.unsafe_abbreviations),
    Rule("L14", "error", "an example with identifiers teaches the wrong habit", patients.identifiers),
    Rule("L15", "error", "a dose read here could be given there", medicine.doses),
    Rule("L16", "error", "the coach teaches a system, it treats nobody", medicine.orders),
    Rule("L17", "error", "a number without a source is a rumor", claims.numbers),
    Rule("L18", "error", "what changes by the year goes stale unseen", claims.aging),
    Rule("L19", "error", "what one site allows can end a placement at another", claims.local),
    Rule("L20", "error", "a practice of the guide that nothing teaches is lost", coverage.guide),
    Rule("L21", "error", "a phase without tips falls silent", coverage.cells),
    Rule("L22", "error", "a button that leads nowhere is a dead end", nudges.buttons),
    Rule("L23", "error", "a blank that nobody fills is sent as it stands", shape.slots),
    Rule("L24", "error", "an observer who touches can lose the placement", acts.hands_off),
    Rule("L25", "error", "one act is done, two are put off", acts.starts),
    Rule("L26", "error", "deep links rot", shape.addresses),
    Rule("L27", "error", "a nudge nobody can end is nagging", nudges.ways_out),
    Rule("L28", "error", "whoever types must hear first to leave patients out", nudges.inputs),
    Rule("L29", "warning", "doctors and nurses are of any gender", wording.people),
    Rule("L30", "warning", "emphasis by capitals and emoji is noise", wording.shouting),
)


def lint(corpus: Corpus) -> list[Fault]:
    """Return every fault the rules find in what *corpus* reports on, in the order of files and lines."""
    faults = {
        finding.fault(rule.id, rule.level)
        for rule in RULES
        for finding in rule.check(corpus)
        if corpus.reports(finding.entry)
    }
    return sorted(faults, key=lambda fault: (fault.path, fault.line, fault.rule, fault.what))
