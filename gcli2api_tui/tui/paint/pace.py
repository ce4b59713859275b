"""How prompt the server itself was in the last minute or two, as a text of at most so many cells. Pure.

In: a snapshot's Pace. Out: `relay 0.4 ms p99 1.2 ms  loop lag p99 3.1 ms`, as much of it as there is room for, and
nothing of what was not seen.
"""

from gcli2api_tui.ledger.snapshot import Pace
from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.paint.look import Look


def pace(seen: Pace, room: int, look: Look) -> str:
    half, most, lag = seen.chunk_transit_p50_ms, seen.chunk_transit_p99_ms, seen.loop_lag_p99_ms
    if half is None or most is None:
        return ""
    relay = look.words("board.relay", half=_ms(half), most=_ms(most))
    late = f"  {look.words('board.loop_lag', lag=_ms(lag))}" if lag is not None else ""
    return next((text for text in (relay + late, relay) if width_of(((text, "dim"),)) <= room), "")


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
