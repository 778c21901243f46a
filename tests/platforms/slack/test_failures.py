"""What Slack refuses, as the courier must understand it; and what a refusal does to everybody else."""

import logging
from datetime import datetime, timedelta

import pytest

from bot.core.errors import DeliveryError
from bot.core.messages import Card, Picture, Reply, say
from bot.domain.student import Address
from bot.platforms import spacing
from bot.platforms.slack.installs import Installs
from bot.platforms.spacing import Spacing
from bot.storage.database import Database
from tests.fakes.slack import BOT_TOKEN, FakeSlack, Fault
from tests.platforms.slack.conftest import Core, Pace, World, adapter, running, socket_world, until
from tests.platforms.test_spacing import Watch

HOME = Address("slack", "T1", "U1", "DU1")


async def refused(world: World, fault: Fault, reply: Reply | None = None) -> DeliveryError:
    world.fake.fail("chat.postMessage", fault)
    with pytest.raises(DeliveryError) as caught:
        await world.slack.send(HOME, reply or say("a secret line"))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("channel_not_found", "gone"),
        ("user_not_found", "gone"),
        ("is_archived", "gone"),
        ("messages_tab_disabled", "gone"),
        ("not_in_channel", "gone"),
        ("token_revoked", "down"),
        ("account_inactive", "down"),
        ("invalid_auth", "down"),
        ("token_expired", "down"),
        ("missing_scope", "down"),
        ("service_unavailable", "down"),
        ("internal_error", "unknown"),
        ("fatal_error", "unknown"),
        ("rate_limited", "paused"),
        ("msg_blocks_too_long", "rejected"),
        ("invalid_blocks", "rejected"),
        ("never_heard_of_it", "rejected"),
    ],
)
async def test_errors_by_name(socket_only: World, error: str, kind: str) -> None:
    """An error nobody knows disables no student: it is about the message."""
    fault = await refused(socket_only, Fault(body={"ok": False, "error": error}))
    assert (fault.kind, fault.detail) == (kind, error)


async def test_two_pushes_to_a_chat_keep_a_second_between(socket_only: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacing, "EVERY", 1.0)
    watch = Watch()
    socket_only.slack._spacing = Spacing(watch, watch.rest)
    for _ in range(2):
        await socket_only.slack.send(HOME, say("Good morning."))
    assert watch.waits == [1.0]
    assert len(socket_only.fake.of("chat.postMessage")) == 2


async def test_other_answers(socket_only: World) -> None:
    """A page of HTML, a number that is no JSON, a hang-up."""
    assert (await refused(socket_only, Fault(status=500, html="<h1>oh no</h1>"))).kind == "down"
    assert (await refused(socket_only, Fault(status=200, html="<h1>oh no</h1>"))).kind == "down"
    assert (await refused(socket_only, Fault(status=503, body="nothing"))).kind == "down"
    assert (await refused(socket_only, Fault(lost=True))).kind == "unknown"
    limited = await refused(
        socket_only, Fault(status=429, body={"ok": False, "error": "ratelimited"}, headers={"Retry-After": "17"})
    )
    assert (limited.kind, limited.retry_after) == ("paused", timedelta(seconds=17))
    odd = await refused(socket_only, Fault(status=429, html="slow", headers={"Retry-After": "soon"}))
    assert (odd.kind, odd.retry_after) == ("paused", timedelta(seconds=30))


async def test_an_upload_that_fails(socket_only: World) -> None:
    reply = Reply(cards=(Card(body="x", picture=Picture(b"png", "a chart")),))
    socket_only.fake.refuse("files.getUploadURLExternal", "storage_limit_reached")
    with pytest.raises(DeliveryError) as caught:
        await socket_only.slack.send(HOME, reply)
    assert caught.value.kind == "rejected"


async def test_a_workspace_that_took_its_token_back_is_left_alone(sqlite: Database, now: datetime) -> None:
    """One call, then none for a while; other workspaces go on; the state tells; an install mends it."""
    async with FakeSlack().serving() as fake:
        fake.tokens["xoxb-two"] = "T2"
        async with sqlite.write() as work:
            for team, token in (("T1", BOT_TOKEN), ("T2", "xoxb-two")):
                text = f'{{"bot_token": "{token}", "user_id": "U9"}}'
                await work.use(Installs).put(team, text, now)
        slack = adapter(fake, sqlite, Pace(), bot_token="", client_id="1.2", client_secret="s")
        async with running(slack, Core(), lambda: until(lambda: slack.state == "ready")):
            fake.refuse("chat.postMessage", "token_revoked")
            for _ in range(5):
                with pytest.raises(DeliveryError) as caught:
                    await slack.send(HOME, say("x"))
                assert (caught.value.kind, caught.value.retry_after) == ("down", timedelta(hours=6))
            assert len(fake.of("chat.postMessage")) == 1
            await slack.send(Address("slack", "T2", "U2", "DU2"), say("x"))
            assert slack.state == "ready, but not for T1 token_revoked"
            with pytest.raises(DeliveryError) as caught:
                await slack.send(Address("slack", "T3", "U2", "DU2"), say("x"))
            assert (caught.value.kind, caught.value.detail) == ("down", "not installed")


async def test_nothing_that_was_said_and_no_token_is_in_the_logs(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both libraries would write whole requests into their loggers, at DEBUG and in tracebacks."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("slack_bolt.AsyncApp").setLevel(logging.DEBUG)
    student = world.student()
    world.core.answer = lambda event: say("canary answer")
    await student.type("canary text")
    await student.slash("/coach", "canary command")
    world.fake.refuse("chat.postMessage", "msg_too_long")
    await student.type("canary too long")
    await student.event({"type": "message", "user": "U1", "text": "canary odd"})
    if world.url == "":
        student.wire._wait = 0.2  # type: ignore[attr-defined]
    world.core.answer = lambda event: 1 / 0  # type: ignore[return-value]
    with pytest.raises(Exception):  # noqa: B017, PT011 - either transport's own
        await student.type("canary fault")
    written = caplog.text + "".join(capsys.readouterr())
    for secret in ("canary", BOT_TOKEN, "xapp-", "xoxb-"):
        assert secret not in written


async def test_a_slack_that_hangs(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that is never answered may have been taken; a profile that never comes holds up nobody."""
    monkeypatch.setattr("bot.platforms.slack.calls.TIMEOUT", 0.2)
    monkeypatch.setattr("bot.platforms.slack.calls.ZONE_WAIT", 0.05)
    async with socket_world(sqlite) as world:
        fault = await refused(world, Fault(hang=True))
        assert fault.kind == "unknown"
        world.fake.fail("users.info", Fault(hang=True))
        await world.student().type("hello")
        await world.student().type("again")
        assert [event.zone for event in world.core.events] == ["", "America/Chicago"]


async def test_a_fake_in_a_thread_of_its_own(sqlite: Database) -> None:
    """Whoever blocks a loop may put the fake elsewhere."""
    with FakeSlack().in_thread() as fake:
        slack = adapter(fake, sqlite, Pace())
        await slack.send(HOME, say("x"))
        await slack.close()
        assert [message.text for message in fake.messages] == ["x"]
