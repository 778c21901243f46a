"""The command line."""

import gc
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.config import BadSettings, Settings, settings
from bot.logs import configure

app = typer.Typer(
    help="Wardwise, a coach for US clinical rotations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
content_app = typer.Typer(help="The content bank.", no_args_is_help=True)
app.add_typer(content_app, name="content")


def _settings() -> Settings:
    """Read the environment; on a fault print one line each and end with 2, nothing started."""
    try:
        found = settings()
    except BadSettings as bad:
        _refuse(bad.faults)
    configure(found.log_level, found.secrets)
    return found


def _refuse(faults: list[str]) -> Any:
    for fault in faults:
        print(fault, file=sys.stderr)
    raise typer.Exit(2)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end on uvloop; what a person can mend is one line each."""
    import uvloop

    # What was imported stays until the end: the collector need not walk through it again and again.
    gc.freeze()
    gc.enable()

    with _mendable():
        return uvloop.run(work)


@contextmanager
def _mendable() -> Iterator[None]:
    """End with 2 and one line for each fault that a person can mend."""
    from bot.content.faults import BadContent
    from bot.storage.database import Away, InUse

    try:
        yield
    except BadSettings as bad:
        _refuse(bad.faults)
    except BadContent as bad:
        _refuse([str(each) for each in bad.faults])
    except InUse as bad:
        _refuse([f"DATABASE_URL: {bad}"])
    except Away:
        _refuse(["DATABASE_URL: the database can't be reached; is it running, and is the address right?"])


@app.command()
def run() -> None:
    """Run everything in one process: the chat page, or the platforms that are configured."""
    from bot.app.processes import serve

    _run(serve(_settings()))


@app.command()
def web() -> None:
    """Run the web half: webhooks and health, any number of times on one PostgreSQL."""
    from bot.app.processes import serve

    _run(serve(_several(), worker=False))


@app.command()
def worker() -> None:
    """Run the sending half, any number of times on one PostgreSQL."""
    from bot.app.processes import serve

    _run(serve(_several(), web=False))


def _several() -> Settings:
    found = _settings()
    if found.embedded:
        _refuse(
            [
                (
                    "DATABASE_URL: web and worker are separate processes and need PostgreSQL; "
                    "`python -m bot run` serves one SQLite file"
                )
            ]
        )
    return found


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    from bot.storage.migrate import head, upgrade

    found = _settings()
    with _mendable():
        if found.embedded:
            folder = Path(found.database_url.removeprefix("sqlite:///")).parent
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as fault:
                raise BadSettings([f"DATABASE_URL: can't use {folder} ({fault.strerror})"]) from None
        upgrade(found.database_url)
    print(f"at revision {head()}")


@app.command()
def chat() -> None:
    """Talk to the coach in the terminal, with time travel."""
    from bot.app.terminal import talk

    found = _settings()
    configure("ERROR", found.secrets)
    _run(talk(found))


@app.command()
def simulate(
    specialty: Annotated[str, typer.Option(help="such as im, surgery, peds")] = "im",
    weeks: Annotated[int, typer.Option(min=1, max=52)] = 4,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="first day; the next Monday by default")
    ] = None,
    observer: Annotated[bool, typer.Option(help="observing instead of hands-on")] = False,
    silent: Annotated[bool, typer.Option(help="a student who answers nothing")] = False,
) -> None:
    """Print every message of a rotation."""
    from bot.app.simulate import Plan
    from bot.app.simulate import simulate as live
    from bot.clock import system

    configure("ERROR")
    today = system().date()
    first = start.date() if start else today + timedelta(days=7 - today.weekday())
    plan = Plan(specialty, weeks, first, "observer" if observer else "hands_on", answers=not silent)
    count = _run(live(plan, print))
    print(f"\n{count} messages.")


@app.command()
def doctor() -> None:
    """Say what is configured, what answers, and what is late."""
    from bot.app.doctor import examine

    healthy = _run(examine(_settings(), print))
    raise typer.Exit(0 if healthy else 1)


@app.command()
def key() -> None:
    """Make a key for WARDWISE_SECRET_KEY."""
    from cryptography.fernet import Fernet

    print(Fernet.generate_key().decode())


@app.command()
def lookup(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="one question a line in, one answer a line out")] = False,
) -> None:
    """Look words up from outside: a JSON string or {"q", "kind"} a line."""
    from bot.app.shelf import bank_index
    from bot.content.search.lookup import answer_line

    with _mendable():
        index = bank_index(_settings().wardwise_content)
    for line in _lines():
        print(answer_line(index, line), flush=True)


@app.command()
def guard(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="one text a line in, one verdict a line out")] = False,
) -> None:
    """Judge notes from outside: {"text"} a line."""
    from bot.guard.lines import answer_line

    for line in _lines():
        print(answer_line(line), flush=True)


def _lines() -> Iterator[str]:
    """Read standard input; a byte that is no UTF-8 spoils its own line only."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


@content_app.command("check")
def content_check(
    paths: Annotated[list[Path] | None, typer.Argument(help="files or folders; the whole bank by default")] = None,
) -> None:
    """Check content by schema and rules; exit 1 on errors."""
    from bot.config import BANK
    from bot.content.__main__ import main

    raise typer.Exit(main([str(path) for path in paths or (BANK,)]))


@content_app.command("stats")
def content_stats() -> None:
    """Count the bank: kinds, phases, specialties, and how much is reviewed."""
    from bot.config import BANK
    from bot.content.bank import load
    from bot.content.stats import stats

    with _mendable():
        print(stats(load((BANK, *_settings().wardwise_content), cache=None)))


if __name__ == "__main__":
    app()
