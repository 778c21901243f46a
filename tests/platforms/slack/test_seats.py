"""Ten sockets for all processes: who has one, who waits, who takes over."""

import asyncio
import secrets
from contextlib import AsyncExitStack

import pytest

from bot.core.errors import DeliveryError
from bot.core.messages import say
from bot.domain.student import Address
from bot.platforms.slack import seats
from bot.platforms.slack.seats import SEATS, Seat
from bot.schedule.pace import SharedPace
from tests.fakes.slack import FakeSlack
from tests.platforms.slack.conftest import Core, adapter, running, until


def pace(database) -> SharedPace:
    return SharedPace(database, secrets.token_hex(4))


async def test_an_eleventh_process_waits_until_a_seat_is_given_back(database, monkeypatch):
    """Each has another seat; the one that waits gets the first that is free."""
    monkeypatch.setattr(seats, "ASK_SECONDS", 0.01)
    held = [Seat(pace(database), lambda _: None).taken() for _ in range(SEATS)]
    for each in held:
        await each.__aenter__()
    waited = asyncio.Event()
    late = Seat(pace(database), lambda waiting: waited.set() if waiting else None).taken()
    entering = asyncio.create_task(late.__aenter__())
    await waited.wait()
    assert not entering.done()
    await held.pop(3).__aexit__(None, None, None)
    kept = await entering
    assert not kept.done()
    for each in (*held, late):
        await each.__aexit__(None, None, None)


async def test_the_eleventh_process_sends_and_says_that_it_only_sends(database, monkeypatch):
    """It opens no socket, pushes go out all the same, and a seat that is given back makes it ready."""
    monkeypatch.setattr(seats, "ASK_SECONDS", 0.01)
    async with AsyncExitStack() as others:
        held = [Seat(pace(database), lambda _: None).taken() for _ in range(SEATS)]
        for each in held[1:]:
            await others.enter_async_context(each)
        await held[0].__aenter__()
        async with FakeSlack().serving() as fake:
            slack = adapter(fake, database, pace(database))
            only_sends = "sends only: ten others hold the sockets"
            async with running(slack, Core(), lambda: until(lambda: slack.state == only_sends)):
                await slack.send(Address("slack", "T1", "U1", "DU1"), say("Good morning."))
                assert fake.opened == 0
                assert len(fake.of("chat.postMessage")) == 1
                await held[0].__aexit__(None, None, None)
                await until(lambda: slack.state == "ready")
                assert fake.opened == 1


async def test_a_seat_that_another_has_taken_is_given_up(database, monkeypatch):
    """After a pause of ours longer than the lease, the other's socket stays and ours goes."""
    monkeypatch.setattr(seats, "RENEW_SECONDS", 0.01)
    async with Seat(pace(database), lambda _: None).taken() as kept:
        async with database.write() as work:
            await work.run("UPDATE leases SET owner = 'another'")
        with pytest.raises(DeliveryError, match="another process"):
            await kept
