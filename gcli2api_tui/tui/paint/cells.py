"""Text in terminal cells: every line of the panel is made of runs (text, tone) of an exact width, and may be wrapped.

Whatever came from outside passes `plain` or `clean` here and nowhere else: control and format characters go, so no
answer or error can move the cursor, and no text is ever markup. Widths are cells (rich.cells), never len(). Greedy
wrapping is stable in all lines but the last, so a text that grows is only ever wrapped again in that one.
"""

import unicodedata
from collections.abc import Generator
from typing import Literal, TypeVar

from rich.cells import cell_len, set_cell_size

Tone = Literal["plain", "dim", "bold", "ok", "warn", "bad", "accent", "chip", "key"]
Run = tuple[str, Tone]
Line = tuple[Run, ...]
T = TypeVar("T")
Steps = Generator[None, None, T]
"""What is painted a part at a time: between two of them streams run."""
_JOINERS = {"\u200d", *(chr(code) for code in range(0xFE00, 0xFE10))}
"""Emoji joiners and variation selectors: terminals disagree on their width, so they go."""


def at_once(steps: Steps[T]) -> T:
    """What comes out of them, for who waits for it."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: T = end.value
            return made


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


def wrap(paragraph: str, width: int) -> list[str]:
    """A paragraph without line breaks as lines; at least one."""
    lines, start = [], 0
    while True:
        end = _fits(paragraph, start, width)
        if end == len(paragraph):
            lines.append(paragraph[start:])
            return lines
        stop, start_next = _break(paragraph, start, end)
        lines.append(paragraph[start:stop])
        start = start_next


def in_width(line: Line, width: int) -> list[Line]:
    """A line of one run is wrapped; one of several runs is cut."""
    if len(line) == 1:
        return [fit_line(((text, line[0][1]),), width) for text in wrap(line[0][0], width)]
    return [fit_line(line, width)]


def wrap_runs(line: Line, width: int) -> list[Line]:
    """A line of several runs over as many lines as it needs; each piece keeps its tone."""
    text = "".join(part for part, _ in line)
    if not text:
        return [()]
    pieces, at, lines = wrap(text, width), 0, []
    for piece in pieces:
        at = text.index(piece, at)  # a space between two pieces is in neither
        lines.append(_between(line, at, at + len(piece)))
        at += len(piece)
    return lines


def _between(line: Line, start: int, end: int) -> Line:
    """The part of the runs that stands there."""
    runs, at = [], 0
    for text, tone in line:
        part = text[max(0, start - at) : max(0, end - at)]
        if part:
            runs.append((part, tone))
        at += len(text)
    return tuple(runs)


class Wrapped:
    """Lines of at most `width` cells. Words break at spaces, Chinese and overlong words anywhere."""

    def __init__(self, width: int) -> None:
        self.width = max(2, width)
        self._done: list[str] = []
        self._tail = ""

    @property
    def lines(self) -> list[str]:
        return [*self._done, self._tail]

    def __len__(self) -> int:
        return len(self._done) + 1

    def __getitem__(self, index: int) -> str:
        return self._done[index] if index < len(self._done) else self._tail

    def feed(self, text: str) -> None:
        paragraphs = (self._tail + clean(text)).split("\n")
        for paragraph in paragraphs[:-1]:
            self._done += wrap(paragraph, self.width)
        *full, self._tail = wrap(paragraphs[-1], self.width)
        self._done += full

    def forget(self, all_but: int) -> None:
        """All lines but the last ones: what still comes is wrapped as if they were there."""
        del self._done[: max(0, len(self) - all_but)]


def _fits(text: str, start: int, width: int) -> int:
    """The end of the longest run from `start` that fits; at least one character."""
    width = max(1, width)
    if text[start : start + width].isascii():  # a cell each: nearly all text is
        return min(len(text), start + width)
    used, index = 0, start
    while index < len(text):
        used += cell_len(text[index])
        if used > width:
            return max(index, start + 1)
        index += 1
    return index


def _break(text: str, start: int, end: int) -> tuple[int, int]:
    """(where this line stops, where the next starts): at the last space, else where it is full."""
    if text[end] == " ":
        return end, end + 1
    if cell_len(text[end]) == 2 or cell_len(text[end - 1]) == 2:
        return end, end
    space = text.rfind(" ", start, end)
    return (space, space + 1) if space > start else (end, end)
