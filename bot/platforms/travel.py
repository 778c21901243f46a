"""Time travel, as the chat page and the terminal ask for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.student import Address

Step = Literal["next", "day", "midpoint"]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One message of a student's timeline.

    Attributes:
        at: when, UTC.
        local: the same instant on the student's clock, such as "Fri Dec 11, 10:50 am".
        what: what it is, in a few words.
        sent: whether it has gone out.
    """

    at: datetime
    local: str
    what: str
    sent: bool


class Travel(Protocol):
    """A clock that can be moved, and what waits on the way."""

    def now(self) -> datetime:
        """Return the process's clock: aware, UTC."""
        ...

    async def upcoming(self, address: Address) -> tuple[Upcoming, ...]:
        """Return what was sent lately and what comes, oldest first; nothing for somebody unknown."""
        ...

    async def move(self, address: Address, step: Step) -> None:
        """Move the clock by *step*, stopping at every due instant on the way and having it delivered there."""
        ...

    async def local_time(self, address: Address) -> datetime:
        """Return the clock as an aware instant in the student's own zone."""
        ...
