"""The crowded minute: who waits how long."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.schedule.spread import MINUTE, WIDEST, delay, needed, window


def test_a_minute_that_fits_is_left_alone() -> None:
    assert window(1710, 28.5) == timedelta(0)
    assert window(1711, 28.5) > MINUTE
    assert needed(100_000, 28.5) == timedelta(seconds=100_000 / 28.5)
    assert window(1_000_000, 28.5) == WIDEST


@given(st.integers(1, 2**62), st.integers(0, 3600))
def test_a_place_is_stable_and_within_the_window(student: int, seconds: int) -> None:
    over = timedelta(seconds=seconds)
    assert delay(student, over) == delay(student, over)
    assert timedelta(0) <= delay(student, over) <= over


def test_places_are_even() -> None:
    """Each of sixty minutes has about as many students as the next."""
    over, counts = timedelta(hours=1), [0] * 60
    for student in range(1, 60_001):
        counts[int(delay(student, over) / MINUTE)] += 1
    assert max(counts) < 1.15 * 1000
    assert min(counts) > 0.85 * 1000
