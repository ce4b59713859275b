"""One exchange in depth, painted: its head, the rescue bar below it, its path, and what stands at its foot. Pure.

In: a row. Out: lines; head and foot of exact width, the path not yet wrapped.
"""

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Hop, duration_s
from gcli2api_tui.tui.paint.cells import Line, Tone, fit_line, plain, spread, width_of
from gcli2api_tui.tui.paint.exchange import model_of, speed, state_of, waited, waiting
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import count, seconds
from gcli2api_tui.tui.paint.rescue import rescue_bar, story
from gcli2api_tui.tui.paint.timeline import since


def head_lines(row: ExchangeRow, width: int, look: Look, *, pinned: bool = False, newer: int = 0) -> tuple[Line, Line]:
    """Number, model, credential, client, and how it stands; then its attempts in time.

    A pinned one has its neighbours at the left, to tap, and says how many are newer.
    """
    word, tone = state_of(row)
    end: Line = ((f"{word} ", tone), (seconds(duration_s(row, look.now)), "plain"))
    if row.live and (moves := speed(row, look)):
        end += ((f" {moves}", "dim"),)
    if pinned and newer:
        end = ((f"{look.words('row.newer', n=newer)}  ", "accent"), *end)
    start: Line = (*(neighbours(look) if pinned else ()), (f"#{row.number} ", "dim"), (model_of(row), "bold"))
    who = waiting(row, look) or (plain(row.label).split("@")[0] if width >= 60 else "")  # it stands in the bar as well
    start += ((f"  {who}", "plain"),) if who else ()
    start += ((f"  {plain(row.instance)}", "accent"),) if row.elsewhere and width >= 60 else ()
    start += ((f"  {plain(row.client)}", "dim"),) if row.client else ()
    return spread(start, ((" ", "plain"), *end), width), rescue_bar(row, width, look)


def neighbours(look: Look) -> Line:
    """`‹ › `: the exchange before, the one after."""
    return ((look.glyphs.before, "key"), (" ", "plain"), (look.glyphs.after, "key"), (" ", "plain"))


def neighbour_at(x: int, look: Look) -> int:
    """Which way a tap at column `x` of the first head line leads: -1, 1 or nowhere."""
    half = width_of(neighbours(look)[:2])
    return -1 if x < half else 1 if x < 2 * half else 0


def foot_line(row: ExchangeRow, width: int, look: Look) -> Line:
    """What the client saw where that needs words, and the figures; where both do not fit, the figures give way."""
    told, tone = story(row, look)
    if not told:
        return fit_line(((_figures(row, look), "dim"),), width)
    return spread(((told, tone),), ((f"  {_figures(row, look)}", "dim"),) if width >= 80 else (), width)


def _figures(row: ExchangeRow, look: Look) -> str:
    usage, word = row.usage, look.words
    parts = [f"{word('col.ttft')} {waited(row, look)}", f"{word('fig.in')} {count(usage.prompt)}"]
    parts += [f"{word('fig.out')} {count(usage.output)}"]
    parts += [f"{word('fig.think')} {count(usage.thoughts)}"] if usage.thoughts else []
    parts += [f"{word('fig.cached')} {count(usage.cached)}"] if usage.cached else []
    parts += [speed(row, look)] if speed(row, look) else []
    parts += [f"{word('fig.finish')} {plain(row.finish)}"] if row.finish else []
    parts += [f"{word('fig.tier')} {plain(row.tier)}"] if row.tier else []
    return "  ".join(parts)


def path_lines(row: ExchangeRow, look: Look) -> list[Line]:
    """What the client saw, then the whole chain: which credential when, how it ended, why it was picked."""
    told, tone = story(row, look)
    lines: list[Line] = [((told, tone),), ()] if told else []
    for number, hop in enumerate(row.hops, 1):
        lines.append(_hop_line(number, row, hop, look))
        lines += [((f"   {look.said(hop.failure)}", "bad"),)] if hop.failure else []
        lines += [((f"   {look.words('hop.why', reason=look.said(hop.reason))}", "dim"),)] if hop.reason else []
    lines += [((waiting(row, look), "warn"),)] if row.waits_until is not None else []
    return lines if row.hops or row.waits_until is not None else [*lines, ((look.words("hop.none"), "dim"),)]


def _hop_line(number: int, row: ExchangeRow, hop: Hop, look: Look) -> Line:
    end = look.now if hop.ended_at is None else hop.ended_at
    state: tuple[str, Tone] = (str(hop.status or ""), "bad" if hop.failure else "ok")
    if hop.ended_at is None:
        state = ("~~", "accent")
    took = f"  {since(row, hop.started_at)}  {seconds(end - hop.started_at)}  "
    return ((f"{number}. ", "dim"), (plain(hop.label), "bold"), (took, "dim"), state)
