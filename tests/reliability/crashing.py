"""The real process, ended by SIGKILL at a labelled step: started for each line of standard input.

A line is the whole environment of one process, as JSON. Beside the settings it may hold CRASH_AT, "<step>:<n>", which
only this script reads: the process ends itself the n-th time it passes that step of `Courier`, and sends one message at
a time, so that a kill can double at most one. Without CRASH_AT the process is the ordinary one. Answers are lines too: its
pid, then, when it has ended, its code.

Each process is forked from one that has imported everything and opened nothing, which spares every start but the first the
second that importing takes.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial

from bot.app import compose, ending, processes
from bot.platforms.telegram import adapter
from bot.schedule.courier import STEPS, Courier

assert adapter  # imported for the processes to come: the composition does so only where Telegram is configured


def crash(label: str, number: int) -> Callable[[str], None]:
    """Return a function that kills this process when it is told of *label* for the *number*-th time."""
    assert label in STEPS
    left = number

    def passed(step: str) -> None:
        nonlocal left
        left -= step == label
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    return passed


def live(environment: dict[str, str]) -> None:
    """Be the process that *environment* asks for."""
    os.chdir(environment["HOME"])
    log = os.open("stderr", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ.clear()
    os.environ.update(environment)
    label, _, number = os.environ.get("CRASH_AT", "").partition(":")
    if label:
        compose.Courier = partial(Courier, room=1, unwritten=0, passed=crash(label, int(number)))
    ending.run_through(processes.serve(ending.configured()))


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            live(json.loads(line))
            return
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
