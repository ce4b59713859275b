"""The scrubber over the chunks of an answer: how far its text has been read back. Pure.

In: a row, its Wire and the chunk that is chosen, from 0. Out: lines.
"""

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.wire_rows import Arrival, Wire
from gcli2api_tui.tui.paint.cells import Line, fit_line, spread
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import count
from gcli2api_tui.tui.paint.timeline import since


def scrubber(wire: Wire, chosen: int, width: int, look: Look) -> Line:
    """How far the text has been read back: to scale by what had come, `chosen` from 0."""
    if not wire.arrivals:
        return fit_line(((look.words("time.none"), "dim"),), width)
    done = max(1, round((chosen + 1) / len(wire.arrivals) * width))
    shades = look.glyphs.shades
    return fit_line(((shades[2] * done, "accent"), (shades[0] * (width - done), "dim")), width)


def scrub_caption(row: ExchangeRow, wire: Wire, chosen: int, width: int, look: Look) -> Line:
    """`chunk 388 of 412  +3.40  14 characters, answer`; how it is moved at the right."""
    if not wire.arrivals:
        return fit_line((), width)
    one: Arrival = wire.arrivals[chosen]
    number = wire.chunks if chosen == len(wire.arrivals) - 1 else _number(wire, chosen)
    place = look.words("time.chunk", n=number, total=wire.chunks)
    text = f"{place}  {since(row, one.at)}  {look.words(f'time.kind_{one.kind}')} {count(one.size)}"
    return spread(((text, "plain"),), ((look.words("time.steps"), "dim"),) if width >= 60 else (), width)


def _number(wire: Wire, chosen: int) -> int:
    """Of thinned arrivals the number is an estimate by their place."""
    return max(1, round((chosen + 1) * wire.chunks / len(wire.arrivals)))
