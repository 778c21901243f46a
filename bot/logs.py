"""Logs: one line an event, ids only, secrets left out wherever they turn up."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

#: Telegram's tokens stand in its URLs, Slack's in headers and bodies: shapes are left out even where the value is not known.
_TOKEN_SHAPES = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}|xox[abeprs]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}")
_LEFT_OUT = "[secret]"


class Redaction:
    """A processor that takes secrets out of every value of an event."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = sorted((each for each in secrets if len(each) >= 6), key=len, reverse=True)

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: self.clean(value) for key, value in event.items()}

    def clean(self, value: Any) -> Any:
        """Return *value* with every secret replaced."""
        if not isinstance(value, str):
            return value
        for secret in self._secrets:
            value = value.replace(secret, _LEFT_OUT)
        return _TOKEN_SHAPES.sub(_LEFT_OUT, value)


def configure(level: str = "INFO", secrets: tuple[str, ...] = ()) -> None:
    """Send structlog and the standard library's loggers through one redacting chain, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redaction(secrets),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These write whole request bodies and URLs, which hold students' words and tokens.
    for name in ("httpx", "httpcore", "telegram", "slack_bolt", "slack_sdk", "aiohttp.access", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("aiosqlite", "sqlalchemy.engine", "apscheduler", "asyncio", "markdown_it"):
        logging.getLogger(name).setLevel(logging.WARNING)
