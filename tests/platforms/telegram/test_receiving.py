"""How updates come in: once, in order, never lost, and only from Telegram."""

import asyncio
import hmac
import json
import logging
from io import BytesIO

import aiohttp
import pytest
import structlog

from bot.core.messages import say
from bot.platforms.telegram.adapter import Telegram
from bot.platforms.telegram.polling import LEASE
from bot.platforms.telegram.transport import Client
from bot.schedule.pace import SharedPace
from tests.drivers.telegram import TelegramDriver
from tests.fakes.telegram import DATE, TOKEN, private, student
from tests.platforms.telegram.conftest import COMMANDS, Core, Pace, running


def update(number, text="/phrase dispo", user=5001):
    who = student(user)
    return {
        "update_id": number,
        "message": {"message_id": number, "from": who, "chat": private(who), "date": DATE, "text": text},
    }


async def test_a_database_that_is_away_loses_nothing(bench):
    bench.core.away = 3
    await bench.driver.command("phrase", "dispo")
    assert bench.driver.messages == ["Found\nphrase is dispo"]
    assert len(bench.core.seen) == 4
    assert len(bench.core.effects) == 1
    if bench.base:
        assert bench.fake.posts == [503, 503, 503, 200]


async def test_away_never_advances_the_offset(polling):
    polling.core.away = 1
    await polling.fake.say(student(5001), "one")
    await polling.fake.say(student(5002, "Ben"), "two")
    await polling.driver.settled()
    offsets = [call.get("offset", 0) for call in polling.fake.made("getUpdates")]
    assert set(offsets) <= {0, 1001, 1002, 1003}
    assert len(polling.core.effects) == 2
    assert sorted(polling.core.acked) == ["1001", "1002"]
    assert polling.bot.state == "ready"


async def test_what_follows_in_a_chat_waits_for_what_came_before(fake):
    core = Core(away=1)
    for n in range(3):
        await fake.say(student(), f"word {n}")
    async with running(fake, core=core):
        await fake.settled()
    assert core.effects == ["1001", "1002", "1003"]
    assert [event.key for event in core.seen[:2]] == ["1001", "1001"]


async def test_the_offset_advances_only_when_the_whole_batch_is_handled(fake):
    core = Core(gate=asyncio.Event())
    await fake.say(student(5001), "slow")
    await fake.say(student(5002, "Ben"), "other")
    async with running(fake, core=core):
        await fake.until(lambda: len(fake.made("getUpdates")) == 1)
        while len(core.seen) < 2:  # noqa: ASYNC110 - both chats are under way, side by side
            await asyncio.sleep(0)
        assert fake.acked == []
        core.gate.set()
        await fake.settled()
    assert sorted(fake.acked) == [1001, 1002]
    assert all(call.get("offset", 0) in (0, 1003) for call in fake.made("getUpdates"))


async def test_an_update_that_cannot_be_read_is_skipped_and_counted(bench, capsys):
    secret = "Mr. Alvarez in bed 4"
    broken = [
        {"update_id": 2001, "broken": 1, "message": {"text": secret}},
        {"update_id": 2002, "broken": 1, "message": secret},
        {"update_id": 2003, "broken": 1, "callback_query": [secret]},
        {"update_id": 2004, "broken": 1, "message": {**update(1)["message"], "date": "noon"}},
        {"update_id": 2005, "broken": 1, "message": {**update(1)["message"], "date": 10**30, "text": secret}},
    ]
    for each in broken:
        await bench.fake.push_raw(each)
    bench.fake._next["update"] = 3000
    await bench.driver.command("phrase", "dispo")
    assert bench.driver.last == "Found\nphrase is dispo"
    assert bench.bot.skipped == 5
    assert len(bench.core.seen) == 1
    assert secret not in capsys.readouterr().out


async def test_one_student_s_updates_keep_their_order(bench):
    for n in range(30):
        await bench.fake.say(bench.driver.user, f"/phrase {n}")
    await bench.driver.settled()
    assert [event.text for event in bench.core.seen] == [str(n) for n in range(30)]


async def test_a_reply_that_hangs_holds_up_nobody_else(fake, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.transport.READ_SECONDS", 0.3)
    fake.hang("sendMessage")
    await fake.say(student(5001), "one")
    await fake.say(student(5002, "Ben"), "two")
    async with running(fake) as bench:
        await fake.until(lambda: len(fake.sent(5001)) + len(fake.sent(5002)) == 1)
        await fake.settled()
        # Whether the first arrived nobody knows: it is kept, and not sent twice.
        assert len(bench.core.acked) == 1
        assert sorted(fake.acked) == [1001, 1002]


# The lease, and others that poll


async def test_only_who_holds_the_lease_polls(fake):
    pace = Pace(free=False)
    async with running(fake, pace=pace, wait=False) as bench:
        await _spin(lambda: bench.bot.state == "waiting for the lease" and pace.holds > 2)
        assert fake.made("getUpdates") == []
        pace.free = True
        await bench.driver.command("phrase", "dispo")
        assert bench.driver.last
        await fake.until(lambda: bench.bot.state == "ready")


async def test_the_lease_is_renewed_and_its_loss_ends_the_polling(fake, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.polling.RENEW_SECONDS", 0.01)
    async with running(fake) as bench:
        await _spin(lambda: bench.pace.holds > 5)
        bench.pace.free = False
        await _spin(lambda: bench.bot.state == "waiting for the lease")
        polls = len(fake.made("getUpdates"))
        held = bench.pace.holds
        await _spin(lambda: bench.pace.holds > held + 5)
        assert len(fake.made("getUpdates")) == polls


async def test_who_stops_gives_the_lease_back_and_the_next_polls_at_once(fake, database, monkeypatch):
    """A new release need not wait until the lease of the old one has run out."""
    monkeypatch.setattr("bot.platforms.telegram.polling.ASK_SECONDS", 3600)
    for me in ("old", "new"):
        asked = len(fake.made("getUpdates"))
        async with running(fake, pace=SharedPace(database, me), wait=False) as bench:
            await fake.until(lambda: len(fake.made("getUpdates")) > asked, 5)  # noqa: B023 - waited for here
            assert bench.bot.state == "ready"
            async with database.read() as work:
                assert [tuple(row) for row in await work.run("SELECT name, owner FROM leases")] == [(LEASE, me)]


async def test_who_stops_leaves_another_s_lease_alone(fake, database):
    """One that was late to renew has lost it: what it gives back is not its own."""
    async with running(fake, pace=SharedPace(database, "old"), wait=False):
        await fake.until(lambda: fake.made("getUpdates"), 5)
        async with database.write() as work:
            await work.run("UPDATE leases SET owner = 'new'")
    async with database.read() as work:
        assert [tuple(row) for row in await work.run("SELECT name, owner FROM leases")] == [(LEASE, "new")]


async def test_another_poller_is_waited_for(fake):
    fake.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=3)
    async with running(fake) as bench:
        await bench.driver.command("phrase", "dispo")
        assert bench.driver.last == "Found\nphrase is dispo"
        assert bench.bot.state == "ready"


async def test_a_webhook_left_behind_is_taken_away(fake):
    fake.webhook = {"url": "https://old.example.org/hook"}
    fake._poster.cancel()
    async with running(fake) as bench:
        assert fake.webhook == {}
        fake.webhook = {"url": "https://set.meanwhile.example.org"}
        await _spin(lambda: not fake.webhook)
        await bench.driver.command("phrase", "dispo")


async def test_a_refused_token_stops_this_adapter_alone(fake):
    async with running(fake, token="700000001:AAother-token-that-nobody-knows_000", wait=False) as bench:
        await _spin(lambda: bench.bot.state == "bad token")
        assert not bench.task.done()
        assert [call.method for call in fake.calls] == ["getMe"]


async def test_a_token_that_is_taken_back_stops_the_polling(polling):
    polling.fake.token = "700000001:AAnew-token-after-it-was-revoked_0000"
    await polling.fake.say(student(), "hello")
    await _spin(lambda: polling.bot.state == "bad token")
    assert not polling.task.done()


async def test_telegram_away_at_the_start_is_waited_for(fake):
    for method in ("getMe", "deleteWebhook", "getMyCommands", "getUpdates"):
        fake.html(method, 502, times=2)
    fake.fail("setMyDescription", 429, "Too Many Requests: retry after 1", retry_after=0.01)
    fake.fail("setMyShortDescription", 400, "Bad Request: nobody knows why")
    async with running(fake) as bench:
        await bench.driver.command("phrase", "dispo")
        assert bench.driver.last
        assert bench.bot.state == "ready"
    assert fake.commands
    assert fake.description
    assert not fake.short_description


async def test_stopping_lets_what_is_under_way_end(fake):
    core = Core(gate=asyncio.Event())
    await fake.say(student(), "hello")
    async with running(fake, core=core) as bench:
        await _spin(lambda: core.seen)
        bench.task.cancel()
        asyncio.get_running_loop().call_later(0.05, core.gate.set)
        await asyncio.wait({bench.task})
    assert core.acked == ["1001"]
    assert len(fake.sent(5001)) == 1


# The webhook


async def post(bench, body, secret=None, **headers):
    async with aiohttp.ClientSession() as session:
        if secret is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        async with session.post(bench.base + "/telegram/webhook", data=body, headers=headers) as response:
            return response.status


async def test_the_same_update_a_hundred_times_at_once(webhook):
    secret = webhook.fake.webhook["secret_token"]
    webhook.fake.started.add(5001)
    body = json.dumps(update(4001))
    gate = webhook.core.gate = asyncio.Event()
    posts = [asyncio.create_task(post(webhook, body, secret)) for _ in range(100)]
    await _spin(lambda: webhook.core.seen)
    assert not any(each.done() for each in posts)
    gate.set()
    assert await asyncio.gather(*posts) == [200] * 100
    assert len(webhook.core.seen) == 100
    assert webhook.core.effects == ["4001"]
    assert len(webhook.fake.made("sendMessage")) == 1


@pytest.mark.parametrize("secret", [None, "", "wrong", "s\u00e9cret", "x" * 4000, "right\u00ff"])
async def test_who_does_not_know_the_secret_is_refused(webhook, secret):
    if secret and not secret.isascii():
        assert await _raw(webhook, secret) == 403
    else:
        assert await post(webhook, json.dumps(update(1)), secret) == 403
    assert webhook.core.seen == []


async def test_the_secret_is_compared_in_constant_time(webhook, monkeypatch):
    compared = []
    right = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(a) or right(a, b))
    assert await post(webhook, "{}", "wrong") == 403
    assert compared == [b"wrong"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"update_id": "x"}',
        b"{}",
        b'{"update_id": true}',
    ],
)
async def test_a_body_that_cannot_be_read_is_counted_and_taken(webhook, body):
    assert await post(webhook, body, webhook.fake.webhook["secret_token"]) == 200
    assert webhook.bot.skipped == 1
    assert webhook.core.seen == []


async def test_a_body_too_large_is_refused(webhook):
    assert await post(webhook, BytesIO(b"x" * 1_100_000), webhook.fake.webhook["secret_token"]) == 413
    assert await post(webhook, BytesIO(b"x" * 1_100_000), "wrong") == 403


async def test_the_secret_is_made_from_the_token_or_given():
    def made(token=TOKEN, **more):
        return Telegram(token, api_url="http://127.0.0.1:1", pacing=Pace(), commands=COMMANDS, **more)

    assert made()._webhook.secret == made()._webhook.secret != made(TOKEN + "x")._webhook.secret
    assert TOKEN.split(":")[1] not in made()._webhook.secret
    assert made(secret="mine")._webhook.secret == "mine"
    with pytest.raises(ValueError, match="TELEGRAM_WEBHOOK_SECRET"):
        made(secret="not this one!")
    assert made().routes == []
    assert [route.path for route in made(public_url="https://x.example.org").routes] == ["/telegram/webhook"]


async def test_before_it_runs_the_webhook_asks_to_come_again(webhook):
    secret = webhook.fake.webhook["secret_token"]
    webhook.task.cancel()
    await asyncio.wait({webhook.task})
    assert await post(webhook, json.dumps(update(1)), secret) == 503


async def test_a_refused_webhook_is_told_and_tried_again(fake):
    fake.fail("setWebhook", 400, "Bad Request: bad webhook: Failed to resolve host", times=2)
    async with running(fake, webhook=True) as bench:
        await bench.driver.command("phrase", "dispo")
        assert len(fake.made("setWebhook")) == 3
        assert bench.bot.state == "ready"


async def test_neither_token_nor_words_reach_a_log(fake, caplog, capsys):
    structlog.reset_defaults()
    caplog.set_level(logging.DEBUG)
    words = "Mr. Alvarez in bed 4"
    core = Core(answers={words: say("secret answer")})
    for method in ("getMe", "sendMessage", "getUpdates"):
        fake.html(method)
        fake.garble(method)
        fake.lose(method)
        fake.fail(method, 403, f'Forbidden: "{words}" is not it')
    fake.fail("sendMessage", 400, f'Bad Request: can\'t parse "{words}"')
    async with running(fake, core=core) as bench:
        for _ in range(7):
            await fake.say(bench.driver.user, words)
        await fake.settled()
    async with running(fake, core=core, token="700000001:AAa-wrong-token-for-this-one_0000000", wait=False) as bench:
        await _spin(lambda: bench.bot.state == "bad token")
    out = capsys.readouterr()
    told = caplog.text + "".join(str(vars(record)) for record in caplog.records) + out.out + out.err
    assert "polling failed" in told
    for leak in (TOKEN.split(":")[1], "AAa-wrong-token", "Alvarez", "secret answer", "/bot7", "<html>"):
        assert leak not in told


async def test_a_client_nobody_opened_says_so():
    client = Client(TOKEN, api_url="http://127.0.0.1:1", poll_seconds=1)
    with pytest.raises(Exception, match="closed"):
        await client.call("getMe")


async def test_two_students_side_by_side(bench):
    ben = TelegramDriver(bench.fake, 5002, "Ben")
    await asyncio.gather(bench.driver.command("phrase", "one"), ben.command("phrase", "two"))
    assert bench.driver.messages == ["Found\nphrase is one"]
    assert ben.messages == ["Found\nphrase is two"]


async def _spin(true, seconds=10):
    """Wait for what no call tells of."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0)


async def _raw(bench, secret):
    """Post with a header that no client of good manners would send."""
    host, port = bench.base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"Host: x\r\nContent-Length: 2\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n\r\n"
    writer.write(f"POST /telegram/webhook HTTP/1.1\r\n{head}{{}}".encode("latin-1"))
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(line.split()[1])


async def test_any_words_come_in_whole(webhook):
    secret = webhook.fake.webhook["secret_token"]
    webhook.fake.started.add(5001)
    for n, text in enumerate(["\ud800", "\x00x", "\u202e\u0301" * 30_000, "/phrase \udc00", "👩‍👩‍👧‍👦" * 5000, "   "]):
        assert await post(webhook, json.dumps(update(9000 + n, text)), secret) == 200
    assert webhook.bot.skipped == 0
    assert [event.key for event in webhook.core.seen] == [str(9000 + n) for n in range(6)]
    for event in webhook.core.seen:
        event.text.encode()
