"""Says when the loop stands still, and where: nothing but short work belongs on it. A service manager hears it too.

In: the running loop; NOTIFY_SOCKET and WATCHDOG_USEC of the environment, as systemd sets them. Out: a warning with the
length of the stall and the places in our code that the loop's thread was in, at most one a minute. A thread sends the
loop a mark: four times a second while the process works, so that a stall of half a second never escapes it, and every
quarter of a minute while it idles, so that a phone may sleep. A process that was itself stopped (a phone that sleeps,
Ctrl+Z) has used no processor meanwhile, and is not blamed. The sign of life for the service manager (sd_notify) comes
from the loop itself: one that hangs sends none.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType, TracebackType

from gcli2api_tui.clock import Clock

LONGEST_S = 0.25
IDLE_S = 16.0
"""Between two marks, at most; each wakes two threads."""

AT_WORK = 0.05
"""This share of a processor. A panel at rest takes two hundredths of a slow machine's, by waiting alone."""

QUIET_S = 60.0
"""Between two lines."""

PLACES = 4
"""Of our own in a line, the innermost first; before them the one that it stands in, whosever that is."""

_PACKAGE = Path(__file__).parent.parent

log = logging.getLogger(__name__)


class Watchdog:
    """A context manager for as long as the loop serves; enter it on the loop."""

    def __init__(
        self, say: Callable[[str], object] = log.warning, late: Callable[[float], object] = lambda lag_s: None
    ) -> None:
        """`late` hears from the thread how long each mark took, in seconds."""
        self._say, self._late = say, late
        self._ended = threading.Event()
        self._quiet_until = 0.0
        self._untold = 0

    def __enter__(self) -> "Watchdog":
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()

    def _watch(self) -> None:
        pace = _Pace()
        while not self._ended.wait(pace.next_s()):
            pace.waited()
            mark = _Mark(self._loop)
            try:
                self._loop.call_soon_threadsafe(mark.arrive)
            except RuntimeError:  # the loop is closed
                return
            in_time = mark.arrived.wait(LONGEST_S)
            if in_time and mark.took_s < LONGEST_S:
                self._late(mark.took_s)
                continue
            where = place_of(sys._current_frames().get(self._watched))
            suspended = mark.suspended()
            while not in_time and not mark.arrived.wait(LONGEST_S):
                if self._ended.is_set():
                    return
            if not suspended:
                self._late(mark.took_s)
                self._stalled(mark.took_s, where)

    def _stalled(self, length_s: float, where: str) -> None:
        now = self._loop.time()
        if now < self._quiet_until:
            self._untold += 1
            return
        more = f" ({self._untold} more since the last line)" if self._untold else ""
        self._quiet_until, self._untold = now + QUIET_S, 0
        self._say(f"The loop stood still for {length_s:.2f} s in {where}{more}.")


class _Pace:
    """How long to wait before the next mark: twice as long each time, until the process works again.

    Only what is used between two marks counts: on a slow machine a mark itself would look like work, for ever.
    """

    def __init__(self) -> None:
        self._pause_s = LONGEST_S
        self._used_s = 0.0

    def next_s(self) -> float:
        """Before the wait."""
        self._used_s = time.process_time()
        return self._pause_s

    def waited(self) -> None:
        works = time.process_time() - self._used_s > AT_WORK * self._pause_s
        self._pause_s = LONGEST_S if works else min(IDLE_S, 2 * self._pause_s)


class _Mark:
    """On its way to the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._sent, self._used = loop.time(), time.process_time()
        self.arrived = threading.Event()
        self.took_s = 0.0

    def arrive(self) -> None:
        self.took_s = self._loop.time() - self._sent
        self.arrived.set()

    def suspended(self) -> bool:
        """Whether our own wait took far too long, and nobody in the process was at work meanwhile."""
        late_s = self._loop.time() - self._sent - LONGEST_S
        return late_s > LONGEST_S and time.process_time() - self._used < late_s / 2


def place_of(frame: FrameType | None) -> str:
    """The innermost place, then ours up to the loop: names of files and functions, never a value."""
    places = [_name(one) for one in _outward(frame)]
    ours = [_name(one) for one in _outward(frame) if _PACKAGE in Path(one.f_code.co_filename).parents]
    return " < ".join(dict.fromkeys((*places[:1], *ours[:PLACES]))) or "an unknown place"


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _name(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    name = path.relative_to(_PACKAGE).as_posix() if _PACKAGE in path.parents else f"{path.parent.name}/{path.name}"
    return f"{name}:{frame.f_lineno} {frame.f_code.co_name}"


READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


def notify(state: str, environ: Mapping[str, str]) -> None:
    """Never waits. An address that begins with @ is of Linux's abstract kind."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


def watchdog_s(environ: Mapping[str, str]) -> float | None:
    """Within how long a sign of life is expected of this process; None: of nobody."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        wanted = int(environ.get("WATCHDOG_USEC", "")) / 1_000_000
    except ValueError:
        return None
    return wanted if wanted > 0 else None


async def keep_telling_alive(clock: Clock, environ: Mapping[str, str]) -> None:
    """Twice in the time, as systemd wants it. Returns at once where nobody watches."""
    if (within_s := watchdog_s(environ)) is None:
        return
    while True:
        notify(ALIVE, environ)
        await clock.sleep(within_s / 2)
