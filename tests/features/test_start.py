"""The first minute: a rotation in at most five taps, typed or tapped, left and taken up again."""

from collections.abc import AsyncIterator
from datetime import date, time

import pytest

from tests.features.living import BROKEN, Life, alive, local, read

EARLY = local(date(2026, 11, 22), time(16, 12))


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, EARLY) as made:
        yield made


async def test_one_form_sets_a_rotation_up(life):
    """Where dialogs open: four fields, then the card with what is ready and a first tip."""
    ann = life.person()
    hello = await ann.command("start")
    assert "I'm Wardwise" in read(hello)
    assert hello.form is not None
    assert [each.name for each in hello.form.fields] == ["specialty", "first", "length", "role"]
    ready = read(await ann.fill(specialty="surgery", first="2026-11-30", length="4 wk", role="hands_on"))
    assert "Surgery, Nov 30 to Dec 27, hands-on." in ready
    assert "Tips come at 5:15 am (CST), before a 6:00 am start. Days off: Sunday." in ready
    assert "Try it:" in ready


async def test_five_taps_where_questions_come_one_by_one(life):
    """Tapped in a chat: specialty, first day, length, role; the place is known from the platform."""
    bob = life.person("bob", platform="console")
    await bob.command("start")
    taps = 0
    for label in ("Surgery", "Mon, Nov 30", "4 weeks", "Hands-on"):
        await bob.press(label)
        taps += 1
    assert "Ready" in read(bob.said)
    assert taps <= 5


async def test_the_place_is_asked_where_nobody_knows_it(life):
    """An unknown zone is one more question, by tap or by city."""
    bob = life.person("bob", zone="", platform="console")
    await bob.command("start")
    assert {"Eastern", "Central", "Mountain", "Pacific"} <= {each.label for each in bob.said.buttons}
    assert "don't know that place" in read(await bob.type("Gotham"))
    await bob.type("Boston")
    for words in ("peds", "30/11 to 27/12", "observing"):
        await bob.type(words)
    assert "Pediatrics, Nov 30 to Dec 27, observing." in read(bob.said)
    assert (await bob.student()).zone == "America/New_York"


@pytest.mark.parametrize("said", ["surgery", "Surg", "SURGERY"])
async def test_typed_answers_work_wherever_a_button_does(life, said):
    """A specialty by its name or its beginning, a date as people write it, a length in weeks."""
    bob = life.person("bob", platform="console")
    await bob.command("start")
    await bob.type(said)
    await bob.type("nov 30")
    await bob.type("4")
    await bob.type("hands")
    assert "Surgery, Nov 30 to Dec 27, hands-on." in read(bob.said)


async def test_eleven_twelve_is_asked_back_with_both_readings(life):
    """Two buttons, one tap, and the interview goes on."""
    bob = life.person("bob", platform="console")
    await bob.command("start")
    await bob.press("Surgery")
    await bob.type("11/12")
    labels = {each.label for each in bob.said.buttons}
    assert {"Nov 12", "Dec 11"} <= labels
    await bob.press("Dec 11")
    assert "How long" in read(bob.said)


async def test_a_last_day_that_reads_both_ways_is_asked_back_too(life):
    """5/12 as the last day could be May or December: nobody is given a rotation of half a year by a slip."""
    bob = life.person("bob", platform="console")
    await bob.command("start")
    for words in ("surgery", "nov 30"):
        await bob.type(words)
    assert "May 12 or December 5" in read(await bob.type("5/12"))


async def test_left_half_way_it_goes_on_from_there(life):
    """A look-up in between keeps the answers; `/start` asks the next question."""
    bob = life.person("bob", platform="console")
    await bob.command("start")
    await bob.press("Surgery")
    await bob.command("help")
    await bob.command("start")
    assert "first day" in read(bob.said)
    for words in ("nov 30", "4 wk", "observing"):
        await bob.type(words)
    assert "Surgery, Nov 30 to Dec 27, observing." in read(bob.said)


@pytest.mark.parametrize(
    ("first", "length"),
    [("2026-11-30", "2026-11-01"), ("2026-11-30", "2030-01-01"), ("9999-12-31", "4 wk"), ("0001-01-01", "4 wk"),
     ("2026-11-30", "0"), ("2026-11-30", "0001-01-01"), ("soon", "4 wk"), ("", ""), ("2099-12-31", "52 wk")],
)  # fmt: skip
async def test_dates_that_make_no_rotation_are_refused(life, first, length):
    """Backward, endless, out of this world: a line that says what to mend, and no rotation."""
    ann = life.person()
    await ann.command("start")
    reply = await ann.fill(specialty="surgery", first=first, length=length, role="hands_on")
    assert BROKEN not in read(reply)
    if (first, length) != ("2099-12-31", "52 wk"):
        assert (await ann.view()).rotations == ()
    assert BROKEN not in read(await ann.command("next"))


async def test_not_sure_counts_as_observing(life):
    """An unanswered question never sends anybody to examine."""
    ann = await life.person().begin(role="unsure")
    assert "observing until you know" in read(ann.said)
    assert (await ann.rotation()).observing


async def test_started_again_it_says_where_one_stands(life):
    """A second /start asks nothing again."""
    ann = await life.person().begin()
    reply = await ann.command("start")
    assert reply.form is None
    assert "set up already" in read(reply)


async def test_just_looking_around_needs_no_rotation(life):
    """Look-ups work without a rotation, and the way back is one tap."""
    ann = life.person()
    await ann.command("start")
    look = await ann.act("start.look")
    assert BROKEN not in read(await ann.press("dispo", look))
    assert (await ann.press("Set up a rotation", look)).form is not None


async def test_every_specialty_can_be_begun(life):
    """Each one on offer leads to a card, for each role."""
    form = (await life.person("x").command("start")).form
    assert form is not None
    for option in form.fields[0].options:
        for role in ("hands_on", "observer", "unsure"):
            person = await life.person(f"{option.value}-{role}").begin(option.value, role=role)
            assert person.said.cards[0].title == "Ready"
            assert len(person.said.cards) == 2, (option.value, role)


async def test_not_in_the_us_yet_keeps_the_clock_of_home(life):
    """Until arrival messages follow the place where the student is."""
    ann = await life.person().begin()
    await ann.press("I'm not in the US yet")
    reply = await ann.fill(place="Mumbai", arrives="2026-11-29")
    assert "3:42 am where you are" in read(reply)
    await life.until(date(2026, 11, 28), time(1))
    times = {each.at.strftime("%H:%M") for each in ann.pushes}
    assert times <= {"02:30", "12:30", "07:00"}
    await life.until(date(2026, 11, 30), time(6))
    assert ann.times()[-1] == "11-30 05:15"
