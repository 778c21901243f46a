"""What the process would write to its log, and the loggers as they were afterwards."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import structlog

from bot.logs import configure


@contextmanager
def logged(level: str = "INFO", secrets: tuple[str, ...] = ()) -> Iterator[io.StringIO]:
    """Configure logging as the process does and yield what it writes."""
    root = logging.getLogger()
    handlers, root_level = root.handlers[:], root.level
    known = {name: each.level for name, each in root.manager.loggerDict.items() if isinstance(each, logging.Logger)}
    written = io.StringIO()
    with redirect_stderr(written):
        configure(level, secrets)
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(root_level)
        for name, each in root.manager.loggerDict.items():
            if isinstance(each, logging.Logger):
                each.setLevel(known.get(name, logging.NOTSET))
        structlog.reset_defaults()
