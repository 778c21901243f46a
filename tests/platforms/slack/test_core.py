"""The adapter with the real core behind it: once only, the guard in the modal, a database that goes away."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from bot.storage.database import Database
from tests.core.toys import Talk
from tests.drivers.slack import HttpWire, SlackDriver, SocketWire
from tests.fakes.slack import FakeSlack
from tests.platforms.slack.conftest import Pace, adapter, running, served, until


@asynccontextmanager
async def talking(database: Database, clock: Callable[[], datetime], transport: str) -> AsyncIterator[SlackDriver]:
    core = Talk(database, clock, modals=frozenset({"slack"})).dispatch
    async with FakeSlack().serving() as fake:
        slack = adapter(fake, database, Pace(), public_url="https://x.org" if transport == "http" else "")
        async with served(slack) as url, running(slack, core, lambda: until(lambda: slack.state == "ready")):
            yield SlackDriver(fake, HttpWire(url) if transport == "http" else SocketWire(fake))
        assert fake.refusals == []


@pytest.fixture(params=["socket", "http"])
async def student(
    request: pytest.FixtureRequest, sqlite: Database, clock: Callable[[], datetime]
) -> AsyncIterator[SlackDriver]:
    async with talking(sqlite, clock, request.param) as made:
        yield made


async def test_one_event_many_times_counts_once(student: SlackDriver) -> None:
    """Slack's redeliveries, a replayed request, a second copy of a press: one effect each."""
    await student.command("count")
    assert student.last == "tap 1"
    await student.again()
    await student.press("Again")
    await student.again()
    await student.again()
    await student.command("count")
    assert student.last == "tap 3"


async def test_the_guard_asks_in_the_modal_and_keeps_what_was_chosen(student: SlackDriver) -> None:
    """The text stays in its field, nothing is posted, and the choice decides what is kept."""
    await student.command("notes")
    await student.fill({"line": "68M with cirrhosis, MRN 4471822, did the tap"})
    assert "4471822" in student.last, "still in its field"
    assert "I didn't keep that" in student.last
    await student.press("Keep this version")
    assert student.modal is None
    assert student.last == "kept"
    posted = [message for message in student.fake.messages if "4471822" in str(message.blocks)]
    assert posted == []


async def test_faults_are_told_until_they_are_mended(student: SlackDriver) -> None:
    """Sent twice with the same fault, the modal says it twice; mended, it is taken once."""
    await student.command("dates")
    await student.fill({"first": "2026-12-07", "length": "soon", "role": "observer"})
    view = student.modal
    assert view is not None
    assert set(view.errors) == {"length"}
    first = dict(view.errors)
    await student.submit(view)
    assert (student.modal, view.errors) == (view, first)
    await student.fill({"length": "4 weeks"})
    assert student.modal is None
    assert student.last.startswith("2026-12-07")
    ack = await student.again()
    assert ack is not None
    assert ack["response_action"] == "update"
