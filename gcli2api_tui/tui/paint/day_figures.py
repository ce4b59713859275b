"""Figures of the day, of the exchanges that are remembered: how long first words took, tokens a minute, by client.

In: a snapshot. Out: lines of exact width, none where there is too little to tell. Pure.
"""

import time
from collections import Counter

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint.cells import Line, fit, fit_line, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.model_names import program
from gcli2api_tui.tui.paint.numbers import bar, count, spark

EDGES = (0.5, 1.0, 2.0, 4.0, 8.0)
LEAST = 5
"""Answers before a distribution says anything."""
MINUTE_S = 60.0


def first_words(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """A histogram: `under 1s ▓▓▓▓▓▓▓ 42`, without the empty ends."""
    waits = [row.ttft_s for row in snapshot.exchanges if row.ttft_s is not None]
    if len(waits) < LEAST:
        return []
    counts = [0] * (len(EDGES) + 1)
    for wait in waits:
        counts[sum(wait >= edge for edge in EDGES)] += 1
    shown = [index for index, number in enumerate(counts) if number]
    buckets = [(_bucket(index, look), counts[index]) for index in range(shown[0], shown[-1] + 1)]
    named = max(width_of(((name, "dim"),)) for name, _ in buckets)
    return [_bucket_line(fit(name, named), number, max(counts), width, look) for name, number in buckets]


def _bucket(index: int, look: Look) -> str:
    over = index == len(EDGES)
    return look.words("board.over" if over else "board.under", s=f"{EDGES[index - over]:g}")


def _bucket_line(name: str, number: int, most: int, width: int, look: Look) -> Line:
    start: Line = ((f"{name} ", "dim"),)
    end: Line = ((f" {number}", "plain"),)
    filled, _ = bar(number / most, max(1, width - width_of(start + end)), look.glyphs)
    return fit_line((*start, (filled, "accent"), *end), width)


def tokens(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """Tokens answered in each of the last minutes, and how fast they come now."""
    ended = [row for row in snapshot.exchanges if row.ended_at is not None and row.usage.output]
    if not ended:
        return []
    now, speed = look.minute, None if snapshot.all_instances else snapshot.totals.tokens_per_s
    said = look.words("board.tokens_s", n=round(speed)) if speed else look.words("board.tokens_all", n=_total(ended))
    room = max(1, min(60, width - 2 - width_of(((said, "plain"),))))
    minutes = [0] * room
    for row in ended:
        back = int((now + MINUTE_S - (row.ended_at or 0.0)) // MINUTE_S)
        if 0 <= back < room:
            minutes[room - 1 - back] += row.usage.output
    return [fit_line(((spark(minutes, room, look.glyphs), "accent"), (f"  {said}", "plain")), width)]


def _total(rows: list[ExchangeRow]) -> str:
    return count(sum(row.usage.output for row in rows))


def clients(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """Requests and tokens of today by program, those that ask most first."""
    midnight = _midnight(look.now)
    rows = [row for row in snapshot.exchanges if row.opened_at >= midnight]
    asked: Counter[str] = Counter(program(row.client) for row in rows)
    out: Counter[str] = Counter()
    for row in rows:
        out[program(row.client)] += row.usage.output
    return [_client(name, number, out[name], width, look) for name, number in asked.most_common()]


def _client(name: str, requests: int, output: int, width: int, look: Look) -> Line:
    figures = f"{requests:>5}  {count(output):>5} {look.words('board.out')}"
    room = max(1, width - width_of(((figures, "plain"),)) - 1)
    return fit_line(((fit(name or "-", room) + " ", "plain"), (figures, "dim")), width)


def _midnight(now: float) -> float:
    here = time.localtime(now)
    return now - (here.tm_hour * 3600 + here.tm_min * 60 + here.tm_sec)
