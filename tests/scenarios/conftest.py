"""Each scenario is written once and played on every transport."""

import pytest

from bot.app import compose
from bot.platforms import spacing
from tests.scenarios.stage import TRANSPORTS, Stage, staged


@pytest.fixture(params=TRANSPORTS, ids=[each.replace(" ", "-") for each in TRANSPORTS])
async def stage(request: pytest.FixtureRequest, sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    # A rotation in seconds: how many messages a second a bot or a workspace may send is a matter for the tests of the pace.
    monkeypatch.setattr(compose, "SLACK_RATE", 200.0)
    monkeypatch.setattr(compose, "MARGIN", 30.0)
    monkeypatch.setattr(spacing, "EVERY", 0.0)
    async with staged(request.param, sqlite_url) as made:
        assert isinstance(made, Stage)
        yield made
