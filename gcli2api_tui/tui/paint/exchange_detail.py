"""One exchange in depth, painted: its head, the rescue bar below it, its path, and what stands at its foot. Pure.

In: a row. Out: lines; head and foot of exact width, the path not yet wrapped. The rescue bar shows the attempts as one
line in time, `carol ▒429 0.2s > alice ░1.1s▓▓▓▓`: the shaded cells are to scale (failed, waited, answered), names and
figures give way where it gets narrow. `story` says in words what the client saw of it.
"""

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop, broke, cut, duration_s, hidden
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, plain, spread, width_of
from gcli2api_tui.tui.paint.exchange import model_of, speed, state_of, waited, waiting
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import count, seconds
from gcli2api_tui.tui.paint.wire import since

SHORT_NAMES = (40, 12, 8, 5)
"""Cells of a name: as many as fit."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the time: so many cells of a shade, and a figure after its first cell."""

    span: float
    shade: int
    tone: Tone
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Attempts on one credential, one after the other."""

    name: str
    stretches: tuple[Stretch, ...]


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


def rescue_bar(row: ExchangeRow, width: int, look: Look) -> Line:
    """One stage after the other; of too many the first are counted only."""
    stages = _stages(row, look)
    if not stages:
        return fit_line(((look.words("rescue.none"), "dim"),), width)
    for left in range(len(stages)):
        for name_cells in SHORT_NAMES if left in (0, len(stages) - 1) else SHORT_NAMES[-1:]:
            if line := _line(stages, left, name_cells, width, look):
                return line
    return fit_line(_bars(stages[-1:], max(1, width), look), width)


def _line(stages: list[Stage], left: int, name_cells: int, width: int, look: Look) -> Line:
    """With `left` stages left out; empty where that does not fit with a cell for each stretch."""
    before: Line = ((look.words("rescue.before", n=left), "bad"), (_arrow(look), "dim")) if left else ()
    shown = stages[left:]
    fixed = width_of(before) + sum(_fixed(stage, name_cells) for stage in shown) + 3 * (len(shown) - 1)
    room = width - fixed
    stretches = [stretch for stage in shown for stretch in stage.stretches]
    if room < len(stretches):
        return ()
    cells = iter(to_scale([stretch.span for stretch in stretches], room))
    line: list[Run] = [*before]
    for number, stage in enumerate(shown):
        line += [(_arrow(look), "dim")] if number else []
        line += [(f"{_cut_name(stage.name, name_cells)} ", "plain")]
        line += [run for stretch in stage.stretches for run in _runs(stretch, next(cells), look)]
    return fit_line(tuple(line), width)


def _arrow(look: Look) -> str:
    return " > "


def _fixed(stage: Stage, name_cells: int) -> int:
    figures = sum(len(stretch.figure) for stretch in stage.stretches)
    return width_of(((_cut_name(stage.name, name_cells), "plain"),)) + 1 + figures


def _cut_name(name: str, cells: int) -> str:
    return fit(name, cells).rstrip() if width_of(((name, "plain"),)) > cells else name


def _runs(stretch: Stretch, cells: int, look: Look) -> list[Run]:
    shade = look.glyphs.shades[stretch.shade]
    if not stretch.figure:
        return [(shade * cells, stretch.tone)]
    # A figure stands at the end of what it measures.
    return [(shade * cells, stretch.tone), (stretch.figure, "dim" if stretch.tone == "dim" else stretch.tone)]


def _bars(stages: list[Stage], width: int, look: Look) -> Line:
    """Without names and figures."""
    stretches = [stretch for stage in stages for stretch in stage.stretches][-width:]
    cells = to_scale([stretch.span for stretch in stretches], width)
    return tuple(
        (look.glyphs.shades[stretch.shade] * many, stretch.tone) for stretch, many in zip(stretches, cells, strict=True)
    )


def to_scale(spans: list[float], cells: int) -> list[int]:
    """So many cells for each, together exactly `cells`, none without one; the largest rests get what is over."""
    free, total = cells - len(spans), sum(spans)
    if not spans or free < 0:
        return [1] * cells
    exact = [free * span / total if total > 0 else free / len(spans) for span in spans]
    shares = [int(one) for one in exact]
    by_rest = sorted(range(len(spans)), key=lambda index: exact[index] - shares[index], reverse=True)
    for index in by_rest[: free - sum(shares)]:
        shares[index] += 1
    return [share + 1 for share in shares]


def _stages(row: ExchangeRow, look: Look) -> list[Stage]:
    """Hops of a long answer on one credential follow each other without a failure: they are one stage."""
    stages: list[Stage] = []
    for number, hop in enumerate(row.hops):
        name, stretches = plain(hop.label).split("@")[0] or "-", _stretches(row, hop, number, look)
        if number and not row.hops[number - 1].failure and stages[-1].name == name and not hop.failure:
            stages[-1] = Stage(name, (*stages[-1].stretches, *stretches))
        else:
            stages.append(Stage(name, stretches))
    return stages


def _stretches(row: ExchangeRow, hop: Hop, number: int, look: Look) -> tuple[Stretch, ...]:
    end = look.now if hop.ended_at is None else hop.ended_at
    first = row.first_byte_at
    if hop.failure and (first is None or first > end or number < len(row.hops) - 1):
        told = f"{hop.status or look.words('rescue.no_status')} {seconds(end - hop.started_at)}"
        return (Stretch(end - hop.started_at, 1, "bad", told),)
    answered: Tone = "bad" if hop.failure else "accent" if row.live else "ok"
    if first is None or first < hop.started_at:
        return (Stretch(end - hop.started_at, 0 if first is None else 2, "dim" if first is None else answered),)
    waited = Stretch(first - hop.started_at, 0, "dim", seconds(first - hop.started_at))
    return (waited, Stretch(max(0.0, end - first), 2, answered))


def story(row: ExchangeRow, look: Look) -> Run:
    """What the client saw, where that is not simply an answer; else empty."""
    word = look.words
    if broke(row):
        told = word("row.broke", n=row.usage.output) if row.usage.output else word("row.broke_unknown")
        return told, "bad"
    if row.state is ExchangeState.CANCELLED:
        key = "story.left_with" if row.usage.output else "story.left"
        return word(key, n=row.usage.output, count=count(row.usage.output)), "warn"
    if row.state is ExchangeState.FAILED:
        tries = word("story.tries", n=len(row.hops)) if row.hops else word("story.no_try")
        return word("story.failed", status=row.status or "-", tries=tries), "bad"
    if hidden(row):
        return word("story.hidden", span=seconds(lost_s(row))), "ok"
    if cut(row):
        return word("story.cut", why=plain(row.finish)), "warn"
    return (word("story.fake"), "dim") if row.fake else ("", "dim")


def lost_s(row: ExchangeRow) -> float:
    """How much later its answer began for the attempts that failed."""
    return row.hops[-1].started_at - row.hops[0].started_at if row.hops else 0.0
