"""How a crowded minute is spread out, so that everybody has a steady moment of their own. Pure."""

from datetime import timedelta
from hashlib import blake2b

#: A minute that can be sent within itself is left alone.
MINUTE = timedelta(minutes=1)
#: Nobody's tip comes later than this on purpose: it is for the day that begins.
WIDEST = timedelta(hours=1)
#: What takes longer than a tip is kept for does not all arrive.
HOPELESS = timedelta(hours=3)


def needed(crowd: int, per_second: float) -> timedelta:
    """Return how long *crowd* messages take at a bucket's pace."""
    return timedelta(seconds=crowd / per_second)


def window(crowd: int, per_second: float) -> timedelta:
    """Return over how long to spread *crowd* messages that are due in one minute: no time where they fit into it."""
    takes = needed(crowd, per_second)
    return timedelta(0) if takes <= MINUTE else min(takes, WIDEST)


def delay(student_id: int, over: timedelta) -> timedelta:
    """Return a student's own place in the window *over*, the same every day, evenly spread among students."""
    part = int.from_bytes(blake2b(student_id.to_bytes(8, "big"), digest_size=6).digest(), "big") / 2**48
    return timedelta(milliseconds=int(over / timedelta(milliseconds=1) * part))
