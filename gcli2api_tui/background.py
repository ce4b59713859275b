"""How a server leaves its terminal and goes on: a session of its own, standard descriptors that lead nowhere.

In: the process that a shell waits for, which is told, and a pipe that ends when that one does. Out: a process that
outlives the terminal, and whoever logs out. Only POSIX knows this; elsewhere nobody makes one (launcher.py).
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterator

from gcli2api_tui import processes


def let_go() -> None:
    """Nobody is there any more: what writes to the terminal, or reads from it, gets nothing and no error."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


class Background:
    """The way there, which is taken once. `parent` waits for us; `lifeline` can be read when it is gone."""

    def __init__(self, parent: int, lifeline: int) -> None:
        self.parent = parent
        self.lifeline = lifeline
        self.taken = False

    def take(self) -> None:
        """Leave terminal and session; whoever waits for us ends with status 0. Twice is harmless."""
        if self.taken:
            return
        self.taken = True
        if sys.platform != "win32":
            with contextlib.suppress(PermissionError):  # we lead one already
                os.setsid()
        let_go()
        if os.getppid() == self.parent:
            processes.send(self.parent, "SIGUSR1")

    @contextlib.contextmanager
    def watched(self, alone: Callable[[], None]) -> Iterator[None]:
        """While the block runs: `alone` is called when the parent is gone though we never took our leave."""
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(self.lifeline)
            if not self.taken:
                alone()

        loop.add_reader(self.lifeline, gone)
        try:
            yield
        finally:
            loop.remove_reader(self.lifeline)
