"""Installing the app: one state, one browser, ten minutes; tokens sealed; a removal forgets them."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.clock import system
from bot.core.messages import say
from bot.domain.student import Address
from bot.platforms.slack.installs import slack_installs, slack_states
from bot.platforms.slack.oauth import SCOPES
from bot.storage.database import Database
from tests.fakes.slack import Fault
from tests.platforms.slack.conftest import World, http_world

#: slack_sdk sends the client's secret by a class that aiohttp 4 will not have.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

COOKIE = "slack-app-oauth-state"


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = system()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def world(database: Database, hands: Hands) -> AsyncIterator[World]:
    async with http_world(database, bot_token="", client_id="1.2", client_secret="shh", clock=hands) as made:
        yield made


async def begun(world: World) -> tuple[str, str]:
    """Begin an install; return the state in Slack's address and the one in the browser's cookie."""
    async with aiohttp.ClientSession() as session, session.get(world.url + "/slack/install") as answer:
        page = await answer.text()
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
    href = page.split('href="https://slack.com/oauth')[1].split('"')[0].replace("&amp;", "&")
    query = parse_qs(urlsplit(href).query)
    assert set(query["scope"][0].split(",")) == set(SCOPES)
    assert query["redirect_uri"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    return query["state"][0], cookie.split(";")[0].split("=", 1)[1]


async def finished(world: World, state: str, cookie: str, code: str = "good-T5") -> int:
    """Come back from Slack; return the status of the page."""
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    query = {"code": code, **({"state": state} if state else {})}
    async with (
        aiohttp.ClientSession() as session,
        session.get(world.url + "/slack/oauth_redirect", params=query, headers=headers) as answer,
    ):
        assert "xoxb" not in await answer.text()
        return answer.status


async def count(database: Database) -> int:
    async with database.read() as work:
        return int((await work.connection.execute(select(func.count()).select_from(slack_installs))).scalar_one())


async def test_an_install_and_a_push(world: World, database: Database) -> None:
    """After an install the workspace's own token is used, and it lies sealed."""
    state, cookie = await begun(world)
    assert await finished(world, state, cookie) == 200
    await world.slack.send(Address("slack", "T5", "U1", "DU1"), say("x"))
    assert world.fake.calls[-1].token == "xoxb-222222222222-T5"
    async with database.read() as work:
        sealed = (await work.connection.execute(select(slack_installs.c.installation))).scalar_one()
        states = (await work.connection.execute(select(slack_states.c.state))).scalars().all()
    assert b"xoxb" not in bytes(sealed)
    assert state not in states


async def test_every_other_way_is_refused(world: World, database: Database, hands: Hands) -> None:
    """No state, a made-up one, another browser's, one that was used, one that is too old, no code."""
    state, cookie = await begun(world)
    other, _ = await begun(world)
    assert await finished(world, "", cookie) == 400
    assert await finished(world, state, "") == 400
    assert await finished(world, other, cookie) == 400
    assert await finished(world, "made-up", "made-up") == 401
    assert await finished(world, "\ud83d\ude00é", "x") == 400
    assert await count(database) == 0
    assert await finished(world, state, cookie) == 200
    assert await finished(world, state, cookie) == 401
    hands.now += timedelta(minutes=10)
    assert await finished(world, other, other) == 401
    fresh, cookie = await begun(world)
    assert await finished(world, fresh, cookie, code="bad") == 401
    assert await count(database) == 1


async def test_slack_failing_in_the_middle_is_said(world: World, database: Database) -> None:
    state, cookie = await begun(world)
    world.fake.fail("oauth.v2.access", Fault(lost=True))
    assert await finished(world, state, cookie) == 503
    assert await count(database) == 0


async def test_an_install_of_one_workspace_leaves_the_others(world: World, database: Database) -> None:
    """Each has its own row; a second install of the same replaces it."""
    for code in ("good-T5", "good-T6", "good-T5"):
        state, cookie = await begun(world)
        assert await finished(world, state, cookie, code) == 200
    assert await count(database) == 2


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}]
)
async def test_a_removal_forgets_the_token_and_is_told(
    world: World, database: Database, event: dict[str, object]
) -> None:
    state, cookie = await begun(world)
    await finished(world, state, cookie)
    await world.slack.send(Address("slack", "T5", "U1", "DU1"), say("x"))
    told: list[str] = []

    async def removed(team: str) -> None:
        told.append(team)

    world.slack.removed = removed
    await world.student(team="T5").event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
    assert await count(database) == 1
    await world.student(team="T5").event(event)
    assert (await count(database), told) == (0, ["T5"])
    before = len(world.fake.calls)
    with pytest.raises(Exception, match="not installed"):
        await world.slack.send(Address("slack", "T5", "U1", "DU1"), say("x"))
    assert len(world.fake.calls) == before
