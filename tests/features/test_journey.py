"""The steps of a rotation: written in the bank, sent by rules, answered by taps."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

import pytest
from sqlalchemy import text

from bot.config import BANK
from bot.content.bank import load
from bot.content.steps import Step
from bot.core.context import Context
from bot.core.messages import Button, Reply
from bot.core.stamps import stamped
from bot.domain.delivery import Delivery
from bot.features.journey import shown
from bot.features.journey.rules import Place
from bot.features.journey.waking import awake
from bot.storage.deliveries import Deliveries
from tests.features.living import BROKEN, Life, Person, alive, local, read

FIRST = date(2026, 11, 30)
EARLY = local(date(2026, 11, 14), time(12))
#: Anchors that no date or answer of today's features sets: their steps sleep until a feature does.
UNSET = {"attending_end", "season"}
STAMP = "~12345678901"


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, EARLY) as made:
        yield made


def steps(life: Life) -> tuple[Step, ...]:
    return life.parts.shelf().bank.active(Step)


def by_id(ids: list[str], *parts: str) -> list[str]:
    return [each for each in ids if each.startswith(parts)]


async def tapping(person: Person, labels: dict[str, str], seen: list[int]) -> None:
    """Tap the first known label of each new push, and fill what opens."""
    for push in person.pushes[seen[0] :]:
        seen[0] += 1
        for label in labels:
            if any(each.label == label for each in push.reply.buttons):
                await person.press(label, push.reply)
                for further in labels[label].split(" > "):
                    if further == "FORM":
                        form = person.said.form
                        assert form is not None
                        await person.fill(**{each.name: f"answer {each.name}" for each in form.fields})
                    elif any(each.label == further for each in person.said.buttons):
                        await person.press(further)
                break


async def test_every_step_of_the_bank_comes_in_some_rotation(life):
    """No step is dead: each is sent to somebody, unless its anchor is one that nothing sets yet."""
    ask = "Fri after rounds > On the ward"
    whole = {"Attending": "", "Yes, we talked": "FORM", "I've sent it": ""}
    people = [
        (await life.person("silent").begin(), {}),
        (await life.person("loop").begin(), {**whole, "Attending": ask}),
        (await life.person("yes").begin(), {"Attending": ask, "Yes, we talked": ""}),
        (await life.person("two").begin(length="2 wk"), {}),
        (await life.person("one").begin(length="1 wk"), {}),
        (await life.person("months").begin(length="12 wk", role="observer"), {}),
    ]
    counts = {person.address.user: [0] for person, _ in people}

    async def react() -> None:
        for person, labels in people:
            await tapping(person, labels, counts[person.address.user])

    await life.to(local(date(2027, 6, 1), time(12)), react)
    came = {step for person, _ in people for step in await person.step_ids()}
    missing = [each for each in steps(life) if each.id.removeprefix("jny-") not in came]
    assert [each.id for each in missing if each.trigger.anchor not in UNSET] == []


async def test_no_message_leaves_a_brace_unfilled_and_every_button_can_be_carried(life):
    """Each step, for each role and person asked, in each specialty: filled, short enough, at most 64 bytes with its stamp."""
    ann = await life.person().begin()
    bank = life.parts.shelf().bank
    async with life.parts.database.write() as work:
        view = await ann.view()
        ctx = Context(life.clock(), view, work, life.parts.registry, life.parts.shelf(), Random(1))
        for step in steps(life):
            for role in ("hands_on", "observer"):
                rotation = replace(view.rotations[0], participation=role)
                for leg in ("attending", "resident") if step.legs else ("",):
                    reply = await shown(ctx, Place(step, rotation, leg))
                    words = read(reply)
                    assert words.strip(), step.id
                    assert "{" not in words, (step.id, words)
                    assert "}" not in words, (step.id, words)
                    assert_carried(reply)
    assert len(bank.active(Step)) >= 20


def assert_carried(reply: Reply) -> None:
    for button in stamped(reply, STAMP).buttons:
        assert len(button.data.encode()) <= 64, button.data
        assert 0 < len(button.label) <= 60, button


async def test_every_tap_of_every_button_is_answered(life):
    """Each button of each step, and every button its answer shows, two taps deep: an answer, never a fault of ours."""
    ann = await life.person().begin()
    life.clock.now = local(date(2026, 12, 9), time(12))
    rotation = await ann.rotation()
    student = await ann.student()
    tapped: set[str] = set()
    for number, step in enumerate(steps(life), start=1000):
        leg = "attending" if step.legs else ""
        slot = f"{step.id}:{rotation.id}" + (f"@{leg}" if leg else "")
        delivery = Delivery(number, student.id, "journey", slot, rotation.id, leg, step.id, "morning", "", life.clock())
        async with life.parts.database.write() as work:
            await work.use(Deliveries).composed([delivery])
        buttons = [Button(each.label, "journey.tap", f"{step.id[4:]} {each.id}") for each in step.buttons]
        first = stamped(Reply(rows=(tuple(buttons),)), f"~{number}")
        await follow(ann, list(first.buttons), tapped, depth=2)
    assert len(tapped) > 100


async def follow(ann: Person, buttons: list[Button], tapped: set[str], depth: int) -> None:
    for button in buttons:
        key = f"{button.action} {button.value.partition(' ')[2] if button.value.startswith('~') else button.value}"
        if key in tapped:
            continue
        tapped.add(key)
        reply = await ann.tap(button)
        assert_answered(reply, key)
        if reply.form is not None:
            values = {
                "text": "be concise",
                "choice": "attending",
                "date": "dec 11",
                "time": "11:00",
                "length": "4 wk",
                "place": "Chicago",
            }
            reply = await ann.fill(**{each.name: values.get(each.kind, "1") for each in reply.form.fields})
            assert_answered(reply, key)
        if depth > 1:
            await follow(ann, list(reply.buttons), tapped, depth - 1)


def assert_answered(reply: Reply, key: str) -> None:
    assert reply.form is not None or read(reply).strip(), key
    assert BROKEN not in read(reply), key
    assert "older version" not in read(reply), key
    assert len(read(reply)) <= 4096, key
    for button in reply.buttons:
        assert len(button.data.encode()) <= 64, button.data


NEW = """
kind: journey
schema: 1
items:
  - id: jny-x-new
    journey: week1
    trigger: {trigger}
    window: {{early_wd: 0, late_wd: {late}}}
    guards: {{{guards}quiet_hours: respect}}
    priority: 99
    once_per: {once}
    message: "A new step about {{specialty}}, {{days_left}} days left."
    buttons:
      - {{id: ok, label: "Got it", set: {{onboarding_done: true}}, reply: "Noted, new."}}
      - {{id: later, label: "Later", snooze: {{wd: 1, slot: evening, max: 2}}, reply: "Later, then."}}
      - id: line
        label: "A line"
        input: {{type: text, max_len: 100, phi_guard: true, store: day1_line, prompt: "One line?"}}
        reply: "Kept, new."
    stores: [onboarding_done, day1_line]
    guide: [G2.0]
    reviewed: 2026-11-22
    review_state: draft
"""


def written(folder, trigger: str, *, late: int = 0, guards: str = "", once: str = "rotation", name: str = "jny-x-new"):
    (folder / "journeys").mkdir(exist_ok=True, parents=True)
    entry = NEW.format(trigger=trigger, late=late, guards=guards, once=once).replace("jny-x-new", name)
    (folder / "journeys" / f"{name}.yaml").write_text(entry)
    return folder


async def test_a_new_step_is_an_entry_and_nothing_else(sqlite_url, tmp_path):
    """An entry in an overlay is sent at its moment, answers its taps, stores its facts and stops at its snoozes."""
    overlay = written(tmp_path / "over", "{anchor: start, offset_wd: 6, slot: evening}")
    assert any(each.id == "jny-x-new" for each in awake(load([BANK, overlay], cache=None), frozenset()).active(Step))
    async with alive(sqlite_url, EARLY, overlays=[overlay]) as life:
        ann = await life.person().begin()
        await life.until(date(2026, 12, 8), time(12))
        assert [each for each in await ann.steps() if "x-new" in each[1]] == [("12-07 18:45", "jny-x-new:1")]
        push = next(each for each in ann.pushes if "A new step" in each.text)
        assert "about Surgery, 18 days left" in push.text
        assert "Kept, new" not in read(await ann.press("A line", push.reply))
        assert "Kept, new." in read(await ann.fill(line1="saw a central line"))
        assert "Noted, new." in read(await ann.press("Got it", push.reply))
        assert (await ann.view()).facts.value("onboarding_done", rotation_id=1) == "true"


async def test_a_snooze_asks_again_at_most_so_often(sqlite_url, tmp_path):
    """Later, later, and then one neutral line; tapping one message twice is one snooze."""
    overlay = written(tmp_path / "over", "{anchor: start, offset_wd: 6, slot: evening}")
    async with alive(sqlite_url, EARLY, overlays=[overlay]) as life:
        ann = await life.person().begin()
        for day in (7, 8, 9):
            await life.until(date(2026, 12, day), time(23))
            push = ann.pushes[-1]
            assert "A new step" in push.text
            for _ in range(3):
                reply = read(await ann.press("Later", push.reply))
                assert ("Later, then." in reply) == (day < 9)
        assert "I'll leave it there" in reply
        await life.until(date(2027, 1, 20))
        assert [at for at, slot in await ann.steps() if "x-new" in slot] == [
            "12-07 18:45",
            "12-08 18:45",
            "12-09 18:45",
        ]


async def test_a_step_counted_in_days_keeps_days_off_and_its_weekdays(sqlite_url, tmp_path):
    """Inside the rotation a day off is silent, and a step for two weekdays waits for one of them."""
    overlay = written(tmp_path / "over", "{anchor: start, offset_days: 13, slot: evening}", late=3)
    trigger = "{anchor: start, offset_days: 16, slot: evening, weekdays: [mon, tue, sun]}"
    written(overlay, trigger, late=5, name="jny-x-weekdays")
    async with alive(sqlite_url, EARLY, overlays=[overlay]) as life:
        ann = await life.person().begin()
        await life.until(date(2026, 12, 26))
        came = {slot.partition(":")[0]: at for at, slot in await ann.steps() if "x-" in slot}
        assert came == {"jny-x-new": "12-14 18:45", "jny-x-weekdays": "12-21 18:45"}


async def test_a_late_sign_up_keeps_the_weekdays_of_a_window(life):
    """Who signs up on a Friday inside the window is not sent to an office on Saturday."""
    life.clock.now = local(date(2026, 11, 20), time(12))
    ann = await life.person().begin(first=date(2026, 12, 1))
    await life.until(date(2026, 12, 1))
    for at, slot in await ann.steps():
        if "coordinator-email" in slot:
            assert datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M").weekday() < 4  # noqa: DTZ007


async def test_once_per_student_means_once_in_all_rotations(sqlite_url, tmp_path):
    """A step that is for the student and not for a rotation does not come again with the next one."""
    overlay = written(tmp_path / "over", "{anchor: start, offset_wd: 6, slot: evening}", once="user")
    async with alive(sqlite_url, EARLY, overlays=[overlay]) as life:
        ann = await life.person().begin()
        await ann.act("start.begin")
        await ann.fill(specialty="im", first="2026-12-28", length="4 wk", role="hands_on")
        await life.until(date(2027, 1, 30))
        assert len([slot for _, slot in await ann.steps() if "x-new" in slot]) == 1


GUARDS = {
    "min_length_wd: 30, ": False,
    "max_length_wd: 10, ": False,
    "min_length_wd: 10, max_length_wd: 30, ": True,
    "requires: [onboarding_done], ": False,
    "unless: [onboarding_done], ": True,
    "participation: observer, ": False,
    "participation: hands_on, ": True,
}


async def test_guards_keep_a_step_away(sqlite_url, tmp_path):
    """Too short, not said yet, said already: nothing comes."""
    overlay = tmp_path / "over"
    for number, guards in enumerate(GUARDS):
        step = f"{{anchor: start, offset_wd: {number + 1}, slot: evening}}"
        written(overlay, step, guards=guards, name=f"jny-x-guard-{number}")
    async with alive(sqlite_url, EARLY, overlays=[overlay]) as life:
        ann = await life.person().begin()
        await life.until(date(2026, 12, 12))
        came = {each for each in await ann.step_ids() if "x-guard" in each}
        assert came == {f"x-guard-{number}" for number, sent in enumerate(GUARDS.values()) if sent}


@pytest.mark.parametrize(
    ("length", "expected"),
    [("1 wk", ["short-feedback-ask"]), ("2 wk", ["mid-short-heads-up"]), ("19 days", ["mid-short-heads-up"]),
     ("20 days", ["mid-minus2-heads-up", "mid-day-script"]), ("4 wk", ["mid-minus2-heads-up", "mid-day-script"])],
)  # fmt: skip
async def test_the_length_of_a_rotation_chooses_its_middle(life, length, expected):
    """Under 10 working days one ask, under 18 the short series, from 18 on the whole one."""
    ann = await life.person().begin(length=length)
    await life.until(date(2027, 2, 1))
    assert by_id(await ann.step_ids(), "mid-", "short-") == expected


async def test_a_declined_midpoint_stays_declined(life):
    """Not this rotation: no further word about it."""
    ann = await life.person().begin()
    await life.until(date(2026, 12, 10), time(6))
    assert "no midpoint reminders" in read(await ann.press("Not this rotation", ann.pushes[-1].reply))
    await life.until(date(2027, 1, 5))
    assert by_id(await ann.step_ids(), "mid-") == ["mid-minus2-heads-up"]


async def test_a_late_sign_up_fires_nothing_that_is_past(life):
    """Signed up on working day 9: no first day, no first week, but the middle."""
    life.clock.now = local(date(2026, 12, 9), time(12))
    ann = await life.person().begin()
    await life.until(date(2027, 1, 5))
    ids = await ann.step_ids()
    assert not by_id(ids, "pre-", "d1-", "w1-")
    assert ids[:2] == ["early-writer-scouting", "mid-minus2-heads-up"]
    assert all(at >= "12-09 12:00" or at.startswith("01") for at in ann.times())


async def test_a_sign_up_after_the_end_is_silent_about_the_rotation(life):
    """A rotation that is over brings no step of its days."""
    life.clock.now = local(date(2027, 1, 20), time(12))
    ann = await life.person().begin()
    await life.until(date(2027, 6, 1))
    assert not by_id(await ann.step_ids(), "pre-", "d1-", "w1-", "mid-", "short-")


async def test_changed_dates_move_the_journey_and_repeat_nothing(life):
    """Whatever was sent is not sent again; the rest follows the new dates."""
    ann = await life.person().begin()
    await life.until(date(2026, 12, 3), time(12))
    before = [slot for _, slot in await ann.steps()]
    rotation = await ann.rotation()
    await ann.act("rotation.dates", str(rotation.id))
    await ann.fill(first="2026-12-14", length="2027-01-17")
    await life.until(date(2027, 1, 25))
    after = [slot for _, slot in await ann.steps()]
    assert after[: len(before)] == before
    assert len(after) == len(set(after))
    moved = await ann.rotation()
    assert f"{moved.shifted(moved.midpoint, -2):%m-%d} 05:15" in [
        at for at, slot in await ann.steps() if "minus2" in slot
    ]
    items = [each.item for each in (await ann.view()).seen if each.nudge == "tip"]
    assert len(items) == len(set(items))


async def test_another_zone_repeats_no_step(life):
    """A place mended late in the evening changes no event's day into a second message."""
    ann = await life.person(zone="America/Los_Angeles").begin()
    await life.to(local(date(2026, 12, 10), time(22), "America/Los_Angeles"))
    await ann.command("feedback")
    await ann.press("I've had it already")
    await ann.fill(who="attending", strength="organized", focus="be concise")
    await life.to(local(date(2026, 12, 15), time(12), "America/Los_Angeles"))
    assert by_id(await ann.step_ids(), "mid-plus3") == ["mid-plus3-show"]
    await ann.act("settings.place")
    await ann.fill(place="Eastern")
    await life.until(date(2026, 12, 23))
    assert by_id(await ann.step_ids(), "mid-plus3") == ["mid-plus3-show"]


async def test_two_rotations_in_a_row_each_have_their_journey(life):
    """The second one's weeks before fall into the first: its steps keep that ward's hours and days off, and come."""
    ann = await life.person().begin()
    await ann.act("start.begin")
    await ann.fill(specialty="im", first="2026-12-28", length="4 wk", role="observer")
    await life.until(date(2027, 2, 20))
    came = await ann.steps()
    second = [(at, slot) for at, slot in came if ":2" in slot]
    ids = [slot.partition(":")[0] for _, slot in second]
    assert {"jny-pre-14-welcome", "jny-pre-12-coordinator-email", "jny-pre-09-onboarding", "jny-d1-morning"} <= set(ids)
    assert len(second) == len({slot for _, slot in second})
    inside = [at for at, _ in second if at.startswith("12") and at < "12-28"]
    assert all(datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M").weekday() != 6 for at in inside)  # noqa: DTZ007
    assert {at[-5:] for at in inside} <= {"05:15", "12:30", "18:45"}
    assert {slot.partition(":")[0] for _, slot in came if ":1" in slot} >= {"jny-d1-morning", "jny-mid-minus2-heads-up"}


async def test_a_paused_student_hears_no_step(life):
    """Nothing during a pause; afterwards the journey goes on where it stands."""
    ann = await life.person().begin()
    await life.until(date(2026, 12, 9), time(12))
    await ann.command("pause", "until dec 14")
    count = len(ann.pushes)
    await life.until(date(2026, 12, 13))
    assert len(ann.pushes) == count
    await life.until(date(2026, 12, 14))
    assert by_id(await ann.step_ids(), "mid-") == ["mid-day-script"]


async def test_on_nights_steps_follow_the_shift(life):
    """Mornings an hour before the night, evenings on the next waking afternoon, nothing while one sleeps."""
    ann = await life.person().begin()
    rotation = await ann.rotation()
    await ann.reshape(replace(rotation, nights=((FIRST, FIRST + timedelta(days=6)),)))
    await life.until(date(2026, 12, 6))
    inside = [at for at in ann.times() if at > "11-30 12:00"]
    assert inside[0] == "11-30 18:00"
    assert {at[-5:] for at in inside} == {"18:00", "16:00"}


async def test_a_button_of_a_step_that_is_gone_says_so(life):
    """An old message keeps its manners."""
    ann = await life.person().begin()
    for value in ("gone x", "d1-morning gone", "", "dispo yes"):
        assert "changed since" in read(await ann.act("journey.tap", value))


async def test_a_stranger_s_stamp_is_refused(life):
    """A button belongs to the one it was sent to."""
    ann, bob = await life.person("ann").begin(), await life.person("bob").begin()
    await life.until(date(2026, 11, 30), time(6))
    reply = await bob.tap(ann.pushes[-1].reply.buttons[0])
    assert "too old for me to know" in read(reply)


async def test_what_a_step_needs_and_nobody_serves_stays_asleep(life, bank):
    """Without its feature a button, or a whole step, is left out of the bank in use."""
    without = awake(bank, life.parts.registry.names - {"feedback", "pause"})
    labels = {each.label for step in without.active(Step) for each in step.buttons}
    assert "Pause for a week" not in labels
    assert not any(step.journey == "midpoint" for step in without.active(Step))
    assert all(step.buttons for step in without.active(Step))


async def test_days_off_and_quiet_hours_are_silent_for_steps(life):
    """No step on a Sunday inside the rotation, none between 21:30 and the morning."""
    ann = await life.person().begin(length="12 wk")
    await life.until(date(2027, 4, 1))
    view = await ann.view()
    for each in view.seen:
        assert each.sent_at is not None
        here = view.student.local(each.sent_at)
        assert time(5, 15) <= here.time() < time(21, 30)
        assert not (FIRST <= here.date() <= view.rotations[0].end and here.weekday() == 6)


async def test_the_history_says_why(life):
    """Each step's reason names the rule that sent it."""
    await life.person().begin()
    await life.until(date(2026, 12, 12))
    async with life.parts.database.read() as work:
        rows = (await work.connection.execute(text("SELECT reason FROM deliveries"))).scalars().all()
    assert all("because" in each or "phase" in each or "you said" in each for each in rows), set(rows)
    assert any("your midpoint is Sat, Dec 12" in each for each in rows)


@pytest.mark.parametrize(("specialty", "first"), [("surgery", date(2026, 12, 6)), ("psych", date(2026, 12, 5))])
async def test_days_before_are_counted_to_the_first_working_day(life, specialty, first):
    """A rotation entered from a Saturday or Sunday off begins on Monday: nobody is told the night before on Friday."""
    ann = await life.person().begin(specialty, first)
    await life.until(date(2026, 12, 8))
    night = next(push for push in ann.pushes if "you begin" in push.text)
    assert night.at.astimezone(ann.local.tzinfo).date() == date(2026, 12, 6)
    papers = [push.text for push in ann.pushes if "before Mon, Dec 7" in push.text]
    assert papers
    first_day = [at for at, slot in await ann.steps() if "d1-morning" in slot]
    assert [each[:5] for each in first_day] == ["12-07"]


async def test_the_change_of_clocks_changes_no_local_minute(life):
    """Over the Sunday in March on which clocks go forward, mornings stay at quarter past five."""
    life.clock.now = local(date(2027, 3, 7), time(20))
    ann = await life.person().begin(first=date(2027, 3, 1))
    await life.until(date(2027, 3, 27))
    hours = {at[6:] for at in ann.times()}
    assert hours == {"05:15", "18:45"}
    assert {at[:5] for at in ann.times()} & {"03-13", "03-15"}


async def test_a_free_morning_in_quiet_hours_waits_for_their_end(life):
    """Before the rotation mornings are at eight; who sleeps until nine is written to at nine."""
    ann = await life.person().begin()
    await ann.change(quiet_from=time(22), quiet_to=time(9))
    await life.until(date(2026, 11, 29), time(23))
    assert {at[6:] for at in ann.times()} == {"09:00", "12:30", "18:00"}


async def test_taps_after_a_change_of_role_speak_to_the_new_one(life):
    """Turned observer in between, the next steps are the observer's."""
    ann = await life.person().begin()
    await life.until(date(2026, 11, 29), time(12))
    await ann.act("rotation.set", "1 observer")
    await life.until(date(2026, 11, 30), time(9))
    assert "say you're observing" in ann.pushes[-1].text
