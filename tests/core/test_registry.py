"""Names mean one thing each."""

import pytest

from bot.core.context import Context
from bot.core.feature import DuplicateName, Feature, Registry, discover
from bot.core.messages import Form, Reply, say


async def handler(ctx: Context, text: str) -> Reply:
    return say("")


async def form_handler(ctx: Context, values: dict, context: str) -> Reply:
    return say("")


def declare(kind: str, feature: Feature) -> None:
    match kind:
        case "command":
            feature.command("same", "A line")(handler)
        case "action":
            feature.action("same")(handler)
        case "form":
            feature.form("same", Form("same", "", ()))(form_handler)
        case "nudge":
            feature.nudge("same")(handler)
        case _:
            feature.any_text(handler)


@pytest.mark.parametrize("kind", ["command", "action", "form", "nudge", "text"])
def test_two_features_with_one_name_are_refused(kind):
    """A clash stops the start, whichever kind of name it is."""
    one, two = Feature("a"), Feature("a" if kind == "action" else "b")
    declare(kind, one)
    declare(kind, two)
    with pytest.raises(DuplicateName):
        Registry([one, two])


@pytest.mark.parametrize("kind", ["command", "action", "form", "nudge"])
def test_one_feature_with_a_name_twice_is_refused(kind):
    """Also within one feature, at the latest when it is adopted."""
    feature = Feature("a")

    def twice() -> None:
        declare(kind, feature)
        declare(kind, feature)
        Registry([feature])

    with pytest.raises(DuplicateName):
        twice()


def test_the_real_features_live_together():
    """All features there are make one registry, and every nudge fits its columns."""
    from bot.core import interview

    registry = Registry((*discover(), interview.feature))
    assert registry.commands
    assert registry.text is not None
    assert all(len(name) <= 40 and "," not in name for name in registry.nudges)
    assert "safety.card" in registry.actions
