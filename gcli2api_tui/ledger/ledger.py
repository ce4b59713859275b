"""Folds events into what people see: exchanges, totals, log lines. The only place where events end.

In: `record(event)`, from any part, synchronous, bounded, never raising. Out: `snapshot()`, cheap enough for ten calls
a second. `revision` moves with every event, so a reader that finds it unchanged need not look further.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable

from gcli2api_tui.clock import Clock
from gcli2api_tui.events import records as events
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.exchanges import Callers, Exchanges
from gcli2api_tui.ledger.logbook import Logbook, sentence
from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.ledger.snapshot import LogRow, Snapshot
from gcli2api_tui.ledger.totals import Tally
from gcli2api_tui.ledger.transcripts import TranscriptRing
from gcli2api_tui.messages.message import NOTHING, say

Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]
FIRST = ExchangeId(1)
A_CREDENTIAL = say("log.a_credential")
RATE_LIMITS = frozenset({FaultKind.RATE, FaultKind.DAILY})


class Ledger:
    """Implements `ledger.ports.Recorder`. One for each runtime; used from the loop's thread, except for log lines."""

    def __init__(
        self,
        clock: Clock,
        *,
        keep_bodies: int,
        keep_bodies_bytes: int,
        first_exchange: ExchangeId = FIRST,
        restored: Iterable[ExchangeRow] = (),
        on_settled: Callable[[ExchangeRow], None] | None = None,
        instance: str = "",
    ) -> None:
        """`first_exchange` is the next number to give, `restored` what is shown of an earlier run.

        `on_settled` gets each row once, when it no longer changes; all rows bear the name `instance`.
        """
        self._clock = clock
        self._next = first_exchange
        self._followers = [on_settled] if on_settled else []
        self.metrics = Metrics()
        self._exchanges = Exchanges(restored=restored, instance=instance)
        self._callers = Callers()
        self._tally = Tally()
        self._logbook = Logbook()
        self._labels: dict[CredentialId, str] = {}
        self._degraded = NOTHING
        self._revision = 0
        self._waiting: list[Waiter] = []
        self._transcripts = TranscriptRing(keep_bodies, keep_bodies_bytes, clock)

    @property
    def transcripts(self) -> TranscriptRing:
        return self._transcripts

    @property
    def revision(self) -> int:
        return self._revision

    async def moved(self, revision: int) -> None:
        """Returns as soon as the revision is another one than `revision`."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        self._waiting.append(waiter)
        try:
            while self._revision == revision:
                await waiter[1].wait()
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _wake(self) -> None:
        """Log lines come from any thread, also when the loop is closed already."""
        waiting, self._waiting = self._waiting, []
        for loop, event in waiting:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    def follow_settled(self, follower: Callable[[ExchangeRow], None]) -> None:
        """It gets each row once, as `on_settled` does, while its texts are still there. It must not wait."""
        self._followers.append(follower)

    def passed_on(self, came_at: float) -> None:
        """A read of Google's goes out to its client, which waited for it; of each that streams, so it is no event."""
        self.metrics.chunk_transit.observe(self._clock.monotonic() - came_at)

    def note_change(self) -> None:
        """Something that is shown beside the events reads differently now."""
        self._revision += 1
        if self._waiting:
            self._wake()

    @property
    def begun(self) -> int:
        """How many exchanges have begun, those of earlier runs among them."""
        return self._next

    def next_exchange(self) -> ExchangeId:
        number = self._next
        self._next = ExchangeId(number + 1)
        return number

    def record(self, event: events.Event) -> None:
        """Take an event. A fault in here, or in what listens, must not cost a client its answer: it becomes a line."""
        self.note_change()
        try:
            self._fold(event)
        except Exception as error:
            text = say("log.ledger_failed", event=type(event).__name__, error=type(error).__name__)
            self._logbook.add(self._clock.now(), "error", "ledger", text)

    def snapshot(self) -> Snapshot:
        """The present. Server facts and credentials are not known here; the control adds them."""
        now = self._clock.now()
        return Snapshot(
            revision=self._revision,
            at=now,
            pace=self.metrics.pace(now),
            totals=self._tally.totals(now, self._streaming_since()),
            exchanges=self._exchanges.rows(),
            callers=self._callers.rows(),
            log=self._logbook.rows(),
            degraded=self._degraded,
        )

    def follow_log(self, take: Callable[[LogRow], None] | None) -> None:
        """`take` gets every line of the log, from any thread; it must neither wait nor raise."""
        self._logbook.follow(take)

    def _streaming_since(self) -> float | None:
        return min((row.first_byte_at for row in self._exchanges.live() if row.first_byte_at is not None), default=None)

    def _fold(self, event: events.Event) -> None:
        self._name(event)
        before = self._exchanges.get(getattr(event, "exchange", ExchangeId(0)))
        row = self._exchanges.apply(event)
        self._callers.apply(event)
        self._write(event, row or before)
        if row is not None:
            self._count(event, row, before)
        self.metrics.apply(event, row, before)
        if isinstance(event, events.StateDegraded):
            self._degraded = event.message
        if isinstance(event, events.CredentialRemoved):
            self._labels.pop(event.credential, None)
        if row is not None and not row.live:
            for follower in self._followers:
                follower(row)

    def _name(self, event: events.Event) -> None:
        """Remember what credentials are called, for events that carry only the id."""
        match event:
            case events.AttemptStarted() | events.CredentialAdded() | events.CredentialChanged() | events.CooldownSet():
                self._labels[event.credential] = event.label

    def _write(self, event: events.Event, row: ExchangeRow | None) -> None:
        credential = getattr(event, "credential", None)
        label = self._labels.get(credential, A_CREDENTIAL) if credential else row.label if row else ""
        if line := sentence(event, label):
            self._logbook.add(event.at, line.level, line.source, line.text, getattr(event, "exchange", None), label)

    def _count(self, event: events.Event, row: ExchangeRow, before: ExchangeRow | None) -> None:
        match event:
            case events.ExchangeOpened():
                self._tally.opened(event.at)
            case events.AttemptEnded() if event.kind:
                self._tally.attempt_failed(rate_limited=event.kind in RATE_LIMITS)
            case events.FirstByte() if before is not None and before.first_byte_at is None:
                self._tally.first_byte(event.at - row.opened_at)
            case events.Progress():
                self._tally.streamed(event.at, event.output_tokens - (before.usage.output if before else 0))
            case events.ExchangeFinished():
                self._tally.finished(event.usage, _failed_attempts(row))
            case events.ExchangeFailed():
                self._tally.failed(event.at, _failed_attempts(row))
            case events.ExchangeCancelled():
                self._tally.cancelled(_failed_attempts(row))


def _failed_attempts(row: ExchangeRow) -> int:
    return sum(1 for hop in row.hops if hop.failure)
