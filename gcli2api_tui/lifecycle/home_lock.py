"""One server for a home, and words for who comes second: what runs here, since when, and what to type.

In: the home's folders. Out: a lock that is held while the block runs, and that ends with its process; a run.json that
was left behind means nothing. On a disk that takes no lock file, or knows no locks, nobody is refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from gcli2api_tui import file_lock
from gcli2api_tui.control import run_file
from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.file_lock import Lock
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths, home_flag

GLANCE_S = 0.3
"""Whoever asks whether the home is `free` holds its lock for a moment."""


class HomeTaken(StartFault):
    """Another server holds this home: its panel can be had instead."""


@contextmanager
def only_one(where: Paths, now: float, descriptor: int = -1) -> Iterator[int]:
    """Hold the home by a descriptor, or by the one that is held already. Raises HomeTaken, with what runs there."""
    try:
        lock: Lock | None = Lock(descriptor) if descriptor >= 0 else file_lock.awaited(where.lock_file, GLANCE_S)
    except OSError:  # read-only: whoever serves from it writes nothing there
        yield -1
        return
    if lock is None:
        raise _second(where, now)
    with lock:
        lock.sign()
        yield lock.descriptor


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


def _second(where: Paths, now: float) -> HomeTaken:
    running = run_file.read(where.run_file)
    if running is None:
        why = say("start.home_held", folder=str(where.state))
        return HomeTaken(why, way_out=say("start.again_or_home"))
    since = say("start.since", time=_clock_time(running.started_at, now)) if running.started_at else ""
    return HomeTaken(
        say("start.runs", url=running.url, since=since, pid=running.pid),
        way_out=say("start.stop_it", home=home_flag(where)),
    )


def _clock_time(at: float, now: float) -> str:
    """As people say it: the time, and the day unless it is today."""
    moment, today = (datetime.fromtimestamp(one).astimezone() for one in (at, now))
    return moment.strftime("%H:%M" if moment.date() == today.date() else "%Y-%m-%d %H:%M")
