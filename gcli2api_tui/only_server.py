"""One server for a home, and words for who comes second: what runs here, since when, and what to type.

In: the home's folders. Out: a lock that is held while the block runs, and that ends with its process; a run.json that
was left behind means nothing. On a disk that takes no lock file, or knows no locks, nobody is refused.
"""

import errno
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from gcli2api_tui import file_lock, paths
from gcli2api_tui.control import remote, run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.file_lock import Lock
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths


@contextmanager
def only_one(where: Paths, now: float) -> Iterator[None]:
    """Hold the home. Raises StartFault, with what runs there already."""
    try:
        lock: Lock | None = file_lock.acquire(where.lock_file)
    except OSError:  # read-only: whoever serves from it writes nothing there
        yield
        return
    if lock is None:
        raise _second(where, now)
    with lock:
        yield


def _second(where: Paths, now: float) -> StartFault:
    running = run_file.read(where.run_file)
    if running is None:
        why = say("start.home_held", folder=str(where.state))
        return StartFault(why, way_out=say("start.again_or_home"))
    since = say("start.since", time=_clock_time(running.started_at, now)) if running.started_at else ""
    home = "" if where == paths.find(None, os.environ) else f" --home {shlex.quote(str(where.config))}"
    return StartFault(
        say("start.runs", url=running.url, since=since, pid=running.pid),
        way_out=say("start.stop_it", home=home, stops=_stops(running)),
    )


def _clock_time(at: float, now: float) -> str:
    """As people say it: the time, and the day unless it is today."""
    moment, today = (datetime.fromtimestamp(one).astimezone() for one in (at, now))
    return moment.strftime("%H:%M" if moment.date() == today.date() else "%Y-%m-%d %H:%M")


def _stops(running: Running) -> str:
    return f"taskkill /PID {running.pid} /F" if sys.platform == "win32" else f"kill {running.pid}"


def port_taken(fault: StartFault, host: str, port: int) -> StartFault:
    """The fault of `bind`, in better words where it is one of ours that listens there."""
    if getattr(fault.__cause__, "errno", None) != errno.EADDRINUSE:
        return fault
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    url = f"http://[{asked}]:{port}" if ":" in asked else f"http://{asked}:{port}"
    if not (version := remote.version_of(url)):
        return fault
    return StartFault(
        say("start.another", version=version, url=url),
        way_out=say("start.other_port_or_stop"),
    )
