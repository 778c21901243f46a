"""Column types: instants as whole milliseconds, free text encrypted, small sets and times as text."""

from datetime import UTC, date, datetime, time
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import BigInteger, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator


def millis(at: datetime) -> int:
    """Return the aware instant *at* as milliseconds since 1970 UTC: integers compare alike on both databases."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime has no place here")
    return round(at.timestamp() * 1000)


def instant_of(ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware UTC instant."""
    return datetime.fromtimestamp(ms / 1000, UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else millis(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else instant_of(value)


class LocalTime(TypeDecorator[time]):
    """A wall-clock time, kept as "HH:MM"."""

    impl = String(5)
    cache_ok = True

    def process_bind_param(self, value: time | None, dialect: Dialect) -> str | None:
        return None if value is None else value.strftime("%H:%M")

    def process_result_value(self, value: Any, dialect: Dialect) -> time | None:
        return None if value is None else time.fromisoformat(value)


class LocalDate(TypeDecorator[date]):
    """A calendar date, kept in ISO form so that it sorts alike on both databases."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class WrongKey(Exception):
    """Stored text was sealed with a key that was not given."""


class Seal:
    """The keys free text is encrypted with: the first seals, every one opens."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, text: str) -> bytes:
        """Return *text* sealed."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Return the text sealed in *sealed*. Raises WrongKey."""
        try:
            return self._fernet.decrypt(bytes(sealed)).decode()
        except InvalidToken as fault:
            raise WrongKey("stored text can't be opened with this WARDWISE_SECRET_KEY") from fault


#: A column of sealed text: repositories seal and open, so that a value is never decrypted by accident.
Encrypted = LargeBinary
