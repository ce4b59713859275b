"""A restart in place: the same process, its flags and its environment, with the program as it is on the disk now.

In: what the new program goes on with: the listening socket, on which callers wait meanwhile, the lock on the home, the
token that other processes know. Out: the new program, or an OSError, and then the old one still runs. What is handed
over goes through a pipe, since others may read a process's environment. Only POSIX replaces a program so.
"""

import json
import os
import socket
import sys
from collections.abc import MutableMapping
from dataclasses import asdict
from pathlib import Path

from gcli2api_tui.quick_dataclass import dataclass

VARIABLE = "_GCLI2API_TUI_TAKEOVER"
LAUNCHER = "_GCLI2API_TUI_COMMAND"
"""Names the script that started us, where one stands before the program (termux-install.sh)."""

LARGEST = 10_000
COMMAND = "gcli2api-tui"


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
