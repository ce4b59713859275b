"""Who has called of late, one row a program and address, with what is off in how it is set up.

In: exchanges that begin, and what the server noted of other calls. Out: frozen rows, the newest first. Bounded: those
that never got an answer go first, so that strangers without a key push nobody out. No key is in it, at most an end.
"""

from gcli2api_tui.events import records as events
from gcli2api_tui.ledger.snapshot import FORGIVEN, CallerRow
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import replace

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
