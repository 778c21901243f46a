"""Replies as text, so that one can be kept beside its event until it is sent."""

from functools import cache

from pydantic import TypeAdapter

from bot.core.messages import Reply


@cache
def _adapter() -> TypeAdapter[Reply]:
    return TypeAdapter(Reply)


def dump(reply: Reply) -> str:
    """Return *reply* as JSON."""
    return _adapter().dump_json(reply).decode()


def load(text: str) -> Reply:
    """Return the reply that `dump` wrote."""
    return _adapter().validate_json(text)
