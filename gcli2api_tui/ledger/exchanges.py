"""The last 500 client requests as rows: events of one exchange change its row until it settles.

In: events with an exchange id. Out: frozen rows, newest last. An exchange settles once; what comes later or is
unknown changes nothing. The ring lets settled rows go first, so that a long stream stays visible.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from gcli2api_tui.events import records as events
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.messages.message import NOTHING, say
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
