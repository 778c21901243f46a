"""Look-up: what is found, what is only offered, and what is refused."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.bank import Bank
from bot.content.fields import Item
from bot.content.items import DoNotUse, Faq, Phrase, Plain, Script, Sense
from bot.content.meta import Disambiguation
from bot.content.search.index import Answer, Index, Kind
from bot.content.search.lookup import answer_line
from bot.content.search.words import read, stem

CONTENT = Path(__file__).parents[2] / "content"
DAY = date(2026, 11, 22)


def phrase(term: str, meaning: str = "A thing.", *aliases: str, **more: Any) -> Phrase:
    name = "".join(c if c.isalnum() else "-" for c in term.lower()).strip("-")
    asked, related = more.pop("asked_as", ()), more.pop("related", ())
    return Phrase(
        id=more.pop("id", f"phr-{name}"), title=term, term=term, aliases=aliases, asked_as=asked, related=related,
        meaning=meaning, type=more.pop("type", "phrase"), example=more.pop("example", "\"So it goes.\""), said_by=("resident",),
        heard=("rounds",), do="Ask.", register="neutral", level=1, guide=("G1.1",), reviewed=DAY, review_state="draft",
        **more,
    )  # fmt: skip


def script(name: str, title: str, situation: str, say: str) -> Script:
    return Script(
        id=f"scr-{name}", title=title, situation=situation, say=say, short="In short.", to="resident",
        channel="in_person", avoid="No.", if_yes="Good.", if_no="Fine.", next="Go on.", guide=("G1.1",),
        phases=("any",), tags=("team",), reviewed=DAY, review_state="draft",
    )  # fmt: skip


def plain(name: str, term: str, words: str, *aliases: str, **more: Any) -> Plain:
    return Plain(
        id=f"pln-{name}", title=term, term=term, aliases=aliases, plain=words, say=f"You have {words}.",
        check="What will you tell them?", context="diagnosis", guide=("G1.1",), reviewed=DAY, review_state="draft",
        **more,
    )  # fmt: skip


def faq(name: str, q: str, short: str, *asks: str) -> Faq:
    return Faq(id=f"faq-{name}", title=name, q=q, asks=asks, short=short, guide=("G1.1",), reviewed=DAY,
               review_state="draft")  # fmt: skip


BANNED = DoNotUse(list="joint_commission", instead="daily")
MS = phrase(
    "MS", "Five readings.", "multiple sclerosis", "mitral stenosis", ambiguous=True, type="abbreviation",
    expansion="multiple sclerosis; mitral stenosis; mental status",
    senses=tuple(Sense(meaning=text) for text in ("multiple sclerosis", "mitral stenosis", "mental status")),
)  # fmt: skip
SMALL = (
    phrase("dispo", "Where the patient goes next: home, rehab, another unit.", "disposition"),
    phrase("curbside", "Quick informal advice from a specialist.", "curbside consult"),
    phrase("golden weekend", "Saturday and Sunday both free.", asked_as=("two days off in a row",)),
    phrase("barrier to discharge", "What still keeps somebody from leaving: a ride, oxygen, an insurer's approval.",
           asked_as=("reason the patient cannot go home yet",)),
    phrase("QD", "Once a day.", type="abbreviation", expansion="quaque die (every day)", do_not_use=BANNED,
           related=("phr-qod", "phr-qid")),
    phrase("QOD", "Every other day.", type="abbreviation", related=("phr-qd", "phr-qid")),
    phrase("QID", "Four times a day.", type="abbreviation", related=("phr-qd",)),
    phrase("MSO4", "Morphine.", type="abbreviation"),
    phrase("HFpEF", "Stiff heart.", "heart failure with preserved ejection fraction", type="abbreviation"),
    phrase("U", "Units.", type="abbreviation"),
    phrase("OR", "Operating room.", "operating room", type="abbreviation"),
    phrase("D/C", "Discharge or discontinue.", type="abbreviation"),
    phrase("page", "A message to a beeper.", "paged"),
    phrase("handoff", "Passing responsibility to the next team.", "hand-off"),
    phrase("hypotension", "Low pressure."),
    phrase("SNF", "A nursing facility with daily therapy.", "skilled nursing facility", type="abbreviation"),
    phrase("cap", "The most patients a team may carry.", id="phr-cap-team"),
    phrase("CAP", "Pneumonia from outside the hospital.", specialties=("im", "em"), type="abbreviation",
           senses=(Sense(meaning="pneumonia"), Sense(meaning="the limit"))),
    phrase("retired word", status="retired"),
    MS,
    script("late", "One line when you are late", "The train has stopped and rounds start soon.",
           "I'm delayed, I will be there at half past."),
    script("unknown-answer", "Saying that you don't know", "A question comes on rounds and you lack the answer.",
           "I don't know, but I will look it up and tell you this afternoon."),
    plain("mi", "myocardial infarction", "A heart attack", "MI", "heart attack"),
    plain("npo", "nothing by mouth", "No food or drink", "NPO"),
    faq("chart", "Am I allowed to write in the chart?", "Only if your *site* says so.",
        "can img students write notes", "who signs my note"),
    faq("needlestick", "What do I do after a needlestick?", "Wash it and call.", "i stuck myself with a needle"),
    Disambiguation(id="ms", term="MS", meanings={}, default={"phrase": "phr-ms", "neuro": "1", "im": "2", "psych": "3"}),
    Disambiguation(id="cap", term="CAP", meanings={}, default={"phrase": "phr-cap", "im": "1", "surgery": "2"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(Bank(SMALL))


@pytest.fixture(scope="module")
def whole(bank: Bank) -> Index:
    return Index(bank)


def ids(answer: Answer) -> tuple[str, ...]:
    return tuple(item.id for item in answer.items)


def names(bank: Bank) -> Iterator[tuple[str, Kind, str]]:
    for one in bank.active(Phrase):
        yield from ((name, "phrase", one.id) for name in (one.term, *one.aliases))
    for other in bank.active(Plain):
        yield from ((name, "plain", other.id) for name in (other.term, *other.aliases))
    yield from ((one.title, "say", one.id) for one in bank.active(Script))
    yield from ((ask, "faq", one.id) for one in bank.active(Faq) for ask in (one.q, *one.asks))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("dispo", "phr-dispo"),
        (" DISPO?! ", "phr-dispo"),
        ("d.i.s.p.o.", "phr-dispo"),
        ("<@U04BQ> dispo", "phr-dispo"),
        ("ｄｉｓｐｏ", "phr-dispo"),
        ("what does dispo mean", "phr-dispo"),
        ("can you please explain dispo to me", "phr-dispo"),
        ("curb side", "phr-curbside"),
        ("curb side d", "phr-curbside"),
        ("cubrside", "phr-curbside"),
        ("curb-sides", "phr-curbside"),
        ("golden wekend", "phr-golden-weekend"),
        ("my senior said he has a golden weekend now", "phr-golden-weekend"),
        ("handing off", "phr-handoff"),
        ("SNFs", "phr-snf"),
        ("what does or mean", "phr-or"),
        ("we take him to the OR at seven", "phr-or"),
        ("quaque die", "phr-qd"),
        ("msO4", "phr-mso4"),
        ("two days off in a row", "phr-golden-weekend"),
        ("reason why the patient cannot yet go home", "phr-barrier-to-discharge"),
        ("why is the insurer not giving approval for leaving with oxygen", "phr-barrier-to-discharge"),
    ],
)
def test_a_name_is_found_as_people_type_it(index: Index, query: str, found: str) -> None:
    """Spacing, case, dots, endings, a letter or two, the sentence around it: all are the same name."""
    answer = index.find(query, "phrase")
    assert (answer.outcome, ids(answer)) == ("answer", (found,))


@pytest.mark.parametrize(
    "query",
    ["QOF", "qof", "MgSO4", "mgso4", "HFrEF", "hfref", "HFmrEF", "heart failure with reduced ejection fraction",
     "quaque altera die", "heart failure reduced ejection fraction", "hypertension",
     "D&C", "d and c", "U&E", "w/u", "QAD", "warm handoff page", "OD", "CAT",
     "send me the page or tell us", "retired word", "qwer zxcvb"],
)  # fmt: skip
def test_a_look_alike_is_never_taken_for_the_name(index: Index, query: str) -> None:
    """What the bank lacks is offered its neighbours at most."""
    assert index.find(query, "phrase").outcome != "answer"


def test_near_abbreviations_are_offered_with_their_kin(index: Index) -> None:
    """QOF is one letter from QOD, whose entry names QD: both are offered, neither is given."""
    answer = index.find("QOF", "phrase")
    assert answer.outcome == "suggest"
    assert ids(answer)[:2] == ("phr-qod", "phr-qd")


def test_at_most_three_are_offered(whole: Index) -> None:
    """A choice fits on one row of buttons."""
    for query in ("blood pressure", "qxd", "feedback attending", "nurse heart", "letter"):
        for kind in get_args(Kind):
            answer = whole.find(query, kind)
            assert answer.outcome == "answer" or len(answer.items) <= 3


def test_everybody_who_owns_a_name_is_shown(index: Index) -> None:
    """Two entries with one name are both the answer."""
    answer = index.find("cap", "phrase")
    assert (answer.outcome, set(ids(answer))) == ("answer", {"phr-cap", "phr-cap-team"})


@pytest.mark.parametrize(
    ("specialty", "first"), [("im", "phr-cap"), ("surgery", "phr-cap-team"), ("fm", "phr-cap-team")]
)
def test_the_entry_of_the_service_comes_first(index: Index, specialty: str, first: str) -> None:
    """The pneumonia on medicine, the limit on surgery."""
    assert ids(index.find("CAP", "phrase", specialty))[0] == first


@pytest.mark.parametrize(
    ("specialty", "first"),
    [("neuro", "multiple sclerosis"), ("im", "mitral stenosis"), ("psych", "mental status"),
     ("surgery", "multiple sclerosis"), (None, "multiple sclerosis"), ("any", "multiple sclerosis")],
)  # fmt: skip
def test_the_meaning_of_the_service_comes_first_and_none_is_lost(
    index: Index, specialty: str | None, first: str
) -> None:
    """The table orders the senses; a service it does not name gets them as they are written."""
    (found,) = index.find("ms", "phrase", specialty).items
    assert isinstance(found, Phrase)
    assert found.senses[0].meaning == first
    assert sorted(found.senses, key=str) == sorted(MS.senses, key=str)


def test_two_names_compared_are_both_shown(index: Index) -> None:
    """'The difference between' asks for two entries."""
    assert set(ids(index.find("what is the difference between QD and QOD", "phrase"))) == {"phr-qd", "phr-qod"}


@pytest.mark.parametrize(
    ("query", "kind", "found"),
    [("when you are late", "say", "scr-late"), ("I don't know the answer to a question", "say", "scr-unknown-answer"),
     ("heart attack", "plain", "pln-mi"), ("n.p.o.", "plain", "pln-npo"), ("MI", "plain", "pln-mi"),
     ("Can IMG students write a note?", "faq", "faq-chart"), ("am i allowed to write in the chart", "faq", "faq-chart"),
     ("I was stuck by a needle myself", "faq", "faq-needlestick")],
)  # fmt: skip
def test_the_other_kinds_are_found_by_their_own_words(index: Index, query: str, kind: Kind, found: str) -> None:
    """Scripts by title and situation, plain words by either side, questions by every way to ask them."""
    answer = index.find(query, kind)
    assert found in ids(answer)
    assert answer.items[0].id == found


def test_plain_words_are_found_by_the_names_of_their_phrase() -> None:
    """Plain words that belong to a phrase answer to its letters, unless those mean several things."""
    afib = plain("af", "irregular heartbeat", "out of step", phrase="phr-afib")
    for ambiguous, outcome in ((False, "answer"), (True, "none")):
        index = Index(Bank((phrase("AFib", ambiguous=ambiguous), afib)))
        assert index.find("AFib", "plain").outcome == outcome


@pytest.mark.parametrize(
    ("query", "found"),
    [("dispo", "phr-dispo"), ("who signs my note", "faq-chart"), ("heart attack", "pln-mi"),
     ("what do i say when i am late", "scr-late"), ("needlestick", "faq-needlestick")],
)  # fmt: skip
def test_bare_words_are_looked_for_everywhere(index: Index, query: str, found: str) -> None:
    """A phrase first, then whatever kind has it."""
    assert index.find_any(query).items[0].id == found


@pytest.mark.parametrize("query", ["", " ", "hello", "thank you", "qwer zxcvb", "how do i reset my wifi password"])
def test_what_nobody_has_is_not_found_anywhere(index: Index, query: str) -> None:
    """No guess, in any kind."""
    assert index.find_any(query) == Answer("none", (), "none")


def test_an_empty_bank_answers_nothing() -> None:
    """Nothing to find is no fault."""
    index = Index(Bank(()))
    for kind in get_args(Kind):
        assert index.find("dispo", kind) == Answer("none", (), "none")


@pytest.mark.parametrize(
    ("word", "other"),
    [("rounds", "rounding"), ("curbside", "curbsided"), ("scrubbing", "scrubs"), ("paged", "paging"), ("code", "coded"),
     ("allergies", "allergy"), ("discharges", "discharge")],
)  # fmt: skip
def test_endings_do_not_matter(word: str, other: str) -> None:
    """Plural, past and -ing are one word."""
    assert stem(word) == stem(other)


def test_endings_that_are_none_stay() -> None:
    """The S of AIDS and of status is part of the word."""
    assert [word.stem for word in read("AIDS SNFs status bed").words] == ["aids", "snf", "status", "bed"]


def test_every_name_of_the_bank_finds_its_entry(bank: Bank, whole: Index) -> None:
    """A term, an alias, a title, a question typed as written is answered, with its entry among the answers."""
    missed = [
        name
        for name, kind, wanted in names(bank)
        if (answer := whole.find(name, kind)).outcome != "answer" or wanted not in ids(answer)
    ]
    assert missed == []


def test_a_term_the_bank_lacks_is_not_answered_with_its_twin(bank: Bank) -> None:
    """Each of a dangerous pair, taken out of the bank, is not answered with the other."""
    # No two that go together are each other's twin: what each could be mistaken for is still there.
    parts = [("QID",), ("QD", "MSO4", "HFrEF", "DNR", "SROM", "SI", "PMH", "trailing zero", "AMS"),
              ("QOD", "MgSO4", "HFpEF", "DNI", "AROM", "HI", "PSH", "lack of leading zero", "AMA")]  # fmt: skip
    for part in parts:
        index = Index(Bank(tuple(record for record in bank.records if getattr(record, "term", "") not in part)))
        for typed in (*part, *(each.lower() for each in part)):
            answer = index.find(typed, "phrase")
            assert answer.outcome != "answer" or answer.how == "exact", (typed, ids(answer))


def test_retired_items_are_not_found(bank: Bank) -> None:
    """What was withdrawn is not shown to somebody new."""
    one = bank.active(Phrase)[0]
    retired = (replace(record, status="retired") if isinstance(record, Item) else record for record in bank.records)
    assert Index(Bank(tuple(retired))).find(one.term, "phrase").outcome == "none"


HOSTILE = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=()), max_size=400),
    st.lists(st.sampled_from([*"aQ&/.'<>@\x00", "dispo", "what does", "curb side", "MSO4", "🩺", "שלום", "\ud800", "ﷺ",
                              "e\u0301", "\u202e", "\u200b", "QOF"]), max_size=60).map(" ".join),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(HOSTILE, st.sampled_from(get_args(Kind)))
def test_no_text_breaks_a_search(index: Index, query: str, kind: Kind) -> None:
    """Whatever is typed gives one of the three outcomes."""
    for answer in (index.find(query, kind), index.find_any(query, "im")):
        assert (answer.outcome == "none") == (answer.items == ())
    assert json.loads(answer_line(index, json.dumps({"q": query, "kind": kind})))["q"] == query


@pytest.mark.parametrize(
    "piece", ["a ", "x", "what does ", "curbsied ", "SNF ", "🙂", "ﷺ", "\ud800", "שלום ", "<", "<a", "a.", "e\u0301"]
)
def test_long_messages_cost_no_more_than_short_ones(whole: Index, piece: str) -> None:
    """64 KB of anything cost a few times what half a page of words does: what is longer is not read."""
    page = "what does the resident mean by curbside consult on morning rounds? " * 15
    ordinary, long = (min(_seconds(whole, text) for _ in range(3)) for text in (page, piece * (65536 // len(piece))))
    assert long < 15 * ordinary


def _seconds(whole: Index, text: str) -> float:
    began = time.process_time()
    for kind in get_args(Kind):
        whole.find(text, kind)
    return time.process_time() - began


def test_a_line_asks_for_a_phrase_unless_it_says_otherwise(index: Index) -> None:
    """A bare string is a phrase look-up."""
    told = json.loads(answer_line(index, '"what does dispo mean"\n'))
    assert told["q"] == "what does dispo mean"
    assert told["answers"] == [
        {"term": "dispo", "text": "Where the patient goes next: home, rehab, another unit.", "confident": True}
    ]
    told = json.loads(answer_line(index, '{"q": "who signs my note", "kind": "faq"}'))
    assert told["answers"][0]["text"] == "Only if your site says so."
    assert json.loads(answer_line(index, '{"q": "xyzzy"}')) == {"q": "xyzzy", "answers": []}


def test_a_line_tells_which_answers_are_only_offered(index: Index) -> None:
    """Near ones come with `confident: false`."""
    told = json.loads(answer_line(index, '"QOF"'))
    assert [one["term"] for one in told["answers"]][:2] == ["QOD", "QD"]
    assert not any(one["confident"] for one in told["answers"])


def test_a_line_carries_every_meaning_and_the_warning(index: Index) -> None:
    """The text of an ambiguous or banned term is not safe without them."""
    ms = json.loads(answer_line(index, '"MS"'))["answers"][0]["text"]
    assert all(sense.meaning in ms for sense in MS.senses)
    qd = json.loads(answer_line(index, '"QD"'))["answers"][0]["text"]
    assert "Do not write it" in qd
    assert "daily" in qd


@pytest.mark.parametrize(
    "line",
    ["", "dispo", "[]", "1", "null", "{}", '{"q": 1}', '{"q": "x", "kind": "tip"}', '{"q": "x", "kind": ["say"]}', "{",
     "[" * 100_000, '"\\ud800', "\x00"],
)  # fmt: skip
def test_a_malformed_line_says_so(index: Index, line: str) -> None:
    """A bad line is answered with an error, on one line, and the next one is read."""
    told = answer_line(index, line)
    assert list(json.loads(told)) == ["error"]
    assert "\n" not in told
