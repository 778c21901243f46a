"""How a bucket bears up: what hangs or fails again and again is given no more for a while."""

from datetime import timedelta

from bot.schedule.bearing import FAILURES, HANGING, LONGEST, QUIET, Bearing


def test_a_bucket_whose_sends_hang_is_stuck_until_one_comes_back():
    """A few out and none back; one that answers all the time is never stuck."""
    bearing = Bearing()
    for _ in range(HANGING):
        bearing.begun("slow", 0.0)
        bearing.begun("busy", 0.0)
    bearing.begun("single", 0.0)
    assert bearing.stuck(QUIET) == []
    bearing.ended("busy", QUIET, down=False)
    bearing.begun("busy", QUIET)
    assert bearing.stuck(QUIET + 0.1) == ["slow"]
    bearing.ended("slow", QUIET + 1, down=True)
    bearing.begun("slow", QUIET + 1)
    assert bearing.stuck(QUIET + 1.1) == []


def test_failures_in_a_row_earn_a_rest_that_doubles():
    """One success, and it starts anew."""
    bearing, rests = Bearing(), []
    for _ in range(FAILURES + 8):
        bearing.begun("b", 0.0)
        rests.append(bearing.ended("b", 1.0, down=True))
    assert rests[: FAILURES - 1] == [None] * (FAILURES - 1)
    assert rests[FAILURES - 1 : FAILURES + 2] == [timedelta(seconds=s) for s in (1, 2, 4)]
    assert rests[-1] == LONGEST
    bearing.begun("b", 2.0)
    assert bearing.ended("b", 2.0, down=False) is None
    bearing.begun("b", 3.0)
    assert bearing.ended("b", 3.0, down=True) is None
