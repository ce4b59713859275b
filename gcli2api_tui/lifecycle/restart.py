"""A restart in place: the same process, its flags and its environment, with the program as it is on the disk now.

In: a wish by the admin API, for at once or for when no answer runs; a plain stop takes it back. Out: the server's end
and the new program, or an OSError, and then the old one still runs. The new one goes on with the listening socket, on
which callers wait meanwhile, the lock on the home, and the token that other processes know. What is handed over goes
through a pipe, since others may read a process's environment. Only POSIX replaces a program so.
"""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable, MutableMapping
from dataclasses import asdict
from pathlib import Path

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Refused, StopMode
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.process.launcher import Background
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tasks import spawn

VARIABLE = "_GCLI2API_TUI_TAKEOVER"
LAUNCHER = "_GCLI2API_TUI_COMMAND"
"""Names the script that started us, where one stands before the program (termux-install.sh)."""

LARGEST = 10_000
COMMAND = "gcli2api-tui"
LOOK_S = 0.05
"""Between two looks whether an answer still runs."""

NO_END_S = 366 * 86_400.0
"""Nobody's answer is cut by a restart that waits for all."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """Descriptors and words; -1 is a descriptor that there is not, 0 nobody who waits for us."""

    listener: int
    host: str
    port: int
    """As they were asked for: others now want another socket."""
    token: str
    screen: bool
    lock: int = -1
    parent: int = 0
    lifeline: int = -1

    def wants(self, host: str, port: int) -> socket.socket | None:
        """Its listener, if this is the address it was made for. Closed, if not."""
        found = socket.socket(fileno=self.listener)
        found.setblocking(False)
        if (host, port) == (self.host, self.port):
            return found
        found.close()
        return None


def possible() -> bool:
    return sys.platform != "win32" and bool(sys.executable) and bool(sys.orig_argv)


def replace_program(state: Takeover) -> None:
    """Never returns. Raises OSError: the interpreter is gone, or may not be run."""
    descriptors = [one for one in (state.listener, state.lock, state.lifeline) if one >= 0]
    reading, writing = os.pipe()
    os.write(writing, json.dumps(asdict(state)).encode())
    os.close(writing)
    for one in (*descriptors, reading):
        os.set_inheritable(one, True)
    try:
        program, *words = command_line()
        os.execve(program, [program, *words], {**os.environ, VARIABLE: str(reading)})
    finally:
        os.close(reading)
        for one in descriptors:
            os.set_inheritable(one, False)


def command_line() -> list[str]:
    """Our own command, by the place it was called at: an installer may have pointed it to another environment."""
    if launcher := os.environ.get(LAUNCHER):
        return [launcher, *sys.argv[1:]]
    command = sys.orig_argv[1] if len(sys.orig_argv) > 1 else ""
    if Path(command).name == COMMAND and os.access(command, os.X_OK):
        return sys.orig_argv[1:]
    return [sys.executable, *sys.orig_argv[1:]]


def taken(environ: MutableMapping[str, str]) -> Takeover | None:
    """What this process goes on with; None at a start like any other. Asked once."""
    try:
        descriptor = int(environ.pop(VARIABLE))
        with open(descriptor, "rb") as pipe:
            state = Takeover(**json.loads(pipe.read(LARGEST)))
    except (KeyError, ValueError, OSError, TypeError):
        return None
    for one in (state.listener, state.lock, state.lifeline):
        if one >= 0:
            os.set_inheritable(one, False)
    return state


class Restarting:
    """One for each runtime. `end` ends the server; `busy` counts running answers."""

    def __init__(self, setup: Bootstrap, clock: Clock, end: Callable[[], None], busy: Callable[[], int]) -> None:
        self._setup, self._clock, self._end, self._busy = setup, clock, end, busy
        self._waiting: asyncio.Task[None] | None = None
        self.serving: socket.socket | None = None
        """The listener of now."""
        self.listener: socket.socket | None = None
        """The same, kept: there is a next program."""
        self.patient = False

    def ask(self, mode: StopMode) -> Refused | None:
        if self._setup.demo or self.serving is None or not possible():
            return Refused(say("service.no_restart"), say("service.stop_and_start"))
        if mode == "restart":
            self._begin()
        elif self._waiting is None and self.listener is None:
            self._waiting = spawn("restart-when-idle", self._when_idle())
        return None

    async def _when_idle(self) -> None:
        while self._busy():
            await self._clock.sleep(LOOK_S)
        self.patient = True
        self._begin()

    def _begin(self) -> None:
        if self.listener is None and self.serving is not None:
            self.listener = self.serving.dup()
            self.listener.setblocking(False)
            self._end()

    def drop(self) -> None:
        """Stop, and stay stopped."""
        if self._waiting is not None:
            self._waiting.cancel()
        if self.listener is not None:
            self.listener.close()
        self._waiting = self.listener = None

    def state(self, token: Secret, lock: int, background: Background | None, *, screen: bool) -> Takeover:
        """For the next program. Whoever has taken leave of the shell needs nobody there any more."""
        assert self.listener is not None
        chosen = self._setup.settings
        waited_for = background if background and not background.taken else None
        return Takeover(
            self.listener.fileno(),
            chosen.host,
            chosen.port,
            token.reveal(),
            screen=screen,
            lock=lock,
            parent=waited_for.parent if waited_for else 0,
            lifeline=waited_for.lifeline if waited_for else -1,
        )
