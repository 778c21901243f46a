"""The command line in a process of its own, with nothing but the settings a test gives."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
Runs = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return an environment without any of the machine's own settings."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PORT": "0",
        **settings,
    }


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def runner(folder: Path, seconds: float = 60) -> Runs:
    """Return a function that runs `python -m bot` in *folder* to its end."""

    def run(*arguments: str, stdin: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=folder,
            env=environment(folder, **settings),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    return run
