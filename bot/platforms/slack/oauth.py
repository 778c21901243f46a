"""Installing the app into a workspace: slack_bolt's flow over our own tables."""

import hashlib
import inspect
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from logging import Logger
from typing import Any

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.installs import Installs, States
from bot.storage.database import Database

#: What the code needs; the manifest asks for the same.
SCOPES = (
    "app_mentions:read",
    "chat:write",
    "commands",
    "files:write",
    "im:history",
    "im:write",
    "users:read",
)
LIFE = timedelta(minutes=10)

Clock = Callable[[], datetime]


class InstallStore(AsyncInstallationStore):
    """Installations in our database, one a workspace; *changed* is called with each that came or went."""

    def __init__(self, database: Database, clock: Clock, logger: Logger, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._database = database
        self._clock = clock
        self._logger = logger

    @property
    def logger(self) -> Logger:
        return self._logger

    async def async_save(self, installation: Installation) -> None:
        """Keep *installation* under its workspace, or its organization where it is installed to all of one."""
        team = installation.team_id or installation.enterprise_id
        if team:
            text = json.dumps(installation.to_dict(), default=str)
            async with self._database.write() as work:
                await work.use(Installs).put(team, text, self._clock())
            self._changed(team)

    async def async_find_installation(
        self, *, enterprise_id: str | None, team_id: str | None, **_: Any
    ) -> Installation | None:
        """Return the installation of the workspace, else of its organization."""
        for team in (team_id, enterprise_id):
            async with self._database.read() as work:
                text = await work.use(Installs).of(team) if team else None
            if text is not None:
                return _installation(json.loads(text))
        return None

    async def async_find_bot(self, *, enterprise_id: str | None, team_id: str | None, **_: Any) -> Bot | None:
        """Return the bot's part of the installation."""
        found = await self.async_find_installation(enterprise_id=enterprise_id, team_id=team_id)
        return None if found is None else found.to_bot()

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the installation: it is all one row."""
        await self.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Forget the installation, where it is not just one user's."""
        if user_id is None:
            await self.async_delete_all(enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the installation."""
        if team := team_id or enterprise_id:
            async with self._database.write() as work:
                await work.use(Installs).remove(team)
            self._changed(team)


class StateStore(AsyncOAuthStateStore):
    """The states of installs under way; the table holds their digests, so that reading it lets nobody in."""

    def __init__(self, database: Database, clock: Clock, logger: Logger) -> None:
        self._database = database
        self._clock = clock
        self._logger = logger

    @property
    def logger(self) -> Logger:
        return self._logger

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """Return a new state, good once within ten minutes."""
        state, now = secrets.token_urlsafe(32), self._clock()
        async with self._database.write() as work:
            await work.use(States).put(_digest(state), now + LIFE, now)
        return state

    async def async_consume(self, state: str) -> bool:
        """Use up *state*; return whether it was good."""
        async with self._database.write() as work:
            return await work.use(States).take(_digest(state), self._clock())


def flow(
    client: AsyncWebClient,
    installs: InstallStore,
    states: StateStore,
    *,
    client_id: str,
    client_secret: str,
    public_url: str,
    logger: Logger,
) -> AsyncOAuthFlow:
    """Return the flow that installs the app."""
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=list(SCOPES),
        user_scopes=[],
        redirect_uri=f"{public_url}/slack/oauth_redirect",
        install_path="/slack/install",
        redirect_uri_path="/slack/oauth_redirect",
        installation_store=installs,
        state_store=states,
        logger=logger,
    )
    return AsyncOAuthFlow(client=client, logger=logger, settings=settings)


def _installation(kept: Mapping[str, Any]) -> Installation:
    known = inspect.signature(Installation.__init__).parameters
    return Installation(**{name: value for name, value in kept.items() if name in known})


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()
