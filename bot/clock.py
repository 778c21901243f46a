"""The one place that reads the system's clock, and the clock that can be moved for a look ahead."""

from datetime import UTC, datetime, timedelta


def system() -> datetime:
    """Return the current instant, aware, UTC."""
    return datetime.now(UTC)


class MovedClock:
    """The system's clock plus an offset, for the chat page and the terminal."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def __call__(self) -> datetime:
        """Return the current instant as moved."""
        return system() + self.offset

    def move_to(self, at: datetime) -> None:
        """Set the clock to *at*; it never goes back."""
        self.offset = max(self.offset, at - system())
