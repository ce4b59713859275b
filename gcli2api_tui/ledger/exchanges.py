"""The last 500 client requests as rows, and the programs that called of late, one row a program and address.

In: events. Out: frozen rows, exchanges newest last, callers newest first. An exchange settles once; what comes later or
is unknown changes nothing. Both are bounded: settled exchanges go first, so that a long stream stays visible, and of
callers those that never got an answer, so that strangers without a key push nobody out. No key is in any row. What
still changes is changed in place; its row is made when somebody looks, or when it settles.
"""

from collections.abc import Iterable

from gcli2api_tui.events import records as events
from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.snapshot import FORGIVEN, CallerRow
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import replace

KEPT_EXCHANGES = 500
CLIENT_LEFT = 499
KEPT_CALLERS = 24
FORGIVEN_S = 60.0
"""The note on a path comes after its exchange has begun: so long no exchange takes it away."""

Settling = events.ExchangeFinished | events.ExchangeFailed | events.ExchangeCancelled


class Exchanges:
    """Rows by id; `rows()` is the same tuple until one changes."""

    def __init__(self, kept: int = KEPT_EXCHANGES, restored: Iterable[ExchangeRow] = (), instance: str = "") -> None:
        """`restored` are settled rows of an earlier run, oldest first; `instance` is the name that all rows bear."""
        self._kept = kept
        self._instance = instance
        self._by_id: dict[ExchangeId, ExchangeRow | _Running] = {}
        self._running: dict[ExchangeId, _Running] = {}
        self._rows: tuple[ExchangeRow, ...] | None = ()
        for row in restored:
            self._put(row.id, replace(row, instance=instance))

    def rows(self) -> tuple[ExchangeRow, ...]:
        if self._rows is None:
            self._rows = tuple([one if isinstance(one, ExchangeRow) else one.look() for one in self._by_id.values()])
        return self._rows

    def label(self, exchange: ExchangeId) -> str:
        """The credential that serves or served it, or an empty text."""
        one = self._by_id.get(exchange)
        return one.label if one is not None else ""

    def streaming_since(self) -> float | None:
        """When the oldest live stream began to flow."""
        first = (one.first_byte_at for one in self._running.values())
        return min((at for at in first if at is not None), default=None)

    def opened(self, event: events.ExchangeOpened) -> None:
        running = self._running[event.exchange] = _Running(event, self._instance)
        self._put(event.exchange, running)

    def _put(self, exchange: ExchangeId, one: "ExchangeRow | _Running") -> None:
        self._by_id[exchange] = one
        self._rows = None
        if len(self._by_id) > self._kept:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        """That has settled, or where none has, of all."""
        oldest = next(iter(self._by_id))
        if oldest in self._running:
            oldest = next((number for number in self._by_id if number not in self._running), oldest)
            self._running.pop(oldest, None)
        del self._by_id[oldest]

    def _changing(self, exchange: ExchangeId) -> "_Running | None":
        """One that has not settled; its row is out of date from now on."""
        running = self._running.get(exchange)
        if running is not None:
            self._rows = running.row = None
        return running

    def held(self, event: events.ExchangeHeld) -> str | None:
        """Its model; None where no row changes, as of the others."""
        running = self._changing(event.exchange)
        if running is None:
            return None
        running.state, running.waits_until = ExchangeState.QUEUED, event.until
        return running.opened.model

    def attempt_started(self, event: events.AttemptStarted) -> None:
        if running := self._changing(event.exchange):
            if running.attempt is not None:  # it was left: another one follows
                running.hops += (running.open_hop(),)
            running.attempt, running.label = event, event.label
            running.state, running.waits_until = ExchangeState.SENT, None

    def attempt_ended(self, event: events.AttemptEnded) -> str | None:
        """The model."""
        running = self._changing(event.exchange)
        if running is None:
            return None
        failure = say("hop.failed", kind=event.kind.value, said=event.message) if event.kind else NOTHING
        running.end_attempt(event.at, event.status, failure)
        return running.opened.model

    def first_byte(self, event: events.FirstByte) -> float | None:
        """How long it was waited for; None of a second one."""
        running = self._changing(event.exchange)
        if running is None:
            return None
        running.state = ExchangeState.STREAMING
        if running.first_byte_at is not None:
            return None
        running.first_byte_at = event.at
        return event.at - running.opened.at

    def progress(self, event: events.Progress) -> int | None:
        """How many tokens more than before."""
        running = self._changing(event.exchange)
        if running is None:
            return None
        more, running.output = event.output_tokens - running.output, event.output_tokens
        return more

    def settled(self, event: Settling) -> tuple[ExchangeRow, CredentialId | None] | None:
        """The row, which changes no more, and the credential whose attempt ended only with it."""
        running = self._changing(event.exchange)
        if running is None:
            return None
        left = running.attempt.credential if running.attempt is not None else None
        if left is not None:
            running.end_attempt(event.at, 200 if isinstance(event, events.ExchangeFinished) else 0, NOTHING)
        row = self._by_id[event.exchange] = running.settled(event)
        del self._running[event.exchange]
        return row, left


class _Running:
    """An exchange that still changes."""

    __slots__ = (
        "attempt", "first_byte_at", "hops", "instance", "label", "opened", "output", "row", "state", "waits_until",
    )  # fmt: skip

    def __init__(self, opened: events.ExchangeOpened, instance: str) -> None:
        self.opened, self.instance = opened, instance
        self.state = ExchangeState.QUEUED
        self.hops: tuple[Hop, ...] = ()
        """Attempts that have ended."""
        self.attempt: events.AttemptStarted | None = None
        """The one that runs."""
        self.label = ""
        self.first_byte_at: float | None = None
        self.waits_until: float | None = None
        self.output = 0
        self.row: ExchangeRow | None = None
        """As it was looked at last, while that is still true."""

    def open_hop(self, at: float | None = None, status: int = 0, failure: Message = NOTHING) -> Hop:
        began = self.attempt
        assert began is not None
        return Hop(began.credential, began.label, began.at, at, status, failure, began.reason)

    def end_attempt(self, at: float, status: int, failure: Message) -> None:
        if self.attempt is not None:
            self.hops += (self.open_hop(at, status, failure),)
            self.attempt = None
        elif self.hops:  # told twice: the last word counts
            self.hops = (*self.hops[:-1], replace(self.hops[-1], ended_at=at, status=status, failure=failure))

    def look(self) -> ExchangeRow:
        if self.row is None:
            hops = (*self.hops, self.open_hop()) if self.attempt is not None else self.hops
            self.row = self._as_row(self.state, hops, Usage(output=self.output), waits_until=self.waits_until)
        return self.row

    def settled(self, event: Settling) -> ExchangeRow:
        match event:
            case events.ExchangeFinished():
                finish, tier = event.finish, event.tier
                return self._as_row(ExchangeState.DONE, self.hops, event.usage, event.at, 200, finish, tier=tier)
            case events.ExchangeFailed():
                used, status = Usage(output=self.output), event.status
                return self._as_row(ExchangeState.FAILED, self.hops, used, event.at, status, error=event.message)
            case events.ExchangeCancelled():
                used = Usage(output=self.output)
                return self._as_row(ExchangeState.CANCELLED, self.hops, used, event.at, CLIENT_LEFT)

    def _as_row(
        self,
        state: ExchangeState,
        hops: tuple[Hop, ...],
        usage: Usage,
        ended_at: float | None = None,
        status: int = 0,
        finish: str = "",
        error: Message = NOTHING,
        waits_until: float | None = None,
        tier: str = "",
    ) -> ExchangeRow:
        opened = self.opened
        return ExchangeRow(
            opened.exchange, opened.at, opened.dialect, opened.path, opened.model, opened.stream, opened.client,
            opened.peer, state, hops, self.first_byte_at, ended_at, status, usage, finish, error, opened.client_key,
            waits_until, tier, opened.fake, self.instance,
        )  # fmt: skip


class Callers:
    """`rows()` is the same tuple until one changes."""

    def __init__(self) -> None:
        self._callers: dict[tuple[str, str], _Caller] = {}
        self._rows: tuple[CallerRow, ...] | None = ()

    def rows(self) -> tuple[CallerRow, ...]:
        if self._rows is None:
            rows = [one.row(*key) for key, one in self._callers.items()]
            self._rows = tuple(sorted(rows, key=lambda row: -row.last_at))
        return self._rows

    def opened(self, event: events.ExchangeOpened) -> None:
        """An exchange: its program was let in and understood."""
        caller = self._of(event.client, event.peer, event.at)
        if caller.snag is not NOTHING and not (caller.snag.key == FORGIVEN and event.at - caller.last_at < FORGIVEN_S):
            caller.snag = NOTHING
        caller.last_at = event.at
        caller.calls += 1
        caller.answered += 1
        self._bound()

    def seen(self, event: events.CallerSeen) -> None:
        caller = self._of(event.program, event.peer, event.at)
        caller.snag = event.snag or (NOTHING if event.answered else caller.snag)
        caller.last_at = event.at
        if not event.opened:
            caller.calls += 1
            caller.answered += event.answered
        self._bound()

    def _of(self, program: str, peer: str, at: float) -> "_Caller":
        self._rows = None
        caller = self._callers.get((program, peer))
        if caller is None:
            caller = self._callers[program, peer] = _Caller(at)
        return caller

    def _bound(self) -> None:
        if len(self._callers) > KEPT_CALLERS:
            del self._callers[min(self._callers, key=lambda key: self._callers[key].worth())]


class _Caller:
    """What changes of a row."""

    __slots__ = ("answered", "calls", "first_at", "last_at", "snag")

    def __init__(self, at: float) -> None:
        self.first_at = self.last_at = at
        self.calls = self.answered = 0
        self.snag = NOTHING

    def row(self, program: str, peer: str) -> CallerRow:
        return CallerRow(program, peer, self.first_at, self.last_at, self.calls, self.answered, self.snag)

    def worth(self) -> tuple[bool, float]:
        return self.answered > 0, self.last_at
