"""The process that a shell waits for: it starts the one that serves, and stays small beside it.

In: the work. Out: its exit status; or 0 as soon as the work goes on in the background. Forked before there is a loop or
a thread. The child stays in the foreground, where Ctrl+C and Ctrl+Z reach it: what a person sends to this process alone
is passed on, a child that stops stops this one too, and a terminal that a killed child left in disorder is put in
order. Without `fork`, and under a debugger, the work runs here, and has no background, which is a session of its own
with standard descriptors that lead nowhere. As the first process of a container this one also ends the orphans that
come to it, and stays: the container would end with it.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from gcli2api_tui.messages.message import say
from gcli2api_tui.process import other_processes
from gcli2api_tui.process.output import say as tell_people
from gcli2api_tui.process.terminal_modes import TerminalModes


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
            other_processes.send(self.parent, "SIGUSR1")

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


Work = Callable[[Background | None], int]


def one_process() -> bool:
    """Whether the work must run here: no fork, threads that a fork would lose, or somebody who steps through it."""
    return sys.platform == "win32" or threading.active_count() > 1 or sys.gettrace() is not None


if sys.platform == "win32":

    def launch(work: Work) -> int:
        return work(None)
else:
    _PASSED_ON = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGWINCH}
    _HEARD = {*_PASSED_ON, signal.SIGCHLD, signal.SIGUSR1}

    def launch(work: Work) -> int:
        """Its exit status, in both processes: each then ends in its own way."""
        if one_process():
            return work(None)
        modes, parent = TerminalModes(), os.getpid()
        lifeline, held = os.pipe()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        for number in (signal.SIGCHLD, signal.SIGWINCH):  # ignored ones may be thrown away though they are blocked
            signal.signal(number, lambda *_: None)
        child = os.fork()
        if child == 0:
            os.close(held)
            for number in (signal.SIGCHLD, signal.SIGWINCH):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            return work(None if parent == other_processes.FIRST else Background(parent, lifeline))
        os.close(lifeline)
        return _waited(child, modes)

    def _waited(child: int, modes: TerminalModes) -> int:
        for number in _signals():
            if number == signal.SIGUSR1:
                return 0
            if number != signal.SIGCHLD:
                other_processes.send(child, number.name)
            elif (status := _status(child)) is not None:
                return status if status >= 0 else _killed(-status, modes)
        raise AssertionError("signals never end")

    def _signals() -> Iterator[signal.Signals]:
        """Those for this process alone. What a terminal's keys send reaches the child by itself."""
        while True:
            if sys.platform == "darwin":  # does not tell who sent it
                number = signal.sigwait(_HEARD)
                if number not in (signal.SIGINT, signal.SIGQUIT):
                    yield signal.Signals(number)
            else:
                found = signal.sigwaitinfo(_HEARD)
                if found.si_signo not in _PASSED_ON or found.si_code <= 0:  # a process, and not the kernel
                    yield signal.Signals(found.si_signo)

    def _status(child: int) -> int | None:
        """None while it lives; negative: the signal that ended it. Of others, that they ended is all that is asked."""
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return None
            if pid == child and os.WIFSTOPPED(status):
                _stop_too(child)
            elif pid == child:
                return os.waitstatus_to_exitcode(status)

    def _stop_too(child: int) -> None:
        """As a shell expects of a job. Nobody can stop the first process, nor wake what it waits for: it goes on."""
        if os.getpid() == other_processes.FIRST:
            other_processes.send(child, "SIGCONT")
        else:
            other_processes.send(os.getpid(), "SIGSTOP")

    def _killed(number: int, modes: TerminalModes) -> int:
        modes.restore()
        tell_people(say("service.killed", signal=number))
        return 128 + number
