"""Wrapping by cells that can grow: `feed` text as it comes, only the last line is ever wrapped again.

Greedy wrapping is stable in all lines but the last, so what follows can change only that one. Pure.
"""

from rich.cells import cell_len

from gcli2api_tui.tui.paint.cells import Line, clean, fit_line


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
