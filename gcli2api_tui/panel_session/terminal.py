"""The process's terminal and its signals: closing a window must never be what stops a server.

In: SIGTERM and Ctrl+C, which stop; SIGHUP, which ends the screen, and stops only a server that never had one. Out: how
the screen ended. A terminal that hung up is never touched again; signals that somebody decided to ignore (nohup) stay
ignored. Windows' loops know no signal handlers: there Python's own handler hands the work to the loop, so that Ctrl+C
drains and raises nothing. Beside this only process/launcher.py touches signals or the standard descriptors.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from gcli2api_tui.process.launcher import Background, let_go
from gcli2api_tui.process.output import say
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel

Ended = Literal["keep-serving", "stop", "lost", "crashed", "demo", "back"]
"""`demo`: a person wants to look at one; `back`: at the server again."""

_WANTED: tuple[Ended, ...] = ("keep-serving", "demo", "back")

TOGETHER_S = 0.1
"""Signals of one kind within this time are one; nobody presses Ctrl+C twice so fast."""

_SCREENS_OWN = ("SIGTSTP", "SIGCONT", "SIGWINCH")
"""Handlers that Textual installs and leaves behind."""


class Terminal:
    """One for each runtime; `screen` says whether it shows a panel, now or before.

    `background` is where it goes without its terminal; without it the process stays where it is.
    """

    def __init__(
        self, stop: Callable[[], None] | None = None, *, screen: bool, background: Background | None = None
    ) -> None:
        self.stop = stop or self.leave
        """What SIGTERM and Ctrl+C do; until there is a server, they end the screen."""
        self._screen = screen
        self.background = background
        self._told_at = float("-inf")
        self._panel: Panel | None = None
        self._lost = False
        self._left: Ended | None = None

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Handle them while the block runs, the last flush included. Whoever waits for us and is gone hung up too."""
        watched = self.background.watched(self._hung_up) if self.background else contextlib.nullcontext()
        handlers = {"SIGTERM": self._told_to_stop, "SIGINT": self._told_to_stop, "SIGHUP": self._hung_up}
        with handled(handlers), watched:
            yield

    def _told_to_stop(self) -> None:
        """A shell tells its whole job, and who waits for us passes its own copy on: the two are one."""
        before, self._told_at = self._told_at, asyncio.get_running_loop().time()
        if not (self.background and self._told_at - before < TOGETHER_S):
            self.stop()

    def _hung_up(self) -> None:
        if not self._screen:
            self.stop()
            return
        self._lost = True
        if self._panel is None:
            self._let_go()
        elif not self._panel.return_value:  # a person who chose to stop has chosen
            self._panel.exit("lost")

    async def show(self, panel: "Panel") -> Ended:
        """Run the panel until it is closed, lost or crashes, whatever it raises."""
        if self._left:
            return self._left
        self._panel = panel
        with _as_before():
            running = spawn("panel", _run(panel))
            try:
                await asyncio.wait({running})
            finally:
                running.cancel()
        self._panel = None
        if panel.return_value == "stop":
            return "stop"
        if self._lost or panel.return_value == "lost":
            self._lost = True
            self._let_go()
            return "lost"
        for wanted in _WANTED:
            if panel.return_value == wanted:
                return wanted
        return "crashed"

    def leave(self, ended: Ended = "stop") -> None:
        """End the screen, because the server stops or this process does; none is shown any more."""
        self._left = ended
        if self._panel is not None:
            self._panel.exit(ended)

    def go_on_without(self) -> None:
        """The person has their shell again; where there is no background, the process stays in it."""
        if self.background:
            self.background.take()

    def _let_go(self) -> None:
        """Nobody is there any more."""
        if self.background:
            self.background.take()
        else:
            let_go()

    def say(self, *lines: str) -> None:
        """Lines for people, on stderr; dropped where nobody reads, or where it is closed."""
        if not self._lost:
            say(*lines)


async def _run(panel: "Panel") -> None:
    await panel.run_async(mouse=True)


@contextlib.contextmanager
def _as_before() -> Iterator[None]:
    """What Textual changes about the process and leaves behind.

    Its SIGCONT handler would open the screen anew when a terminal hangs up long after. From Python 3.12 on it puts an
    eager task factory on the loop; that is taken away at once: the server's tasks would become eager too, and 3.13.0's
    happy eyeballs fail an assertion then.
    """
    loop = asyncio.get_running_loop()
    factory = loop.get_task_factory()
    numbers = [getattr(signal, name) for name in _SCREENS_OWN if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers}
    # Runs when run_async waits for the first time: one turn for the panel's task to begin, one to come after it.
    early = loop.call_soon(lambda: loop.call_soon(loop.set_task_factory, factory))
    try:
        yield
    finally:
        early.cancel()
        loop.set_task_factory(factory)
        for number, handler in handlers.items():
            signal.signal(number, handler)


WINDOWS_NAMES = {"SIGTERM": "SIGBREAK"}
"""Ctrl+Break and a closed console come as a signal of their own there, and mean the same."""


@contextlib.contextmanager
def handled(handlers: Mapping[str, Callable[[], object]]) -> Iterator[None]:
    """Answer these signals with these calls, made on the running loop; put back what was there afterwards."""
    loop = asyncio.get_running_loop()
    aliases = {WINDOWS_NAMES[name]: call for name, call in handlers.items() if name in WINDOWS_NAMES}
    with contextlib.ExitStack() as installed:
        for name, call in {**handlers, **aliases}.items():
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                _install(loop, number, call, installed)
        yield


def _install(
    loop: asyncio.AbstractEventLoop, number: int, call: Callable[[], object], installed: contextlib.ExitStack
) -> None:
    with contextlib.suppress(ValueError, RuntimeError):  # not the main thread: signals are somebody else's
        try:
            loop.add_signal_handler(number, call)
            installed.callback(loop.remove_signal_handler, number)
        except NotImplementedError:
            before = signal.signal(number, lambda *_: loop.call_soon_threadsafe(call))
            installed.callback(signal.signal, number, before)
