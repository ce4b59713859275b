"""A request on the desk, in two lines: when, what, where, how long; below what was asked, or what happened. Pure."""

from collections.abc import Mapping

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, broke, duration_s
from gcli2api_tui.tui.paint.cells import Line, Run, fit, fit_line, plain, width_of
from gcli2api_tui.tui.paint.dashboard_sections import chain, lost
from gcli2api_tui.tui.paint.exchange import NO_NAMES, error_of, name_at_end, state_of, waiting
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.model_names import program, short
from gcli2api_tui.tui.paint.numbers import clock_s, count, seconds

INDENT = 9
"""The second line stands under the model."""


def two_lines(
    row: ExchangeRow, asked: str, width: int, look: Look, names: Mapping[str, str] = NO_NAMES
) -> tuple[Line, Line]:
    """`asked` are the first words of the prompt, "" where they are not kept; `names` those of several instances."""
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
