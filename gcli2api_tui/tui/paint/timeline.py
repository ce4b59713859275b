"""The timeline of an exchange: its events in their order, gaps marked. Pure.

In: a row and its Wire. Out: lines. Times are spans since the request came in.
"""

from collections.abc import Iterator

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, TranscriptKind
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.tui.paint.cells import Line, Tone, plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import seconds

GAP_S = 1.0
"""So long without a word is worth a line."""
MOST_GAPS = 20

Event = tuple[float, str, Tone]


def timeline_lines(row: ExchangeRow, wire: Wire, look: Look) -> list[Line]:
    events = sorted([*_of_attempts(row, look), *_of_text(row, wire, look)], key=lambda event: event[0])
    events.insert(0, (row.opened_at, look.words("time.asked"), "plain"))
    if row.ended_at is not None:
        events.append((row.ended_at, _end(row, wire, look), "plain"))
    return [((f"{since(row, at):>8} ", "dim"), (text, tone)) for at, text, tone in events]


def since(row: ExchangeRow, at: float) -> str:
    """`+0.21`; of long ones `+2m05`."""
    span = max(0.0, at - row.opened_at)
    return f"+{span:.2f}" if span < 100 else f"+{seconds(span)}"


def _of_attempts(row: ExchangeRow, look: Look) -> Iterator[Event]:
    for number, hop in enumerate(row.hops, 1):
        yield hop.started_at, look.words("time.attempt", n=number, label=plain(hop.label)), "plain"
        if hop.ended_at is not None and hop.failure:
            yield hop.ended_at, f"{hop.status or ''} {look.said(hop.failure)}".strip(), "bad"


def _of_text(row: ExchangeRow, wire: Wire, look: Look) -> Iterator[Event]:
    kinds: dict[TranscriptKind, str] = {"thought": "time.thought", "answer": "time.answer", "call": "time.call"}
    for kind, at in wire.firsts:
        if kind in kinds:
            yield at, look.words(kinds[kind]), "ok"
    gaps = [(one.at, one.at - before.at) for before, one in zip(wire.arrivals, wire.arrivals[1:], strict=False)]
    longest = sorted((gap for gap in gaps if gap[1] > GAP_S), key=lambda gap: -gap[1])[:MOST_GAPS]
    for at, span in longest:
        yield at, look.words("time.gap", span=seconds(span)), "warn"


def _end(row: ExchangeRow, wire: Wire, look: Look) -> str:
    told = look.words("time.end", status=row.status or "-", chunks=look.words("time.chunks", n=wire.chunks))
    return f"{told}  {plain(row.finish)}" if row.finish else told
