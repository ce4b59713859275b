"""Lines of the log on the disk and on standard output, each written by a thread of its own.

In: rows of the ledger, as they come, from any thread. Out: JSON lines in logs/log.jsonl, rotated by size, private to
the user; and lines for whoever collects standard output. The loop waits for neither: what cannot be written in time is
left out and counted, and the count is written when writing works again.
"""

import contextlib
import logging
import logging.handlers
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gcli2api_tui import safe_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.ledger.logbook import Entry, UnwrittenLines, said
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.log_lines import BELOW, LEVELS, NAME, OLDER, as_json, as_text, of
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from gcli2api_tui.ledger.ledger import Ledger

TOGETHER_S = 0.1
"""Lines of so long a time are written together: to wake a thread for each cost a request 0.3 ms on the loop."""

TOGETHER = 64_000
"""Characters in one write, and the rest of a line; to a file at most the eighth part of what it holds, so that none
outgrows its bound."""

CLOSE_S = 0.5
"""How long the last lines have at the end: a disk or a reader that hangs must not hold up a stop."""

Form = Callable[[LogRow], str]
NO_LEVEL = frozenset(LEVELS)
"""Where none is written, all are below."""


class LogFile(logging.handlers.RotatingFileHandler):
    """Bounded in all by `most_bytes`, which is asked at each line; opened at the first one."""

    def __init__(self, path: Path, most_bytes: Callable[[], int]) -> None:
        super().__init__(path, backupCount=OLDER, encoding="utf-8", delay=True)
        self._path, self._most_bytes = path, most_bytes
        self.failed = False

    @property
    def together(self) -> int:
        return min(TOGETHER, self._most_bytes() // (OLDER + 1) // 8)

    def _open(self):  # type: ignore[no-untyped-def]
        safe_files.folder(self._path.parent)
        safe_files.empty(self._path)
        return super()._open()

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - of logging
        """With one look at the file, where logging takes two and moves about in it."""
        try:
            there = self._path.stat()
        except FileNotFoundError:  # somebody took it away, or nothing was written yet
            self.close()
            return False
        most = self._most_bytes() // (OLDER + 1)
        more = len(self.format(record).encode("utf-8", "replace"))
        return stat.S_ISREG(there.st_mode) and there.st_size + more >= most

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - of logging
        """A disk that is full, or that may not be written: logging's own way would print over the screen."""
        self.failed = True


class LogStream(logging.StreamHandler):  # type: ignore[type-arg]
    """Standard output, which may be gone."""

    together = TOGETHER

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self.failed = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - of logging
        self.failed = True


class LogWriter(UnwrittenLines):
    """The thread, and what waits for it."""

    def __init__(self, name: str, handler: LogFile | LogStream, form: Form, clock: Clock) -> None:
        super().__init__()
        self._handler, self._form, self._clock = handler, form, clock
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what waits, for a moment."""
        self._closed.set()
        self._come.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while self._come.wait() and not self._closed.wait(TOGETHER_S):
            self._come.clear()
            self._write_all()
        self._write_all()
        with contextlib.suppress(OSError):  # a full disk: what it did not take is tried once more
            self._handler.close()

    def _write_all(self) -> None:
        """That are here now. Those that come meanwhile wait for others: under load there would be some each time, and
        each write of a few makes the loop wait for its turn again and again."""
        left = len(self._rows)
        while left:
            if self._lost and self._write([self._form(self._of_the_lost())]):
                self._lost = 0
            lines = self._next(left)
            left -= len(lines)
            if not self._write(lines):
                self._lost += len(lines)

    def _next(self, most: int) -> list[str]:
        lines, size, together = list[str](), 0, self._handler.together
        while len(lines) < most and size < together:
            lines.append(self._form(said(self._rows.popleft())))
            size += len(lines[-1])
        return lines

    def _write(self, lines: Sequence[str]) -> bool:
        """As one text: to look at the file, write and flush for each line was a fifteenth of what a request costs."""
        self._handler.failed = False
        self._handler.handle(logging.makeLogRecord({"msg": "\n".join(lines)}))
        return not self._handler.failed

    def _of_the_lost(self) -> LogRow:
        return LogRow(0, self._clock.now(), "warning", "log", say("service.lines_lost", n=self._lost))


@contextlib.contextmanager
def written(ledger: "Ledger", live: LiveSettings, folder: Path, clock: Clock, form: str) -> Iterator[None]:
    """While the block runs, and what the ledger holds already. `form`: how standard output gets them, or `off`."""
    file = LogWriter("log-file", LogFile(folder / NAME, lambda: live.now.log_file_mb * 1_000_000), as_json, clock)
    writers = [file]
    if form != "off":
        writers.append(LogWriter("log-output", LogStream(), as_json if form == "json" else _text, clock))

    def wanted(chosen: Settings) -> None:
        for writer in writers:
            off = writer is file and chosen.log_file != "on"
            writer.below = NO_LEVEL if off else BELOW[chosen.log_level]

    def to_both(row: Entry) -> None:
        for writer in writers:
            writer.put(row)

    wanted(live.now)
    live.follow(wanted)
    ledger.follow_log(to_both if writers[1:] else file.put)
    try:
        yield
    finally:
        ledger.follow_log(None)
        for writer in writers:
            writer.close()


def _text(row: LogRow) -> str:
    return as_text(of(row))
