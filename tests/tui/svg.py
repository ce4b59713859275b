"""Screens as SVG: small, without scripts and without fonts of their own; still ones, and one that moves.

In: rows of `Run`s (text, colours, weight), as a terminal's cells. Out: the text of an SVG. A moving one is a strip of
versions for each row, moved by CSS keyframes, so that a row that stays is drawn once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import ascii_letters

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

CELL, LINE, BASELINE = 8, 18, 14
"""Pixels; letters are 0.6 em wide in the fonts that are named below."""
FONT = (
    'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC","Noto Sans CJK SC",monospace'
)


@dataclass(frozen=True)
class Run:
    """Cells of one look; colours as #rrggbb, "" for the terminal's own."""

    text: str
    fg: str = ""
    bg: str = ""
    bold: bool = False
    underline: bool = False


Row = tuple[Run, ...]


def of_strips(strips: Sequence[Strip]) -> list[Row]:
    return [joined([_run(segment) for segment in strip if segment.text]) for strip in strips]


def _run(segment: Segment) -> Run:
    style = segment.style or Style.null()
    fg, bg = _hex(style.color), _hex(style.bgcolor)
    if style.reverse:
        fg, bg = bg, fg
    return Run(segment.text, fg, bg, bool(style.bold), bool(style.underline))


def _hex(colour: object) -> str:
    triplet = getattr(colour, "triplet", None)
    return triplet.hex if triplet else ""


def joined(runs: Sequence[Run]) -> Row:
    """Neighbours of one look as one; blanks take the look of what is before them, where their ground is the same."""
    row: list[Run] = []
    for run in runs:
        last = row[-1] if row else None
        blank = not run.text.strip() and not run.underline
        if (
            last
            and last.bg == run.bg
            and (blank or (last.fg, last.bold, last.underline) == (run.fg, run.bold, run.underline))
        ):
            row[-1] = Run(last.text + run.text, last.fg, last.bg, last.bold, last.underline)
        else:
            row.append(run)
    return tuple(row)


class Looks:
    """Style classes by need."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, bool, bool], str] = {}

    def of(self, run: Run) -> str:
        key = (run.fg, run.bold, run.underline)
        return self._names.setdefault(
            key, ascii_letters[len(self._names)] if len(self._names) < 52 else f"c{len(self._names)}"
        )

    def css(self) -> str:
        found = []
        for (fg, bold, underline), name in self._names.items():
            rules = [f"fill:{fg}" if fg else "", "font-weight:bold" if bold else ""]
            rules.append("text-decoration:underline" if underline else "")
            found.append(f".{name}{{{';'.join(rule for rule in rules if rule)}}}")
        return "".join(found)


PIECES = re.compile(r"[\x20-\x7e\u2500-\u257f]+|[^\x20-\x7e\u2500-\u257f]+")
"""The first kind: characters that every font of the list has, all equally wide."""


WIDEST_GAP = 40
"""Blanks that cost as much as another text."""


def drawn(row: Row, y: int, looks: Looks, ground: str) -> str:
    """One line: grounds first, then texts at their places, each as wide as its cells whatever the font is.

    Plain pieces of one look are one text, with blanks in between; others stand alone, for their font may be another.
    """
    grounds, alone, column = list[str](), list[tuple[str, int, str]](), 0
    together: dict[str, list[tuple[int, str]]] = {}
    for run in row:
        width = cell_len(run.text)
        if run.bg and run.bg != ground:
            grounds.append(f'<path fill="{run.bg}" d="M{column * CELL} {y}h{width * CELL}v{LINE}H{column * CELL}z"/>')
        for piece in PIECES.findall(run.text):
            if shown := piece.strip():
                at = column + len(piece) - len(piece.lstrip())
                if "\u2580" > shown[0] >= "\u2500" or shown[0].isascii():
                    together.setdefault(looks.of(run), []).append((at, shown))
                else:
                    alone.append((looks.of(run), at, shown))
            column += cell_len(piece)
    for look, pieces in together.items():
        start, line = pieces[0][0], ""
        for at, shown in pieces:
            if at - start - len(line) > WIDEST_GAP:
                alone.append((look, start, line))
                start, line = at, ""
            line = line.ljust(at - start) + shown
        alone.append((look, start, line))
    return "".join(grounds) + "".join(_text(look, at, y, shown) for look, at, shown in alone)


def _text(look: str, column: int, y: int, shown: str) -> str:
    length = cell_len(shown) * CELL
    sized = f' textLength="{length}"' if len(shown) > 1 else ""
    return f'<text class="{look}" x="{column * CELL}" y="{y + BASELINE}"{sized}>{escape(shown, quote=False)}</text>'


def still(rows: Sequence[Row], width: int, ground: str, title: str) -> str:
    looks = Looks()
    body = "\n".join(filter(None, (drawn(row, number * LINE, looks, ground) for number, row in enumerate(rows))))
    return _whole(width, len(rows), ground, title, looks.css(), body)


@dataclass(frozen=True)
class Frame:
    """What the screen shows from `at` on, in seconds."""

    at: float
    rows: tuple[Row, ...]


def moving(frames: Sequence[Frame], width: int, ground: str, title: str, lasts_s: float) -> str:
    """Each row is a strip of its versions, one below the other, behind a window of one line."""
    looks, css, body = Looks(), [], []
    for number in range(len(frames[0].rows)):
        shown = [(frame.at, frame.rows[number]) for frame in frames]
        changes = [one for place, one in enumerate(shown) if not place or one[1] != shown[place - 1][1]]
        versions = list(dict.fromkeys(row for _, row in changes))
        strip = "".join(drawn(row, place * LINE, looks, ground) for place, row in enumerate(versions))
        top = f'<svg y="{number * LINE}" height="{LINE}">'
        if len(changes) == 1:
            body.append(f"{top}{strip}</svg>")
            continue
        steps = "".join(
            f"{_percent(at, lasts_s)}{{transform:translateY({-versions.index(row) * LINE}px)}}" for at, row in changes
        )
        css.append(f"@keyframes r{number}{{{steps}}}.r{number}{{animation:r{number} {lasts_s:g}s step-end infinite}}")
        body.append(f'{top}<g class="r{number}">{strip}</g></svg>')
    return _whole(width, len(frames[0].rows), ground, title, looks.css() + "".join(css), "\n".join(body))


def _percent(at: float, lasts_s: float) -> str:
    return f"{100 * at / lasts_s:.2f}".rstrip("0").rstrip(".") + "%"


def _whole(width: int, height: int, ground: str, title: str, css: str, body: str) -> str:
    size = f"{width * CELL} {height * LINE}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{width * CELL}" role="img">'
        f"<title>{escape(title)}</title><style>text{{font:13.33px {FONT};white-space:pre}}{css}</style>"
        f'<rect width="100%" height="100%" fill="{ground}"/>\n{body}\n</svg>\n'
    )
