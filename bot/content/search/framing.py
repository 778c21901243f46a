"""What of a question is only its frame, and what is asked about."""

from collections.abc import Iterator, Sequence

from bot.content.search.vocabulary import ASKING, LEAD, MEANING, NOUNS, SENTENCE, STOP, TAIL, TURNING, WHAT
from bot.content.search.words import Word

#: How many words of a question may stand before and after the name it asks about.
_BEFORE, _AFTER = 12, 6
_PLAIN_LEAD = LEAD - NOUNS


def cores(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Return what is left of a question without more and more of its frame, at least one word."""
    before, after = _frame(words)
    before, after = min(before, len(words) - 1, _BEFORE), min(after, len(words) - 1, _AFTER)
    for dropped in range(before + after + 1):
        for first in range(max(0, dropped - after), min(before, dropped) + 1):
            last = len(words) - (dropped - first)
            if first < last:
                yield words[first:last]


def focus(words: Sequence[Word]) -> Sequence[Word]:
    """Return what a question in the middle of a text asks the meaning of: "they signed off, what does signed off mean"."""
    texts = [word.text for word in words]
    for end in range(len(texts) - 1, 1, -1):
        if texts[end] in MEANING:
            begin = next((at for at in range(end - 1, 0, -1) if texts[at] in ASKING and texts[at - 1] in WHAT), None)
            if begin is not None and begin + 1 < end:
                return words[begin + 1 : end]
    return ()


def core_of(words: Sequence[Word]) -> Sequence[Word]:
    """Return what is left without the whole frame."""
    before, after = _frame(words)
    return words[before : len(words) - after] if before + after < len(words) else words


def part_of_more(name: Sequence[Word], words: Sequence[Word]) -> bool:
    """Tell whether *name* is only a part of what reads as a longer name: no sentence is around it, but more words."""
    others = [word for word in words if word not in name]
    more = any(word.text in TURNING or (len(word.text) > 1 and word.text not in STOP) for word in others)
    return more and not any(word.text in SENTENCE for word in others)


def _frame(words: Sequence[Word]) -> tuple[int, int]:
    """Return how many words before and after what is asked about belong to the question."""
    before = after = 0
    while before < len(words) and _frames(words, before, before - 1, LEAD):
        before += 1
    while after < len(words) and _frames(words, len(words) - after - 1, len(words) - after - 2, TAIL):
        after += 1
    return before, after


def _frames(words: Sequence[Word], at: int, left: int, frame: frozenset[str]) -> bool:
    """Tell whether a word is part of the frame; a noun is it only behind another such word, as in "on rounds"."""
    text = words[at].text
    return text in frame and (text not in NOUNS or (left >= 0 and words[left].text in _PLAIN_LEAD))
