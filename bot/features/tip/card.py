"""What all of it shares: the feature, the card of a tip, and why it was chosen."""

from bot.content.items import Tip
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Reply, Row, say
from bot.core.notices import notice
from bot.domain import words
from bot.domain.rotation import Shift

feature = Feature("tip")

SHIFTS: dict[Shift, str] = {"day": "day shift", "night": "night shift", "call": "on call", "clinic": "clinic day"}


def shown(tip: Tip) -> Reply:
    """Return a tip as one screen with its three taps."""
    body = f"{tip.hook}\n\n{tip.body}\n\n**Today:** {tip.action}"
    buttons: Row = (
        Button("I'll do it", "tip.do", tip.id),
        more_of(tip),
        Button("Not today", "tip.no", tip.id),
    )
    return say(body, buttons, title=tip.title, footer=notice(tip), item=tip.id)


def more_of(tip: Tip) -> Button:
    """Return the button to what is behind *tip*; it promises words only where there are some."""
    return Button("Words to say" if tip.say or tip.script else "Why?", "tip.more", tip.id)


def why(ctx: Context, tip: Tip) -> str:
    """Return the rule that chose *tip*, in words."""
    rotation = ctx.rotation
    assert rotation is not None
    day = ctx.student.today(ctx.now)
    number = rotation.number(day)
    place = f"working day {number} of {rotation.length}" if rotation.start <= day <= rotation.end else words.day(day)
    role = "observing" if rotation.observing else "hands-on"
    shift = SHIFTS[rotation.shift_on(day)]
    specialty = ctx.bank.specialty(rotation.specialty).name.lower()
    return f"{specialty}, {rotation.phase(day)} phase ({place}), {role}, {shift}, not seen before; {tip.id}"


def tip_of(ctx: Context, tip_id: str) -> Tip:
    """Return the tip by its id. Raises Sorry where it is gone."""
    item = ctx.bank.item(tip_id)
    if not isinstance(item, Tip):
        raise Sorry("That tip is gone. `/tip` has another one.")
    return item
