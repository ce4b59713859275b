"""Stopping and restarting the server of this home from another process, and waiting until that is done.

In: the home's folders, and what takes lines for people. Out: when it is over; a Problem with the way out where it is
not. A server that answers is asked, so that its log says who did it; one that hangs gets a signal.
"""

from collections.abc import Callable

from gcli2api_tui import processes
from gcli2api_tui.control import remote, run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.only_server import home_flag
from gcli2api_tui.paths import Paths
from gcli2api_tui.running_server import Found, gone, look, until

SETTLES_S = 10.0
"""How long one that starts or stops may need, or one that hangs to hear a signal."""

NOW_S = 5.0
"""After it was told to end at once; then it is killed."""

NO_SUCH_ROUTE = 404

Tell = Callable[[str], None]


def settled(where: Paths) -> Found:
    """What serves this home, when nobody is about to start or to stop there."""
    found = look(where)
    if found.state in ("busy", "unheard"):
        until(lambda: look(where).state not in ("busy", "unheard"), SETTLES_S)
        found = look(where)
    return found


def stop(where: Paths, tell: Tell, *, now: bool = False) -> bool:
    """Returns when the server is gone; False: none was there."""
    found = settled(where)
    if found.state == "nobody":
        return False
    if found.running is None or found.state == "unheard":
        raise Problem(say("start.home_held", folder=str(where.state)), say("service.look_for_it"))
    _told(found, found.running, tell, now=now)
    _awaited(where, found, found.running, tell, now=now)
    tell(say("service.stopped", pid=found.running.pid))
    return True


def _told(found: Found, running: Running, tell: Tell, *, now: bool) -> None:
    if found.state == "answers":
        try:
            said = remote.post(running, "/admin/api/stop", {"mode": "now" if now else "drain"})
            tell(quoted(str(said["message"])))
            return
        except ClientFault as fault:
            if fault.status != NO_SUCH_ROUTE:  # an older one
                raise
    processes.send(running.pid, "SIGTERM")


def _awaited(where: Paths, found: Found, running: Running, tell: Tell, *, now: bool) -> None:
    """Answers that run may take as long as the server lets them."""
    ended = lambda: gone(where, running)  # noqa: E731
    if now and not until(ended, NOW_S):
        tell(say("service.kills", pid=running.pid))
        processes.send(running.pid, "SIGKILL")
    if found.state == "answers" and not now:
        while not until(ended, SETTLES_S):
            tell(say("service.still_running", home=home_flag(where)))
    elif not until(ended, SETTLES_S):
        raise Problem(say("service.hangs", pid=running.pid), say("service.stop_now", home=home_flag(where)))


def restart(where: Paths, tell: Tell, *, when_idle: bool = False) -> Running:
    """Returns when the next one answers."""
    found = settled(where)
    if found.state == "nobody":
        raise Problem(say("cli.no_server"), say("cli.start_one"))
    if found.running is None or found.state != "answers":
        pid = found.running.pid if found.running else 0
        raise Problem(say("service.hangs", pid=pid), say("service.stop_now", home=home_flag(where)))
    before = found.running
    said = remote.post(before, "/admin/api/restart", {"when_idle": when_idle})
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
    return now if remote.heard(now) == "answers" else None
