"""The lines of the Logs tab: a ring of the last 2,000, Python's own logging among them, and those that are written.

In: an event and the label of the credential that it concerns; or a level, a source, a text. Out: numbered rows. A line
is one line, of bounded length, without control characters, and with keys and tokens masked, whoever wrote them into it;
Google's texts are quoted as they came, never markup. What each request says is put into words when somebody reads it
(`said`), and masked then. Library threads log too: the one part of the ledger that locks.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable

from gcli2api_tui.clock import Clock
from gcli2api_tui.events import records as events
from gcli2api_tui.events.records import ExchangeId, LogLine
from gcli2api_tui.events.secret import holds_secret, masked
from gcli2api_tui.ledger.log_sentences import Level, Line, failed, sentence
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.messages.message import Message, quoted, say

OfEachRequest = events.ExchangeOpened | events.AttemptStarted | events.ExchangeFinished

KEPT_LINES = 2_000
LONGEST_LINE = 1_000
MOST_WAITING = 5_000

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")


class Unsaid:
    """A line that nobody has read yet; `said` makes a row of it. Its own repr shows nothing of it.

    The loop and the threads that write may read it at once: the event is frozen, so each makes an equal row.
    """

    __slots__ = ("_event", "_label", "_number", "_row")

    level: Level = "info"

    def __init__(self, number: int, event: OfEachRequest, label: str) -> None:
        self._number, self._event, self._label = number, event, label
        self._row: LogRow | None = None

    def row(self) -> LogRow:
        if self._row is None:
            event, (line, text) = self._event, self._said()
            self._row = LogRow(self._number, event.at, line.level, line.source, text, event.exchange, self._label)
        return self._row

    def _said(self) -> tuple[Line, Message]:
        """A fault in it, or in masking it, must not cost the reader all other lines, or a writer its thread."""
        try:
            line = sentence(self._event, self._label)
            assert line is not None
            return line, _bounded(line.text)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            line = failed(self._event, error)
            return line, line.text


Entry = LogRow | Unsaid


def said(entry: Entry) -> LogRow:
    return entry.row() if isinstance(entry, Unsaid) else entry


class UnwrittenLines:
    """For a thread that writes them. `put` never waits and never raises."""

    def __init__(self) -> None:
        self.below: frozenset[str] = frozenset()
        """Levels that are not written."""
        self._rows: deque[Entry] = deque()
        self._come = threading.Event()
        """There are some."""
        self._lost = 0

    def put(self, row: Entry) -> None:
        if row.level in self.below:
            return
        if len(self._rows) < MOST_WAITING:
            self._rows.append(row)
        else:
            self._lost += 1
        if not self._come.is_set():
            self._come.set()


class Logbook:
    """Numbered from 1, never renumbered; `rows()` is the same tuple until a line is added."""

    def __init__(self, kept: int = KEPT_LINES) -> None:
        self._ring: deque[LogRow] = deque(maxlen=kept)
        self._unread: deque[Entry] = deque(maxlen=kept)
        """What came since the rows were read."""
        self._number = 0
        self._rows: tuple[LogRow, ...] = ()
        # Re-entrant: a destructor that logs may run while a row is being made.
        self._lock = threading.RLock()
        self._take: Callable[[Entry], None] | None = None

    def follow(self, take: Callable[[Entry], None] | None) -> None:
        """`take` gets all lines that are here, and each new one; it must neither wait nor raise. None: nobody does."""
        with self._lock:
            self._take = take
            if take:
                for row in self.rows():
                    take(row)

    def tell(self, event: OfEachRequest, label: str) -> None:
        """Its line; `label` is the credential's that it is about."""
        with self._lock:
            self._number += 1
            self._put(Unsaid(self._number, event, label))

    def add(
        self, at: float, level: Level, source: str, text: Message, exchange: ExchangeId | None = None, label: str = ""
    ) -> None:
        """A line in words."""
        with self._lock:
            self._number += 1
            self._put(LogRow(self._number, at, level, source, _bounded(text), exchange, label))

    def _put(self, entry: Entry) -> None:
        self._unread.append(entry)
        if self._take:
            self._take(entry)

    def rows(self) -> tuple[LogRow, ...]:
        """Newest last."""
        with self._lock:
            if self._unread:
                unread, self._unread = self._unread, deque(maxlen=self._ring.maxlen)
                self._ring.extend([said(entry) for entry in unread])
                self._rows = tuple(self._ring)
            return self._rows


def _bounded(text: Message) -> Message:
    """What others wrote into the line is changed; ours has nothing to hide. A very long one is cut, in English."""
    if len(text) <= LONGEST_LINE and text.isprintable() and not holds_secret(text):
        return quoted(text)
    line = quoted(text).changed(lambda words: _one_line(masked(words)))
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
