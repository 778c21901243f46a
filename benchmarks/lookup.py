"""Measure look-up on the bank as it stands: what is found, what is wrongly found, and how long it takes."""

import json
import random
import string
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from statistics import quantiles

from benchmarks.figures import Figure, judged
from benchmarks.paths import CONTENT, ROOT
from bot.content.bank import Bank, load
from bot.content.fields import Record
from bot.content.items import Faq, Phrase, Plain
from bot.content.search.index import Answer, Index, Kind

FRAMES = (
    "what does {} mean", "my resident said {} on rounds and I was lost", "what do they mean by {}", "{}?",
    "someone wrote {} in the note today",
)  # fmt: skip

#: What `make bench` allows, in milliseconds.
P95_MS, BUILD_MS = 0.5, 300.0
#: The share of names absent from the bank that may be answered as if known.
ABSENT = 0.04
CASES = ROOT / "tests" / "content"
#: What is wanted of each class of questions: right at once, offered among three, or answered although not there.
GATES: dict[str, tuple[str, float]] = {
    "exact": ("at 1", 1.0), "variant": ("at 1", 0.95), "typo": ("at 1", 0.90), "sentence": ("at 1", 0.90),
    "description": ("offered", 0.75), "nonsense": ("answered", 1 / 40), "lookalike": ("answered", 0.0),
    "absent": ("answered", 0.04),
}  # fmt: skip

Asked = tuple[str, Kind, str]  # the query, its kind, the id that should come


def figures() -> Iterator[Figure]:
    """Print tables of everything measured; yield what is judged."""
    bank = load([CONTENT], cache=None)
    index = Index(bank)
    yield Figure("build of the index, ms", 1000 * best(partial(Index, bank)), most=BUILD_MS)
    chance = random.Random(7)
    exact = list(names(bank))
    classes = {
        "exact": exact,
        "one slip": [(misspelled(q, 1, chance), kind, wanted) for q, kind, wanted in exact if spelled(q)],
        "two slips, from 9 letters": [
            (misspelled(q, 2, chance), kind, wanted) for q, kind, wanted in exact if spelled(q) and len(q) > 8
        ],
        "in a sentence": [(chance.choice(FRAMES).format(q), kind, wanted) for q, kind, wanted in exact],
    }
    print(f"\n{'':<34}{'asked':>8}{'at 1':>8}{'offered':>8}{'wrong':>8}")
    for name, cases in classes.items():
        row(name, [(index.find(q, kind), wanted) for q, kind, wanted in cases])
    row("paraphrase held out (phrase)", held_out(bank, paraphrases, without_paraphrase, "phrase"))
    row("question held out (faq)", held_out(bank, ways, without_way, "faq"))
    _, _, cousins = row("name of an absent phrase", absent(bank))
    yield Figure("names absent from the bank, answered, %", 100 * cousins, most=100 * ABSENT)
    yield from of_another_hand(index)
    print(f"\n{'':<34}{'p50 ms':>8}{'p95 ms':>8}{'max ms':>8}")
    worst = max(timed(name, cases, index.find) for name, cases in classes.items())
    timed("any kind, in a sentence", classes["in a sentence"], lambda q, _: index.find_any(q))
    worst = max(
        worst,
        timed("300 unknown letters and words", [(nonsense(chance), "phrase", "") for _ in range(300)], index.find),
    )
    yield Figure("look-up, p95 ms of the slowest kind of question", worst, most=P95_MS)


def of_another_hand(index: Index) -> Iterator[Figure]:
    """Yield how the questions of another hand come out."""
    cases = [json.loads(line) for path in sorted(CASES.glob("lookup_cases*.jsonl")) for line in path.open()]
    for name, (measure, wanted) in GATES.items():
        answers = [(index.find(case["q"], case["kind"]), case["want"]) for case in cases if case["class"] == name]
        right = [bool({item.id for item in answer.items} & set(want)) for answer, want in answers]
        sure = [answer.outcome == "answer" for answer, _ in answers]
        at_once = sum(each and known for each, known in zip(right, sure, strict=True)) / len(answers)
        offered = sum(right) / len(answers)
        share = {"at 1": at_once, "offered": offered, "answered": sum(sure) / len(answers)}[measure]
        told = f"{len(answers)} questions of another hand, {name}: {measure}, %"
        if measure == "answered":
            yield Figure(told, 100 * share, most=100 * wanted)
        else:
            yield Figure(told, 100 * share, least=100 * wanted)


def names(bank: Bank) -> Iterator[Asked]:
    for phrase in bank.active(Phrase):
        yield from ((name, "phrase", phrase.id) for name in (phrase.term, *phrase.aliases))
    for plain in bank.active(Plain):
        yield from ((name, "plain", plain.id) for name in (plain.term, *plain.aliases))


def spelled(name: str) -> bool:
    """Tell whether *name* is words: letters that stand for words are never corrected."""
    return len(name) > 3 and sum(c.isupper() for c in name) < 2


def misspelled(name: str, slips: int, chance: random.Random) -> str:
    for _ in range(slips):
        at = chance.randrange(1, len(name) - 1)
        before, here, after = name[:at], name[at], name[at + 1 :]
        letter = chance.choice(string.ascii_lowercase)
        name = chance.choice((before + after, before + letter + after, before + here + here + after,
                              before + after[:1] + here + after[1:]))  # fmt: skip
    return name


def nonsense(chance: random.Random) -> str:
    return " ".join("".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 11))) for _ in range(6))


def held_out(
    bank: Bank, asked: Callable[[Record], tuple[str, ...]], without: Callable[[Record, str], Record], kind: Kind
) -> Iterator[tuple[Answer, str]]:
    """Ask one paraphrase of each item, which the bank that is asked does not have."""
    chance = random.Random(11)
    chosen = {record.id: chance.choice(texts) for record in bank.records if (texts := asked(record))}
    for part in batches(list(chosen), 30):
        records = (without(record, chosen[record.id]) if record.id in part else record for record in bank.records)
        index = Index(Bank(tuple(records)))
        yield from ((index.find(chosen[wanted], kind), wanted) for wanted in part)


def batches(ids: list[str], size: int) -> Iterator[list[str]]:
    yield from (ids[start : start + size] for start in range(0, len(ids), size))


def paraphrases(record: Record) -> tuple[str, ...]:
    return record.asked_as if isinstance(record, Phrase) else ()


def without_paraphrase(record: Record, text: str) -> Record:
    assert isinstance(record, Phrase)
    return replace(record, asked_as=tuple(other for other in record.asked_as if other != text))


def ways(record: Record) -> tuple[str, ...]:
    return record.asks if isinstance(record, Faq) else ()


def without_way(record: Record, text: str) -> Record:
    assert isinstance(record, Faq)
    return replace(record, asks=tuple(other for other in record.asks if other != text))


def absent(bank: Bank) -> Iterator[tuple[Answer, str]]:
    """Ask every name of phrases which the bank that is asked does not have: any sure answer is wrong or a cousin."""
    phrases = list(bank.active(Phrase))
    random.Random(5).shuffle(phrases)
    for part in batches([phrase.id for phrase in phrases], 10):
        index = Index(Bank(tuple(record for record in bank.records if record.id not in part)))
        for phrase in phrases:
            if phrase.id in part:
                yield from ((index.find(name, "phrase"), phrase.id) for name in (phrase.term, *phrase.aliases))


def row(name: str, answers: Iterable[tuple[Answer, str]]) -> tuple[float, float, float]:
    """Print and return the shares right at once, offered, and answered wrongly."""
    found, first, offered, wrong = list(answers), 0, 0, 0
    for answer, wanted in found:
        ids = [item.id for item in answer.items]
        right = wanted in ids
        first += answer.outcome == "answer" and right
        offered += right
        wrong += answer.outcome == "answer" and not right
    shares = (first / len(found), offered / len(found), wrong / len(found))
    print(f"{name:<34}{len(found):>8}" + "".join(f"{share:>8.1%}" for share in shares))
    return shares


def timed(name: str, cases: list[Asked], find: Callable[[str, Kind], Answer]) -> float:
    times = []
    for query, kind, _ in cases:
        times.append(1000 * best(partial(find, query, kind)))
    cut = quantiles(times, n=20)
    print(f"{name:<34}{cut[9]:>8.3f}{cut[18]:>8.3f}{max(times):>8.3f}")
    return cut[18]


def best(act: Callable[[], object]) -> float:
    """Return the seconds of the fastest of three runs, so that whatever else the machine does counts little."""
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


if __name__ == "__main__":
    sys.exit(not judged(figures()))
