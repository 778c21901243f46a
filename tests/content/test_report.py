"""The report on the bank says what the bank holds, and whole rotations of mornings turn out as they must."""

import pytest

from bot.app.mornings import Row
from bot.app.report import lived, report
from bot.config import BANK
from bot.content.bank import Bank

PAGE = BANK.parent / "docs" / "content-report.md"


@pytest.fixture(scope="module")
def rows(bank: Bank) -> list[Row]:
    return list(lived(bank))


def test_the_committed_report_is_that_of_the_bank(bank: Bank, rows: list[Row]) -> None:
    """`python -m bot content report` writes it."""
    assert PAGE.read_text(encoding="utf-8") == report(bank, rows)


def test_every_length_role_and_shift_is_lived_through(rows: list[Row]) -> None:
    """Four, six, eight and twelve weeks; hands-on and observing; days and nights; one of each specialty."""
    assert len(rows) == len({(row.weeks, row.kind) for row in rows}) == 16
    assert {row.weeks for row in rows} == {4, 6, 8, 12}
    assert {row.learners for row in rows} == {7}


def test_nobody_sees_a_tip_twice_and_nobody_runs_dry(rows: list[Row]) -> None:
    """Also not over two rotations in a row, and an observer never gets what is for hands-on students."""
    for row in rows:
        assert (row.repeats, row.dry, row.wrong) == (0, 0, 0), row
        assert row.shared == 0, row


def test_a_lost_history_costs_less_than_a_fifth(rows: list[Row], figure) -> None:
    """The lanes see to it, in another specialty; the same specialty again repeats its own tips."""
    for row in rows:
        figure(
            f"mornings {row.kind:34} {row.weeks:2} wk  {row.tips:.0f} tips  {row.own:.0%} own  "
            f"history lost: {row.lost_other:.0%} shared"
        )
        assert row.lost_other < 0.2, row


def test_tips_vary(rows: list[Row]) -> None:
    """No group twice running, no set of tags twice within three days, and the specialty's own all through.

    Its own are 40 % as long as any are left: 26 of them do not last for 84 mornings.
    """
    for row in rows:
        assert (row.same_group, row.same_tags) == (0, 0), row
        assert 0.18 <= row.own <= 0.42, row
