"""What belongs to the process and not to one instance: the collector, the interpreter's turns, the root logger,
and who hears of crashes in threads.

In: the clock and the ledger of the instance that runs. Out: settings of Python; the logger gets its own back.
"""

import contextlib
import gc
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

TURN_S = 0.0005
"""How long a thread keeps the interpreter from others, Python's own 5 ms: each step of a stream waited for it while an
import was read (measured)."""

LARGE_BLOCK = 4 * 2**20
"""Bytes; such a block is the system's again as soon as it is freed. Pictures are smaller, and what they were made of is
kept for the next one: to have it back page by page was a tenth of what a picture cost (measured)."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h."""


def short_turns() -> None:
    sys.setswitchinterval(TURN_S)


def give_large_blocks_back() -> None:
    """glibc's allocator keeps what a 20 MB body was made of, in pieces that nobody else fits: 85 MB (measured)."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError, TypeError):  # another allocator, or another system
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_MMAP_THRESHOLD, LARGE_BLOCK)
        allocator.mallopt(_TRIM_THRESHOLD, LARGE_BLOCK)


def freeze_what_is_here() -> None:
    """What is here now stays: a walk over all of it stopped every stream for 70 ms (measured)."""
    gc.freeze()


async def settle(clock: Clock) -> None:
    """After the first frames nothing of the screen is garbage: keep the collector from walking it (measured)."""
    await clock.sleep(1.5)
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 500, 1000)


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
