"""Whole rotations lived through by many students at once, and what must hold for every one of them."""

import asyncio
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise, product
from pathlib import Path

import pytest

from bot.app.simulate import _chosen
from bot.content.items import Tip
from bot.content.meta import Specialty
from bot.core.budget import WEEK_BUDGET
from bot.core.view import View
from bot.domain.delivery import Delivery
from bot.domain.hours import quiet
from tests.features.living import BROKEN, Life, Person, alive, local, read

#: One worker has it all: what it sets up is costly.
pytestmark = pytest.mark.xdist_group("simulation")

FIRST = date(2026, 11, 30)
WEEKS = (2, 4, 6, 8)
ROLES = ("hands_on", "observer")
ZONES = ("America/Chicago", "America/New_York", "America/Los_Angeles", "Pacific/Honolulu")
NOTICE = "every other day from now on"


@dataclass
class Lived:
    """One student's rotation after the fact."""

    person: Person
    view: View
    answers: bool

    @property
    def days(self) -> list[tuple[date, Delivery]]:
        """The day's pushes with their local dates."""
        return [
            (self.view.student.local(each.sent_at).date(), each)
            for each in self.view.seen
            if each.part and each.sent_at
        ]

    def __str__(self) -> str:
        return self.person.address.user


async def react(person: Person, seen: dict[str, int]) -> None:
    """Tap through what each new push leads to, as the printed simulation does."""
    for push in person.pushes[seen[person.address.user] :]:
        seen[person.address.user] += 1
        reply = push.reply
        for _ in range(6):
            button = _chosen(reply)
            if button is None:
                break
            reply = await person.tap(button)
            assert BROKEN not in read(reply), (person.address.user, button)
            if reply.form is not None and reply.form.name == "feedback.capture":
                said = {"who": "attending", "strength": "organized", "focus": "be more concise"}
                reply = await person.fill(**{each.name: said[each.name] for each in reply.form.fields})


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> list[Lived]:
    path = tmp_path_factory.mktemp("simulation") / "test.db"
    shutil.copy(sqlite_template, path)

    async def whole() -> list[Lived]:
        async with alive(f"sqlite:///{path}", local(FIRST - timedelta(days=15), time(12))) as life:
            return await simulated(life)

    return asyncio.run(whole())


async def simulated(life: Life) -> list[Lived]:
    specialties = [each.id for each in life.parts.shelf().bank.all(Specialty)]
    people: list[tuple[Person, bool]] = []
    # Each specialty lives two of the lengths, each length is lived in both roles; of the two lives of a specialty one
    # answers.
    lives = [
        (index, place) for index in range(len(specialties)) for place in range(len(WEEKS)) if (index + place) % 2 == 0
    ]
    for number, (index, place) in enumerate(lives):
        specialty, weeks = specialties[index], WEEKS[place]
        role = ROLES[(index // 2 + place // 2) % 2]
        answers = place // 2 == (index // 4) % 2
        person = life.person(f"{specialty} {weeks} {role} {'taps' if answers else 'silent'}", zone=ZONES[number % 4])
        people.append((await person.begin(specialty, FIRST, f"{weeks} wk", role), answers))
    tapping = {person.address.user: 0 for person, answers in people if answers}

    async def look() -> None:
        for person, answers in people:
            if answers and len(person.pushes) > tapping[person.address.user]:
                await react(person, tapping)

    await life.to(local(FIRST + timedelta(weeks=8, days=40), time(12)), look)
    return [Lived(person, await person.view(), answers) for person, answers in people]


def test_everybody_is_coached(lived):
    """Each student gets something in each week of the rotation, whoever they are."""
    assert len(lived) == len(WEEKS) * 10 / 2
    assert {(each.view.rotations[0].participation, each.answers) for each in lived} == set(
        product(ROLES, (True, False))
    )
    for each in lived:
        rotation = each.view.rotations[0]
        weeks = {(day - rotation.start).days // 7 for day, _ in each.days if rotation.start <= day <= rotation.end}
        assert len(weeks) == ((rotation.end - rotation.start).days + 1) // 7, str(each)


def test_no_tip_comes_twice(lived):
    """A tip once sent is never sent to the same student again."""
    for each in lived:
        tips = [push.item for push in each.view.seen if push.nudge == "tip"]
        assert all(count == 1 for count in Counter(tips).values()), str(each)


def test_at_most_two_pushes_of_the_day_a_date(lived):
    """One in the morning, one in the evening; no step twice."""
    for each in lived:
        assert all(count == 1 for count in Counter((day, push.part) for day, push in each.days).values()), str(each)
        slots = [push.slot for push in each.view.seen if push.nudge == "journey"]
        assert len(slots) == len(set(slots)), str(each)


def test_nothing_on_days_off_nor_in_quiet_hours(lived):
    """Inside the rotation only working days; always outside quiet hours."""
    for each in lived:
        rotation = each.view.rotations[0]
        for day, push in each.days:
            here = each.view.student.local(push.sent_at)
            assert not quiet(each.view.student, rotation, day, here.time().replace(tzinfo=None)), (
                str(each),
                here,
                push.slot,
            )
            if rotation.start <= day <= rotation.end:
                assert rotation.works_on(day), (str(each), here, push.slot)


def test_at_most_nine_a_week_unless_steps(lived):
    """In any seven days tips and questions stop at the budget; only steps go over it."""
    for each in lived:
        for day, _ in each.days:
            week = [push for other, push in each.days if timedelta(0) <= other - day < timedelta(days=7)]
            yielding = [push for push in week if push.nudge != "journey"]
            assert len(yielding) <= WEEK_BUDGET, (str(each), day)
            assert len(week) <= WEEK_BUDGET or len(yielding) < len(week), (str(each), day)


def test_what_comes_over_the_budget_is_a_step(lived):
    """A tip or a question is sent only while fewer than nine came in the seven days before it."""
    for each in lived:
        for place, (_, push) in enumerate(each.days):
            before = [p for _, p in each.days[:place] if push.sent_at - p.sent_at < timedelta(days=7)]
            assert push.nudge == "journey" or len(before) < WEEK_BUDGET, (str(each), push.slot)


def test_an_observer_never_gets_hands_on_words(lived):
    """Each item sent fits the kind of participation and the specialty."""
    for each in lived:
        rotation = each.view.rotations[0]
        role = "observer" if rotation.observing else "hands_on"
        for push in each.view.seen:
            item = each.view.bank.item(push.item)
            if item is not None:
                assert item.participation in ("any", role), (str(each), push.item)
            if isinstance(item, Tip):
                assert {"any", rotation.specialty} & set(item.specialties), (str(each), push.item)


def test_a_silent_student_is_written_to_half_as_often_and_told_once(lived):
    """Three unanswered mornings: one notice, every other day from then on; who answers keeps the pace."""
    for each in lived:
        notices = [push for push in each.person.pushes if NOTICE in push.text]
        assert len(notices) == (not each.answers), str(each)
        assert each.view.student.cadence == ("daily" if each.answers else "alternate"), str(each)
        if notices:
            tips = [push for push in each.view.seen if push.nudge == "tip" and push.sent_at >= notices[0].at]
            rotation = each.view.rotations[0]
            inside = [
                rotation.number(day)
                for push in tips
                if rotation.works_on(day := each.view.student.local(push.sent_at).date())
            ]
            assert all(later - earlier >= 2 for earlier, later in pairwise(inside[1:])), str(each)


def test_pushes_come_within_a_minute_of_their_local_time(lived):
    """Mornings before the shift, evenings after it, in the student's own zone."""
    for each in lived:
        rotation = each.view.rotations[0]
        begins = rotation.hours.day_start
        lead = timedelta(minutes=rotation.hours.lead_minutes)
        for day, push in each.days:
            here = each.view.student.local(push.sent_at)
            if push.part == "morning":
                due = (
                    timedelta(hours=begins.hour, minutes=begins.minute) - lead
                    if rotation.start <= day <= rotation.end
                    else timedelta(hours=8)
                )
                late = timedelta(hours=here.hour, minutes=here.minute, seconds=here.second) - due
                assert timedelta(0) <= late <= timedelta(minutes=1), (str(each), here)


def test_who_answers_goes_round_the_loop(lived):
    """From eighteen working days on: heads-up, the words, check, and the change shown twice."""
    for each in lived:
        if each.answers and each.view.rotations[0].length >= 18:
            came = [push.slot.partition(":")[0] for push in each.view.seen if push.nudge == "journey"]
            assert "jny-mid-minus2-heads-up" in came, str(each)
            assert came.count("jny-mid-plus3-show") == came.count("jny-mid-plus7-show") == 1, (str(each), came)
            assert sum(push.nudge == "feedback.ask" for push in each.view.seen) == 1, str(each)


def test_every_push_can_be_carried(lived):
    """No brace left open, no button too long for the tightest platform, no empty message."""
    for each in lived:
        for push in each.person.pushes:
            assert push.text.strip(), str(each)
            assert "{" not in push.text.replace("{name}", ""), (str(each), push.text)
            assert all(len(button.data.encode()) <= 64 for button in push.reply.buttons), str(each)


@pytest.mark.parametrize(
    "jumps",
    [[timedelta(hours=-1)], [timedelta(hours=1)], [timedelta(days=-1)], [timedelta(days=1)], [timedelta(hours=8)],
     [timedelta(hours=-1), timedelta(hours=1)] * 3, [timedelta(days=7)], [timedelta(days=-1), timedelta(days=3)]],
    ids=str,
)  # fmt: skip
async def test_a_clock_that_jumps_doubles_nothing(sqlite_url, jumps):
    """Set back or forward, or asleep for hours: no occasion twice, no date served twice, no burst on waking."""
    async with alive(sqlite_url, local(FIRST + timedelta(days=9), time(20))) as life:
        ann = await life.person().begin()
        await life.until(FIRST + timedelta(days=10), time(5, 16))
        for jump in jumps:
            count = len(ann.pushes)
            life.clock.now += jump
            await life.parts.courier.settle()
            assert len(ann.pushes) - count <= 2
        await life.until(FIRST + timedelta(days=24))
        view = await ann.view()
        keys = [
            (view.student.local(each.sent_at).date(), each.part) for each in view.seen if each.part and each.sent_at
        ]
        slots = [(each.nudge, each.slot) for each in view.seen]
        assert len(keys) == len(set(keys))
        assert len(slots) == len(set(slots))
        assert len(ann.pushes) == len(view.seen)
