"""The morning on paper: its arithmetic, by hand and by properties."""

from array import array
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.curve import FIGURE, drawn, simulated
from benchmarks.delivery import LOST, PLANS, TICK, Fleet, Outcome, deliver, planned
from benchmarks.morning import line, most
from benchmarks.students import NEVER, TELEGRAM, US, US_MIX, WORKSPACE, Population, population, workspaces
from bot.content.bank import Bank
from bot.domain.zones import PLACES, instant
from bot.schedule.pace import GATHER
from bot.schedule.planner import ARMED, DAY
from bot.schedule.spread import WIDEST, delay, window

SLOW = Fleet(slack_rate=1.0, engine=1e6)


def tiny(*rows: tuple[float, int], keep: float = 3600, answers: dict[int, float] | None = None) -> Population:
    """Return rows of one workspace as (second due, lane): tips first."""
    due = [round(at * US) for at, _ in rows]
    made = Population(sum(lane == DAY for _, lane in rows), 1, *(array("q") for _ in range(6)))
    made.student.extend(range(1, len(rows) + 1))
    made.bucket.extend(0 for _ in rows)
    made.due.extend(due)
    made.expires.extend(
        at + round(keep * US) if lane == DAY else NEVER for at, (_, lane) in zip(due, rows, strict=True)
    )
    made.lane.extend(lane for _, lane in rows)
    made.answer.extend(round((answers or {}).get(n, -1e-6) * US) for n in range(len(rows)))
    return made


def seconds(outcome: Outcome) -> list[float | None]:
    return [None if at == LOST else at / US for at in outcome.landed]


def busiest(times: list[int]) -> int:
    """Return the most of *times* in any one second."""
    times, first, found = sorted(times), 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - US:
            first += 1
        found = max(found, last - first + 1)
    return found


def test_one_a_second_and_what_was_armed_goes_first() -> None:
    made = tiny((0, DAY), (0, DAY), (0, DAY), (1, ARMED))
    assert seconds(deliver(made, SLOW)) == [0, 2, 3, 1]


def test_a_reply_takes_the_next_turn_and_waits_for_none() -> None:
    made = tiny((0, DAY), (0, DAY), answers={0: 0.3})
    assert seconds(deliver(made, SLOW)) == [0, 2]


def test_a_reply_to_an_idle_bucket_counts_from_its_own_moment() -> None:
    """The bucket owes nothing for the time in which nobody asked anything of it."""
    made = tiny((0, DAY), (10, DAY), answers={0: 9.5})
    assert seconds(deliver(made, SLOW)) == [0, 9.5 + GATHER + 1]


def test_what_comes_too_late_is_dropped_and_takes_no_turn() -> None:
    made = tiny((0, DAY), (0, DAY), (0, DAY), (0, DAY), (3, ARMED), keep=2.5)
    assert seconds(deliver(made, SLOW)) == [0, 1, 2, None, 3]


def test_a_refusal_silences_its_bucket_and_loses_nothing() -> None:
    made, fleet = tiny(*[(0, DAY)] * 40), replace(SLOW, refused=0.2, silence=timedelta(seconds=7))
    outcome = deliver(made, fleet)
    assert outcome.refusals > 0
    assert LOST not in outcome.landed
    assert max(outcome.landed) == (39 + 7 * outcome.refusals) * US


def test_the_planner_takes_so_many_a_tick_and_worker() -> None:
    due = [0] * (3 * PLANS)
    ticks = Counter(at // TICK for _, at in planned(due, due, SLOW))
    assert ticks == {0: PLANS, 1: PLANS, 2: PLANS}
    assert max(at for _, at in planned(due, due, replace(SLOW, processes=3))) == 0


@pytest.mark.parametrize(
    "fleet",
    [
        Fleet(),
        Fleet(spread=False),
        Fleet(rate=3.0),
        Fleet(rate=3.0, bots=4, processes=2),
        Fleet(rate=3.0, refused=0.05),
        Fleet(rate=1_000.0, engine=40.0),
    ],
)
def test_each_tip_is_sent_once_or_expires_within_every_cap(bank: Bank, fleet: Fleet) -> None:
    made = population(6_000, bank, seed=7)
    outcome = deliver(made, fleet)
    sent = [row for row in range(len(made)) if outcome.landed[row] != LOST]
    assert outcome.sends == len(sent)
    assert all(outcome.moment[row] <= outcome.landed[row] < made.expires[row] for row in sent)
    assert all(made.lane[row] == DAY for row in set(range(len(made))) - set(sent))
    by_bucket: dict[int, list[int]] = {}
    for row in sent:
        number = made.bucket[row] if made.bucket[row] != TELEGRAM else -1 - made.student[row] % fleet.bots
        by_bucket.setdefault(number, []).append(outcome.landed[row])
    assert all(busiest(times) <= (1 if number >= 0 else max(1, fleet.rate)) for number, times in by_bucket.items())
    assert busiest(list(outcome.landed)[: made.students]) <= fleet.engine * fleet.processes + 1


def test_a_slow_bot_loses_what_its_pace_does_not_carry(bank: Bank) -> None:
    """The fleets above really meet expiry: a bot cannot send more than its pace in the hours there are."""
    made = population(6_000, bank, replace(US_MIX, slack=0.0, answering=0.0, asking=0.0))
    fleet = Fleet(rate=0.2)
    outcome = deliver(made, fleet)
    open_for = (max(made.expires) - min(made.due)) / US
    assert 0 < outcome.sends <= open_for * fleet.pace + 1
    assert outcome.sends + list(outcome.landed).count(LOST) == len(made)


def test_tips_of_a_bucket_go_in_the_order_of_their_moments(bank: Bank) -> None:
    made = population(4_000, bank, replace(US_MIX, slack=0.0, answering=0.0))
    outcome = deliver(made, Fleet(rate=4.0))
    for lane in (DAY, ARMED):
        rows = [row for row in range(len(made)) if made.lane[row] == lane and outcome.landed[row] != LOST]
        in_order = sorted(rows, key=lambda row: outcome.landed[row])
        assert [outcome.moment[row] for row in in_order] == sorted(outcome.moment[row] for row in rows)


def test_spreading_gives_each_a_place_and_empties_the_queue(bank: Bank) -> None:
    """Nobody's tip comes sooner or much later for it: what shrinks is the wait after one's own moment."""
    made, fleet = population(20_000, bank, replace(US_MIX, slack=0.0)), Fleet(rate=6.0)
    spread, crowded = deliver(made, fleet), deliver(made, replace(fleet, spread=False))
    first, second = (line(made, each, fleet, slack=False) for each in (spread, crowded))
    assert first.deepest < second.deepest / 4
    assert first.off < second.off / 4
    assert first.late[2] == pytest.approx(second.late[2], rel=0.1)


def test_a_place_in_the_window_is_the_product_s_own(bank: Bank) -> None:
    made, fleet = population(20_000, bank, replace(US_MIX, slack=0.0)), Fleet(rate=6.0)
    outcome = deliver(made, fleet)
    for row in range(made.students):
        crowd = outcome.crowds[TELEGRAM, made.due[row] // (60 * US)]
        over = window(crowd, fleet.pace)
        place = delay(made.student[row], over) // timedelta(microseconds=1)
        assert outcome.moment[row] == made.due[row] + place
        assert place <= WIDEST // timedelta(microseconds=1)
    assert sum(outcome.moment) > sum(made.due)


def test_so_many_times_the_students_at_so_many_times_the_pace_are_as_late(bank: Bank) -> None:
    mix = replace(US_MIX, slack=0.0)
    small = population(10_000, bank, mix)
    large = population(50_000, bank, mix)
    one = line(small, deliver(small, Fleet(rate=6.0)), Fleet(rate=6.0), slack=False)
    five = line(large, deliver(large, Fleet(rate=30.0)), Fleet(rate=30.0), slack=False)
    assert one.late[2] == pytest.approx(five.late[2], rel=0.1)
    assert one.late[1] == pytest.approx(five.late[1], rel=0.1)


def test_the_same_seed_is_the_same_morning(bank: Bank) -> None:
    fleet = Fleet(refused=0.01)
    first, again, other = (population(3_000, bank, seed=seed) for seed in (5, 5, 6))
    assert first == again
    assert first != other
    assert deliver(first, fleet).landed == deliver(again, fleet).landed
    assert deliver(first, fleet, seed=1).landed != deliver(first, fleet, seed=2).landed


def test_tips_are_due_by_the_product_s_own_hours(bank: Bank) -> None:
    """Medicine begins at 6:30 and the tip comes 45 minutes before: 05:45 on each zone's own clock."""
    zones = {name: PLACES[name] for name in ("arizona", "pacific", "mountain", "hawaii")}
    for day, twin in ((date(2027, 7, 12), "pacific"), (date(2027, 1, 11), "mountain")):
        fullest = {}
        for name, zone in zones.items():
            made = population(2_000, bank, replace(US_MIX, zones={zone: 1.0}, slack=0.0), day=day)
            ((fullest[name], _),) = Counter(made.due[: made.students]).most_common(1)
            expected = instant(zone, day, time(5, 45))
            assert expected is not None
            assert fullest[name] == expected.timestamp() * US
        assert fullest["arizona"] == fullest[twin]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 100_000), st.integers(20, 5_000))
def test_workspaces_hold_everybody_and_none_is_too_large(members: int, largest: int) -> None:
    sizes = workspaces(members, largest=largest)
    assert sum(sizes) == members
    assert max(sizes, default=0) <= largest
    assert sizes == sorted(sizes, reverse=True)


def test_a_few_workspaces_are_big_and_most_are_small() -> None:
    sizes = workspaces(30_000)
    assert len(sizes) <= 30_000 / WORKSPACE
    assert sum(sizes[: len(sizes) // 10]) > 0.4 * sum(sizes)


def test_the_picture_is_what_the_command_draws(bank: Bank) -> None:
    """A change of the pace, the window or the hours is a change of the picture: `python -m benchmarks.curve`."""
    curves = simulated(bank)
    for _, found in curves:
        assert [each.late for each in found] == sorted(each.late for each in found) or found[-1].expired
        assert [each.expired for each in found] == sorted(each.expired for each in found)
    assert FIGURE.read_text() == drawn(curves)


@given(st.integers(1, 10_000))
def test_the_search_finds_the_edge(edge: int) -> None:
    found = most(lambda size: size <= edge, 20_000)
    assert found <= edge <= found + max(1, found // 50)
