"""What can go wrong between a student and us, in two kinds."""

from datetime import timedelta
from typing import Literal

from bot.domain.student import Address

Kind = Literal["gone", "moved", "paused", "rejected", "unknown", "down"]


class Sorry(Exception):
    """A message, in markup, for the student: what happened and what to do."""


class DeliveryError(Exception):
    """A platform did not take a message; *kind* tells whether trying again is worth it.

    Attributes:
        kind: "gone": this student can't be reached, stop all to them. "moved": resend to *moved_to*. "paused": the
            whole bucket waits *retry_after*. "rejected": this message will never be taken. "unknown": it may have
            been taken. "down": the platform or our account there is away; try later.
    """

    def __init__(
        self, kind: Kind, detail: str = "", *, retry_after: timedelta | None = None, moved_to: Address | None = None
    ) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.moved_to = moved_to
