"""How long until `python -m bot run` is ready, against importing the libraries it needs, side by side."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROUNDS = 5
ALLOWED = 0.3
#: What the chat page's process imports at the least.
BARE = (
    "import asyncio, uvloop, uvicorn, starlette.applications, starlette.routing, sqlalchemy.ext.asyncio, aiosqlite, structlog,"
    " pydantic_settings, typer, apscheduler.schedulers.asyncio, cryptography.fernet, markdown_it, rapidfuzz, sse_starlette,"
    " prometheus_client, pydantic"
)


def main() -> bool:
    """Print the medians; return whether the difference is within the allowance."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench.db", "XDG_CACHE_HOME": folder}
        environment["LOG_LEVEL"] = "ERROR"
        _ready(environment, Path(folder))  # the first start migrates and compiles the bank
        bare, ready = [], []
        for _ in range(ROUNDS):
            bare.append(_bare(environment))
            ready.append(_ready(environment, Path(folder)))
    imports, start = statistics.median(bare), statistics.median(ready)
    print(f"bare imports  {imports:.3f} s   (median of {ROUNDS})")
    print(f"ready         {start:.3f} s   (median of {ROUNDS})")
    fine = start <= imports + ALLOWED
    print(f"difference    {start - imports:+.3f} s   allowed {ALLOWED:.1f}   {'reached' if fine else 'MISSED'}")
    return fine


def _bare(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE], check=True, env=environment)
    return time.perf_counter() - began


def _ready(environment: dict[str, str], folder: Path) -> float:
    port = _free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env={**environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("ab"),
    )
    try:
        while True:
            if process.poll() is not None:
                raise SystemExit((folder / "log").read_text())
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                    assert answer.status == 200
                    return time.perf_counter() - began
            except OSError:
                time.sleep(0.005)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
