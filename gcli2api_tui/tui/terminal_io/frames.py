"""What of a frame goes to the terminal: the least text that turns what stands there, cell by cell, into the next one.

In: frames as Textual writes them: moves, styles, text. Out: the same picture as moves to changed cells alone, and as
changes of style alone: a list that scrolls costs a quarter of its bytes, which is what a slow line has. A frame that
holds anything else goes out as it is, and nothing is taken for known afterwards. For a terminal that draws ASCII only
`in_ascii` puts signs of one cell in place of what the toolkit draws and of what stands in texts.
"""

import re
from collections.abc import Callable
from dataclasses import field
from functools import lru_cache
from select import select

from rich.cells import get_character_cell_size

from gcli2api_tui.quick_dataclass import dataclass

_SEQUENCE = re.compile(r"([\d;]*)([Hm])")
_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f]*")
_SYNC_ON, _SYNC_OFF = "\x1b[?2026h", "\x1b[?2026l"
_COLOUR_LENGTHS = {"2": 5, "5": 3}
"""How many numbers a colour of that kind has, `38` or `48` included."""
Style = str
"""The numbers between `ESC [` and `m` since the last reset; empty: none."""
Cell = tuple[str, Style]
Piece = tuple[str, str, str]
"""What a sequence ends in (H: a move, m: a style), its numbers, and the text after it."""
_RIGHT_HALF = ""
RUNS = 64
"""A tenth of a millisecond."""
BREATH_S = 0.0002
_GAP = 4
"""So many cells are written again sooner than moved over: the move costs as much."""
_UNKNOWN: Cell = ("\0", "")


class _Foreign(Exception):
    """The frame holds a sequence that is not ours to understand."""


@dataclass(slots=True)
class _Row:
    """A line of the terminal: its cells, and the texts that these were written with and their ends, by beginnings."""

    cells: list[Cell] = field(default_factory=list)
    runs: dict[int, tuple[str, Style, int]] = field(default_factory=dict)
    wide: bool = False
    """There may be characters of two cells in it."""


@dataclass(slots=True)
class FrameDiff:
    """One terminal. `changed` takes what is to be written, in order, and gives what needs to be.

    `breathe` is called each RUNS texts: whoever compares in a thread lets the others have the interpreter.
    """

    breathe: Callable[[], None] = lambda: None
    _rows: dict[int, _Row] = field(default_factory=dict)
    _cursor: tuple[int, int] | None = None
    """(column, row) where the terminal's is, from 0; None: anywhere."""
    _style: Style | None = None
    _held: bool = False
    """A synchronised update was announced, and nothing of it was needed yet."""

    def forget(self) -> None:
        """Somebody else wrote to the terminal, or it has another size."""
        self._rows.clear()
        self._cursor = self._style = None

    def changed(self, text: str) -> str:
        if text == _SYNC_ON:
            self._held = True
            return ""
        if text == _SYNC_OFF:
            held, self._held = self._held, False
            return "" if held else text
        try:
            told = self._told(_pieces(text))
        except _Foreign:
            self.forget()
            told = text
        if told and self._held:
            self._held = False
            return _SYNC_ON + told
        return told

    def _told(self, pieces: list[Piece]) -> str:
        """Take over the frame, row by row as it is written, and say what differs."""
        out: list[str] = []
        x = y = 0
        style: Style = ""
        for number, (kind, numbers, run) in enumerate(pieces):
            if number % RUNS == RUNS - 1:
                self.breathe()
            if kind == "m":
                style = "" if numbers in ("", "0") else f"{style};{numbers}" if style else numbers
            elif kind:
                row, _, column = numbers.partition(";")
                x, y = int(column or 1) - 1, int(row or 1) - 1
            if run:
                x = self._write(out, x, y, run, style)
        if self._cursor != (x, y):
            out.append(self._move(x, y))
        return "".join(out)

    def _write(self, out: list[str], x: int, y: int, run: str, style: Style) -> int:
        """The cells of one run that read differently now, as text. Where it ends."""
        row = self._rows.setdefault(y, _Row())
        known = row.runs.get(x)
        if known is not None and known[0] == run and known[1] == style:  # as most of a line whose figures count up
            return known[2]
        fresh = _cells(run, style)
        end = x + len(fresh)
        if known is None or known[2] != end:
            row.runs = {at: other for at, other in row.runs.items() if at >= end or other[2] <= x}
        row.runs[x] = (run, style, end)
        row.wide |= not run.isascii()
        cells = row.cells
        cells.extend([_UNKNOWN] * (end - len(cells)))
        before = cells[x:end]
        if before == fresh:
            return end
        cells[x:end] = fresh
        if row.wide:
            _break_halves(cells, x, end)
        for start, stop in _spans(before, fresh) if row.wide else _narrow_spans(before, fresh):
            out.append(self._move(x + start, y))
            out.append(self._styled(style))
            out.append("".join([char for char, _ in fresh[start:stop]]))
            self._cursor = (x + stop, y)
        return end

    def _move(self, x: int, y: int) -> str:
        before, self._cursor = self._cursor, (x, y)
        if before == (x, y):
            return ""
        if before is not None and before[1] == y and x > before[0]:
            return "\x1b[C" if x == before[0] + 1 else f"\x1b[{x - before[0]}C"
        return f"\x1b[{y + 1};{x + 1}H"

    def _styled(self, style: Style) -> str:
        before, self._style = self._style, style
        return "" if before == style else _transition(before, style)


def take_breath() -> None:
    """Whoever waits for the interpreter asks for it after half a millisecond only, at each step of a stream."""
    select([], [], [], BREATH_S)


def _pieces(text: str) -> list[Piece]:
    """The frame in pieces; _Foreign where one is none of ours."""
    first, *others = text.split("\x1b[")
    pieces: list[Piece] = [("", "", first)] if first else []
    for other in others:
        if (found := _SEQUENCE.match(other)) is None:
            raise _Foreign
        pieces.append((found[2], found[1], other[found.end() :].removesuffix("\n")))
        if found[2] == "H" and found[1].count(";") > 1:
            raise _Foreign
    if not all(run.isprintable() or _TEXT.fullmatch(run) for _, _, run in pieces):
        raise _Foreign
    return pieces


def _cells(run: str, style: Style) -> list[Cell]:
    """A wide character is two cells, the second empty; what has no width belongs to the cell before it."""
    if run.isascii():
        return [(char, style) for char in run]
    cells: list[Cell] = []
    for char in run:
        width = get_character_cell_size(char)
        if width:
            cells.append((char, style))
            cells += [(_RIGHT_HALF, style)] * (width - 1)
        elif cells:
            at = max(index for index, (known, _) in enumerate(cells) if known != _RIGHT_HALF)
            cells[at] = (cells[at][0] + char, style)
        else:
            raise _Foreign
    return cells


def _break_halves(row: list[Cell], start: int, end: int) -> None:
    """A wide character of which one half was overwritten is none any more."""
    if start and row[start][0] == _RIGHT_HALF:
        raise _Foreign
    if start and get_character_cell_size(row[start - 1][0][:1] or " ") > 1:
        row[start - 1] = _UNKNOWN
    if end < len(row) and row[end][0] == _RIGHT_HALF:
        row[end] = _UNKNOWN


def _narrow_spans(before: list[Cell], fresh: list[Cell]) -> list[tuple[int, int]]:
    """Where they differ, of characters of one cell."""
    spans: list[tuple[int, int]] = []
    for index in [index for index, (old, new) in enumerate(zip(before, fresh, strict=True)) if old != new]:
        if spans and index - spans[-1][1] <= _GAP:
            spans[-1] = spans[-1][0], index + 1
        else:
            spans.append((index, index + 1))
    return spans


def _spans(before: list[Cell], fresh: list[Cell]) -> list[tuple[int, int]]:
    """Where they differ, never beginning or ending inside a wide character of either."""
    spans: list[tuple[int, int]] = []
    index, length = 0, len(fresh)
    while index < length:
        if before[index] == fresh[index]:
            index += 1
            continue
        start = index
        while start and _RIGHT_HALF in (before[start][0], fresh[start][0]):
            start -= 1
        index += 1
        while index < length and (before[index] != fresh[index] or _RIGHT_HALF in (before[index][0], fresh[index][0])):
            index += 1
        if spans and start - spans[-1][1] <= _GAP:
            start = spans.pop()[0]
        spans.append((start, index))
    return spans


@lru_cache(maxsize=1024)
def _transition(before: Style | None, after: Style) -> str:
    """The shortest sequence from one style to the other."""
    whole = f"\x1b[0;{after}m" if after else "\x1b[m"
    if before is None:
        return whole
    old, new = _attributes(before), _attributes(after)
    if old[0] != new[0]:
        return whole
    numbers = [f or default for o, f, default in zip(old[1:], new[1:], ("39", "49"), strict=True) if o != f]
    return min(whole, f"\x1b[{';'.join(numbers)}m", key=len)


def _attributes(style: Style) -> tuple[tuple[str, ...], str, str]:
    """(bold and the like, foreground, background)."""
    numbers, others, foreground, background = style.split(";") if style else [], list[str](), "", ""
    while numbers:
        first = numbers[0]
        length = _COLOUR_LENGTHS.get(numbers[1] if len(numbers) > 1 else "", 1) if first in ("38", "48") else 1
        taken, numbers = ";".join(numbers[:length]), numbers[length:]
        code = int(first or 0)
        if code in (38, 39) or 30 <= code <= 37 or 90 <= code <= 97:
            foreground = taken
        elif code in (48, 49) or 40 <= code <= 47 or 100 <= code <= 107:
            background = taken
        else:
            others.append(taken)
    return tuple(others), foreground, background


_SIGNS = {
    "-": "─━╌═–—‐‑−", "|": "│┃║▏▎▍▌▐▕", "+": "╭╮╰╯┌┐└┘├┤┬┴┼✓", "_": "▁▂▃", "#": "▄▅▆▇█▉▊▋▀",
    "=": "▔", "*": "•●", "~": "…◐", ">": "→›▸▶", "<": "←‹◀", "^": "↑▲", "v": "↓▼▾", "'": "‘’", '"': "“”", ".": "·░▒▓",
    "x": "✕✗×", "o": "○",
}  # fmt: skip
"""ASCII sign → those it stands for; each is one cell wide."""
_TABLE = str.maketrans({sign: plain for plain, signs in _SIGNS.items() for sign in signs})


def in_ascii(text: str) -> str:
    """Cell for cell. Painters choose their glyphs themselves (paint/look.py)."""
    return text if text.isascii() else text.translate(_TABLE)
