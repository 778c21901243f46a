"""What is worth remembering for a while, and no more than so much of it."""

from collections import OrderedDict
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The newest few thousand of something, by key."""

    def __init__(self, most: int = 10_000) -> None:
        self._kept: OrderedDict[Any, T] = OrderedDict()
        self._most = most

    def get(self, key: Any) -> T | None:
        """Return what is kept under *key*, or None."""
        return self._kept.get(key)

    def put(self, key: Any, value: T) -> None:
        """Keep *value*."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, key: Any) -> None:
        """Forget what is kept under *key*."""
        self._kept.pop(key, None)
