"""The command line."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.app import content
from bot.app.ending import configured, mendable, refuse, run_through
from bot.config import BadSettings, Settings
from bot.logs import configure

app = typer.Typer(
    help="Wardwise, a coach for US clinical rotations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(content.app, name="content")


@app.command()
def run() -> None:
    """Run everything in one process: the chat page, or the platforms that are configured."""
    from bot.app.processes import serve

    run_through(serve(configured()))


@app.command()
def web() -> None:
    """Run the web half: webhooks and health, any number of times on one PostgreSQL."""
    from bot.app.processes import serve

    run_through(serve(_several(), worker=False))


@app.command()
def worker() -> None:
    """Run the sending half, any number of times on one PostgreSQL."""
    from bot.app.processes import serve

    run_through(serve(_several(), web=False))


def _several() -> Settings:
    found = configured()
    if found.embedded:
        refuse(
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

    found = configured()
    with mendable():
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

    found = configured()
    configure("ERROR", found.secrets)
    run_through(talk(found))


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
    count = run_through(live(plan, print))
    print(f"\n{count} messages.")


@app.command()
def doctor() -> None:
    """Say what is configured, what answers, and what is late."""
    from bot.app.doctor import examine

    healthy = run_through(examine(configured(), print))
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

    with mendable():
        index = bank_index(configured().wardwise_content)
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


if __name__ == "__main__":
    app()
