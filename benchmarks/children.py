"""Programs that measure themselves, ours and those of others: started, told to begin, and asked what they found."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.paths import ROOT

Told = dict[str, Any]


def worker(module: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start `benchmarks.<module>`: it says "ready", waits for a line, works, and prints one line of JSON."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def begun_at_once(running: "list[subprocess.Popen[str]]") -> Told:
    """Tell all of *running* to begin once all are ready; return what they told, together."""
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    told = []
    for each in running:
        out, _ = each.communicate()
        assert each.returncode == 0, out
        told.append(json.loads(out))
    seconds, sent = max(each["seconds"] for each in told), sum(each["sent"] for each in told)
    doubled = sum(each.get("doubled", 0) for each in told)
    return {**told[0], "seconds": seconds, "sent": sent, "per_second": sent / seconds, "doubled": doubled}


def faster(run: Callable[[], Told]) -> Told:
    """Return what the faster of two runs told, but for what either doubled: what else a machine does makes none faster."""
    told = [run() for _ in range(2)]
    best = max(told, key=lambda each: float(each["per_second"]))
    return {**best, "doubled": max(each.get("doubled", 0) for each in told)}


def told_by(python: Path | str, peer: str, *arguments: str) -> Told:
    """Run `benchmarks.peers.<peer>` to its end; return what it told last."""
    ended = subprocess.run(_command(python, peer, *arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    told: Told = json.loads(ended.stdout.strip().splitlines()[-1])
    return told


def begun(python: Path | str, peer: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start `benchmarks.peers.<peer>`, of which nobody expects to hear."""
    return subprocess.Popen(_command(python, peer, *arguments), cwd=ROOT, stdout=subprocess.DEVNULL)


def _command(python: Path | str, peer: str, *arguments: str) -> list[str]:
    return [str(python), "-m", f"benchmarks.peers.{peer}", *arguments]
