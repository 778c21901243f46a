"""A student: one person, the chats that reach them, and when they want to be reached."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

Cadence = Literal["daily", "alternate", "few"]
State = Literal["active", "stopped", "gone"]

#: Until a student says where they are, the clock is the one most programs keep.
UNTOLD_ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class Address:
    """Where one person is reached: *tenant* is a Slack team, empty elsewhere."""

    platform: str
    tenant: str
    user: str
    chat: str


@dataclass(frozen=True, slots=True)
class Student:
    """What the rules may know of a student.

    Attributes:
        zone: IANA name of where the rotation is; empty until told.
        home_zone: IANA name of where the student is until *arrives*; empty when already there.
        tip_at: local time of the morning message; None means "before the day starts".
        quiet_from, quiet_to: local times between which nothing is sent.
        paused_until: first local date on which messages come again.
    """

    id: int
    home: Address
    zone: str = ""
    home_zone: str = ""
    arrives: date | None = None
    tip_at: time | None = None
    quiet_from: time = time(21, 30)
    quiet_to: time = time(5, 30)
    cadence: Cadence = "daily"
    paused_until: date | None = None
    state: State = "active"

    @property
    def placed(self) -> bool:
        """Whether the student has told a place, so that local times mean something."""
        return bool(self.zone)

    def zone_on(self, day: date) -> str:
        """Return the IANA zone the student lives in on the local date *day*."""
        if self.home_zone and self.arrives is not None and day < self.arrives:
            return self.home_zone
        return self.zone or UNTOLD_ZONE

    def zone_at(self, now: datetime) -> str:
        """Return the IANA zone the student lives in at the aware instant *now*."""
        if self.home_zone:
            return self.zone_on(now.astimezone(ZoneInfo(self.home_zone)).date())
        return self.zone or UNTOLD_ZONE

    def local(self, now: datetime) -> datetime:
        """Return the aware instant *now* on the student's own clock."""
        return now.astimezone(ZoneInfo(self.zone_at(now)))

    def today(self, now: datetime) -> date:
        """Return the student's local date at the aware instant *now*."""
        return self.local(now).date()

    def paused(self, day: date) -> bool:
        """Whether the student asked for silence on the local date *day*."""
        return self.paused_until is not None and day < self.paused_until
