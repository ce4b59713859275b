"""Figures of all requests on the dashboard: the last hour, waits for first words, tokens a minute, clients of today.

In: a snapshot. Out: lines, or entries that lead to the requests; nothing where there is too little to tell. Pure.
"""

import time
from bisect import bisect_right
from collections import Counter

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint.cells import Line, fit, fit_line, width_of
from gcli2api_tui.tui.paint.dashboard_entry import Entry, Target, rule
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import bar, count, pace, program, seconds, spark

EDGES = (0.5, 1.0, 2.0, 4.0, 8.0)
LEAST = 5
"""Answers before a distribution says anything."""
MINUTE_S = 60.0


def hour(snapshot: Snapshot, width: int, look: Look, whose: str = "") -> list[Entry]:
    """Requests a minute with what came of them; nothing before the first. `whose`: of which instance."""
    totals = snapshot.totals
    asked, failed = sum(totals.per_minute), sum(totals.errors_per_minute)
    if not asked:
        return []
    word = look.words
    title = [
        word("board.hour"),
        *([whose] if whose else []),
        word("fig.ok", percent=f"{max(0, asked - failed) / asked * 100:.1f}"),
    ]
    title += [word("board.first_word", span=seconds(totals.ttft_p50_s))] if totals.ttft_p50_s is not None else []
    if totals.ttft_p95_s is not None and width >= 70:
        title.append(f"p95 {seconds(totals.ttft_p95_s)}")
    now = f" {word('status.rate', n=totals.per_minute[-1])}"
    room = max(0, min(60, width - 1 - width_of(((now, "plain"),))))
    # A minute a cell; where there is less room the newest stand.
    series: Line = ((" ", "plain"), (spark(totals.per_minute, room, look.glyphs), "accent"), (now, "plain"))
    said = "  ".join(title)
    end = pace(snapshot.pace, width - 8 - width_of(((said, "dim"),)), look)
    return [rule(said, width, look, end), Entry(fit_line(series, width), Target("tab", "requests"))]


def promptness(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    """How prompt the server itself is."""
    said = pace(snapshot.pace, width - 1, look)
    return [Entry(fit_line(((f" {said}", "dim"),), width), Target("tab", "requests"))] if said else []


def first_words(snapshot: Snapshot, width: int, look: Look) -> list[Line]:
    """A histogram: `under 1s ▓▓▓▓▓▓▓ 42`, without the empty ends."""
    waits = [row.ttft_s for row in snapshot.exchanges if row.ttft_s is not None]
    if len(waits) < LEAST:
        return []
    counts = [0] * (len(EDGES) + 1)
    for wait in waits:
        counts[bisect_right(EDGES, wait)] += 1
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
    output: Counter[str] = Counter()
    for row in rows:
        output[row.client] += row.usage.output
    asked, out = Counter[str](), Counter[str]()
    for client, number in Counter(row.client for row in rows).items():  # there are few of them, and many rows
        asked[program(client)] += number
        out[program(client)] += output[client]
    return [_client(name, number, out[name], width, look) for name, number in asked.most_common()]


def _client(name: str, requests: int, output: int, width: int, look: Look) -> Line:
    figures = f"{requests:>5}  {count(output):>5} {look.words('board.out')}"
    room = max(1, width - width_of(((figures, "plain"),)) - 1)
    return fit_line(((fit(name or "-", room) + " ", "plain"), (figures, "dim")), width)


def _midnight(now: float) -> float:
    """The last one here: days of 23 and 25 hours have theirs, too."""
    here = time.localtime(now)
    return time.mktime((here.tm_year, here.tm_mon, here.tm_mday, 0, 0, 0, 0, 0, -1))
