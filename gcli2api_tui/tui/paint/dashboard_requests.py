"""Single requests on the dashboard: those that run, with the end of what they say, those that failed or were rescued.

In: a snapshot, or rows of it. Out: entries, as many as there is something to tell; dashboard.py takes as many as fit.
On a wide screen a request of the middle has two lines. Pure.
"""

from collections.abc import Mapping

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, broke, duration_s
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, plain, spread, width_of
from gcli2api_tui.tui.paint.dashboard_entry import Entry, Tail, to_exchange
from gcli2api_tui.tui.paint.exchange import NO_NAMES, error_of, name_at_end, speed, state_of, waiting
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import clock, clock_s, count, program, seconds, short

INDENT = 9
"""The second of two lines stands under the model."""

# What runs


def running(snapshot: Snapshot) -> list[ExchangeRow]:
    return [row for row in snapshot.exchanges if row.live]


def stream(row: ExchangeRow, tail: Tail, lines: int, width: int, look: Look) -> list[Entry]:
    """One that runs: its line, and the end of what it says."""
    word, tone = state_of(row)
    model, label = short(row.model), plain(row.label).partition("@")[0] or "-"
    wide = 16 if width >= 70 else 7
    figures = f"{seconds(duration_s(row, look.now)):>5} {speed(row, look):>6}  "
    head: Line = (
        (fit(word, 4), tone), (fit(model, wide) + " ", "bold"), (fit(label, wide) + " ", "plain"), (figures, "dim"),
        (program(row.client), "dim"),
    )  # fmt: skip
    entries = [Entry(fit_line(head, width), to_exchange(row))]
    return [*entries, *(Entry(line) for line in said(row, tail, lines, width, look))] if lines else entries


def idle(snapshot: Snapshot, width: int, look: Look, key: str = "board.idle") -> Line:
    """Nothing runs: since when, or where to point a client."""
    word, ended = look.words, [row.ended_at for row in snapshot.exchanges if row.ended_at is not None]
    if not ended:
        return fit_line(((f" {word('empty.exchanges', url=snapshot.server.url)}", "dim"),), width)
    return fit_line(((f" {word(key, at=clock(max(ended)))}", "dim"),), width)


def said(row: ExchangeRow, tail: Tail, lines: int, width: int, look: Look) -> list[Line]:
    """The end of an answer with the cursor behind it; before its first word what it waits for."""
    texts = tail(row.id, max(1, width - 4), lines)
    if not texts:
        waits = waiting(row, look) or look.words("board.first_word_due")
        return [fit_line((("   ", "dim"), (waits, "dim")), width)]
    painted = [fit_line((("   ", "dim"), (text, "plain")), width) for text in texts[:-1]]
    return [*painted, fit_line((("   ", "dim"), (texts[-1], "plain"), (look.glyphs.cursor, "accent")), width)]


# What happened


def happened(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """The last rescues and failures, newest first."""
    rows = [row for row in reversed(snapshot.exchanges) if not row.live and (_failed(row) or row.retried)]
    return [Entry(_event(row, width, look), to_exchange(row)) for row in rows[:20]]


def _failed(row: ExchangeRow) -> bool:
    return row.state is ExchangeState.FAILED


def _event(row: ExchangeRow, width: int, look: Look) -> Line:
    word, tone = state_of(row)
    at: Line = ((f"{clock(row.opened_at)} ", "dim"), (fit(word, 5), tone))
    if _failed(row):
        return fit_line((*at, (error_of(row, look), "plain")), width)
    return spread((*at, (chain(row, look), "plain")), ((f"  {lost(row)}", "dim"),), width)


def chain(row: ExchangeRow, look: Look) -> str:
    """`carol 429 > bob`."""
    hops = [
        f"{plain(hop.label).partition('@')[0]} {hop.status if hop.failure and hop.status else ''}".strip()
        for hop in row.hops
    ]
    return f" {look.glyphs.arrow} ".join(hops)


def lost(row: ExchangeRow) -> str:
    """What the refused attempts cost: `+0.8s`."""
    return f"+{seconds(row.hops[-1].started_at - row.hops[0].started_at)}"


def rescue(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """` 1 rescue at 14:01: carol 429 > bob  +0.8s`; nothing before the first."""
    rescued = [row for row in snapshot.exchanges if row.retried and not row.live and not _failed(row)]
    if not rescued:
        return []
    last = rescued[-1]
    text = look.words("board.rescue", n=len(rescued), at=clock(last.opened_at), chain=chain(last, look))
    tone: Tone = "dim"
    return [Entry(fit_line(((f" {text}  {lost(last)}", tone),), width), to_exchange(last))]


# On a wide screen


def request_lines(
    row: ExchangeRow, asked: str, width: int, look: Look, names: Mapping[str, str] = NO_NAMES
) -> tuple[Line, Line]:
    """When, what, where, how long; below what was asked, or what happened.

    `asked` are the first words of the prompt, "" where they are not kept; `names` those of several instances.
    """
    word, tone = state_of(row)
    spare = max(0, width - 60)
    wait = row.ttft_s if row.ttft_s is not None else (look.now - row.opened_at if row.live else None)
    runs: list[Run] = [
        (clock_s(row.opened_at) + " ", "dim"), (fit(short(row.model), 6 + spare // 4) + " ", "plain"),
        (fit(plain(row.label).partition("@")[0] or "-", 7 + spare // 4) + " ", "plain"), (fit(word, 4) + " ", tone),
        (f"{seconds(wait):>5} ", "dim"), (f"{seconds(duration_s(row, look.now)):>5} ", "plain"),
        (f"{count(row.usage.output):>4} ", "plain"), (program(row.client), "dim"),
    ]  # fmt: skip
    name = name_at_end(row, names)
    return fit_line(tuple(runs), width), (*_below(row, asked, width - width_of(name), look), *name)


def _below(row: ExchangeRow, asked: str, width: int, look: Look) -> Line:
    """What went wrong, what was hidden from the client, else the first words of the prompt."""
    pad = " " * INDENT
    if error := error_of(row, look):
        return fit_line(((pad, "dim"), (error, "bad")), width)
    if row.waits_until is not None:
        return fit_line(((pad, "dim"), (waiting(row, look), "warn")), width)
    if row.state is ExchangeState.CANCELLED:
        return fit_line(((pad, "dim"), (look.words("row.left"), "dim")), width)
    if row.retried and not broke(row):
        start: Line = ((pad, "dim"), (chain(row, look), "warn"))
        told = f"  {look.words('board.saw_nothing')} {lost(row)}"
        return fit_line((*start, (told if width_of(start) + 12 < width else "", "dim")), width)
    return fit_line(((pad, "dim"), (plain(asked), "dim")), width)
