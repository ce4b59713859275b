"""What serves this home, asked from another process: whether it answers, hangs, or only left its run.json behind.

In: the home's folders. Out: a `Found`, once or when it has changed. The lock that a server holds is believed before
run.json: it ends with its process, and a process id may be another program's by now.
"""

import time
from collections.abc import Callable
from typing import Literal

from gcli2api_tui import file_lock, processes
from gcli2api_tui.control import remote, run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass

STEP_S = 0.05
"""Between two looks."""

State = Literal["nobody", "answers", "hangs", "ends", "busy"]


@dataclass(frozen=True, slots=True)
class Found:
    """`nobody`: a start is free. `hangs`: it listens, and says nothing. `ends`: it takes no more, its last answers run.

    `busy`: one is about to start, or has just ended.
    """

    state: State
    running: Running | None = None


def look(where: Paths) -> Found:
    running = run_file.read(where.run_file)
    if running is None:
        return Found("nobody" if free(where) else "busy")
    answer = remote.heard(running)
    if answer == "answers":
        return Found("answers", running)
    if free(where):
        return Found("nobody")
    if file_lock.holder(where.lock_file) not in (running.pid, None):
        return Found("busy")  # run.json is of one that is gone, and its process id is another program's by now
    return Found("hangs" if answer == "silent" else "ends", running)


def free(where: Paths) -> bool:
    """Whether nobody holds the home. Where no lock can be had, nobody is known to."""
    try:
        lock = file_lock.acquire(where.lock_file)
    except OSError:
        return True
    if lock is None:
        return False
    lock.release()
    return True


def gone(where: Paths, before: Running) -> bool:
    """Whether the server that was found is over, its last write included."""
    now = run_file.read(where.run_file)
    ended = now is None or (now.pid, now.started_at) != (before.pid, before.started_at)
    return free(where) and (ended or not processes.alive(before.pid))


def until(holds: Callable[[], bool], wait_s: float) -> bool:
    """Look again and again, for so long; whether it came about."""
    for _ in range(max(1, round(wait_s / STEP_S))):
        if holds():
            return True
        time.sleep(STEP_S)
    return holds()
