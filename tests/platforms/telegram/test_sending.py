"""Pushes: what arrives, and what each refusal means."""

import asyncio
from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.app.adapters import connect
from bot.app.compose import compose
from bot.config import Settings
from bot.core.errors import DeliveryError
from bot.core.messages import Button, Card, Document, Reply, say
from bot.domain.student import Address
from bot.platforms import spacing
from bot.platforms.spacing import Spacing
from bot.platforms.telegram.adapter import Telegram
from bot.platforms.telegram.failures import failure
from tests.fakes.telegram import TOKEN, FakeTelegram, threaded
from tests.platforms.telegram.conftest import CHART, CHOICE, COMMANDS, FILE, Core, Pace, lived
from tests.platforms.test_spacing import Watch

ANA = Address("telegram", "", "5001", "5001")


@pytest.fixture
async def bot(fake, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.transport.READ_SECONDS", 0.3)
    fake.started.add(5001)
    made = Telegram(TOKEN, api_url=fake.url, pacing=Pace(), commands=COMMANDS)
    yield made
    await made.close()


async def refused(bot, reply=None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await bot.send(ANA, reply or say("Good morning."))
    return caught.value


async def test_a_push_arrives_without_a_running_receiver(fake, bot):
    await bot.send(ANA, CHOICE)
    (call,) = fake.calls
    assert call.params == {
        "chat_id": 5001,
        "text": "Where?",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "East", "callback_data": "place.set east"},
                    {"text": "West", "callback_data": "place.set west"},
                ]
            ]
        },
    }


async def test_two_pushes_to_a_chat_keep_a_second_between(fake, bot, monkeypatch):
    monkeypatch.setattr(spacing, "EVERY", 1.0)
    watch = Watch()
    bot._calls.spacing = Spacing(watch, watch.rest)
    for _ in range(2):
        await bot.send(ANA, say("Good morning."))
    assert watch.waits == [1.0]
    assert len(fake.sent(5001)) == 2


async def test_files_and_charts_arrive(fake, bot):
    big = Document("big.bin", "application/octet-stream", b"x" * 3_000_000)
    await bot.send(ANA, Reply(cards=(*CHART.cards, *FILE.cards), files=(*FILE.files, big), rows=CHOICE.rows))
    assert [call.method for call in fake.calls] == ["sendPhoto", "sendMessage", "sendDocument", "sendDocument"]
    assert [call.files for call in fake.calls][2:] == [
        {"document": ("log _ä_.csv", 4)},
        {"document": ("big.bin", 3_000_000)},
    ]
    assert ["reply_markup" in call.params for call in fake.calls] == [False, True, False, False]


async def test_a_long_push_comes_in_parts_with_its_buttons_under_the_last(fake, bot):
    await bot.send(ANA, say("One sentence here. " * 700, *CHOICE.rows))
    assert len(fake.calls) == 4
    assert ["reply_markup" in call.params for call in fake.calls] == [False, False, False, True]
    assert all(message.text.endswith("here.") for message in fake.sent(5001))


@pytest.mark.parametrize(("rate", "paid"), [("30", False), ("30.5", True), ("1000", True)])
async def test_only_a_push_above_the_free_pace_says_that_it_is_paid_for(fake, sqlite_url, rate, paid):
    """Every message that says so costs: answers don't come faster than the free pace, and don't say it."""
    settings = Settings(
        _env_file=None,
        database_url=sqlite_url,
        telegram_bot_token=TOKEN,
        telegram_api_url=fake.url,
        telegram_rate=rate,
        operator_contact="ops@example.org",
    )
    parts = compose(settings)
    connect(parts)
    async with lived(fake, parts.platforms["telegram"], Core(), parts.pace, wait=True) as bench:
        await bench.driver.command("phrase", "dispo")
        await bench.bot.send(ANA, say("One sentence here. " * 300))
    await parts.close()
    answer, *pushed = fake.made("sendMessage")
    assert "allow_paid_broadcast" not in answer
    assert [each.get("allow_paid_broadcast", False) for each in pushed] == [paid] * 2


@pytest.mark.parametrize(
    ("code", "description", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", "gone"),
        (403, "Forbidden: user is deactivated", "gone"),
        (403, "Forbidden: bot can't initiate conversation with a user", "gone"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "gone"),
        (403, "Forbidden: bot is not a member of the supergroup chat", "gone"),
        (400, "Bad Request: chat not found", "gone"),
        (403, "Forbidden: something nobody has seen yet", "rejected"),
        (400, "Bad Request: something nobody has seen yet", "rejected"),
        (400, "Bad Request: message is too long", "rejected"),
        (413, "Request Entity Too Large", "rejected"),
        (401, "Unauthorized", "down"),
        (404, "Not Found", "down"),
        (409, "Conflict: terminated by other getUpdates request", "down"),
        (500, "Internal Server Error", "down"),
    ],
)
async def test_what_a_refusal_means(fake, bot, code, description, kind):
    fake.fail("sendMessage", code, description)
    fault = await refused(bot)
    assert fault.kind == kind
    assert len(fake.calls) == 1


async def test_the_fake_s_own_refusals(fake, bot):
    fake.blocked.add(5001)
    assert (await refused(bot)).kind == "gone"
    fake.blocked.clear()
    fake.started.clear()
    assert (await refused(bot)).kind == "gone"
    with pytest.raises(DeliveryError) as caught:
        await bot.send(Address("telegram", "", "x", "no number"), say("x"))
    assert caught.value.kind == "rejected"


async def test_a_chat_that_moved(fake, bot):
    fake.moved[5001] = -2002
    fault = await refused(bot)
    assert fault.kind == "moved"
    assert fault.moved_to == Address("telegram", "", "5001", "-2002")


async def test_a_pause_is_told_and_not_waited_for(fake, bot):
    fake.fail("sendMessage", 429, "Too Many Requests: retry after 17", retry_after=17)
    fault = await refused(bot)
    assert (fault.kind, fault.retry_after) == ("paused", timedelta(seconds=17))
    fake.html("sendMessage", 429)
    fault = await refused(bot)
    assert (fault.kind, fault.retry_after) == ("paused", timedelta(seconds=5))


@pytest.mark.parametrize(
    ("how", "kind"), [("html", "down"), ("hang", "unknown"), ("lose", "unknown"), ("garble", "unknown")]
)
async def test_what_no_answer_means(fake, bot, how, kind):
    getattr(fake, how)("sendMessage")
    assert (await refused(bot)).kind == kind
    await bot.send(ANA, say("Good morning."))


async def test_nobody_there_is_down():
    bot = Telegram(TOKEN, api_url="http://127.0.0.1:9", pacing=Pace(), commands=COMMANDS)
    assert (await refused(bot)).kind == "down"
    await bot.close()


async def test_entities_that_telegram_refuses_go_out_as_bare_words(fake, bot):
    fake.fail("sendMessage", 400, "Bad Request: can't parse entities: no idea why")
    await bot.send(ANA, say("**Good** morning."))
    assert [("entities" in call.params) for call in fake.calls] == [True, False]


async def test_a_later_part_waits_out_a_pause(fake, bot):
    await bot.send(ANA, say("x"))
    long = say("One sentence here. " * 300)
    fake.faults.clear()

    async def pause_second() -> None:
        await fake.until(lambda: len(fake.calls) == 2)
        fake.fail("sendMessage", 429, "Too Many Requests: retry after 0", retry_after=0.01)

    pausing = asyncio.create_task(pause_second())
    await bot.send(ANA, long)
    await pausing
    assert len(fake.sent(5001)) == 3


async def test_what_cannot_be_rendered_is_rejected(fake, bot):
    fault = await refused(bot, say("x", (Button("x", "a.b", "v" * 64),)))
    assert fault.kind == "rejected"
    assert "64" in fault.detail
    assert fake.calls == []


async def test_nothing_to_say_is_nothing_sent(fake, bot):
    await bot.send(ANA, Reply(cards=(Card(" \u200b "),)))
    assert fake.calls == []


def test_the_errors_of_the_library_by_kind():
    kinds = {
        "paused": [RetryAfter(3), RetryAfter(timedelta(seconds=3))],
        "moved": [ChatMigrated(-5)],
        "gone": [Forbidden("Forbidden: bot was blocked by the user"), BadRequest("Chat not found")],
        "rejected": [BadRequest("x"), Forbidden("x")],
        "unknown": [TimedOut(), TelegramError("Invalid server response")],
        "down": [NetworkError("x"), InvalidToken("x"), Conflict("x")],
    }
    for kind, faults in kinds.items():
        assert [failure(fault, ANA).kind for fault in faults] == [kind] * len(faults)
    assert failure(RetryAfter(3), ANA).retry_after == timedelta(seconds=3)


def test_a_detail_quotes_nothing():
    said = "Can't parse: \"Mr. Alvarez\" in 4471822. Parsing the server response b'<html>' failed"
    detail = failure(BadRequest(said), ANA).detail
    assert "Can't parse" in detail
    assert "Alvarez" not in detail
    assert "4471822" not in failure(BadRequest("chat 4471822 is odd"), ANA).detail


async def test_replies_wait_out_short_pauses_and_leave_long_ones(bench):
    bench.fake.fail("sendMessage", 429, "Too Many Requests: retry after 0", retry_after=0.02)
    await bench.driver.command("phrase", "one")
    assert bench.driver.messages == ["Found\nphrase is one"]
    bench.fake.fail("sendMessage", 429, "Too Many Requests: retry after 60", retry_after=60)
    await bench.driver.command("phrase", "two")
    assert len(bench.driver.messages) == 1
    # It stays kept: a redelivery would bring it.
    assert len(bench.core.acked) == 1
    assert bench.pace.pauses == [("telegram:700000001", 0.02), ("telegram:700000001", 60)]


async def test_a_reply_is_tried_again_where_telegram_was_away(bench):
    bench.fake.html("sendMessage")
    await bench.driver.command("phrase", "one")
    assert bench.driver.messages == ["Found\nphrase is one"]
    assert len(bench.core.acked) == 1


async def test_a_reply_to_one_who_blocked_the_bot_stops_nothing(bench):
    await bench.fake.say(bench.driver.user, "hello")
    bench.fake.blocked.add(5001)
    await bench.driver.settled()
    await bench.driver.command("phrase", "one")
    assert bench.driver.last == "Found\nphrase is one"


def test_the_fake_lives_in_a_thread_too():
    with threaded() as fake:

        async def act() -> None:
            bot = Telegram(TOKEN, api_url=fake.url, pacing=Pace(), commands=COMMANDS)
            await bot.send(ANA, say("x"))
            await bot.close()

        fake.started.add(5001)
        asyncio.run(act())
        assert [message.text for message in fake.sent(5001)] == ["x"]
        fake.run(fake.settled())


async def test_the_fake_refuses_what_telegram_refuses(fake: FakeTelegram):
    from bot.platforms.telegram.transport import Client

    fake.started.add(1)
    client = Client(TOKEN, api_url=fake.url, poll_seconds=1)
    await client.open()
    bold = {"type": "bold", "offset": 0, "length": 1}
    bad = [
        {"text": "x" * 4097},
        {"text": " "},
        {"text": "x", "nonsense": 1},
        {"text": "😀", "entities": [bold]},
        {"text": "x", "entities": [{**bold, "length": 2}]},
        {"text": "xy", "entities": [bold, {**bold, "type": "code"}]},
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 33}]]}},
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 9]}},
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "javascript:1"}]]}},
        {"text": "x", "reply_parameters": {"message_id": 99}},
        {"text": "\ud800"},
    ]
    for params in bad:
        with pytest.raises(BadRequest):
            await client.call("sendMessage", chat_id=1, **params)
    await client.close_sessions()
    fake.calls.clear()
