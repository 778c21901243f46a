"""A push that went out, or is about to."""

from datetime import datetime
from typing import NamedTuple


class Delivery(NamedTuple):
    """One push: which nudge made it, for which occasion, with which item of the bank, and why.

    Attributes:
        nudge: name of the nudge; "asked" where the student pulled the item.
        slot: the occasion, the key of once-only.
        about: whom or what it was about, such as the person asked for feedback.
        item: id of the item shown, empty where there is none.
        part: "morning" or "evening" for the day's two pushes, empty for what the student armed.
        reason: why it came, in words.
    """

    id: int
    student_id: int
    nudge: str
    slot: str
    rotation_id: int
    about: str
    item: str
    part: str
    reason: str
    composed_at: datetime
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""
