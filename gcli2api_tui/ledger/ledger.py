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
from gcli2api_tui.ledger.exchanges import Callers, Exchanges, Settling
from gcli2api_tui.ledger.log_sentences import failed, sentence
from gcli2api_tui.ledger.logbook import Entry, Logbook
from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.ledger.snapshot import Snapshot
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
        self.transcripts = TranscriptRing(keep_bodies, keep_bodies_bytes, clock)

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

    def leave_settled(self, follower: Callable[[ExchangeRow], None]) -> None:
        """It hears of no more."""
        self._followers.remove(follower)

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
        self._revision += 1
        if self._waiting:
            self._wake()
        try:
            self._fold(event)
        except Exception as error:
            line = failed(event, error)
            self._logbook.add(self._clock.now(), line.level, line.source, line.text)

    def snapshot(self) -> Snapshot:
        """The present. Server facts and credentials are not known here; the control adds them."""
        now = self._clock.now()
        return Snapshot(
            revision=self._revision,
            at=now,
            pace=self.metrics.pace(now),
            totals=self._tally.totals(now, self._exchanges.streaming_since()),
            exchanges=self._exchanges.rows(),
            callers=self._callers.rows(),
            log=self._logbook.rows(),
            degraded=self._degraded,
        )

    def follow_log(self, take: Callable[[Entry], None] | None) -> None:
        """`take` gets each line, from any thread; `said` puts it into words. It must neither wait nor raise."""
        self._logbook.follow(take)

    def _fold(self, event: events.Event) -> None:
        """By type, what each request tells first."""
        match event:
            case events.ExchangeOpened():
                self._exchanges.opened(event)
                self._callers.opened(event)
                self._logbook.tell(event, "")
                self._tally.opened(event.at)
            case events.AttemptStarted():
                self._labels[event.credential] = event.label
                self._exchanges.attempt_started(event)
                self._logbook.tell(event, event.label)
            case events.FirstByte():
                if (waited_s := self._exchanges.first_byte(event)) is not None:
                    self._tally.first_byte(waited_s)
            case events.Progress():
                if (tokens := self._exchanges.progress(event)) is not None:
                    self._tally.streamed(event.at, tokens)
            case events.AttemptEnded():
                self._attempt_ended(event)
            case events.ExchangeFinished() | events.ExchangeFailed() | events.ExchangeCancelled():
                self._settle(event)
            case _:
                self._seldom(event)

    def _attempt_ended(self, event: events.AttemptEnded) -> None:
        model = self._exchanges.attempt_ended(event)
        if event.kind:
            self._write(event, self._labels.get(event.credential, A_CREDENTIAL), event.exchange)
        if model is not None:
            if event.kind:
                self._tally.attempt_failed(rate_limited=event.kind in RATE_LIMITS)
            self.metrics.attempt_ended(event.credential, model, event.kind or "ok")

    def _settle(self, event: Settling) -> None:
        label, settled = self._exchanges.label(event.exchange), self._exchanges.settled(event)
        if isinstance(event, events.ExchangeFinished):
            self._logbook.tell(event, label)
        else:
            self._write(event, label, event.exchange)
        if settled is None:
            return
        row, left = settled
        self._tally.settled(row)
        self.metrics.settled(row, left)
        for follower in self._followers:
            follower(row)

    def _seldom(self, event: events.Event) -> None:
        """What few requests tell, and what is about none."""
        label = ""
        match event:
            case events.CredentialAdded() | events.CredentialChanged():
                label = self._labels[event.credential] = event.label
            case events.CooldownSet():
                label = self._labels[event.credential] = event.label
                self.metrics.cooldown_set(event.credential, event.model)
            case events.CredentialRemoved():
                label = self._labels.pop(event.credential, A_CREDENTIAL)
            case events.TokenRefreshed():
                label = self._labels.get(event.credential, A_CREDENTIAL)
                self.metrics.token_refreshed(event.credential)
            case events.CooldownCleared() | events.QuotaLearned():
                label = self._labels.get(event.credential, A_CREDENTIAL)
            case events.ExchangeHeld():
                label, model = self._exchanges.label(event.exchange), self._exchanges.held(event)
                if model is not None:
                    self.metrics.held(model)
            case events.CallerSeen():
                self._callers.seen(event)
            case events.StateDegraded():
                self._degraded = event.message
        self._write(event, label, event.exchange if isinstance(event, events.ExchangeHeld) else None)

    def _write(self, event: events.Event, label: str, exchange: ExchangeId | None = None) -> None:
        if line := sentence(event, label):
            self._logbook.add(event.at, line.level, line.source, line.text, exchange, label)
