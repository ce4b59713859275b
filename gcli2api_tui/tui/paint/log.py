"""One line of the log, at an exact width. Pure."""

from gcli2api_tui.ledger.records import LogRow
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, plain
from gcli2api_tui.tui.paint.numbers import clock_s
from gcli2api_tui.tui.words import Words

LEVELS = ("debug", "info", "warning", "error")
_TONES: dict[str, Tone] = {"debug": "dim", "info": "plain", "warning": "warn", "error": "bad"}


def one_line(row: LogRow, width: int, words: Words) -> Line:
    """Time, the level's letter, the source where there is room, the text."""
    tone = _TONES[row.level]
    line: Line = ((clock_s(row.at) + " ", "dim"), (row.level[0].upper() + " ", tone))
    if width >= 70:
        line += ((fit(plain(row.source), 12) + " ", "dim"),)
    if row.exchange is not None:
        line += ((f"#{row.exchange} ", "accent"),)
    return fit_line((*line, (plain(words.said(row.text)), tone if tone != "dim" else "dim")), width)


def matches(row: LogRow, least: str, text: str, words: Words) -> bool:
    """At least as grave as `least`, and holding `text` (case ignored), as the screen says it or as the file does."""
    grave = LEVELS.index(row.level) >= LEVELS.index(least)
    return grave and (not text or text.casefold() in f"{row.source} {row.text} {words.said(row.text)}".casefold())
