"""/help: built from what was declared."""

import re

from bot.content.bank import Bank
from bot.core.dispatcher import Dispatcher
from bot.core.feature import Feature, Registry
from bot.core.library import Library
from bot.core.markup import parse
from bot.core.messages import Reply, say
from bot.core.notices import UNREVIEWED
from bot.features.help import feature as help_feature
from tests.features.conftest import Chat, assert_carried, read


async def test_every_command_is_listed_once_with_its_summary(chat: Chat, registry: Registry) -> None:
    reply = await chat.command("help")
    assert_carried(reply)
    text = read(reply)
    for command in registry.commands.values():
        if command.name != "help":
            assert len(re.findall(rf"(?m)^/{command.name} ", text)) == 1
            assert f"/{command.name} {command.summary}" in text


async def test_commands_are_markup_that_platforms_rename(chat: Chat) -> None:
    """A command stands in code spans, so that Slack can show `/coach next` for it."""
    spans = [span for block in parse((await chat.command("help")).cards[0].body) for span in block.spans]
    assert {"phrase", "help"} & {span.command for span in spans}
    assert all(span.code for span in spans if re.match(r"/[a-z]", span.text))


async def test_what_a_newcomer_wants_stands_first(chat: Chat) -> None:
    text = read(await chat.command("help"))
    assert text.index("/start ") < text.index("/phrase ") < text.index("/forget ")


async def test_it_says_that_nothing_is_reviewed_yet(chat: Chat) -> None:
    assert UNREVIEWED in read(await chat.command("help"))


async def test_a_new_command_appears_by_itself(chat: Chat, bank: Bank) -> None:
    fresh = Feature("juggle")

    @fresh.command("juggle", "Keep three balls in the air")
    async def juggle(ctx: object, text: str) -> Reply:
        return say("Up.")

    registry = Registry([help_feature, fresh])
    library = Library(bank)
    chat.dispatcher = Dispatcher(
        chat.database, registry, lambda: library, chat.clock, chat.planner.replan, chat.dispatcher._chance
    )
    assert "/juggle Keep three balls in the air" in read(await chat.command("help"))


async def test_every_button_of_help_is_answered(chat: Chat, registry: Registry) -> None:
    await chat.rotate()
    buttons = (await chat.command("help")).buttons
    assert buttons
    for button in buttons:
        assert button.action in registry.actions
        assert "broke" not in read(await chat.act(button))


async def test_one_command_can_be_asked_about(chat: Chat) -> None:
    assert "/phrase dispo" in read(await chat.command("help", "phrase"))
    assert "/phrase dispo" in read(await chat.command("help", "/phrase"))
