"""Logs: one line an event, ids only, secrets left out wherever they turn up."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import ExcInfo

#: Telegram's tokens stand in its URLs, Slack's in headers and bodies: shapes are left out even where the value is not known.
_TOKEN_SHAPES = re.compile(r"\d{6,12}(?::|%3A)[A-Za-z0-9_-]{30,}|xox[abeprs]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}")
_LEFT_OUT = "[secret]"


class Redaction:
    """A processor that takes secrets out of every value of an event, and out of the line made of it."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = sorted((each for each in secrets if len(each) >= 6), key=len, reverse=True)

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: self.clean(value) for key, value in event.items()}

    def line(self, _: Any, __: str, rendered: Any) -> str:
        """Clean the whole line: a value may hold a secret deep inside, as headers and exceptions do."""
        return str(self.clean(rendered))

    def clean(self, value: Any) -> Any:
        """Return *value* with every secret replaced."""
        if not isinstance(value, str):
            return value
        for secret in self._secrets:
            value = value.replace(secret, _LEFT_OUT)
        return _TOKEN_SHAPES.sub(_LEFT_OUT, value)


def places(exc_info: ExcInfo) -> str:
    """Return a traceback as places and kinds alone: a message may quote what a student typed. The system's own stay."""
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(parts) < 8:
        words = f": {error}" if isinstance(error, OSError) else ""
        parts.insert(0, "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + words)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(parts)


def configure(level: str = "INFO", secrets: tuple[str, ...] = ()) -> None:
    """Send structlog and the standard library's loggers through one redacting chain, to standard error."""
    redaction = Redaction(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(places),
        redaction,
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
                redaction.line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These write whole request bodies and URLs, which hold students' words and tokens.
    for name in ("httpx", "httpcore", "telegram", "slack_bolt", "slack_sdk", "aiohttp.access", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("aiosqlite", "alembic.runtime.plugins", "sqlalchemy.engine", "apscheduler", "asyncio", "markdown_it"):
        logging.getLogger(name).setLevel(logging.WARNING)
