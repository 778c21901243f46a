"""The tip of the morning: one act, one tap, one question in the evening."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest

from bot.content.items import Tip
from bot.domain.delivery import Delivery
from bot.domain.rotation import Rotation
from bot.features.tip.choice import FALLBACK, choose, fits, group
from tests.features.living import BROKEN, Life, Person, alive, local, read

FIRST = date(2026, 11, 30)


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Life]:
    async with alive(sqlite_url, local(date(2026, 12, 16), time(20))) as made:
        yield made


@pytest.fixture
async def ann(life: Life) -> Person:
    return await life.person().begin()


async def morning(ann: Person, day: date) -> None:
    await ann.life.until(day, time(9))
    assert ann.times()[-1] == f"{day:%m-%d} 05:15"


async def test_a_morning_is_one_screen_with_three_taps(life, ann):
    """Hook, body, today's act, within six hundred characters and a little for the title."""
    await morning(ann, date(2026, 12, 17))
    push = ann.pushes[-1]
    assert "Today:" in push.text
    do, more, no = push.reply.buttons
    assert (do.label, no.label) == ("I'll do it", "Not today")
    # What the button in the middle promises is there: not every tip has a line of its own.
    words = await ann.press(more.label, push.reply)
    assert more.label == ("Words to say" if "“" in read(words) else "Why?")
    assert all(each.value.startswith("~") for each in push.reply.buttons)


async def test_ill_do_it_is_asked_about_once_in_the_evening(life, ann):
    """One question at 18:45, one tap to answer, nothing the next day."""
    await morning(ann, date(2026, 12, 18))
    assert "about 6:45 pm" in read(await ann.press("I'll do it", ann.pushes[-1].reply))
    await life.until(date(2026, 12, 18), time(23))
    assert ann.times()[-1] == "12-18 18:45"
    assert "How did it go?" in ann.pushes[-1].text
    for label in ("Did it", "Not yet", "Didn't come up"):
        assert BROKEN not in read(await ann.press(label, ann.pushes[-1].reply))
    count = sum("How did it go?" in each.text for each in ann.pushes)
    await life.until(date(2026, 12, 19), time(23))
    assert sum("How did it go?" in each.text for each in ann.pushes) == count == 1


async def test_no_answer_is_no_question(life, ann):
    """Silence in the morning leaves the evening alone."""
    await morning(ann, date(2026, 12, 18))
    await life.until(date(2026, 12, 18), time(23))
    assert ann.times()[-1] == "12-18 05:15"


async def test_not_today_is_fine(life, ann):
    """No guilt, and nothing in the evening."""
    await morning(ann, date(2026, 12, 18))
    assert "Fine" in read(await ann.press("Not today", ann.pushes[-1].reply))
    await life.until(date(2026, 12, 18), time(23))
    assert ann.times()[-1] == "12-18 05:15"


async def test_no_question_is_promised_where_a_step_has_the_evening(life):
    """A step goes before the question, so that the answer to the tap says that none will come."""
    life.clock.now = local(date(2026, 12, 7), time(20))
    bob = await life.person("bob").begin(role="observer")
    await morning(bob, date(2026, 12, 8))
    assert "won't ask" in read(await bob.press("I'll do it", bob.pushes[-1].reply))
    await life.until(date(2026, 12, 8), time(23))
    assert "How did it go?" not in bob.pushes[-1].text


async def test_a_late_promise_is_not_asked_about(life, ann):
    """Tapped after the evening's time, or on a day off, it is noted and no question promised."""
    await morning(ann, date(2026, 12, 17))
    push = ann.pushes[-1]
    await life.until(date(2026, 12, 17), time(19))
    assert "won't ask" in read(await ann.press("I'll do it", push.reply))
    await life.until(date(2026, 12, 20), time(9))
    assert "won't ask" in read(await ann.press("I'll do it", push.reply))


async def test_words_reason_save_and_not_for_me(life, ann):
    """Under the words: why, save, and a way to see no more of it."""
    await morning(ann, date(2026, 12, 17))
    push = ann.pushes[-1].reply
    words = await ann.press(push.buttons[1].label, push)
    assert "Why:" in read(words)
    title = words.cards[0].title
    saved = await ann.press("Save", words)
    assert title in read(saved)
    listed = await ann.press("My saved tips", saved)
    assert [each.label for each in listed.buttons] == [title[:60]]
    assert "Today:" in read(await ann.press(title[:60], listed))
    assert "won't come again" in read(await ann.press("Not for me", words))


async def test_another_tip_is_never_one_seen_before(life, ann):
    """Asked for again and again: always new, until the bank is dry and says so."""
    seen: list[str] = []
    for _ in range(600):
        reply = await ann.command("tip")
        if "seen every tip" in read(reply):
            break
        seen.append(reply.buttons[0].value)
    else:
        raise AssertionError("it never ran dry")
    assert len(seen) == len(set(seen)) > 20
    await life.until(date(2026, 12, 18), time(9))
    assert all(each.reply.buttons[0].value.partition(" ")[2] not in seen for each in ann.pushes)


async def test_a_tip_asked_for_is_not_pushed_later(life, ann):
    """What /tip showed counts as seen."""
    pulled = {(await ann.command("tip")).buttons[0].value for _ in range(10)}
    await life.until(date(2026, 12, 26))
    pushed = {each.item for each in (await ann.view()).seen if each.nudge == "tip"}
    assert not pulled & pushed


async def test_without_a_rotation_it_says_how_to_get_one(life):
    """Tips depend on the rotation."""
    bob = life.person("bob")
    assert (await bob.press("Set it up", await bob.command("tip"))).form is not None


async def test_three_silent_mornings_halve_the_pace_with_one_line(life, ann):
    """Said once, with the ways back; keeping daily keeps it for good."""
    await life.until(date(2026, 12, 23), time(9))
    notices = [each for each in ann.pushes if "every other day from now on" in each.text]
    assert len(notices) == 1
    assert (await ann.student()).cadence == "alternate"
    await ann.press("Keep daily", notices[0].reply)
    assert (await ann.student()).cadence == "daily"
    await life.until(date(2026, 12, 27))
    assert sum("every other day from now on" in each.text for each in ann.pushes) == 1
    assert (await ann.student()).cadence == "daily"


@pytest.mark.parametrize(("label", "check"), [("Fewer", "few"), ("Pause a week", "")])
async def test_the_notice_s_other_ways(life, ann, label, check):
    """Fewer, or a week of quiet."""
    await life.until(date(2026, 12, 23), time(9))
    notice = next(each for each in ann.pushes if "every other day from now on" in each.text)
    await ann.press(label, notice.reply)
    student = await ann.student()
    assert student.cadence == (check or "alternate")
    assert (student.paused_until is None) == bool(check)


async def test_old_and_forged_buttons_get_an_answer(life, ann):
    """A retired tip, a made-up one, no tip at all."""
    for verb in ("do", "more", "save", "show", "unwanted", "done", "no", "saved", "another"):
        for value in ("tip-none-01", "", "yes tip-none-01", "phr-dispo", "maybe"):
            reply = await ann.act(f"tip.{verb}", value)
            assert read(reply).strip(), (verb, value)
            assert BROKEN not in read(reply), (verb, value)


async def test_every_choice_fits_and_varies(life, ann):
    """Over a long rotation: each fits or falls back by the rule, no group twice running, specialty's own among them."""
    view = await ann.view()
    rotation = replace(view.rotations[0], end=FIRST + timedelta(days=40))
    view, chance, chosen = replace(view, rotations=(rotation,)), Random(3), []
    for day in rotation.working_days:
        tip = choose(view, rotation, day, chance)
        assert tip is not None
        phase = rotation.phase(day)
        assert any(fits(tip, rotation, each, day) for each in (phase, *FALLBACK.get(phase, ())))
        chosen.append(tip)
        view = replace(view, seen=(*view.seen, seen_of(view, tip, day)))
    assert max(Counter(each.id for each in chosen).values()) == 1
    own = sum("any" not in each.specialties for each in chosen)
    assert 5 <= own <= 25
    repeats = [one.id for one, other in pairwise(chosen[:31]) if group(one) == group(other)]
    assert len(repeats) <= 3, repeats


async def test_the_same_tags_rest_for_three_days(life, ann):
    """Three weeks of choices, one pulled in between: no set of tags twice within three days."""
    view = await ann.view()
    rotation, chance = view.rotations[0], Random(11)
    had: list[tuple[date, frozenset[str]]] = []
    for day in rotation.working_days[5:20]:
        tip = choose(view, rotation, day, chance)
        assert tip is not None
        tags = frozenset(tip.tags)
        assert all((day - before).days > 3 or tags != others for before, others in had)
        had.append((day, tags))
        view = replace(view, seen=(*view.seen, seen_of(view, tip, day)))


async def test_what_was_asked_for_yesterday_counts_for_variety(life, ann):
    """A tip pulled with /tip is the last one as well: its group does not come the next morning."""
    pulled = (await ann.command("tip")).buttons[0].value
    view = await ann.view()
    tip = view.bank.item(pulled)
    assert isinstance(tip, Tip)
    for seed in range(20):
        chosen = choose(view, view.rotations[0], date(2026, 12, 17), Random(seed))
        assert chosen is not None
        assert group(chosen) != group(tip)
        assert set(chosen.tags) != set(tip.tags)


async def test_tips_for_clinic_and_call_come_on_their_days(life, ann):
    """And on no other; a day on call is a day on the ward as well, a day in clinic is not."""
    view, day = await ann.view(), date(2026, 12, 8)
    plain = view.rotations[0]
    clinic, on_call = replace(plain, clinic=frozenset({1})), replace(plain, calls=frozenset({day}))
    for tip in view.bank.active(Tip):
        if "early" not in tip.phases or "any" not in tip.specialties or tip.participation != "any":
            continue
        fit = [fits(tip, rotation, "early", day) for rotation in (plain, clinic, on_call)]
        if "any" in tip.shifts:
            assert fit == [True] * 3
        else:
            wanted = ({"day"}, {"clinic"}, {"call", "day"})
            assert fit == [bool(shifts & set(tip.shifts)) for shifts in wanted], tip.id


async def test_the_first_card_of_all_does_not_come_again(life):
    """What /start shows at once counts as seen."""
    bob = await life.person("bob").begin()
    title = bob.said.cards[-1].title.removeprefix("A first one: ")
    view = await bob.view()
    (first,) = [tip for tip in view.bank.active(Tip) if tip.title == title]
    assert first.id in view.seen_items()


def seen_of(view, tip: Tip, day: date):
    at = datetime.combine(day, time(11), tzinfo=local(day, time(5)).tzinfo)
    return Delivery(0, view.student.id, "tip", day.isoformat(), 1, "", tip.id, "morning", "", at, sent_at=at)


@pytest.mark.parametrize("role", ["hands_on", "observer", "unsure"])
async def test_no_tip_of_the_other_kind_is_ever_eligible(life, ann, role):
    """Hands-on advice never reaches an observer, whatever phase or fallback; nor the reverse."""
    view = await ann.view()
    rotation: Rotation = replace(view.rotations[0], participation=role)
    for tip in view.bank.active(Tip):
        if tip.participation == ("hands_on" if rotation.observing else "observer"):
            for phase in ("before", "day1", "week1", "early", "midpoint", "late", "final", "after"):
                assert not fits(tip, rotation, phase, FIRST)


async def test_every_specialty_has_a_tip_for_every_day(life, ann):
    """From the first day to the last, hands-on or not, there is something new to say."""
    view = await ann.view()
    for specialty in ("im", "surgery", "peds", "psych", "obgyn", "fm", "em", "icu", "neuro", "other"):
        for role in ("hands_on", "observer"):
            rotation = replace(view.rotations[0], specialty=specialty, participation=role)
            fresh, chance = replace(view, rotations=(rotation,)), Random(5)
            for day in rotation.working_days:
                tip = choose(fresh, rotation, day, chance)
                assert tip is not None, (specialty, role, day)
                fresh = replace(fresh, seen=(*fresh.seen, seen_of(fresh, tip, day)))
