"""The server of this home, from another process: whether it answers, hangs or is gone; stopping it, restarting it.

In: the home's folders, and what takes lines for people. Out: a `Found`, or the return when it is over; a Problem with
the way out where it is not. The lock that a server holds is believed before run.json: it ends with its process, and a
process id may be another program's by now. A server that answers is asked, so that its log says who did it; one that
hangs gets a signal.
"""

import signal
import time
from collections.abc import Callable
from typing import Literal

from gcli2api_tui import file_lock
from gcli2api_tui.control import admin_client, run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.lifecycle.home_lock import free
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.paths import Paths, home_flag
from gcli2api_tui.process import other_processes
from gcli2api_tui.quick_dataclass import dataclass

STEP_S = 0.05
"""Between two looks."""
SETTLES_S = 10.0
"""How long one that starts or stops may need, or one that hangs to hear a signal."""

NOW_S = 5.0
"""After it was told to end at once; then it is killed."""

NO_SUCH_ROUTE = 404

Tell = Callable[[str], None]
State = Literal["nobody", "answers", "hangs", "ends", "busy"]


@dataclass(frozen=True, slots=True)
class Found:
    """`nobody`: a start is free. `hangs`: it listens, and says nothing. `ends`: it takes no more, its last answers run.

    `busy`: one is about to start, or has just ended.
    """

    state: State
    running: Running | None = None


def settled(where: Paths) -> Found:
    """What serves this home, when nobody is about to start or to stop there."""
    found = look(where)
    if found.state == "busy":
        until(lambda: look(where).state != "busy", SETTLES_S)
        found = look(where)
    return found


def stop(where: Paths, tell: Tell, *, now: bool = False) -> bool:
    """Returns when the server is gone; False: none was there."""
    found = settled(where)
    if found.state == "nobody":
        return False
    if found.running is None:
        raise Problem(say("start.home_held", folder=str(where.state)), say("service.look_for_it"))
    running = found.running
    if found.state != "ends" or now:
        _told(found, running, tell, now=now)
    if now:
        _awaited_or_killed(where, running, tell)
    elif found.state != "hangs":
        wait_for_its_end(where, running, tell)
        return True
    if not until(lambda: gone(where, running), SETTLES_S):
        raise Problem(say("service.hangs", pid=running.pid), say("service.stop_now", home=home_flag(where)))
    _is_gone(running, tell)
    return True


def wait_for_its_end(where: Paths, running: Running, tell: Tell) -> None:
    """After it was told to stop: its answers may take as long as it lets them."""
    while not until(lambda: gone(where, running), SETTLES_S):
        tell(say("service.still_running", home=home_flag(where)))
    _is_gone(running, tell)


def _is_gone(running: Running, tell: Tell) -> None:
    """The home is free; the process itself ends a moment later."""
    until(lambda: not other_processes.alive(running.pid), NOW_S)
    tell(say("service.stopped", pid=running.pid))


def _told(found: Found, running: Running, tell: Tell, *, now: bool) -> None:
    if found.state == "answers":
        try:
            said = admin_client.post(running, "/admin/api/stop", {"mode": "now" if now else "drain"})
            tell(quoted(str(said["message"])))
            return
        except ClientFault as fault:
            if fault.status != NO_SUCH_ROUTE:  # an older one
                raise
        except Problem:  # it ended before it said so
            return
    other_processes.send(running.pid, "SIGTERM")


def _awaited_or_killed(where: Paths, running: Running, tell: Tell) -> None:
    if not until(lambda: gone(where, running), NOW_S):
        tell(say("service.kills", pid=running.pid))
        other_processes.send(running.pid, "SIGKILL" if hasattr(signal, "SIGKILL") else "SIGTERM")


def restart(where: Paths, tell: Tell, *, when_idle: bool = False) -> Running:
    """Returns when the next one answers."""
    found = settled(where)
    if found.state == "nobody":
        raise Problem(say("cli.no_server"), say("cli.start_one"))
    if found.running is None or found.state == "ends":
        raise Problem(say("start.home_held", folder=str(where.state)), say("service.look_for_it"))
    if found.state == "hangs":
        raise Problem(say("service.hangs", pid=found.running.pid), say("service.stop_now", home=home_flag(where)))
    before = found.running
    said = admin_client.post(before, "/admin/api/restart", {"when_idle": when_idle})
    tell(quoted(str(said["message"])))
    while not until(lambda: _another(where, before) is not None, SETTLES_S):
        if gone(where, before):
            raise Problem(say("service.not_back"), say("service.read_log", home=home_flag(where)))
    after = _another(where, before) or before
    tell(say("service.restarted", url=after.url, pid=after.pid, version=after.version))
    return after


def _another(where: Paths, before: Running) -> Running | None:
    now = run_file.read(where.run_file)
    if now is None or (now.pid, now.started_at) == (before.pid, before.started_at):
        return None
    return now if admin_client.heard(now) == "answers" else None


def look(where: Paths) -> Found:
    running = run_file.read(where.run_file)
    if running is None:
        return Found("nobody" if free(where) else "busy")
    answer = admin_client.heard(running)
    if answer == "answers":
        return Found("answers", running)
    if free(where):
        return Found("nobody")
    if file_lock.holder(where.lock_file) not in (running.pid, None):
        return Found("busy")  # run.json is of one that is gone, and its process id is another program's by now
    return Found("hangs" if answer == "silent" else "ends", running)


def gone(where: Paths, before: Running) -> bool:
    """Whether the server that was found is over, its last write included."""
    now = run_file.read(where.run_file)
    ended = now is None or (now.pid, now.started_at) != (before.pid, before.started_at)
    return free(where) and (ended or not other_processes.alive(before.pid))


def until(holds: Callable[[], bool], wait_s: float) -> bool:
    """Look again and again, for so long; whether it came about."""
    for _ in range(max(1, round(wait_s / STEP_S))):
        if holds():
            return True
        time.sleep(STEP_S)
    return holds()
