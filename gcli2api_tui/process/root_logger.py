"""Python's root logger while an instance runs, and who hears of crashes in threads and destructors.

In: the clock and the ledger of that instance. Out: log records and crashes in its ledger; the logger gets its own back.
"""

import contextlib
import logging
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.tasks import crash_words

if TYPE_CHECKING:
    from gcli2api_tui.ledger.ports import Recorder

log = logging.getLogger(__name__)


@contextlib.contextmanager
def log_held_back() -> Iterator[list[logging.LogRecord]]:
    """Log records wait while a screen is there, and no ledger yet; whoever takes them out of the list tells them.

    Those that nobody took are told as before when the block ends.
    """
    root, held = logging.getLogger(), _Holding()
    before = root.handlers[:]
    root.handlers[:] = [held]
    try:
        yield held.records
    finally:
        root.handlers[:] = before
        for record in held.records:
            root.callHandlers(record)


class _Holding(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextlib.contextmanager
def logging_to(ledger: "Recorder", clock: Clock, held: list[logging.LogRecord] | None = None) -> Iterator[None]:
    """All log records go to the ledger, `held` ones first, and crashes beside the loop: the screen has the terminal."""
    from gcli2api_tui.ledger.logbook import LedgerHandler

    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = [LedgerHandler(ledger, clock)]
    root.setLevel(logging.WARNING)
    while held:
        root.callHandlers(held.pop(0))
    hooks = threading.excepthook, sys.unraisablehook
    threading.excepthook, sys.unraisablehook = _thread_crashed, _destructor_crashed
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = hooks
        root.handlers[:] = before
        root.setLevel(level)


def _thread_crashed(told: threading.ExceptHookArgs) -> None:
    """In place of Python's own, which prints the exception's words: over the panel, or into a journal."""
    if told.exc_type is not SystemExit:
        name = told.thread.name if told.thread else "?"
        log.error("thread %s crashed: %s", name, crash_words(told.exc_type, told.exc_traceback))


def _destructor_crashed(told: "sys.UnraisableHookArgs") -> None:
    log.error("a destructor crashed: %s", crash_words(told.exc_type, told.exc_traceback))
