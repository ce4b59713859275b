"""The lines of the Logs tab: what each event says, and a ring of the last 2,000 lines, Python's own logging among them.

In: an event and the label of the credential that it concerns; or a level, a source, a text. Out: numbered rows. A line
is one line, of bounded length, without control characters, and with keys and tokens masked, whoever wrote them into it;
Google's texts are quoted as they came, never markup. What each request says is put into words when somebody reads it
(`said`), and masked then. Library threads log too: the one part of the ledger that locks.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Literal

from gcli2api_tui.clock import Clock
from gcli2api_tui.events import records as events
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import ExchangeId, LogLine
from gcli2api_tui.events.secret import holds_secret, masked
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.messages.message import Message, quoted, say
from gcli2api_tui.quick_dataclass import dataclass, replace

Level = Literal["debug", "info", "warning", "error"]
OfEachRequest = events.ExchangeOpened | events.AttemptStarted | events.ExchangeFinished

KEPT_LINES = 2_000
LONGEST_LINE = 1_000

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
            event, line = self._event, self._line()
            self._row = LogRow(self._number, event.at, line.level, line.source, line.text, event.exchange, self._label)
        return self._row

    def _line(self) -> "Line":
        """A fault in it, or in masking it, must not cost the reader all other lines, or a writer its thread."""
        try:
            line = sentence(self._event, self._label)
            assert line is not None
            return replace(line, text=_bounded(line.text))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            return failed(self._event, error)


Entry = LogRow | Unsaid


def said(entry: Entry) -> LogRow:
    return entry.row() if isinstance(entry, Unsaid) else entry


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


@dataclass(frozen=True, slots=True)
class Line:
    """A log line before it has a number."""

    level: Level
    source: str
    text: Message


def failed(event: events.Event, error: Exception) -> Line:
    """In place of what an event should have said or done."""
    text = say("log.ledger_failed", event=type(event).__name__, error=type(error).__name__)
    return Line("error", "ledger", text)


def sentence(event: events.Event, label: str) -> Line | None:
    """The line for an event; `label` is the name of the credential it concerns, where the event itself has none."""
    return _of_exchange(event, label) or _of_credential(event, label) or _of_program(event)


def _of_exchange(event: events.Event, label: str) -> Line | None:
    match event:
        case events.ExchangeOpened():
            key = "log.asks_stream" if event.stream else "log.asks_whole"
            return Line("info", "server", say(key, who=_who(event), path=event.path, model=event.model))
        case events.ExchangeHeld():
            return Line("info", "pool", say("log.held", said=event.why))
        case events.AttemptStarted():
            return Line("info", "pool", say("log.picked", label=event.label, reason=event.reason))
        case events.AttemptEnded(kind=FaultKind() as kind):
            return Line("warning", "relay", say("log.failed", label=label, said=_failure(event, kind)))
        case events.ExchangeFinished():
            return Line(
                "info", "relay", say("log.answered", label=label, finish=event.finish, tokens=event.usage.output)
            )
        case events.ExchangeFailed():
            return Line(
                "error", "relay", say("log.client_got", status=event.status, kind=event.kind, said=event.message)
            )
        case events.ExchangeCancelled():
            return Line("info", "relay", say("log.client_left"))
    return None


def _who(event: events.ExchangeOpened) -> str:
    return event.client or event.peer or say("log.a_client")


def _failure(event: events.AttemptEnded, kind: FaultKind) -> Message:
    named = say(f"kind.{kind.value}") if kind in _KINDS_WITH_WORDS else kind.value
    what = say("log.failure_status", status=event.status, kind=named) if event.status else named
    if not event.hint_s:
        return say("log.failure", what=what, said=event.message)
    return say("log.failure_wait", what=what, said=event.message, span=duration(event.hint_s))


_KINDS_WITH_WORDS = frozenset(
    {
        FaultKind.RATE,
        FaultKind.DAILY,
        FaultKind.AUTH,
        FaultKind.NEEDS_LOGIN,
        FaultKind.CAPACITY,
        FaultKind.NETWORK,
    }
)


def _of_credential(event: events.Event, label: str) -> Line | None:
    match event:
        case events.TokenRefreshed():
            return Line("info", "upstream", say("log.new_token", label=label))
        case events.CredentialAdded():
            return Line("info", "credentials", say("log.added", label=event.label, source=event.source))
        case events.CredentialChanged():
            return Line("info", "credentials", say("log.changed", label=event.label, change=event.change))
        case events.CredentialRemoved():
            return Line("info", "credentials", say("log.removed", label=event.label))
        case events.CooldownSet():
            return Line("warning", "pool", say("log.rests", place=_place(event), span=_rest(event), why=event.why))
        case events.CooldownCleared():
            return Line("info", "pool", say("log.back", place=_place(event), by=event.by))
        case events.QuotaLearned():
            return Line("debug", "pool", say("log.quota", label=label, model=event.model, source=event.source))
    return None


def _place(event: events.CooldownSet | events.CooldownCleared) -> str:
    return say("log.place", label=event.label, model=event.model) if event.model else event.label


def _rest(event: events.CooldownSet) -> Message:
    wait_s = event.until - event.at
    return say("log.until_you_act") if wait_s == float("inf") else say("log.for", span=duration(wait_s))


def _of_program(event: events.Event) -> Line | None:
    match event:
        case events.StateDegraded():
            return (
                Line("error", "state", event.message)
                if event.message
                else Line("info", "state", say("log.saving_works"))
            )
        case events.LogLine():
            return Line(event.level, event.source, event.text)
    return None


def duration(seconds: float) -> Message:
    """`45 s`, `12 min`, `7 h 05 min`: the two coarsest units that matter."""
    if seconds < 90:
        return say("span.s", s=max(1, round(seconds)))
    if seconds < 5_400:
        return say("span.min", min=round(seconds / 60))
    hours, minutes = divmod(round(seconds / 60), 60)
    return say("span.h_min", h=hours, min=f"{minutes:02}")


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
