"""Local times as instants: one push per local date that exists, in every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.bank import Bank
from bot.core.view import View
from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address, Student
from bot.domain.zones import exists, find, instant, next_instant
from bot.features.tip.choice import next_tip

ZONES = sorted(available_timezones() - {"localtime"})
WARD = Hours(day_start=time(6), rounds_end=time(11), day_end=time(18))
MINUTE = timedelta(minutes=1)
WHEN = st.dates(date(2024, 1, 1), date(2037, 12, 1))
AT = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@cache
def oracle(zone: str, day: date, at: time) -> datetime | None:
    """Find the instant by asking the zone, minute by minute around it, and without `fold`."""
    place = ZoneInfo(zone)
    wanted = datetime.combine(day, at)
    # Clocks change on quarter hours: the minute before one shows the latest local time there is for a while.
    first = datetime.combine(day, at.replace(minute=at.minute // 15 * 15), tzinfo=UTC) - timedelta(hours=15)
    days = {(first + timedelta(minutes=30 * n)).astimezone(place).date() for n in range(64)}
    if day not in days:
        return None
    before = None
    coarse = first
    while all((coarse + n * MINUTE).astimezone(place).replace(tzinfo=None) < wanted for n in (14, 29, 30)):
        coarse += timedelta(minutes=30)
    for n in range(31):
        moment = coarse + n * MINUTE
        shown = moment.astimezone(place).replace(tzinfo=None)
        if shown >= wanted:
            if shown == wanted or before is None:
                return moment
            # The clock jumped over it: as much later as it is after the last minute before the gap.
            return moment - MINUTE + (wanted - before)
        before = shown
    raise AssertionError((zone, day, at))


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=6, deadline=None)
@given(day=WHEN, at=AT)
def test_every_local_date_that_exists_has_exactly_one(zone, day, at):
    """Within a minute of the wall clock; a gap is passed, a repeated hour counts once; nothing is skipped or doubled."""
    wanted = [each for n in range(5) if (each := oracle(zone, day + timedelta(days=n), at)) is not None]
    found, after = [], wanted[0] - MINUTE
    while len(found) < len(wanted):
        after = next_instant(zone, at, after)
        found.append(after)
    assert all(abs(one - other) <= MINUTE for one, other in zip(found, wanted, strict=True))


@cache
def transitions(zone: str) -> tuple[date, ...]:
    """The local dates of 2024 to 2037 on which the zone's offset changes."""
    place = ZoneInfo(zone)
    noon = [datetime(2023, 12, 31, 12, tzinfo=UTC) + timedelta(days=n) for n in range(14 * 366)]
    offsets = [each.astimezone(place).utcoffset() for each in noon]
    return tuple(noon[n].date() for n in range(1, len(noon)) if offsets[n] != offsets[n - 1])


@settings(max_examples=300, deadline=None)
@given(data=st.data(), at=AT)
def test_days_on_which_clocks_change_are_like_any_other(data, at):
    """The same around every change of clocks in all zones, where a mistake would sit."""
    zone = data.draw(st.sampled_from(ZONES))
    changes = transitions(zone)
    day = data.draw(st.sampled_from(changes)) if changes else date(2026, 3, 29)
    for n in range(-2, 3):
        wanted, found = oracle(zone, day + timedelta(days=n), at), instant(zone, day + timedelta(days=n), at)
        assert (wanted is None) == (found is None)
        assert wanted is None or found is None or abs(wanted - found) <= MINUTE


@pytest.mark.parametrize(
    ("zone", "day", "at", "shown"),
    [
        ("America/Chicago", date(2026, 3, 8), time(2, 30), "03:30"),
        ("America/Chicago", date(2026, 11, 1), time(1, 30), "01:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "02:40"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "01:45"),
        ("Antarctica/Troll", date(2026, 3, 29), time(1, 30), "03:30"),
        ("Antarctica/Troll", date(2026, 10, 25), time(2, 0), "02:00"),
        ("Africa/Cairo", date(2026, 4, 24), time(0, 30), "01:30"),
    ],
)
def test_gaps_are_passed_and_repeated_hours_come_first(zone, day, at, shown):
    """A skipped time comes as much later, a repeated one at its first turn."""
    found = instant(zone, day, at)
    assert found is not None
    assert f"{found.astimezone(ZoneInfo(zone)):%H:%M}" == shown
    earlier = (found - timedelta(hours=3)).astimezone(ZoneInfo(zone))
    assert all((earlier + n * MINUTE).astimezone(UTC).astimezone(ZoneInfo(zone)).fold == 0 for n in (0,))
    assert found.astimezone(ZoneInfo(zone)).fold == 0


@pytest.mark.parametrize("at", [time(0), time(5, 15), time(12), time(23, 59)])
def test_a_date_that_never_was_has_none(at):
    """Samoa went from Dec 29 to Dec 31 of 2011: nothing is due on the date between, and the next one comes once."""
    assert not exists("Pacific/Apia", date(2011, 12, 30))
    assert instant("Pacific/Apia", date(2011, 12, 30), at) is None
    before = instant("Pacific/Apia", date(2011, 12, 29), at)
    assert before is not None
    following = next_instant("Pacific/Apia", at, before)
    assert following == instant("Pacific/Apia", date(2011, 12, 31), at)
    assert following - before == timedelta(hours=24)


@pytest.mark.parametrize("year", range(2024, 2038))
def test_ramadan_changes_the_clock_of_casablanca_and_no_day(year):
    """Morocco sets its clocks by the moon, in both directions within weeks: still one a date."""
    zone, at = "Africa/Casablanca", time(2, 30)
    after = instant(zone, date(year, 1, 1), at)
    assert after is not None
    for n in range(1, 366):
        after = next_instant(zone, at, after)
        assert after == oracle(zone, date(year, 1, 1) + timedelta(days=n), at)


def view(zone: str, start: date, *, at: time | None = None, **told: object) -> View:
    student = Student(1, Address("t", "", "u", "c"), zone=zone, tip_at=at, **told)
    rotation = Rotation(1, "im", "hands_on", start, start + timedelta(days=40), WARD, days_off=frozenset())
    return View(student, Bank(()), (rotation,))


@settings(max_examples=150, deadline=None)
@given(zone=st.sampled_from(ZONES), start=WHEN, at=AT)
def test_a_tip_comes_once_on_each_working_date(zone, start, at):
    """The rule of the morning tip gives one occasion per local date, keyed by it."""
    seen, found = view(zone, start, at=at), []
    after = datetime.combine(start, time(0), tzinfo=UTC) - timedelta(days=2)
    while (occurrence := next_tip(seen, after)) is not None and occurrence.at < after + timedelta(days=30):
        after = occurrence.at
        if occurrence.day is not None and occurrence.day >= start:
            found.append(occurrence)
        if len(found) == 20:
            break
    days = [each.day for each in found]
    assert days == [day for n in range(len(days) + 1) if exists(zone, day := start + timedelta(days=n))][: len(days)]
    assert all(abs(each.at - (oracle(zone, each.day, at) or each.at)) <= MINUTE for each in found)


@settings(max_examples=200, deadline=None)
@given(first=st.sampled_from(ZONES), second=st.sampled_from(ZONES), start=WHEN, hour=st.integers(0, 23), at=AT)
def test_a_move_in_the_middle_of_a_day_gives_no_date_twice(first, second, start, hour, at):
    """Whatever zones lie between: the dates that were served and those that follow share none but what the key stops."""
    here, there = view(first, start, at=at), view(second, start, at=at)
    moved = datetime.combine(start + timedelta(days=5), time(hour), tzinfo=UTC)
    served, after = [], datetime.combine(start, time(0), tzinfo=UTC) - timedelta(days=2)
    while (occurrence := next_tip(here, after)) is not None and occurrence.at <= moved:
        served.append(occurrence.day)
        after = occurrence.at
    keys, sent = set(served), list(served)
    after = moved
    for _ in range(5):
        occurrence = next_tip(there, after)
        assert occurrence is not None
        after = occurrence.at
        if occurrence.day not in keys:
            keys.add(occurrence.day)
            sent.append(occurrence.day)
    assert len(sent) == len(set(sent))
    assert sent == sorted(sent)


def test_before_arrival_the_clock_of_home_counts():
    """Until arrival the morning comes where the student is, from then on where the rotation is."""
    seen = view("America/New_York", date(2026, 12, 7), home_zone="Asia/Kolkata", arrives=date(2026, 12, 6))
    after, found = datetime(2026, 12, 2, 12, tzinfo=UTC), []
    for _ in range(4):
        occurrence = next_tip(seen, after)
        assert occurrence is not None
        after = occurrence.at
        found.append(f"{occurrence.day:%d} {after:%d %H:%M}")
    # 8:00 in India is 2:30 UTC; on arrival 8:00 in New York is 13:00 UTC; the first morning is 5:15 there.
    assert found == ["03 03 02:30", "05 05 02:30", "06 06 13:00", "07 07 10:15"]


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Central", "America/Chicago"), ("new york", "America/New_York"), ("New York, NY", "America/New_York"),
     ("São Paulo", None), ("Sao Paulo", "America/Sao_Paulo"), ("EST", "America/New_York"), ("utc", "UTC"),
     ("America/Chicago", "America/Chicago"), ("st. louis", "America/Chicago"), ("", None), ("atlantis", None)],
)  # fmt: skip
def test_places_are_found_as_people_type_them(said, zone):
    """A city, a zone's nickname or its full name."""
    assert find(said) == zone


@given(st.text(max_size=60))
def test_any_words_for_a_place_get_an_answer(said):
    """Nothing typed as a place breaks the search, and what it finds is a zone."""
    found = find(said)
    assert found is None or ZoneInfo(found)
