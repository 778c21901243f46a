"""Numbers for whoever runs the bot: counts and times only, no ids of people, no words of theirs."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

#: Seconds: from one poll of the courier to a tip that is given up.
_LATE = (0.1, 0.5, 1, 2, 5, 15, 60, 300, 1800, 10800)
_WAIT = (0.01, 0.05, 0.1, 0.2, 0.5, 1, 5, 30)
_HANDLER = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)


class Metrics:
    """What one process counts; the queue's own numbers are filled in when they are read.

    Attributes:
        depth, age: pushes that wait and the age of the oldest, in seconds, by lane: 1 armed, 2 the day's, 3 broadcasts.
        sends: what came of each send, by platform: sent, or the kind of refusal.
        lateness: seconds from the moment a push was due to the platform's yes.
        waits: seconds a claimed push waited for its turn in its bucket.
        handled: seconds of one event in the dispatcher, by its kind.
        doubled: events that had been handled before, and were not again.
        expired: pushes closed because their moment had passed.
        fenced: acknowledgments that came after another worker had taken over.
        lag: seconds the event loop came late to a timer.
    """

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._sent: dict[str, Counter] = {}
        self.depth = Gauge("wardwise_outbox_depth", "Pushes that wait, by lane", ["lane"], registry=own)
        self.age = Gauge("wardwise_oldest_due_seconds", "Age of the oldest push that waits", ["lane"], registry=own)
        self.sends = Counter("wardwise_sends", "What came of each send", ["platform", "outcome"], registry=own)
        self.lateness = Histogram("wardwise_delivery_lateness_seconds", "From due to sent", buckets=_LATE, registry=own)
        self.waits = Histogram("wardwise_rate_wait_seconds", "Waiting for a bucket's turn", buckets=_WAIT, registry=own)
        self.handled = Histogram(
            "wardwise_handler_seconds", "One event in the dispatcher", ["kind"], buckets=_HANDLER, registry=own
        )
        self.doubled = Counter("wardwise_duplicates_suppressed", "Events that had been handled before", registry=own)
        self.expired = Counter("wardwise_expired", "Pushes closed as too late", registry=own)
        self.fenced = Counter("wardwise_fenced", "Acknowledgments after another worker took over", registry=own)
        self.lag = Histogram(
            "wardwise_loop_lag_seconds", "How late the loop comes to a timer", buckets=_LAG, registry=own
        )

    def sent(self, platform: str) -> Counter:
        """Return the counter of what *platform* took; looking it up by its labels costs as much as counting."""
        if platform not in self._sent:
            self._sent[platform] = self.sends.labels(platform, "sent")
        return self._sent[platform]

    def text(self) -> bytes:
        """Return what Prometheus scrapes."""
        return generate_latest(self._registry)
