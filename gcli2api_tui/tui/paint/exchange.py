"""One exchange as one or two lines of exact width, its head for the detail view, and its hops. Pure."""

from dataclasses import dataclass

from gcli2api_tui.ledger.records import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, fit_start, plain, spread, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import clock_s, count, rate, seconds

TWO_LINES_BELOW = 60


@dataclass(frozen=True, slots=True)
class Column:
    """`width` cells at `left`; a figure stands at its right."""

    name: str
    left: int
    width: int
    figure: bool


_LEAST: tuple[tuple[str, int], ...] = (
    ("model", 10), ("state", 5), ("duration", 5), ("credential", 7), ("tokens", 5), ("time", 8), ("client", 8),
    ("ttft", 5), ("rate", 6),
)  # fmt: skip
"""The columns, the one that is given up last first, with the fewest cells each is of use with."""
_MORE = (("model", 16), ("credential", 16), ("client", 12), ("model", 32), ("credential", 24), ("client", 24))
"""Who takes up to how much where there is more, one after the other; the rest stays empty at the end."""
_ORDER = ("time", "model", "credential", "state", "ttft", "duration", "tokens", "rate", "client")
_FIGURES = ("ttft", "duration", "tokens", "rate")


def columns_for(width: int) -> tuple[Column, ...]:
    """From left to right, a cell between them; as many as fit into `width`, which they never exceed."""
    widths, left = {"model": min(width, 10)}, width - 10
    for name, least in _LEAST[1:]:
        if left < least + 1:
            break
        widths[name], left = least, left - least - 1
    for name, most in _MORE:
        more = min(left, most - widths.get(name, most))
        if more > 0:
            widths[name], left = widths[name] + more, left - more
    columns, at = [], 0
    for name in _ORDER:
        if name in widths:
            columns.append(Column(name, at, widths[name], name in _FIGURES))
            at += widths[name] + 1
    return tuple(columns)


def state_of(row: ExchangeRow) -> tuple[str, Tone]:
    """The short word of the state column, at most four cells."""
    again = "R" if row.retried else ""
    if row.state is ExchangeState.QUEUED:
        return "··", "dim" if row.waits_until is None else "warn"
    if row.state is ExchangeState.SENT:
        return "→" + again, "accent"
    if row.state is ExchangeState.STREAMING:
        return "~~" + again, "accent"
    if row.state is ExchangeState.CANCELLED:
        return "499", "dim"
    if row.state is ExchangeState.FAILED:
        return "CUT!" if broke(row) else str(row.status) if row.status else "ERR", "bad"
    return _done(row, again)


def waiting(row: ExchangeRow, look: Look, key: str = "row.waits") -> str:
    """That it waits for a credential, and how much longer; empty when it does not."""
    if row.waits_until is None:
        return ""
    return look.words(key, span=seconds(max(1.0, row.waits_until - look.now)).replace(".0", ""))


def broke(row: ExchangeRow) -> bool:
    """It failed after the client had got its 200 and some of the answer."""
    return row.state is ExchangeState.FAILED and row.status == 200


def error_of(row: ExchangeRow, look: Look) -> str:
    """What went wrong, in one line: what the client got of the answer, then why not more."""
    if not broke(row):
        return look.said(row.error)
    told = look.words("row.broke", n=row.usage.output) if row.usage.output else look.words("row.broke_unknown")
    return f"{told}. {look.said(row.error)}" if row.error else told


def _done(row: ExchangeRow, again: str) -> tuple[str, Tone]:
    if row.finish.lower() in ("length", "max_tokens", "safety", "content_filter"):
        return "CUT", "warn"
    return f"{row.status or 200}{again}", "ok"


SHORTEST_STREAM_S = 0.2


def duration_s(row: ExchangeRow, look: Look) -> float:
    return (look.now if row.ended_at is None else row.ended_at) - row.opened_at


def _speed(row: ExchangeRow, look: Look) -> str:
    if row.first_byte_at is None:
        return ""
    end = look.now if row.ended_at is None else row.ended_at
    # A whole answer comes at one moment, and so does one that only looks like a stream: its tokens have no rate.
    took_s = end - row.first_byte_at
    return rate(row.usage.output, took_s) if row.stream and (row.live or took_s >= SHORTEST_STREAM_S) else ""


def _wait(row: ExchangeRow, look: Look) -> str:
    """Time to first content; it counts up while nothing came."""
    if row.ttft_s is None and row.live:
        return seconds(look.now - row.opened_at)
    return seconds(row.ttft_s)


def heading(width: int, look: Look) -> Line:
    """The line above one-line rows."""
    line: list[Run] = []
    for column in columns_for(width):
        line += _cell(column, (look.words(f"col.{column.name}"), "dim"))
    return fit_line(tuple(line), width)


def one_line(row: ExchangeRow, width: int, look: Look) -> Line:
    line: list[Run] = []
    for column in columns_for(width):
        line += _cell(column, _value(row, column, look))
    return fit_line(tuple(line), width)


def _cell(column: Column, run: Run) -> tuple[Run, ...]:
    """The gap before it, and its text at exactly its width. Of a model's name the end tells more."""
    text, tone = run
    shown = fit_start(text, column.width) if column.name == "model" else fit(text, column.width, right=column.figure)
    return ((" ", "plain"), (shown, tone)) if column.left else ((shown, tone),)


def _value(row: ExchangeRow, column: Column, look: Look) -> Run:
    match column.name:
        case "time":
            return clock_s(row.opened_at), "dim"
        case "model":
            return model_of(row), "plain"
        case "credential" if row.waits_until is not None:
            return waiting(row, look, "row.waits_short"), "warn"
        case "credential":
            return plain(row.label) or "-", "plain" if row.label else "dim"
        case "state":
            return state_of(row)
        case "ttft":
            return _wait(row, look), "dim"
        case "duration":
            return seconds(duration_s(row, look)), "plain"
        case "tokens":
            return count(row.usage.output), "plain"
        case "rate":
            return _speed(row, look), "dim"
    return plain(row.client), "dim"


def model_of(row: ExchangeRow) -> str:
    """All begin alike: the beginning tells nothing."""
    return plain(row.model).removeprefix("gemini-")


def two_lines(row: ExchangeRow, width: int, look: Look) -> tuple[Line, Line]:
    """For a phone: state, model, credential and figures; below it what there is to say."""
    word, tone = state_of(row)
    when = _speed(row, look) if row.live else clock_s(row.opened_at)
    figures = f"{fit(seconds(duration_s(row, look)), 5, right=True)} {fit(count(row.usage.output), 5, right=True)}"
    end: Line = ((f" {figures} ", "plain"), (fit(when, 8, right=True), "dim"))
    room = max(4, width - 5 - 21)
    model = fit_start(model_of(row), room)
    first = spread(((fit(word, 5), tone), (model, "bold")), end, width)
    return fit_line(first, width), fit_line((("     ", "dim"), (_story(row, look), _story_tone(row))), width)


def _story(row: ExchangeRow, look: Look) -> str:
    """What happened, in one line: the error, the hidden retry, or who asked."""
    if told := error_of(row, look) or waiting(row, look):
        return told
    if row.retried:
        chain = f" {look.glyphs.arrow} ".join(_hop_short(hop) for hop in row.hops)
        return look.words("row.retried", n=sum(bool(hop.failure) for hop in row.hops), chain=chain)
    if row.state is ExchangeState.CANCELLED:
        return look.words("row.left")
    return " ".join(part for part in (plain(row.label), plain(row.client)) if part) or plain(row.path)


def _story_tone(row: ExchangeRow) -> Tone:
    return "bad" if row.error or broke(row) else "warn" if row.retried or row.waits_until is not None else "dim"


def _hop_short(hop: Hop) -> str:
    label = plain(hop.label).split("@")[0]
    return f"{label} {hop.status}" if hop.failure and hop.status else label


def head_lines(row: ExchangeRow, width: int, look: Look, *, pinned: bool = False, newer: int = 0) -> tuple[Line, Line]:
    """Above the detail: number, model, credential, and how it stands; then the figures.

    A pinned one has its neighbours at the left, to tap, and at the right of the figures how many are newer.
    """
    word, tone = state_of(row)
    end: Line = ((f" {seconds(duration_s(row, look))} ", "plain"), (word, tone))
    where = waiting(row, look) or plain(row.label)
    text = f" {look.glyphs.dot} {where}" if where else ""
    start: Line = ((f"#{row.id} ", "dim"), (model_of(row), "bold"), (text, "plain"))
    if pinned:
        start = (*neighbours(look), *start)
    told: Line = ((f"  {look.words('row.newer', n=newer)}", "accent"),) if pinned and newer else ()
    return spread(start, end, width), spread(((_figures(row, look), "dim"),), told, width)


def neighbours(look: Look) -> Line:
    """`‹ › `: the exchange before, the one after."""
    return ((look.glyphs.before, "key"), (" ", "plain"), (look.glyphs.after, "key"), (" ", "plain"))


def neighbour_at(x: int, look: Look) -> int:
    """Which way a tap at column `x` of the first head line leads: -1, 1 or nowhere."""
    half = width_of(neighbours(look)[:2])
    return -1 if x < half else 1 if x < 2 * half else 0


def _figures(row: ExchangeRow, look: Look) -> str:
    usage, word = row.usage, look.words
    parts = [f"{word('col.ttft')} {_wait(row, look)}", f"{word('fig.in')} {count(usage.prompt)}"]
    parts += [f"{word('fig.out')} {count(usage.output)}"]
    parts += [f"{word('fig.think')} {count(usage.thoughts)}"] if usage.thoughts else []
    parts += [_speed(row, look)] if _speed(row, look) else []
    parts += [f"{word('fig.finish')} {plain(row.finish)}"] if row.finish else []
    parts += [f"{word('fig.tier')} {plain(row.tier)}"] if row.tier else []
    return "  ".join(parts)


def hop_lines(row: ExchangeRow, look: Look) -> list[Line]:
    """The whole chain: which credential, how it ended, why it was picked. Not yet wrapped."""
    lines: list[Line] = []
    for number, hop in enumerate(row.hops, 1):
        lines.append(_hop_line(number, hop, look))
        lines += [((f"   {look.said(hop.failure)}", "bad"),)] if hop.failure else []
        lines += [((f"   {look.words('hop.why', reason=look.said(hop.reason))}", "dim"),)] if hop.reason else []
    lines += [((waiting(row, look), "warn"),)] if row.waits_until is not None else []
    return lines or [((look.words("hop.none"), "dim"),)]


def _hop_line(number: int, hop: Hop, look: Look) -> Line:
    end = look.now if hop.ended_at is None else hop.ended_at
    state: tuple[str, Tone] = (str(hop.status or ""), "bad" if hop.failure else "ok")
    if hop.ended_at is None:
        state = ("~~", "accent")
    return ((f"{number}. ", "dim"), (plain(hop.label), "bold"), (f"  {seconds(end - hop.started_at)}  ", "dim"), state)
