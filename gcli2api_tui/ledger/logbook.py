"""The lines of the Logs tab: a ring of the last 2,000, from events and from Python's own logging.

In: a level, a source, a text. Out: numbered rows. A line is one line, of bounded length, without control characters,
and with keys and tokens masked, whoever wrote them into it. Library threads log too, so this is the one part of the
ledger that locks.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Literal

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.known_secrets import masked
from gcli2api_tui.events.records import ExchangeId, LogLine
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.messages.message import Message, quoted, say

Level = Literal["debug", "info", "warning", "error"]

KEPT_LINES = 2_000
LONGEST_LINE = 1_000

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")


class Logbook:
    """Numbered from 1, never renumbered; `rows()` is the same tuple until a line is added."""

    def __init__(self, kept: int = KEPT_LINES) -> None:
        self._ring: deque[LogRow] = deque(maxlen=kept)
        self._number = 0
        self._rows: tuple[LogRow, ...] | None = ()
        # Re-entrant: a destructor that logs may run while a row is being made.
        self._lock = threading.RLock()
        self._take: Callable[[LogRow], None] | None = None

    def follow(self, take: Callable[[LogRow], None] | None) -> None:
        """`take` gets all rows that are here, and each new one; it must neither wait nor raise. None: nobody does."""
        with self._lock:
            self._take = take
            if take:
                for row in self._ring:
                    take(row)

    def add(
        self, at: float, level: Level, source: str, text: Message, exchange: ExchangeId | None = None, label: str = ""
    ) -> None:
        """`label` is the credential's that it is about."""
        with self._lock:
            self._number += 1
            row = LogRow(self._number, at, level, source, _bounded(text), exchange, label)
            self._ring.append(row)
            self._rows = None
            if self._take:
                self._take(row)

    def rows(self) -> tuple[LogRow, ...]:
        """Newest last."""
        with self._lock:
            if self._rows is None:
                self._rows = tuple(self._ring)
            return self._rows


def _bounded(text: Message) -> Message:
    """What others wrote into the line is changed; ours has nothing to hide. A very long one is cut, in English."""
    if len(text) <= LONGEST_LINE and text.isprintable() and masked(text) == text:
        return quoted(text)
    line = quoted(text).changed(lambda said: _one_line(masked(said)))
    return line if len(line) <= LONGEST_LINE else quoted(_one_line(line))


def _one_line(text: str) -> str:
    line = text[: LONGEST_LINE + 1]
    if not line.isprintable():
        line = line.translate(_CONTROLS)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


class LedgerHandler(logging.Handler):
    """Brings log records in as LogLine: message and level only, no traceback, which may quoted what it met."""

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        super().__init__(logging.INFO)
        self._recorder = recorder
        self._clock = clock

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.msg if isinstance(record.msg, Message) else quoted(record.getMessage())
        except (TypeError, ValueError, KeyError):
            text = say("log.bad_line", logger=record.name)
        self._recorder.record(LogLine(self._clock.now(), _level(record.levelno), _source(record.name), text))


def _level(number: int) -> Level:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"


def _source(logger: str) -> str:
    """`gcli2api_tui.pool.quota` → `pool`; other libraries by their first name."""
    return logger.removeprefix("gcli2api_tui.").partition(".")[0]
