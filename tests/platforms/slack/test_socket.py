"""Socket Mode through a day: refreshes, lost connections, refusals, and a stop with work under way."""

import asyncio

import pytest

from bot.core.errors import DeliveryError
from bot.core.messages import say
from bot.domain.student import Address
from bot.storage.database import Database
from tests.drivers.slack import SlackDriver, SocketWire
from tests.fakes.slack import FakeSlack
from tests.platforms.slack.conftest import Core, Pace, World, adapter, running, until


async def test_a_refresh_loses_nothing(socket_only: World) -> None:
    """Slack renews connections every few hours: the adapter connects anew and goes on."""
    student = socket_only.student()
    await student.type("before")
    await socket_only.fake.refresh()
    await student.type("after")
    assert len(socket_only.core.events) == 2
    assert socket_only.fake.opened == 2
    assert socket_only.slack.state == "ready"


async def test_a_closed_connection_is_made_again(socket_only: World) -> None:
    """A connection that closes without a word is replaced."""
    socket_only.fake.connected.clear()
    await socket_only.fake.live[-1].close()
    await asyncio.wait_for(socket_only.fake.connected.wait(), 20)
    await until(lambda: socket_only.slack.state == "ready")
    await socket_only.student().type("after")
    assert len(socket_only.core.events) == 1


async def test_a_malformed_envelope_stops_nobody(socket_only: World) -> None:
    """What can't be read is left alone; the next event is handled."""
    for kind, payload in (
        ("events_api", {}),
        ("interactive", {"type": "block_actions"}),
        ("slash_commands", {"command": 1}),
    ):
        with pytest.raises(TimeoutError):
            await socket_only.fake.deliver(kind, {**payload, "view": None}, wait=0.1)
    await socket_only.student().type("after")
    assert len(socket_only.core.events) == 1


async def test_two_students_are_answered_side_by_side_and_one_in_order(socket_only: World) -> None:
    """A student's second event waits for the first; another student's does not."""
    socket_only.core.block = asyncio.Event()
    first, second = socket_only.student(), socket_only.student("U2")
    sent = [asyncio.create_task(each.type(text)) for each, text in ((first, "a"), (first, "b"), (second, "c"))]
    await until(lambda: len(socket_only.core.events) == 2)
    assert {event.sender.user for event in socket_only.core.events} == {"U1", "U2"}
    socket_only.core.block.set()
    await asyncio.gather(*sent)
    assert [event.text for event in socket_only.core.events if event.sender.user == "U1"] == ["a", "b"]  # type: ignore[union-attr]


async def test_a_stop_lets_what_is_under_way_end(sqlite: Database) -> None:
    """Cancelled in the middle of an event, the adapter still answers and acknowledges it, and takes no other."""
    async with FakeSlack().serving() as fake:
        core = Core(block=asyncio.Event())
        slack = adapter(fake, sqlite, Pace())
        student = SlackDriver(fake, SocketWire(fake))
        async with running(slack, core, lambda: until(lambda: slack.state == "ready")):
            under_way = asyncio.create_task(student.type("hello"))
            await until(lambda: bool(core.events))
            assert core.block is not None
            asyncio.get_running_loop().call_later(0.05, core.block.set)
        await under_way
        assert student.messages == ["got TextSent"]
        assert fake.unacknowledged == []
        assert slack.state == "stopped"


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_token_that_is_no_good_says_so(sqlite: Database, method: str) -> None:
    """The run ends with the reason, which the state tells; no token is in it."""
    async with FakeSlack().serving() as fake:
        slack = adapter(fake, sqlite, Pace())
        fake.refuse(method, "invalid_auth")
        with pytest.raises(DeliveryError) as caught:
            await slack.run(Core())
        assert (caught.value.kind, slack.state) == ("down", "down: invalid_auth")


async def test_slack_away_at_the_start(sqlite: Database) -> None:
    """No connection: the run fails and can be tried again; a push says that the platform is down."""
    fake = FakeSlack()
    await fake.start()
    await fake.stop()
    slack = adapter(fake, sqlite, Pace())
    with pytest.raises(DeliveryError):
        await slack.run(Core())
    assert slack.state == "down: no connection"
    with pytest.raises(DeliveryError) as caught:
        await slack.send(Address("slack", "T1", "U1", "DU1"), say("x"))
    assert caught.value.kind == "down"
    await fake.start()
    async with running(slack, Core(), lambda: until(lambda: slack.state == "ready")):
        await slack.send(Address("slack", "T1", "U1", "DU1"), say("x"))
    await fake.stop()
    assert len(fake.messages) == 1


async def test_a_connection_that_stays_away_ends_the_run(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would go on with an address that has expired; the run ends instead, and begins anew."""
    monkeypatch.setattr("bot.platforms.slack.socket_mode.WATCH", 0.01)
    monkeypatch.setattr("bot.platforms.slack.socket_mode.LOST", 0.05)
    async with FakeSlack().serving() as fake:
        slack = adapter(fake, sqlite, Pace())
        task = asyncio.create_task(slack.run(Core()))
        await until(lambda: slack.state == "ready")
        await fake.stop()
        with pytest.raises(DeliveryError, match="connection lost"):
            await asyncio.wait_for(task, 5)
        assert slack.state == "down: connection lost"
