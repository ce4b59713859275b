"""Who called of late, a line each: that it works, or what is off and how to mend it.

In: rows of callers, newest first. Out: lines of an exact width. Pure. Moments are told by the clock, not by their age:
a line that reads the same is not painted again.
"""

import time
from collections.abc import Sequence

from gcli2api_tui.ledger.snapshot import FORGIVEN, CallerRow
from gcli2api_tui.tui.paint.cells import Line, Tone, fit_line, plain, spread, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.wrap import wrap

SHOWN_S = 15 * 60.0
"""Who has not called for so long is not shown, unless something is off."""


def lines(callers: Sequence[CallerRow], width: int, most: int, look: Look) -> list[Line]:
    """At most `most` lines; where none called, what is waited for."""
    shown = recent(callers, look.now)
    if not shown:
        return [fit_line(((look.words("callers.none"), "dim"),), width)][:most]
    found: list[Line] = []
    for number, row in enumerate(shown):
        painted = _row(row, width, look)
        if len(found) + len(painted) > most - (number < len(shown) - 1) and found:
            more = look.words("callers.more", n=len(shown) - number)
            return [*found, fit_line(((more, "dim"),), width)][:most]
        found += painted
    return found[:most]


def recent(callers: Sequence[CallerRow], now: float) -> list[CallerRow]:
    """Those of somebody else that called of late or have a snag: trouble first, the newest first."""
    shown = [row for row in callers if row.foreign and (row.snag or now - row.last_at < SHOWN_S)]
    return sorted(shown, key=lambda row: not row.snag)


def _row(row: CallerRow, width: int, look: Look) -> list[Line]:
    glyph, tone = mark(row, look)
    name = plain(row.program) or look.words("callers.unknown")
    begin: Line = ((f"{glyph} ", tone), (name, "bold"), ("  ", "plain"))
    at = time.strftime("%H:%M", time.localtime(row.last_at))
    if not row.snag:
        told = look.words("callers.called", n=row.answered)
        return [spread((*begin, (told, "ok")), ((f" {at}", "dim"),), width)]
    said = look.said(row.snag)
    end: Line = ((f"  {look.words('callers.map')}", "key"),) if row.unknown_model else ()
    whole: Line = (*begin, (said, "plain"), *end)
    if width_of(whole) <= width:
        return [fit_line(whole, width)]
    below: list[Line] = [(("  ", "plain"), (piece, "plain")) for piece in wrap(said, max(1, width - 2))]
    if end:
        below[-1] = (*below[-1], *end) if width_of(below[-1]) + width_of(end) <= width else below[-1]
        below += [] if below[-1][-1] == end[0] else [(("", "plain"), *end)]
    return [fit_line(line, width) for line in (begin, *below)]


def mark(row: CallerRow, look: Look) -> tuple[str, Tone]:
    if not row.snag:
        return look.glyphs.ready, "ok"
    if row.snag.key == FORGIVEN or row.answered:
        return look.glyphs.nearly_out, "warn"
    return look.glyphs.broken, "bad"
