"""How commands begin and end: settings read, faults that a person can mend told in one line each, exit code 2."""

import gc
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import typer

from bot.config import BadSettings, Settings, settings
from bot.logs import configure

T = TypeVar("T")


def configured() -> Settings:
    """Read the environment; on a fault print one line each and end with 2, nothing started."""
    try:
        found = settings()
    except BadSettings as bad:
        refuse(bad.faults)
    configure(found.log_level, found.secrets)
    return found


def refuse(faults: list[str]) -> NoReturn:
    """Print one line for each fault and end with 2."""
    for fault in faults:
        print(fault, file=sys.stderr)
    raise typer.Exit(2)


def run_through(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end on uvloop; what a person can mend is one line each."""
    import uvloop

    # What was imported stays until the end: the collector need not walk through it again and again.
    gc.freeze()
    # Thousands of short-lived values a second come and go by themselves: looking for rings among them can wait.
    gc.set_threshold(20_000, 20, 20)
    gc.enable()

    with mendable():
        return uvloop.run(work)


@contextmanager
def mendable() -> Iterator[None]:
    """End with 2 and one line for each fault that a person can mend."""
    from bot.content.faults import BadContent
    from bot.storage.database import Away, InUse

    try:
        yield
    except BadSettings as bad:
        refuse(bad.faults)
    except BadContent as bad:
        refuse([str(each) for each in bad.faults])
    except InUse as bad:
        refuse([f"DATABASE_URL: {bad}"])
    except Away:
        refuse(["DATABASE_URL: the database can't be reached; is it running, and is the address right?"])
