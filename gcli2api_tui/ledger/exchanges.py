"""The last 500 client requests as rows, and the programs that called of late, one row a program and address.

In: events. Out: frozen rows, exchanges newest last, callers newest first. An exchange settles once; what comes later or
is unknown changes nothing. Both are bounded: settled exchanges go first, so that a long stream stays visible, and of
callers those that never got an answer, so that strangers without a key push nobody out. No key is in any row.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from gcli2api_tui.events import records as events
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.snapshot import FORGIVEN, CallerRow
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import replace

KEPT_EXCHANGES = 500
CLIENT_LEFT = 499

Settling = events.ExchangeFinished | events.ExchangeFailed | events.ExchangeCancelled


class Exchanges:
    """Rows by id; `rows()` is the same tuple until one changes."""

    def __init__(self, kept: int = KEPT_EXCHANGES, restored: Iterable[ExchangeRow] = (), instance: str = "") -> None:
        """`restored` are settled rows of an earlier run, oldest first; `instance` is the name that all rows bear."""
        self._kept = kept
        self._instance = instance
        self._by_id: dict[ExchangeId, ExchangeRow] = {}
        self._rows: tuple[ExchangeRow, ...] | None = ()
        for row in restored:
            self._put(replace(row, instance=instance))

    def rows(self) -> tuple[ExchangeRow, ...]:
        if self._rows is None:
            self._rows = tuple(self._by_id.values())
        return self._rows

    def get(self, exchange: ExchangeId) -> ExchangeRow | None:
        return self._by_id.get(exchange)

    def live(self) -> Iterator[ExchangeRow]:
        return (row for row in self._by_id.values() if row.live)

    def apply(self, event: events.Event) -> ExchangeRow | None:
        """The row after the event; None when the event changes no row."""
        if isinstance(event, events.ExchangeOpened):
            row: ExchangeRow | None = _opened(event, self._instance)
        else:
            before = self._by_id.get(getattr(event, "exchange", ExchangeId(0)))
            row = _after(before, event) if before is not None and before.live else None
        if row is not None:
            self._put(row)
        return row

    def _put(self, row: ExchangeRow) -> None:
        self._by_id[row.id] = row
        self._rows = None
        if len(self._by_id) > self._kept:
            oldest = next((row.id for row in self._by_id.values() if not row.live), next(iter(self._by_id)))
            del self._by_id[oldest]


def _opened(event: events.ExchangeOpened, instance: str) -> ExchangeRow:
    return ExchangeRow(
        id=event.exchange,
        opened_at=event.at,
        dialect=event.dialect,
        path=event.path,
        model=event.model,
        stream=event.stream,
        client=event.client,
        peer=event.peer,
        client_key=event.client_key,
        fake=event.fake,
        instance=instance,
        state=ExchangeState.QUEUED,
    )


def _after(row: ExchangeRow, event: events.Event) -> ExchangeRow | None:
    match event:
        case events.ExchangeHeld():
            return replace(row, state=ExchangeState.QUEUED, waits_until=event.until)
        case events.AttemptStarted():
            hop = Hop(event.credential, event.label, event.at, reason=event.reason)
            return replace(row, state=ExchangeState.SENT, hops=(*row.hops, hop), waits_until=None)
        case events.AttemptEnded():
            failure = say("hop.failed", kind=event.kind.value, said=event.message) if event.kind else NOTHING
            return replace(row, hops=_last_hop(row, ended_at=event.at, status=event.status, failure=failure))
        case events.FirstByte():
            first = row.first_byte_at if row.first_byte_at is not None else event.at
            return replace(row, state=ExchangeState.STREAMING, first_byte_at=first)
        case events.Progress():
            return replace(row, usage=replace(row.usage, output=event.output_tokens))
        case events.ExchangeFinished() | events.ExchangeFailed() | events.ExchangeCancelled():
            return _settled(row, event)
    return None


def _settled(row: ExchangeRow, event: Settling) -> ExchangeRow:
    hops = _close(row, event.at, status=200 if isinstance(event, events.ExchangeFinished) else 0)
    ended = partial(replace, row, ended_at=event.at, hops=hops, waits_until=None)
    match event:
        case events.ExchangeFinished():
            return ended(state=ExchangeState.DONE, status=200, usage=event.usage, finish=event.finish, tier=event.tier)
        case events.ExchangeFailed():
            return ended(state=ExchangeState.FAILED, status=event.status, error=event.message)
        case events.ExchangeCancelled():
            return ended(state=ExchangeState.CANCELLED, status=CLIENT_LEFT)


def _close(row: ExchangeRow, at: float, *, status: int) -> tuple[Hop, ...]:
    """An attempt that was left ends with its exchange."""
    return _last_hop(row, ended_at=at, status=status) if row.hops and row.hops[-1].ended_at is None else row.hops


def _last_hop(row: ExchangeRow, **changes: object) -> tuple[Hop, ...]:
    return (*row.hops[:-1], replace(row.hops[-1], **changes)) if row.hops else ()  # type: ignore[arg-type]


KEPT_CALLERS = 24
FORGIVEN_S = 60.0
"""The note on a path comes after its exchange has begun: so long no exchange takes it away."""


class Callers:
    """`rows()` is the same tuple until one changes."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], CallerRow] = {}
        self._shown: tuple[CallerRow, ...] | None = ()

    def rows(self) -> tuple[CallerRow, ...]:
        if self._shown is None:
            self._shown = tuple(sorted(self._rows.values(), key=lambda row: -row.last_at))
        return self._shown

    def apply(self, event: events.Event) -> None:
        if isinstance(event, events.ExchangeOpened):
            before = self._before(event.client, event.peer, event.at)
            kept = before.snag.key == FORGIVEN and event.at - before.last_at < FORGIVEN_S
            self._put(before, event.at, before.snag if kept else NOTHING, calls=1, answered=1)
        elif isinstance(event, events.CallerSeen):
            before = self._before(event.program, event.peer, event.at)
            calls = 0 if event.opened else 1
            snag = event.snag or (NOTHING if event.answered else before.snag)
            self._put(before, event.at, snag, calls=calls, answered=calls if event.answered else 0)

    def _before(self, program: str, peer: str, at: float) -> CallerRow:
        return self._rows.get((program, peer)) or CallerRow(program, peer, at, at)

    def _put(self, before: CallerRow, at: float, snag: Message, *, calls: int, answered: int) -> None:
        row = replace(before, last_at=at, calls=before.calls + calls, answered=before.answered + answered, snag=snag)
        self._rows[row.program, row.peer] = row
        self._shown = None
        if len(self._rows) > KEPT_CALLERS:
            del self._rows[min(self._rows, key=self._worth)]

    def _worth(self, caller: tuple[str, str]) -> tuple[bool, float]:
        row = self._rows[caller]
        return row.answered > 0, row.last_at
