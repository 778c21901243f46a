"""/privacy: what is kept, and who could see it."""

from bot.core.dispatcher import Dispatcher
from bot.core.notices import UNREVIEWED
from tests.features.conftest import Chat, assert_carried, read


async def test_it_says_what_why_who_how_long_and_whom_to_ask(chat: Chat) -> None:
    reply = await chat.command("privacy")
    assert_carried(reply)
    text = read(reply)
    needed = ("12 months", "No language model", "/forget", "/stop", "encrypted", "ward@example.edu", UNREVIEWED)
    for each in needed:
        assert each in text
    assert reply.private


async def test_each_platform_is_told_its_own_truth(chat: Chat) -> None:
    telegram = read(await chat.command("privacy"))
    slack = read(await chat.other("u8", platform="slack").command("privacy"))
    page = read(await chat.other("u9", platform="web").command("privacy"))
    for text, told in ((telegram, (True, False)), (slack, (False, True)), (page, (True, True))):
        assert ("end-to-end" in text, "workspace" in text) == told


async def test_without_an_operator_it_says_whose_copy_this_is(chat: Chat) -> None:
    old = chat.dispatcher
    chat.dispatcher = Dispatcher(old._database, old._registry, old._library, old._clock, old._replan, old._chance)
    assert "whoever started it" in read(await chat.command("privacy"))


async def test_its_buttons_lead_to_the_copy_and_to_erasing(chat: Chat) -> None:
    await chat.command("privacy")
    assert len((await chat.press("Send me a copy")).files) == 2
    await chat.command("privacy")
    assert "can't be undone" in read(await chat.press("Erase everything"))
