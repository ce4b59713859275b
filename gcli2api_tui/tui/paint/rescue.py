"""The rescue bar: an exchange's attempts as one line in time, `carol ▒429 0.2s > alice ░1.1s▓▓▓▓`, and its story.

In: a row. Out: a line of exact width; the shaded cells are to scale (failed, waited, answered), names and figures give
way where it gets narrow. `story` says in words what the client saw of it.
"""

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop, broke, cut, hidden
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, fit, fit_line, plain, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import count, seconds

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
