"""The commands for people who write and review the bank."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.app.ending import configured, mendable, refuse, run_through
from bot.config import BANK

app = typer.Typer(help="The content bank: check it, look at it, add to it, review it.", no_args_is_help=True)

SCHEMAS = BANK / "schemas"


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="files or folders; the whole bank by default")] = None,
) -> None:
    """Check content by schema and rules; exit 1 on errors. A folder outside the bank is checked as laid over it."""
    from bot.clock import system
    from bot.content.__main__ import CACHE, tell
    from bot.content.checking import check

    overlays = () if paths else configured().wardwise_content
    raise typer.Exit(tell(check(paths or [BANK], today=system().date(), overlays=overlays, base=BANK, cache=CACHE)))


@app.command()
def stats() -> None:
    """Count the bank: kinds, phases, specialties, and how much is reviewed."""
    from bot.content.bank import load
    from bot.content.stats import stats

    with mendable():
        print(stats(load((BANK, *configured().wardwise_content), cache=None)))


@app.command()
def report(
    check_only: Annotated[bool, typer.Option("--check", help="change nothing; exit 1 where it is out of date")] = False,
) -> None:
    """Write docs/content-report.md: the guide's coverage, the cells, whole rotations simulated on this bank."""
    from bot.app.report import lived, report
    from bot.content.bank import load

    with mendable():
        bank = load((BANK,), cache=None)
    text = report(bank, tuple(lived(bank)))
    path = BANK.parent / "docs" / "content-report.md"
    stale = not path.exists() or path.read_text("utf-8") != text
    if stale and not check_only:
        path.write_text(text, "utf-8")
    print(f"{path.name}: {'as it was' if not stale else 'out of date' if check_only else 'written'}")
    raise typer.Exit(1 if stale and check_only else 0)


@app.command()
def show(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="such as tip-w1-06")],
    raw: Annotated[bool, typer.Option("--raw", help="what is sent to Telegram and Slack, as JSON")] = False,
) -> None:
    """Show an item as each platform renders it, with what it takes of their limits."""
    from bot.app.preview import Unknown, preview, printed
    from bot.logs import configure

    found = configured()
    configure("ERROR", found.secrets)
    try:
        shown = run_through(preview(found, item_id))
    except Unknown as fault:
        refuse([str(fault)])
    for line in printed(shown, raw=raw):
        print(line)


@app.command()
def new(
    kind: Annotated[str, typer.Argument(help="tip, phrase, script, plain, …")],
    item_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="by default the next number in the file")
    ] = None,
    into: Annotated[Path | None, typer.Option(help="the file it goes into; printed where none is named")] = None,
) -> None:
    """Begin an item: every field it must have, empty, each with its limits beside it."""
    from bot.clock import system
    from bot.content.editing import CannotEdit, frame, inserted, new_file, next_id
    from bot.content.kinds import KINDS, is_item

    if kind not in KINDS or not is_item(KINDS[kind]):
        refuse([f"{kind}: no such kind; use one of {', '.join(name for name, each in KINDS.items() if is_item(each))}"])
    with mendable():
        ours = into is not None and into.absolute().is_relative_to(BANK)
        try:
            text = into.read_text("utf-8") if into and into.exists() else ""
            name = item_id or next_id(KINDS[kind], text)
            item = frame(KINDS[kind], name, system().date())
            if into is None:
                print(item, end="")
                return
            head = text or new_file(kind, into, SCHEMAS if ours else None)
            into.write_text(inserted(into, head, item, name) if text else head + item, "utf-8")
        except (CannotEdit, OSError) as fault:
            refuse([str(fault)])
    print(f"{name} begun in {into}. Fill it in, then: python -m bot content check {into}")


@app.command()
def review(
    item_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="the items that were read")],
    by: Annotated[str, typer.Option(metavar="HANDLE", help="who read them: a GitHub handle")],
    state: Annotated[Literal["peer", "clinician"], typer.Option("--as", help="what they read it as")] = "peer",
) -> None:
    """Put on record that somebody with a name has read items and stands by them."""
    from bot.clock import system
    from bot.content.editing import CannotEdit, named, stamped
    from bot.content.gathering import gather, parse_file

    entries = gather((BANK, *configured().wardwise_content)).entries
    try:
        for item_id in item_ids:
            path = named(entries, item_id).path
            entry = named(parse_file(path).entries, item_id)  # read again: the review before it may be in this file
            path.write_text(stamped(entry, by=by, state=state, today=system().date()), "utf-8")
            print(f"{item_id}: {state} review by {by}, in {path}")
    except (CannotEdit, OSError) as fault:
        refuse([str(fault)])


@app.command()
def schemas(
    check_only: Annotated[
        bool, typer.Option("--check", help="change nothing; exit 1 where a file is out of date")
    ] = False,
) -> None:
    """Write the JSON Schemas by which editors complete and warn, from the item classes."""
    from bot.content.kinds import KINDS
    from bot.content.schema import schema_text

    wanted = {SCHEMAS / f"{kind}.json": schema_text(kind) for kind in KINDS}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{path}: {'out of date' if check_only else 'written'}")
        if not check_only:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], "utf-8")
    raise typer.Exit(1 if check_only and stale else 0)
