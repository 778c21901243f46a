"""How each bucket bears up in this process: one that hangs or fails holds up nobody else. Pure; time is passed in."""

from collections import Counter
from datetime import timedelta

#: Sends of one bucket that may hang, and for how long in seconds, before it is given no more.
HANGING, QUIET = 3, 2.0
#: Failures in a row before a bucket rests, and how long it rests at most.
FAILURES, LONGEST = 3, timedelta(seconds=30)


class Bearing:
    """What was handed out by bucket and has not come back, and how often it failed in a row."""

    def __init__(self) -> None:
        self._out: Counter[str] = Counter()
        self._moved: dict[str, float] = {}
        self._failed: Counter[str] = Counter()

    def begun(self, bucket: str, at: float) -> None:
        """Note that a send began at *at*, in monotonic seconds."""
        self._out[bucket] += 1
        self._moved.setdefault(bucket, at)

    def ended(self, bucket: str, at: float, *, down: bool) -> timedelta | None:
        """Note how a send ended; return how long the bucket should rest, None where it need not."""
        self._out[bucket] -= 1
        self._moved[bucket] = at
        if not self._out[bucket]:
            del self._out[bucket], self._moved[bucket]
        if not down:
            self._failed.pop(bucket, None)
            return None
        self._failed[bucket] += 1
        over = self._failed[bucket] - FAILURES
        return None if over < 0 else min(timedelta(seconds=2.0 ** min(over, 10)), LONGEST)

    def stuck(self, at: float) -> list[str]:
        """Return the buckets whose sends hang: several are out, and none has come back for a while."""
        return [
            bucket for bucket, out in self._out.items() if out >= HANGING and at - self._moved.get(bucket, at) > QUIET
        ]
