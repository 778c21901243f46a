"""The stamp of a push: what its buttons and forms carry, so that a press tells which push it belongs to."""

from dataclasses import replace

from bot.core.messages import Button, Link, Reply

_SIGN = "~"


def stamp_of(delivery_id: int) -> str:
    """Return the stamp of the push *delivery_id*."""
    return f"{_SIGN}{delivery_id}"


def split(value: str) -> tuple[str, str]:
    """Return (stamp, the rest) of what a button or a form carries; the stamp is empty where none was put."""
    stamp, _, rest = value.partition(" ")
    return (stamp, rest) if stamp.startswith(_SIGN) else ("", value)


def delivery_id(stamp: str) -> int:
    """Return the push that *stamp* names, -1 where it can't be one: it came back from outside."""
    digits = stamp.removeprefix(_SIGN)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else -1


def is_stamped(reply: Reply) -> bool:
    """Whether *reply* is about one push, so that nothing like it comes again."""
    return any(button.value.startswith(_SIGN) for button in reply.buttons)


def stamped(reply: Reply, stamp: str) -> Reply:
    """Return *reply* with *stamp* before the value of each button that has none."""
    if not stamp:
        return reply

    def put(item: Button | Link) -> Button | Link:
        if isinstance(item, Link) or item.value.startswith(_SIGN):
            return item
        return Button(item.label, item.action, f"{stamp} {item.value}".rstrip())

    return replace(reply, rows=tuple(tuple(put(item) for item in row) for row in reply.rows))
