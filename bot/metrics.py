"""Counters for whoever runs the bot: numbers only, no ids of people."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Gauges of one process, filled when they are read."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.depth = Gauge("wardwise_outbox_depth", "Pushes that wait, by lane", ["lane"], registry=self._registry)
        self.delivered = Gauge("wardwise_delivered_total", "Pushes sent by this process", registry=self._registry)
        self.fenced = Gauge(
            "wardwise_fenced_total", "Acknowledgments that came after another worker took over", registry=self._registry
        )
        self.late = Gauge("wardwise_oldest_due_seconds", "Age of the oldest push that waits", registry=self._registry)

    def text(self) -> bytes:
        """Return what Prometheus scrapes."""
        return generate_latest(self._registry)
