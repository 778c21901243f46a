"""The whole contract between the core and a platform's adapter."""

from typing import Protocol

from bot.core.inbound import Inbound
from bot.core.messages import Reply
from bot.domain.student import Address


class Dispatch(Protocol):
    """How an adapter hands in an event and tells that the answer went out."""

    async def __call__(self, event: Inbound) -> Reply | None:
        """Handle *event* once, durably, and return what to answer; None where there is nothing to say.

        Handling commits before it returns. The same event again returns the same answer until `sent` was called,
        and None after that. Raises only when nothing could be committed (the database is away): then the platform
        must not be told that the event arrived.
        """
        ...

    async def sent(self, event: Inbound) -> None:
        """Forget the kept answer to *event*: it has reached the student.

        In this process at once, in the database a moment later: a crash in between can bring the answer twice.
        """
        ...


class Platform(Protocol):
    """One chat platform.

    Attributes:
        name: as in `Address.platform`.
        has_modals: whether forms open as one dialog; else they are asked question by question.
    """

    name: str
    has_modals: bool

    def bucket(self, address: Address, /) -> str:
        """Return the pacing key of an address, such as "slack:T123"."""
        ...

    async def run(self, dispatch: Dispatch) -> None:
        """Receive events and answer them until cancelled."""
        ...

    async def send(self, to: Address, reply: Reply) -> None:
        """Send *reply* as a push. Raises DeliveryError."""
        ...


class Pacing(Protocol):
    """What an adapter tells the shared pace of its replies, which don't wait for their turn."""

    async def debit(self, bucket: str) -> None:
        """Count one reply."""
        ...

    async def pause(self, bucket: str, seconds: float) -> None:
        """Stop the bucket for *seconds*: the platform said so."""
        ...

    async def hold(self, name: str, seconds: int) -> bool:
        """Take or keep the lease *name*; return whether this process has it."""
        ...

    async def release(self, name: str) -> None:
        """Give the lease *name* back, so that another process need not wait for its end."""
        ...
