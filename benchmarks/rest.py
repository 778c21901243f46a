"""What a process costs before anyone writes: how soon it is ready, what it keeps in memory, against its libraries alone.

The libraries are those a running process was seen to have loaded, module by module; importing them in a fresh interpreter
is what any bot on them pays.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import edge
from benchmarks.figures import Figure, judged
from benchmarks.paths import ROOT
from benchmarks.peers.chats import TOKEN
from benchmarks.waiting import until
from bot.storage.migrate import upgrade
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.processes import environment, free_port

ROUNDS = 5
TEMPLATE = "template.db"
#: Seconds after it is ready until the index is built and every module loaded; and until the content was looked at again, as
#: it is twice a minute from then on.
WARM, RESTED = 5.0, 35.0
#: What `make bench` allows: seconds and megabytes more than the libraries.
SECONDS, MEGABYTES = 0.3, 40.0

#: Runs the bot, and when it ends tells which modules of libraries it had loaded, in their order.
TELLING = """
import atexit, json, runpy, sys
def tell():
    found = [name for name, each in sys.modules.items() if "site-packages" in (getattr(each, "__file__", None) or "")]
    with open(path, "w") as file:
        json.dump(found, file)
path = sys.argv.pop(1)
atexit.register(tell)
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
#: Loads those modules, and tells what that took in memory.
LIBRARIES = """
import contextlib, importlib, json, sys
for name in json.load(open(sys.argv[1])):
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")), flush=True)
"""


def figures() -> Iterator[Figure]:
    """Yield what a process takes more than its libraries, without a platform and with both."""
    with edge.running() as telegram, FakeSlack().in_thread() as slack, tempfile.TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/{TEMPLATE}")
        configured = {
            "chat page": {},
            "both platforms": {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": telegram.url,
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_APP_TOKEN": APP_TOKEN,
                "SLACK_API_URL": slack.api,
                "OPERATOR_CONTACT": "ward@example.edu",
            },
        }
        for name, settings in configured.items():
            yield from _compared(name, settings, Path(folder))


def _compared(name: str, settings: dict[str, str], folder: Path) -> Iterator[Figure]:
    here = environment(folder, DATABASE_URL=f"sqlite:///{folder}/bot.db", LOG_LEVEL="ERROR", **settings)
    modules = folder / f"{name}.json"
    # The first start compiles the bank and the bytecode; the others find it done.
    with _started(here, folder, "-c", TELLING, str(modules)):
        time.sleep(WARM)
    bare, ready = [], []
    for _ in range(ROUNDS):
        bare.append(_libraries(here, modules))
        with _started(here, folder, "-m", "bot") as (_, seconds):
            ready.append(seconds)
    with _started(here, folder, "-m", "bot") as (pid, _):
        time.sleep(RESTED)
        memory = _memory(pid)
    # The fastest, so that whatever else the machine does counts little; what is in memory hardly differs.
    seconds, megabytes = (min(each) for each in zip(*bare, strict=True))
    yield Figure(f"{name}: ready, s more than its libraries take", min(ready) - seconds, most=SECONDS)
    yield Figure("  until it is ready, s", min(ready))
    yield Figure(f"  until {len(json.loads(modules.read_text()))} modules of libraries are imported, s", seconds)
    yield Figure(f"{name}: at rest, MB more than its libraries", memory - megabytes, most=MEGABYTES)
    yield Figure("  at rest, MB", memory)
    yield Figure("  its libraries alone, MB", megabytes)


def _libraries(settings: dict[str, str], modules: Path) -> tuple[float, float]:
    """Return the seconds from the start of an interpreter until it has imported *modules*, and its megabytes then."""
    began = time.perf_counter()
    command = [sys.executable, "-c", LIBRARIES, str(modules)]
    with subprocess.Popen(command, env=settings, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        kilobytes = int(process.stdout.readline())
        return time.perf_counter() - began, kilobytes / 1024


@contextmanager
def _started(settings: dict[str, str], folder: Path, *how: str) -> Iterator[tuple[int, float]]:
    """Run the bot until the block ends; yield its process id and the seconds until every part of it was ready.

    Each has a migrated database of its own: in one that another process has just left, what that one had leased may have to
    run out first.
    """
    for rest in folder.glob("bot.db*"):
        rest.unlink()
    shutil.copy(folder / TEMPLATE, folder / "bot.db")
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *how, "run"],
        env={**settings, "PORT": str(port)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: process.poll() is not None or _ready(port), every=0.005)
        assert process.poll() is None, "it ended by itself"
        yield process.pid, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _ready(port: int) -> bool:
    """Whether the process says of its database, its content and each platform that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return set(json.load(answer)["parts"].values()) == {"ready"}
    except OSError:
        return False


def _memory(pid: int) -> float:
    """Return the megabytes a process has in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    sys.exit(not judged(figures()))
