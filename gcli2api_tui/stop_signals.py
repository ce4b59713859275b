"""Signals that a running loop answers, on every system: SIGTERM, Ctrl+C, a terminal that closes.

In: names of signals with what to do. Out: handlers that are installed while a block runs. Windows' loops know no
signal handlers; there Python's own handler hands the work to the loop, so that Ctrl+C drains and raises nothing.
Signals that somebody decided to ignore (nohup) stay ignored.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping

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
