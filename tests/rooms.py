"""Network namespaces for tests: this process in one of its own, and rooms beside it whose lines can be cut.

Needs root, `ip` and `unshare`. Nothing of it reaches the machine's own network; what holds a room is a process, so that
all of it is gone when the test is, however it ends.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

NEW_NETWORK = 0x40000000
OWN = "/proc/self/ns/net"
Line = Literal["front", "back"]
LINES: tuple[Line, ...] = ("front", "back")
_libc = ctypes.CDLL(None, use_errno=True)


def possible() -> str:
    """ "" or why not."""
    if os.name != "posix" or os.getuid() != 0:
        return "network namespaces need root"
    try:
        tried = subprocess.run(["unshare", "--net", "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    except FileNotFoundError as absent:
        return f"network namespaces need {absent.filename}"
    return "" if tried.returncode == 0 else "network namespaces are not allowed here"


@contextmanager
def apart() -> Iterator[None]:
    """This thread, and all threads and programs that it starts, in a network where nobody else is."""
    before = os.open(OWN, os.O_RDONLY)
    try:
        _done(_libc.unshare(NEW_NETWORK))
        _ip("link", "set", "lo", "up")
        yield
    finally:
        _done(_libc.setns(before, NEW_NETWORK))
        os.close(before)


@dataclass(frozen=True, slots=True)
class Room:
    """A network with two lines to this one: `front` for clients and for Google, `back` for the database."""

    number: int
    holder: int

    @property
    def into(self) -> tuple[str, ...]:
        """What stands before a program's words."""
        return ("nsenter", f"--net=/proc/{self.holder}/ns/net")

    def here(self, line: Line) -> str:
        """This end's address, as the room knows it."""
        return f"10.{LINES.index(line) + 1}.{self.number}.1"

    def there(self, line: Line) -> str:
        return f"10.{LINES.index(line) + 1}.{self.number}.2"

    def cut(self, line: Line) -> None:
        """Both ways. Nobody is told: what is sent is gone."""
        _ip("link", "set", f"{line}{self.number}", "down")

    def mend(self, line: Line) -> None:
        _ip("link", "set", f"{line}{self.number}", "up")

    def mute(self, line: Line) -> None:
        """What the room sends still arrives; no answer comes back to it."""
        _ip("route", "add", "blackhole", f"{self.there(line)}/32")

    def unmute(self, line: Line) -> None:
        _ip("route", "del", "blackhole", f"{self.there(line)}/32")


@contextmanager
def room(number: int) -> Iterator[Room]:
    with subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "ip link set lo up && echo && exec sleep infinity"], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout and holder.stdout.readline()
        made = Room(number, holder.pid)
        try:
            for line in LINES:
                _join(made, line)
            yield made
        finally:
            holder.kill()


def _join(made: Room, line: Line) -> None:
    name, inside = f"{line}{made.number}", f"{line}-there"
    _ip("link", "add", name, "type", "veth", "peer", "name", inside, "netns", str(made.holder))
    _ip("address", "add", f"{made.here(line)}/30", "dev", name)
    _ip("link", "set", name, "up")
    _ip("address", "add", f"{made.there(line)}/30", "dev", inside, into=made)
    _ip("link", "set", inside, "up", into=made)


def _ip(*words: str, into: Room | None = None) -> None:
    subprocess.run([*(into.into if into else ()), "ip", *words], check=True, capture_output=True)


def _done(code: int) -> None:
    if code:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
