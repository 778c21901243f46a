"""Small values that belong to the installation and to no student."""

from sqlalchemy import select, text

from bot.storage.schema import settings
from bot.storage.types import WrongKey
from bot.storage.work import Work

_SET = text(
    "INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_CANARY = "seal"


class Marks:
    """Read and set marks."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, name: str) -> str:
        """Return a mark, empty where it was never set."""
        found = await self._work.connection.execute(select(settings.c.value).where(settings.c.name == name))
        return str(found.scalar_one_or_none() or "")

    async def set(self, name: str, value: str) -> None:
        """Set a mark."""
        await self._work.connection.execute(_SET, {"name": name, "value": value})

    async def check_seal(self) -> None:
        """Make sure that our keys open what is stored here. Raises WrongKey."""
        kept = await self.get(_CANARY)
        if not kept:
            await self.set(_CANARY, self._work.seal.close(_CANARY).decode())
        elif self._work.seal.open(kept.encode()) != _CANARY:
            raise WrongKey("the stored mark does not open")
