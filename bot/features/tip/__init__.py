"""/tip and the tip of the morning: one act for today, one tap to answer, one question in the evening."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.content.items import Script, Tip
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, Row, say
from bot.core.notices import RULES_DIFFER
from bot.core.view import Occurrence, View
from bot.domain import words
from bot.domain.hours import slot_instant
from bot.features.tip.choice import choose, next_tip
from bot.storage.facts import FactBook
from bot.storage.students import Students

feature = Feature("tip")

DOING, SEEN, SAVED, UNWANTED = "tip_doing", "seen", "saved", "not_for_me"
HALVED = "halved"
#: Mornings without an answer after which the pace is halved, once.
PATIENCE = 3
CHECK_PRIORITY = 20
#: In a week with so many messages no question is promised for the evening.
QUIET_WEEK = 6


@feature.nudge("tip", next=next_tip, describe=lambda _view, _slot: "tip")
async def morning(ctx: Context, slot: str) -> Reply | None:
    """Compose the morning's tip."""
    rotation, day = ctx.rotation, ctx.student.today(ctx.now)
    tip = choose(ctx.view, rotation, day, ctx.chance) if rotation else None
    if rotation is None or tip is None:
        return None
    ctx.push.item = tip.id
    ctx.push.reason = why(ctx, tip)
    card = shown(tip)
    if await _tired(ctx, slot):
        notice = say(
            "Three mornings without an answer, so I'll send these every other day from now on.",
            (
                Button("Keep daily", "settings.pace", "daily"),
                Button("Fewer", "settings.pace", "few"),
                Button("Pause a week", "pause.week"),
            ),
        )
        return replace(card, cards=card.cards + notice.cards, rows=card.rows + notice.rows)
    return card


def shown(tip: Tip) -> Reply:
    """Return a tip as one screen with its three taps."""
    body = f"{tip.hook}\n\n{tip.body}\n\n**Today:** {tip.action}"
    buttons: Row = (
        Button("I'll do it", "tip.do", tip.id),
        Button("Words to say", "tip.more", tip.id),
        Button("Not today", "tip.no", tip.id),
    )
    return say(body, buttons, title=tip.title, footer=RULES_DIFFER if tip.verify == "program" else "")


def why(ctx: Context, tip: Tip) -> str:
    """Return the rule that chose *tip*, in words."""
    rotation = ctx.rotation
    assert rotation is not None
    day = ctx.student.today(ctx.now)
    number = rotation.number(day)
    place = f"working day {number} of {rotation.length}" if rotation.start <= day <= rotation.end else words.day(day)
    role = "observing" if rotation.observing else "hands-on"
    shift = "night shift" if rotation.on_nights(day) else "day shift"
    specialty = ctx.bank.specialty(rotation.specialty).name.lower()
    return f"{specialty}, {rotation.phase(day)} phase ({place}), {role}, {shift}, not seen before; {tip.id}"


@feature.command("tip", "Another tip for where you are now")
async def another(ctx: Context, _: str) -> Reply:
    """Give a tip on request, never one seen before."""
    rotation = ctx.rotation
    if rotation is None:
        return say(
            "Tips depend on where you rotate. Set that up once, it takes a minute.",
            (Button("Set it up", "start.begin"),),
        )
    tip = choose(ctx.view, rotation, ctx.student.today(ctx.now), ctx.chance)
    if tip is None:
        return say("You've seen every tip I have for this part of your rotation. `/say` has words for most situations.")
    await ctx.keep(SEEN, tip.id, about=tip.id, rotation_id=0)
    return shown(tip)


@feature.action("another")
async def another_by_tap(ctx: Context, _: str) -> Reply:
    """Give another tip."""
    return await another(ctx, "")


@feature.action("do")
async def do(ctx: Context, tip_id: str) -> Reply:
    """Note the promise; one question follows in the evening."""
    tip = _tip(ctx, tip_id)
    rotation, day = ctx.rotation, ctx.student.today(ctx.now)
    evening = slot_instant(ctx.student, rotation, day, "evening") if rotation else None
    full = ctx.view.pushes_since(ctx.now - timedelta(days=7)) >= QUIET_WEEK or _evening_taken(ctx)
    if full or rotation is None or evening is None or evening <= ctx.now or not rotation.works_on(day):
        return say("Good. I won't ask about it today.")
    await ctx.keep(DOING, day.isoformat(), about=tip.id)
    at = ctx.student.local(evening)
    return say(f"Good. I'll ask once, about {words.clock(at.time())}.", (Button("Words to say", "tip.more", tip.id),))


def _evening_taken(ctx: Context) -> bool:
    """Whether something that goes before the question has this evening."""
    comes = (rule.next(ctx.view, ctx.now) for rule in ctx.registry.recurring if rule.next and rule.name != "tip.check")
    today = ctx.student.today(ctx.now)
    return any(
        each and (each.day, each.part) == (today, "evening") and each.priority > CHECK_PRIORITY for each in comes
    )


@feature.action("no")
async def no(ctx: Context, tip_id: str) -> Reply:
    """Take a no for an answer."""
    return say("Fine. Another one tomorrow.", (Button("Not for me", "tip.unwanted", tip_id),))


@feature.action("more")
async def more(ctx: Context, tip_id: str) -> Reply:
    """Show the words to say and the reason."""
    tip = _tip(ctx, tip_id)
    script = ctx.bank.item(tip.script) if tip.script else None
    said = tip.say or (script.say if isinstance(script, Script) else None)
    body = f"**Why:** {tip.why}"
    if said:
        body = f"“{said}”\n\n{body}"
    return say(
        body,
        (
            Button("Save", "tip.save", tip.id),
            Button("Not for me", "tip.unwanted", tip.id),
            Button("Another tip", "tip.another"),
        ),
        title=tip.title,
    )


@feature.action("save")
async def save(ctx: Context, tip_id: str) -> Reply:
    """Keep a tip for later."""
    tip = _tip(ctx, tip_id)
    await ctx.keep(SAVED, "true", about=tip.id, rotation_id=0)
    return say(f"Saved: {tip.title}.", (Button("My saved tips", "tip.saved"),))


@feature.action("saved")
async def saved(ctx: Context, _: str) -> Reply:
    """List the saved tips as buttons."""
    kept = [ctx.bank.item(key[2]) for key, _ in ctx.view.facts.about(SAVED)]
    tips = [item for item in kept if isinstance(item, Tip)]
    if not tips:
        return say("Nothing saved yet. 'Save' sits under 'Words to say'.")
    return say("Your saved tips:", *((Button(tip.title[:60], "tip.show", tip.id),) for tip in tips[-10:]))


@feature.action("show")
async def show(ctx: Context, tip_id: str) -> Reply:
    """Show a tip again."""
    return shown(_tip(ctx, tip_id))


@feature.action("unwanted")
async def unwanted(ctx: Context, tip_id: str) -> Reply:
    """Note that a tip did not fit."""
    tip = _tip(ctx, tip_id)
    await ctx.keep(UNWANTED, "true", about=tip.id, rotation_id=0)
    return say("Thanks, noted. It won't come again.", (Button("Another tip", "tip.another"),))


def next_check(view: View, after: datetime) -> Occurrence | None:
    """Return the evening question about a tip the student said they would do, once."""
    found = []
    for (rotation_id, _, tip_id), fact in view.facts.about(DOING):
        rotation = view.rotation(rotation_id)
        if rotation is None or not fact.value:
            continue
        day = datetime.fromisoformat(fact.value).date()
        at = slot_instant(view.student, rotation, day, "evening")
        slot = f"{tip_id}:{fact.value}"
        if at is not None and at > after and not view.sent("tip.check", slot):
            local = view.student.local(at).date()
            until = at + timedelta(hours=3)
            found.append(Occurrence(slot, at, until, CHECK_PRIORITY, "evening", local, rotation.id))
    return min(found, key=lambda each: each.at, default=None)


@feature.nudge("tip.check", next=next_check, describe=lambda _view, _slot: "did the tip work?")
async def check(ctx: Context, slot: str) -> Reply | None:
    """Ask once, in the evening, what came of it."""
    tip = ctx.bank.item(slot.partition(":")[0])
    if not isinstance(tip, Tip):
        return None
    ctx.push.item = tip.id
    ctx.push.reason = "you said this morning you'd do it; I ask once"
    return say(
        f"You planned to try this today: {tip.action}\n\nHow did it go?",
        (
            Button("Did it", "tip.done", f"yes {tip.id}"),
            Button("Not yet", "tip.done", f"notyet {tip.id}"),
            Button("Didn't come up", "tip.done", f"no {tip.id}"),
        ),
        title=tip.title,
    )


_OUTCOMES = {
    "yes": "Noted. Doing it once more this week makes it yours.",
    "notyet": "That's fine. It's there when the day allows.",
    "no": "Then it wasn't the day for it.",
}


@feature.action("done")
async def done(ctx: Context, value: str) -> Reply:
    """Keep what came of a tip."""
    outcome, _, tip_id = value.partition(" ")
    await ctx.keep("tip_done", outcome, about=_tip(ctx, tip_id).id)
    return say(_OUTCOMES.get(outcome, "Noted."))


async def _tired(ctx: Context, slot: str) -> bool:
    """Whether three mornings in a row went unanswered: then halve the pace and say so, in one message only."""
    kept = ctx.view.facts.get(HALVED)
    if kept is not None:
        return kept.value == slot
    mornings = [each for each in ctx.view.seen if each.nudge == "tip"][-PATIENCE:]
    if len(mornings) < PATIENCE or any(each.answered_at for each in mornings) or ctx.student.cadence != "daily":
        return False
    await ctx.work.use(FactBook).set(ctx.student.id, HALVED, slot, now=ctx.now)
    await ctx.work.use(Students).change(ctx.student.id, cadence="alternate")
    return True


def _tip(ctx: Context, tip_id: str) -> Tip:
    item = ctx.bank.item(tip_id)
    if not isinstance(item, Tip):
        raise Sorry("That tip is gone. `/tip` has another one.")
    return item
