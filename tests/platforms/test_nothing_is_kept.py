"""What platforms keep of what they have drawn: the bank's words, never a student's."""

import gc

import pytest

from bot.core.messages import Card, say
from bot.platforms.slack import render as slack
from bot.platforms.telegram import render as telegram


def alive(words: str) -> bool:
    gc.collect()
    return any(isinstance(each, Card) and each.body == words for each in gc.get_objects())


DRAW = {"telegram": telegram.render, "slack": lambda reply: slack.pieces(reply, frozenset())}


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_what_a_student_wrote_is_in_memory_no_longer_than_its_answer(draw):
    words = "Ask the night resident with the red shoes."
    draw(say(words))
    assert not alive(words)


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_what_the_bank_says_is_drawn_once(draw):
    words = "Dispo is where the patient goes next."
    first = draw(say(words, item="phr-dispo"))
    assert alive(words)
    assert draw(say(words, item="phr-dispo")) == first
