"""Workspaces that installed the app: their tokens, sealed, and the states of installs under way."""

from datetime import datetime

from sqlalchemy import Column, String, Table, delete, insert, select

from bot.storage.schema import metadata
from bot.storage.types import Encrypted, UtcDateTime
from bot.storage.work import Work

slack_installs = Table(
    "slack_installs",
    metadata,
    Column("team", String(64), primary_key=True),
    #: The installation as slack_sdk writes it, as sealed JSON.
    Column("installation", Encrypted, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

slack_states = Table(
    "slack_states",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
)


class Installs:
    """Keep the installation of each workspace, as sealed text."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, team: str, installation: str, now: datetime) -> None:
        """Keep the *installation* of *team* in place of an older one."""
        await self.remove(team)
        await self._work.connection.execute(
            insert(slack_installs).values(team=team, installation=self._work.seal.close(installation), at=now)
        )

    async def of(self, team: str) -> str | None:
        """Return the installation of *team*, or None."""
        query = select(slack_installs.c.installation).where(slack_installs.c.team == team)
        sealed = (await self._work.connection.execute(query)).scalar_one_or_none()
        return None if sealed is None else self._work.seal.open(sealed)

    async def remove(self, team: str) -> None:
        """Forget the installation of *team*; none is a no-op."""
        await self._work.connection.execute(delete(slack_installs).where(slack_installs.c.team == team))


class States:
    """Keep the states of installs under way: each is good once, until it expires."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, state: str, expires_at: datetime, now: datetime) -> None:
        """Keep *state* and drop the expired ones."""
        await self._work.connection.execute(delete(slack_states).where(slack_states.c.expires_at <= now))
        await self._work.connection.execute(insert(slack_states).values(state=state, expires_at=expires_at))

    async def take(self, state: str, now: datetime) -> bool:
        """Use up *state*; return whether it was good."""
        taken = await self._work.connection.execute(
            delete(slack_states).where(slack_states.c.state == state, slack_states.c.expires_at > now)
        )
        return bool(taken.rowcount)
