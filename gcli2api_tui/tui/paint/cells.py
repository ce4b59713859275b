"""Text in terminal cells: every line of the panel is made of runs (text, tone) of an exact width.

Whatever came from outside passes `plain` or `clean` here and nowhere else: control and format characters go, so no
answer or error can move the cursor, and no text is ever markup. Widths are cells (rich.cells), never len().
"""

import unicodedata
from typing import Literal

from rich.cells import cell_len, set_cell_size

Tone = Literal["plain", "dim", "bold", "ok", "warn", "bad", "accent", "chip", "key"]
Run = tuple[str, Tone]
Line = tuple[Run, ...]

_JOINERS = {"\u200d", *(chr(code) for code in range(0xFE00, 0xFE10))}
"""Emoji joiners and variation selectors: terminals disagree on their width, so they go."""


def plain(text: str) -> str:
    """One line: breaks and tabs become a space, everything else that is not printed goes."""
    if _is_printed(text):
        return text
    return "".join(_printed(" " if char in "\n\r\t\x0b\x0c\u2028\u2029" else char) for char in text)


def clean(text: str) -> str:
    """Several lines: only line feeds stay, tabs become four spaces."""
    if _is_printed(text.replace("\n", "")):
        return text
    return "".join(char if char == "\n" else "    " if char == "\t" else _printed(char) for char in text)


def _is_printed(text: str) -> bool:
    """Nearly every text is, and is then not looked at one character at a time: lists ask ten times a second."""
    return text.isprintable() and _JOINERS.isdisjoint(text)


def _printed(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else ""
    if char in _JOINERS or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return ""
    return char


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly `width` cells: cut with an ellipsis at the end, or padded (on the left if `right`)."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 1 else set_cell_size("…", max(0, width))
    gap = " " * (width - length)
    return gap + text if right else text + gap


def fit_start(text: str, width: int) -> str:
    """Exactly `width` cells, cut at the start: of a model's name the end tells more."""
    if cell_len(text) <= width or width < 2:
        return fit(text, width)
    if text[1 - width :].isascii():  # a cell each: nearly all text is
        return fit("…" + text[1 - width :], width)
    start, room = len(text), width - 1
    while (room := room - cell_len(text[start - 1])) >= 0:
        start -= 1
    return fit("…" + text[start:], width)


def width_of(line: Line) -> int:
    return sum(cell_len(text) for text, _ in line)


def fit_line(line: Line, width: int) -> Line:
    """The same runs, cut or padded to exactly `width` cells."""
    runs: list[Run] = []
    left = width
    for text, tone in line:
        length = cell_len(text)
        if length > left:
            runs.append((fit(text, left), tone))
            left = 0
            break
        runs.append((text, tone))
        left -= length
    if left:
        runs.append((" " * left, "plain"))
    return tuple(run for run in runs if run[0])


def spread(start: Line, end: Line, width: int) -> Line:
    """`start` at the left, `end` at the right; `start` gives way."""
    room = width - width_of(end)
    if room < 1:
        return fit_line(end, width)
    return fit_line(start, room) + end


def joined(lines: list[Line], gap: str = " ") -> Line:
    """Several pieces in one line, with a gap between them."""
    out: list[Run] = []
    for number, piece in enumerate(lines):
        if number:
            out.append((gap, "dim"))
        out.extend(piece)
    return tuple(out)
