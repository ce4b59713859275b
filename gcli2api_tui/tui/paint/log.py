"""Lines of the log, folded to an exact width, and one of them in depth. Pure.

A long line is never cut: it goes on below itself, under the beginning of its text.
"""

from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, plain, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import clock_s, date_clock
from gcli2api_tui.tui.words import Words

LEVELS = ("debug", "info", "warning", "error")
SOURCE_FROM = 70
"""Columns from which on the source stands in the line."""
_TONES: dict[str, Tone] = {"debug": "dim", "info": "plain", "warning": "warn", "error": "bad"}


@dataclass(frozen=True, slots=True)
class LogPart:
    """One line on the screen: the `part`th of what a row says."""

    row: LogRow
    part: int
    text: str


def folded(row: LogRow, width: int, words: Words) -> tuple[LogPart, ...]:
    """A row as the lines that it takes; at least one."""
    number = f"#{row.exchange} " if row.exchange is not None else ""
    said = number + plain(words.said(row.text))
    return tuple(LogPart(row, n, text) for n, text in enumerate(wrap(said, max(8, width - _indent(width)))))


def _indent(width: int) -> int:
    """Time, the level's letter, and the source where there is room."""
    return 11 + (13 if width >= SOURCE_FROM else 0)


def one_line(part: LogPart, width: int) -> Line:
    row, tone = part.row, _TONES[part.row.level]
    if part.part:
        return fit_line(((" " * _indent(width), "plain"), (part.text, tone)), width)
    line: Line = ((clock_s(row.at) + " ", "dim"), (row.level[0].upper() + " ", tone))
    if width >= SOURCE_FROM:
        line += ((fit(plain(row.source), 12) + " ", "dim"),)
    number = f"#{row.exchange} " if row.exchange is not None else ""
    if number and part.text.startswith(number):
        return fit_line((*line, (number, "accent"), (part.text[len(number) :], tone)), width)
    return fit_line((*line, (part.text, tone)), width)


def detail(row: LogRow, look: Look) -> list[Line]:
    """The whole sentence first, then where it came from; the caller wraps."""
    word = look.words
    facts = [("log.at", date_clock(row.at) + clock_s(row.at)[5:]), ("log.grade", word(f"level.{row.level}"))]
    facts += [("log.source", plain(row.source))]
    facts += [("log.exchange", word("log.opens", id=row.exchange))] if row.exchange is not None else []
    lines: list[Line] = [((look.said(row.text), _TONES[row.level]),), ()]
    return lines + [((fit(word(key), 10), "dim"), (value, "plain")) for key, value in facts]


def as_text(row: LogRow, words: Words) -> str:
    """For the clipboard: one line, nothing cut."""
    number = f"#{row.exchange} " if row.exchange is not None else ""
    said = f"{number}{plain(words.said(row.text))}"
    return f"{date_clock(row.at)}{clock_s(row.at)[5:]} {row.level} {plain(row.source)} {said}"


def matches(row: LogRow, least: str, text: str, words: Words) -> bool:
    """At least as grave as `least`, and holding `text` (case ignored), as the screen says it or as the file does."""
    grave = LEVELS.index(row.level) >= LEVELS.index(least)
    return grave and (not text or text.casefold() in f"{row.source} {row.text} {words.said(row.text)}".casefold())
