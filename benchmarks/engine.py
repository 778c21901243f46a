"""The engine alone: from so many due to all acknowledged, five milliseconds a send, beside what people use instead.

`python -m benchmarks.engine` takes the sizes of the figures; `--small` a tenth of them.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from benchmarks.children import Told, begun_at_once, faster, told_by, worker
from benchmarks.figures import Figure, judged
from benchmarks.paths import peers
from benchmarks.peers.measure import SEND
from benchmarks.postgres import database, server
from benchmarks.world import DUE, enroll
from bot.storage.migrate import upgrade

ROOM = 64
CEILING = ROOM / SEND
#: In flight where nothing is to be bounded, as others do it.
WIDE = 2_048

#: Returns the address of a database in which so many are due.
Filled = Callable[[int], str]


def figures(*, small: bool = False) -> Iterator[Figure]:
    """Yield the figures, with *small* at a tenth of their sizes."""
    scale = 10 if small else 1
    with server() as url, tempfile.TemporaryDirectory() as folder:
        yield from _figures(url, Path(folder), scale)


def _figures(url: str, folder: Path, scale: int) -> Iterator[Figure]:
    due, fewer = 100_000 // scale, 20_000 // scale
    filled: dict[str, Filled] = {"SQLite": partial(on_sqlite, folder), "PostgreSQL": partial(on_postgres, url)}
    for name, least in (("SQLite", 0.60), ("PostgreSQL", 0.50)):
        told = faster(partial(_drained, filled[name], due))
        yield Figure(f"{name}, {due:,} due, of the ceiling {CEILING:,.0f}/s", told["per_second"] / CEILING, least=least)
        yield Figure("  its peak memory, MB", told["rss_mb"], most=140)
        yield Figure("  the loop's lag, p99 ms", told["lag_p99_ms"], most=100)
    for name in filled:
        told = alone(filled[name](fewer), "--composing")
        yield Figure(f"  {name}, each student loaded and composed for, for the record", told["per_second"] / CEILING)
    yield from _side_by_side(url, fewer, scale)
    yield from _beside_pgqueuer(url, fewer)
    for name, empty in (("SQLite", f"sqlite:///{folder}/jobs.db"), ("PostgreSQL", database(url, "peer"))):
        yield from _beside_jobs(name, filled[name], empty, fewer)


def _drained(filled: Filled, due: int) -> Told:
    return alone(filled(due))


def _side_by_side(url: str, fewer: int, scale: int) -> Iterator[Figure]:
    base = alone(on_postgres(url, fewer * 2))["per_second"]
    both = together(on_postgres(url, fewer * 2), 2)
    yield Figure("two bare workers and PostgreSQL on these cores", both["per_second"] / base)
    yield Figure("  sent twice by two workers", both["doubled"], most=0)
    one = alone(on_postgres(url, fewer), "--planned")["per_second"]
    many = alone(on_postgres(url, fewer, tenants=1000 // scale), "--planned")["per_second"]
    yield Figure(f"{1000 // scale:,} workspaces against one bucket", many / one, least=0.5)


def _beside_pgqueuer(url: str, fewer: int) -> Iterator[Figure]:
    """Each fills its queue before the time is taken."""
    for room in (ROOM, WIDE):
        ours = alone(on_postgres(url, fewer), "--planned", "--room", str(room))["per_second"]
        # So many at a time it is fastest with few in flight; with many, by what it does itself.
        batch = ("--batch", "32") if room == ROOM else ()
        queue = _peer("pgqueuer_drain", database(url, "peer"), fewer, *batch, "--tasks", str(room))
        name = f"against PgQueuer, {room:,} in flight in both"
        yield Figure(name, ours / queue["per_second"], least=1.5 if room == ROOM else None)


def _beside_jobs(name: str, filled: Filled, empty: str, count: int) -> Iterator[Figure]:
    """Yield how one worker at *filled* compares with APScheduler at *empty*, both on the database *name*."""
    store = _peer("apscheduler_drain", empty, count)
    wide, narrow = (alone(filled(count), "--planned", "--room", str(room))["per_second"] for room in (WIDE, ROOM))
    yield Figure(f"against APScheduler, a job a student, {name}", wide / store["per_second"], least=15)
    yield Figure(f"  it knows no bound; ours with {ROOM} in flight", narrow / store["per_second"])
    yield Figure("  for how many seconds its loop stood still", store["lag_max_ms"] / 1000)


def alone(url: str, *more: str) -> Told:
    """Drain *url* with one worker; return what it told."""
    return together(url, 1, *more)


def together(url: str, workers: int, *more: str) -> Told:
    """Drain *url* with several workers that begin at once; return what they told, together."""
    return begun_at_once([_worker(url, *more) for _ in range(workers)])


def _worker(url: str, *more: str) -> "subprocess.Popen[str]":
    return worker("drain", "--database", url, "--room", str(ROOM), *more)


def _peer(name: str, url: str, count: int, *more: str) -> Told:
    where = "--store" if name.startswith("apscheduler") else "--database"
    told = told_by(peers(), name, where, url, "--count", str(count), *more)
    assert told["sent"] == count, told
    return told


def on_sqlite(folder: Path, count: int, *, due: datetime = DUE) -> str:
    path = folder / "engine.db"
    for each in folder.glob("engine.db*"):
        each.unlink()
    upgrade(f"sqlite:///{path}")
    enroll(f"sqlite:///{path}", count, due=due)
    return f"sqlite:///{path}"


def on_postgres(url: str, count: int, *, tenants: int = 1, due: datetime = DUE) -> str:
    made = database(url, "engine", migrated=True)
    enroll(made, count, tenants=tenants, due=due)
    return made


if __name__ == "__main__":
    sys.exit(not judged(figures(small="--small" in sys.argv)))
