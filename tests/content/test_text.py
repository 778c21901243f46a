"""Words, sentences and syllables are counted as a reader would."""

import pytest

from bot.content.text import grade, normal, sentences, syllables, words

COUNTS = """
the 1 patient 2 asked 1 wanted 2 people 2 table 2 handles 2 changes 2 nurses 2 pages 2 closes 2 attending 3 resident 3
evaluation 5 question 2 quiet 2 area 3 idea 3 being 2 science 2 someone 2 therefore 2 statement 2 improvement 3
completely 3 medicine 3 family 3 create 2 reaction 3 situation 4 initial 3 serious 3 various 3 client 2 every 3
value 2 tried 1 studied 2 earlier 3 experience 4 million 2 opinion 3 decision 3 physician 3 guess 1 closed 1 added 2
whole 1 simple 2 schedule 2 useful 2 lifetime 2 something 2 sentences 3 boxes 2 mistake 2 sometimes 2 element 3
follow-up 3 don't 1 ICU 2 7 1 a 1 eye 1 coordinator 5 hospital 3 interpreter 4 saying 2 seeing 2
"""
PAIRS = list(zip(COUNTS.split()[::2], map(int, COUNTS.split()[1::2]), strict=True))


@pytest.mark.parametrize(("word", "count"), PAIRS)
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    """The reading grade rests on this."""
    assert syllables(word) == count


def test_sentences_end_at_stops_and_lines_and_not_at_titles() -> None:
    """Marks of emphasis and closing quotes belong to the sentence before."""
    assert len(sentences('**One here.** Two? "Three!" Dr. {name} is four\nfive')) == 5
    assert sentences("… \n .") == ()


def test_words_join_hyphens_and_count_blanks() -> None:
    """A blank is one word to say."""
    assert words("I'm the follow-up on {problem}, 7 am.") == ("I'm", "the", "follow-up", "on", "it", "7", "am")


def test_normal_text_forgets_case_and_signs() -> None:
    """Two sentences that sound alike are alike."""
    assert normal("Don’t—  wait, N.P.O.!") == "dont wait n p o"


def test_long_words_raise_the_grade_and_easy_ones_do_not() -> None:
    """Medical words every doctor reads at once count as two syllables."""
    plain = "Ask the nurse at the desk. Then go and see him."
    assert grade(plain) < 3
    text = "Anesthesiology is busy. Anesthesiology is kind."
    assert grade(text, easy=frozenset({"anesthesiology"})) < grade(text)
    assert grade("") == 0.0
