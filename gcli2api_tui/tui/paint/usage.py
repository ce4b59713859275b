"""Usage as lines: what all comes to, a table by whatever was asked, and the hours of each day as a heat map.

In: a UsageTable, an order and a width. Out: lines of exactly that width. Pure. Wherever an amount stands, so does the
word notional; columns are given up one by one where it gets narrow, the name and the requests never.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from gcli2api_tui.ledger.admin_rows import UsageLine, UsageTable, UsedHour
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, plain, width_of, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import bar, count

Order = Literal["usual", "tokens", "notional"]
ORDERS: tuple[Order, ...] = ("usual", "tokens", "notional")
SORTED: Mapping[Order, str] = {"usual": "requests", "tokens": "in", "notional": "notional"}
"""The column whose head is bold."""
SIDE_BY_SIDE = 110
"""From this width on the hours stand beside the table."""
NAME_LEAST, NAME_MOST = 14, 44
BAR_MOST = 20
DATE, TOTAL, GAP = 6, 6, 3
HOURS = 24


@dataclass(frozen=True, slots=True)
class Column:
    """`shown` is at most `width` - 1 cells."""

    name: str
    width: int
    shown: Callable[[UsageLine], str]


def hits(line: UsageLine) -> str:
    return f"{line.cached / line.tokens_in:.0%}" if line.tokens_in else "-"


def dollars(amount: float | None) -> str:
    """At most eight cells up to a million."""
    if amount is None:
        return "-"
    if 0 < amount < 0.005:
        return "<$0.01"
    return f"${amount:,.2f}" if amount < 10_000 else f"${amount:,.0f}"


COLUMNS = (
    Column("requests", 6, lambda line: count(line.requests)),
    Column("failed", 7, lambda line: count(line.failures) if line.failures else "-"),
    Column("in", 6, lambda line: count(line.tokens_in)),
    Column("hits", 7, hits),
    Column("thoughts", 7, lambda line: count(line.thoughts)),
    Column("out", 6, lambda line: count(line.tokens_out)),
    Column("notional", 9, lambda line: dollars(line.notional_usd)),
)
"""As they stand, from the left."""
KEPT_LONGEST = ("requests", "notional", "out", "in", "hits", "failed", "thoughts")
_BY: Mapping[Order, Callable[[UsageLine], float]] = {
    "usual": lambda line: line.requests,
    "tokens": lambda line: line.tokens,
    "notional": lambda line: -1.0 if line.notional_usd is None else line.notional_usd,
}


def report(table: UsageTable, order: Order, width: int, look: Look) -> list[Line]:
    """All of it: the hours beside the table where there is room, else without them."""
    lines = [*_summary(table, width, look), ()]
    if width < SIDE_BY_SIDE or not table.hours:
        lines += _table(table, order, width, look)
    else:
        map_width = DATE + HOURS * _cell_width(width // 2 - DATE - TOTAL) + TOTAL
        left = _table(table, order, width - map_width - GAP, look)
        lines += _beside(left, heat_map(table.hours, map_width, look), width - map_width)
    return [fit_line(line, width) for line in (*lines, *_foot(table, width, look))]


def hours(table: UsageTable, width: int, look: Look) -> list[Line]:
    """The heat map alone."""
    lines = [*_summary(table, width, look), (), *heat_map(table.hours, width, look)]
    return [fit_line(line, width) for line in (*lines, *_foot(table, width, look))]


# What all comes to


def _summary(table: UsageTable, width: int, look: Look) -> list[Line]:
    word, total = look.words, table.total
    if not total.requests:
        return [((word("usage.nothing", day=table.first_day), "dim"),)]
    pieces: list[Run] = [(word("usage.requests", n=total.requests), "bold")]
    if total.failures:
        pieces.append((word("usage.failed", n=total.failures), "bad"))
    if table.shared:
        pieces.insert(0, (word("usage.shared"), "dim"))
    pieces.append((word("usage.tokens_in", count=count(total.tokens_in)), "plain"))
    pieces.append((word("usage.hits", share=hits(total)), "plain"))
    if total.thoughts:
        pieces.append((word("usage.thoughts", count=count(total.thoughts)), "plain"))
    pieces.append((word("usage.tokens_out", count=count(total.tokens_out)), "plain"))
    if total.notional_usd is not None:
        pieces.append((word("usage.notional", amount=dollars(total.notional_usd)), "bold"))
    if total.unpriced:
        pieces.append((word("usage.without", n=len(total.unpriced)), "warn"))
    return _flowing(pieces, width)


def _flowing(pieces: Sequence[Run], width: int) -> list[Line]:
    """As many to a line as fit; none is cut that would fit into a line of its own."""
    lines: list[list[Run]] = [[]]
    left = width
    for text, tone in pieces:
        cells = width_of(((text, "plain"),)) + (2 if lines[-1] else 0)
        if cells > left and lines[-1]:
            lines.append([])
            left, cells = width, width_of(((text, "plain"),))
        lines[-1] += [("  ", "plain")] if lines[-1] else []
        lines[-1].append((text, tone))
        left -= cells
    return [tuple(line) for line in lines]


def _foot(table: UsageTable, width: int, look: Look) -> list[Line]:
    """What the amounts are worth, and what could not be read."""
    said: list[tuple[str, Tone]] = []
    if table.total.unpriced:
        models = ", ".join(map(plain, table.total.unpriced))
        said.append((look.words("usage.unpriced", models=models), "dim"))
    if table.total.notional_usd is not None:
        said.append((look.words("usage.is_notional", day=table.prices_of), "dim"))
    if table.trouble:
        said.append((look.said(table.trouble), "bad"))
    return [(), *(((piece, tone),) for text, tone in said for piece in wrap(text, width))] if said else []


# The table


def _table(table: UsageTable, order: Order, width: int, look: Look) -> list[Line]:
    if not table.lines:
        return []
    lines = in_order(table.lines, order)
    columns, name_width = _columns(lines, width, look)
    room = min(BAR_MOST, width - name_width - sum(column.width for column in columns) - 1)
    worth = _BY[order]
    most = max(map(worth, lines)) or 1
    head: list[Run] = [(fit(look.words(f"usage.by.{table.by}"), name_width), "dim")]
    for column in columns:
        tone: Tone = "bold" if column.name == SORTED[order] else "dim"
        head.append((fit(look.words(f"usage.col.{column.name}"), column.width, right=True), tone))
    painted: list[Line] = [tuple(head)]
    for line in lines:
        runs: list[Run] = [(fit(look.said(line.name), name_width), "plain")]
        runs += [(fit(column.shown(line), column.width, right=True), _tone(column, line)) for column in columns]
        if room >= len("bar"):
            filled, rest = bar(max(0.0, worth(line)) / most, room, look.glyphs)
            runs += [(" ", "plain"), (filled, "accent"), (" " * len(rest), "dim")]
        painted.append(tuple(runs))
    return painted


def in_order(lines: Sequence[UsageLine], order: Order) -> list[UsageLine]:
    """`usual` is as they come: days newest first, all else with the most requests first."""
    return list(lines) if order == "usual" else sorted(lines, key=_BY[order], reverse=True)


def _columns(lines: Sequence[UsageLine], width: int, look: Look) -> tuple[list[Column], int]:
    """Those that fit, and how wide the name is."""
    longest = max(width_of(((look.said(line.name), "plain"),)) for line in lines)
    wanted = max(NAME_LEAST, min(NAME_MOST, longest))
    kept: set[str] = set()
    for name in KEPT_LONGEST:
        least = NAME_LEAST + sum(column.width for column in COLUMNS if column.name in kept | {name})
        if least <= width:
            kept.add(name)
    columns = [column for column in COLUMNS if column.name in kept]
    return columns, max(1, min(wanted, width - sum(column.width for column in columns)))


def _tone(column: Column, line: UsageLine) -> Tone:
    if column.name == "failed" and line.failures:
        return "bad"
    return "warn" if column.name == "notional" and line.unpriced else "plain"


# The hours


def heat_map(found: Sequence[UsedHour], width: int, look: Look) -> list[Line]:
    """A line a day of this clock, the newest first; a cell or more an hour, darker the more was asked."""
    if not found:
        return []
    by_day = _by_day(found, look.now)
    most = max(max(cells) for cells in by_day.values())
    each = _cell_width(width - DATE - TOTAL)
    ruler = "".join(fit(str(hour), 6 * each) for hour in range(0, HOURS, 6))
    title = look.words("usage.hours", n=most)
    lines: list[Line] = [((title, "dim"),), ((" " * DATE + ruler, "dim"),)]
    today, hour_now = time.strftime("%m-%d", time.localtime(look.now)), time.localtime(look.now).tm_hour
    for day, cells in by_day.items():
        until = hour_now if day == today else HOURS - 1
        runs: list[Run] = [(fit(day, DATE), "dim")]
        runs += [_cell(number if hour <= until else -1, most, each, look) for hour, number in enumerate(cells)]
        lines.append((*runs, (fit(count(sum(cells)), TOTAL, right=True), "plain")))
    return lines


def _by_day(found: Sequence[UsedHour], now: float) -> dict[str, list[int]]:
    """From the first day on which something was asked to today, without gaps."""
    by_day: dict[str, list[int]] = {}
    day = now
    first = time.localtime(found[0].at)
    while (at := time.localtime(day))[:3] >= first[:3] and len(by_day) <= 400:
        by_day[time.strftime("%m-%d", at)] = [0] * HOURS
        day = time.mktime((at.tm_year, at.tm_mon, at.tm_mday - 1, 12, 0, 0, 0, 0, -1))
    for one in found:
        moment = time.localtime(one.at)
        if cells := by_day.get(time.strftime("%m-%d", moment)):
            cells[moment.tm_hour] += one.requests
    return by_day


def _cell(number: int, most: int, width: int, look: Look) -> Run:
    if number < 0:
        return (" " * width, "dim")
    if number == 0:
        return (look.glyphs.dot + " " * (width - 1), "dim")
    shades = look.glyphs.shades
    level = -(-number * len(shades) // max(1, most)) - 1
    return (shades[min(level, len(shades) - 1)] * width, "accent")


def _cell_width(room: int) -> int:
    return max(1, min(3, room // HOURS))


def _beside(left: Sequence[Line], right: Sequence[Line], at: int) -> list[Line]:
    """The right one begins at a column."""
    rows = max(len(left), len(right))
    padded = [left[row] if row < len(left) else () for row in range(rows)]
    return [(*fit_line(line, at), *(right[row] if row < len(right) else ())) for row, line in enumerate(padded)]
