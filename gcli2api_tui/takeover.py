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
from dataclasses import asdict, dataclass

VARIABLE = "_GCLI2API_TUI_TAKEOVER"
COMMAND = "_GCLI2API_TUI_COMMAND"
"""Set by the command of an installer that puts each version into another place: the restart begins at that command."""

LARGEST = 10_000


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
        words = _words()
        os.execve(words[0], words, {**os.environ, VARIABLE: str(reading)})
    finally:
        os.close(reading)
        for one in descriptors:
            os.set_inheritable(one, False)


def _words() -> list[str]:
    if command := os.environ.get(COMMAND):
        return [command, *sys.argv[1:]]
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
