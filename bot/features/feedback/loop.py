"""What the parts of the feedback loop share: the feature itself, whom it asks, and what it knows of an ask."""

from datetime import datetime

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.domain.rotation import Rotation

feature = Feature("feedback")


WHO = {"attending": "your attending", "resident": "your senior resident"}


PLACES = {"ward": "on the ward", "workroom": "in the workroom", "message": "by message"}


ASK = "feedback.ask"


def own_rotation(ctx: Context) -> Rotation:
    """Return the rotation at hand. Raises Sorry where there is none."""
    if ctx.rotation is None:
        raise Sorry("That belongs to a rotation. `/start` sets one up.")
    return ctx.rotation


def legs_of(ctx: Context, rotation: Rotation) -> tuple[str, ...]:
    """Return the persons the student asks in *rotation*, one leg of the loop for each."""
    value = ctx.view.facts.value("feedback_from", rotation_id=rotation.id)
    return ("attending", "resident") if value == "both" else (value,) if value in WHO else ()


def only_leg(ctx: Context) -> str:
    """Return the person asked where there is just one, else an empty name."""
    legs = legs_of(ctx, own_rotation(ctx))
    return legs[0] if len(legs) == 1 else ""


def some_leg(ctx: Context, value: str) -> str:
    """Return the person meant: the one named, the one the push was about, the only one, else the attending."""
    return leg_of(value or ctx.about or only_leg(ctx) or "attending")


def leg_of(value: str) -> str:
    """Return *value* where it names a person we know. Raises Sorry."""
    if value not in WHO:
        raise Sorry("I know the attending and the senior resident. `/feedback` shows both.")
    return value


def moment_of(text: str) -> datetime:
    """Return a kept wall-clock moment, to be placed in a zone by whoever uses it. Raises Sorry."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Sorry("That moment is gone. `/feedback` to plan it again.") from None


def has(ctx: Context, rotation: Rotation, name: str, leg: str) -> bool:
    """Whether a fact is kept about one person asked."""
    return (rotation.id, name, leg) in ctx.view.facts.by_key
