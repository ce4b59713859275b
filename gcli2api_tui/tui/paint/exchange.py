"""One exchange as one or two lines of exact width, for lists. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from gcli2api_tui.ledger.exchange_rows import (
    ExchangeRow,
    ExchangeState,
    Hop,
    broke,
    cut,
    duration_s,
    tokens_per_s,
    wait_s,
)
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, fit_start, plain, spread, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import clock, clock_s, count, rate, seconds

TWO_LINES_BELOW = 60
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Column:
    """`width` cells at `left`; a figure stands at its right."""

    name: str
    left: int
    width: int
    figure: bool


_LEAST: tuple[tuple[str, int], ...] = (
    ("model", 10), ("state", 5), ("duration", 5), ("credential", 7), ("tokens", 5), ("time", 8), ("client", 8),
    ("ttft", 5), ("rate", 6), ("prompt", 16),
)  # fmt: skip
"""The columns, the one that is given up last first, with the fewest cells each is of use with."""
_MORE = (
    ("model", 16), ("credential", 9), ("client", 12), ("prompt", 32), ("credential", 16), ("model", 24),
    ("prompt", 60), ("credential", 24), ("client", 24), ("model", 32), ("prompt", 200),
)  # fmt: skip
"""Who takes up to how much where there is more, one after the other; the rest stays empty at the end."""
_ORDER = ("time", "instance", "model", "credential", "state", "ttft", "duration", "tokens", "rate", "client", "prompt")
_FIGURES = ("ttft", "duration", "tokens", "rate")


@lru_cache(maxsize=8)
def columns_for(width: int, instance: int = 0) -> tuple[Column, ...]:
    """From left to right, a cell between them; as many as fit into `width`, which they never exceed.

    `instance`: the cells of the instances' names, where there are several; model, state, duration and credential stand
    longer.
    """
    widths, left = {"model": min(width, 10)}, width - 10
    named = (("instance", max(instance, 4)),) if instance else ()
    for name, least in (*_LEAST[1:4], *named, *_LEAST[4:]):
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


def cells_of(names: Mapping[str, str]) -> int:
    """How wide a column of them is."""
    return max((width_of(((name, "plain"),)) for name in names.values()), default=0)


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


def error_of(row: ExchangeRow, look: Look) -> str:
    """What went wrong, in one line: what the client got of the answer, then why not more."""
    if not broke(row):
        return look.said(row.error)
    told = look.words("row.broke", n=row.usage.output) if row.usage.output else look.words("row.broke_unknown")
    return look.words("row.and_why", told=told, why=look.said(row.error)) if row.error else told


def _done(row: ExchangeRow, again: str) -> tuple[str, Tone]:
    if cut(row):
        return "CUT", "warn"
    return f"{row.status or 200}{again or 'F' * row.fake}", "ok"


def speed(row: ExchangeRow, look: Look) -> str:
    """`46/s`; empty where there is nothing to divide."""
    return rate(tokens_per_s(row, look.now))


def waited(row: ExchangeRow, look: Look) -> str:
    """Time to first content; it counts up while nothing came."""
    return seconds(wait_s(row, look.now))


def heading(width: int, look: Look, names: Mapping[str, str] = NO_NAMES) -> Line:
    """The line above one-line rows. `names`: of the instances, in short, where they are told apart."""
    line: list[Run] = []
    for column in columns_for(width, cells_of(names)):
        line += _cell(column, (look.words(f"col.{column.name}"), "dim"))
    return fit_line(tuple(line), width)


def one_line(row: ExchangeRow, width: int, look: Look, opening: str = "", names: Mapping[str, str] = NO_NAMES) -> Line:
    """`opening`: how the prompt begins."""
    line: list[Run] = []
    for column in columns_for(width, cells_of(names)):
        told: Run = ("", "dim")
        if column.name == "prompt":
            told = plain(opening), "dim"
        elif column.name == "instance":
            told = names.get(row.instance, ""), "dim" if row.elsewhere else "plain"
        else:
            told = _value(row, column, look)
        line += _cell(column, told)
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
            return model_of(row, column.width), "plain"
        case "credential" if row.waits_until is not None:
            return waiting(row, look, "row.waits_short"), "warn"
        case "credential":
            return _label(row, column.width)
        case "state":
            return state_of(row)
        case "ttft":
            return waited(row, look), "dim"
        case "duration":
            return seconds(duration_s(row, look.now)), "plain"
        case "tokens":
            return count(row.usage.output), "plain"
        case "rate":
            return speed(row, look), "dim"
    return plain(row.client), "dim"


def _label(row: ExchangeRow, width: int) -> Run:
    """An address that does not fit is known by what stands before its @."""
    label = plain(row.label)
    if not label:
        return "-", "dim"
    return label if width_of(((label, "plain"),)) <= width else label.split("@")[0], "plain"


def model_of(row: ExchangeRow, width: int = 99) -> str:
    """All begin alike: the beginning tells nothing. Of a narrow one, what many end in goes as well."""
    name = plain(row.model).removeprefix("gemini-")
    return name if len(name) <= width else name.removesuffix("-latest").replace("-preview", "")


def two_lines(
    row: ExchangeRow, width: int, look: Look, opening: str = "", names: Mapping[str, str] = NO_NAMES
) -> tuple[Line, Line]:
    """For a phone: state, model, credential and figures; below it what there is to say, else the prompt's opening; of
    several instances its name at the end, for which the story gives way.
    """
    word, tone = state_of(row)
    when = speed(row, look) if row.live else clock(row.opened_at)
    figures = f"{fit(seconds(duration_s(row, look.now)), 5, right=True)} {fit(count(row.usage.output), 5, right=True)}"
    end: Line = ((f" {figures} ", "plain"), (fit(when, 5, right=True), "dim"))
    room = max(4, width - 5 - 18)
    who = _label(row, 8)[0] if room >= 16 else ""
    cells = room - 9 if who else room
    model = fit_start(model_of(row, cells), cells)
    start: Line = ((fit(word, 5), tone), (model, "bold"), (f" {fit(who, 8)}" if who else "", "plain"))
    name = name_at_end(row, names)
    below: Line = (("     ", "dim"), _story(row, look, opening))
    return spread(start, end, width), (*fit_line(below, width - width_of(name)), *name)


def name_at_end(row: ExchangeRow, names: Mapping[str, str]) -> Line:
    """The instance's, at the right of a line, where they are told apart."""
    name = names.get(row.instance, "")
    return ((f" {name}", "dim" if row.elsewhere else "plain"),) if name else ()


def _story(row: ExchangeRow, look: Look, opening: str) -> Run:
    """What happened, in one line: the error, the hidden retry, the client that left; else what was asked, or who."""
    if told := error_of(row, look):
        return told, "bad"
    if told := waiting(row, look):
        return told, "warn"
    if row.retried:
        chain = f" {look.glyphs.arrow} ".join(_hop_short(hop) for hop in row.hops)
        return look.words("row.retried", n=sum(bool(hop.failure) for hop in row.hops), chain=chain), "warn"
    if row.state is ExchangeState.CANCELLED:
        return look.words("row.left"), "dim"
    who = " ".join(part for part in (plain(row.label), plain(row.client)) if part)
    return plain(opening).strip() or who or plain(row.path), "dim"


def _hop_short(hop: Hop) -> str:
    label = plain(hop.label).split("@")[0]
    return f"{label} {hop.status}" if hop.failure and hop.status else label
