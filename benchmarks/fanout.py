"""A fan-out of real tips through the real Telegram adapter, beside a bare loop and beside python-telegram-bot's JobQueue.

`python -m benchmarks.fanout` takes 20,000 students; `--small` a tenth.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from benchmarks import edge
from benchmarks.children import Told, begun, begun_at_once, faster, told_by, worker
from benchmarks.figures import Figure, judged
from benchmarks.paths import peers
from benchmarks.postgres import database, server
from bot.app.preview import preview
from bot.config import settings
from bot.platforms.telegram.render import render
from bot.storage.migrate import upgrade
from tests.reliability.seeding import seed

STUDENTS = 20_000
#: How many times as fast as the library's JobQueue we are to be.
TIMES = 8
#: So many jobs at once are done: what a call costs the library grows with those that wait for a connection.
UNBOUNDED = 2_000
TIP = "tip-w1-06"


def figures(*, small: bool = False) -> Iterator[Figure]:
    """Yield the figures, with *small* at a tenth of the students."""
    count = STUDENTS // 10 if small else STUDENTS
    with server() as url, edge.running() as far, tempfile.TemporaryDirectory() as folder:
        yield from _figures(url, far, Path(folder), count)


def _figures(url: str, far: edge.Edge, folder: Path, count: int) -> Iterator[Figure]:
    payload = folder / "payload.json"
    payload.write_text(json.dumps(asyncio.run(_payload(folder))))
    key = Fernet.generate_key().decode()
    bare = _bare(far, payload, count)
    lite = _ours(_filled(f"sqlite:///{folder}/fan.db", key, count), key, far)
    yield Figure(f"{count:,} tips, SQLite, against a bare loop", lite["per_second"] / bare["per_second"], least=0.60)
    post = faster(lambda: _ours(_filled(database(url, "fan"), key, count), key, far))
    bare = faster(lambda: _bare(far, payload, count))
    yield Figure("  PostgreSQL, against a bare loop", post["per_second"] / bare["per_second"], least=0.60)
    both = faster(lambda: _ours(_filled(database(url, "fan"), key, count), key, far, 2))
    yield Figure("  two workers on PostgreSQL against one", both["per_second"] / post["per_second"], least=1.5)
    yield Figure("  sent twice", max(each["doubled"] for each in (lite, post, both)), most=0)
    yield Figure("  peak memory, MB", max(lite["rss_mb"], post["rss_mb"]))
    terse = _bare(far, payload, count, "--method", "call")
    yield Figure("  against the bare loop by our own shorter call, SQLite", lite["per_second"] / terse["per_second"])
    share = _as_it_comes(far, payload, count, TIMES * lite["seconds"])
    yield Figure(f"the library's JobQueue as it comes: its share in {TIMES} times our seconds", share, most=0.99)
    for name, some, gate in (
        (f"  against it with {min(count, UNBOUNDED):,} jobs, all of which it sends", min(count, UNBOUNDED), 0),
        ("  against it with a bound it has not: 64 in flight", count, 64),
        ("  and with 8, where it is fastest", count, 8),
    ):
        jobs = _jobs(far, payload, some, "--gate", str(gate))
        yield Figure(name, lite["per_second"] / jobs["per_second"])
    yield Figure("  messages a second: a bare loop", bare["per_second"])
    yield Figure("  messages a second: ours on SQLite", lite["per_second"])
    yield Figure("  messages a second: ours on PostgreSQL", post["per_second"])


async def _payload(folder: Path) -> dict[str, Any]:
    """Return a tip as it goes out: what it says, its entities, its buttons."""
    shown = await preview(settings(database_url=f"sqlite:///{folder}/preview.db"), TIP)
    assert shown.reply is not None
    params = render(shown.reply)[0].params
    return {name: params.get(name) for name in ("text", "entities", "reply_markup")}


def _filled(url: str, key: str, count: int) -> str:
    upgrade(url)
    asyncio.run(seed(url, key, count))
    return url


def _ours(url: str, key: str, far: edge.Edge, workers: int = 1) -> Told:
    """Have *workers* that begin at once send what is due in *url*; return what they told, together."""
    far.reset()
    arguments = ("--database", url, "--edge", far.url, "--key", key)
    told = begun_at_once([worker("fan", *arguments) for _ in range(workers)])
    counts = far.counts()
    return {**told, "doubled": counts["total"] - counts["distinct"]}


def _jobs(far: edge.Edge, payload: Path, count: int, *more: str) -> Told:
    """Have the library's JobQueue send as many."""
    far.reset()
    return told_by(peers(), "jobqueue_fanout", *_jobqueue(far, payload, count), *more)


def _as_it_comes(far: edge.Edge, payload: Path, count: int, seconds: float) -> float:
    """Return what share of *count* jobs, one a student and all due now, the JobQueue sends in *seconds* from its start."""
    far.reset()
    process = begun(peers(), "jobqueue_fanout", *_jobqueue(far, payload, count), "--gate", "0")
    try:
        with contextlib.suppress(TimeoutError):
            far.until(lambda counts: counts["total"] >= count, seconds=seconds)
    finally:
        process.kill()
        process.wait()
    return far.counts()["total"] / count


def _jobqueue(far: edge.Edge, payload: Path, count: int) -> tuple[str, ...]:
    """Return its arguments: without a grace of -1 it drops most of its jobs, for they are late."""
    return str(payload), "--edge", far.url, "--count", str(count), "--grace", "-1"


def _bare(far: edge.Edge, payload: Path, count: int, *more: str) -> Told:
    far.reset()
    told = told_by(sys.executable, "bare_fanout", str(payload), "--edge", far.url, "--count", str(count), *more)
    assert far.counts()["distinct"] == count, far.counts()
    return told


if __name__ == "__main__":
    sys.exit(not judged(figures(small="--small" in sys.argv)))
