"""Running answers as tiles: each its title and the end of its text, as tall as there is room.

In: rows, what ends their texts, a size, which one is chosen or alone. Out: lines; where each tile stands. Pure.
"""

from collections.abc import Sequence

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, duration_s
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Steps, Tone, fit_line, plain, width_of
from gcli2api_tui.tui.paint.dashboard_entry import Tail
from gcli2api_tui.tui.paint.exchange import error_of, speed, state_of, waiting
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import program, seconds, short

LEAST = 4
"""Lines of a tile, its title among them: with less nothing could be read."""


@dataclass(frozen=True, slots=True)
class Tile:
    row: ExchangeRow
    top: int
    height: int


def wall(
    rows: Sequence[ExchangeRow], tail: Tail, width: int, height: int, look: Look, *,
    chosen: ExchangeId | None = None, zoomed: ExchangeId | None = None,
) -> Steps[list[Line]]:  # fmt: skip
    """Several running answers at once, a tile a step, as tall as there is room; nothing live: the last answer."""
    if not rows or height < 1:
        return [fit_line(((look.words("wall.empty"), "dim"),), width)][:height]
    lines: list[Line] = []
    placed = tiles(rows, height, zoomed)
    for tile in placed:
        lines += _tile(tile, tail, width, look, chosen=tile.row.id == chosen, zoomed=tile.row.id == zoomed)
        yield
    if zoomed is None and len(placed) < len(rows):
        lines.append(fit_line(((look.words("board.more", n=len(rows) - len(placed)), "dim"),), width))
    return lines[:height]


def tiles(rows: Sequence[ExchangeRow], height: int, zoomed: ExchangeId | None = None) -> list[Tile]:
    """The oldest at the top, so that a new one moves none away; as many as have room, the newest of them."""
    alone = [row for row in rows if row.id == zoomed]
    if alone or len(rows) == 1:
        return [Tile((alone or list(rows))[0], 0, height)]
    most = max(1, height // LEAST)
    if len(rows) > most:
        most = max(1, (height - 1) // LEAST)  # the last line says how many more
    shown = list(rows[-most:])
    room = height - (len(rows) > len(shown))
    placed, top = [], 0
    for number, row in enumerate(shown):
        tall = room // len(shown) + (number < room % len(shown))
        placed.append(Tile(row, top, tall))
        top += tall
    return placed


def _tile(tile: Tile, tail: Tail, width: int, look: Look, *, chosen: bool, zoomed: bool) -> list[Line]:
    row = tile.row
    texts = [fit_line(((text, "plain"),), width) for text in tail(row.id, max(2, width - 1), tile.height - 1)]
    if row.live and texts:
        *before, last = texts
        end = fit_line((*_trimmed(last), (look.glyphs.cursor, "accent")), width)
        texts = [*before, end]
    if not texts:
        said = (
            error_of(row, look) or waiting(row, look) or look.words("board.first_word_due" if row.live else "text.none")
        )
        texts = [fit_line(((said, "bad" if row.error else "dim"),), width)]
    title = head(row, width, look, chosen=chosen, zoomed=zoomed)
    blank = fit_line((), width)
    return [title, *texts, *[blank] * tile.height][: tile.height]


def _trimmed(line: Line) -> Line:
    return tuple((text.rstrip() if number == len(line) - 1 else text, tone) for number, (text, tone) in enumerate(line))


def head(row: ExchangeRow, width: int, look: Look, *, chosen: bool, zoomed: bool) -> Line:
    """`~~ pro · alice · Cursor · 12s · 46/s ───── z zoom ──`."""
    word, tone = state_of(row)
    parts = [short(row.model), plain(row.label).partition("@")[0], program(row.client)]
    parts += [seconds(duration_s(row, look.now)), speed(row, look)]
    text = f" {look.glyphs.dot} ".join(part for part in parts if part)
    rule: Tone = "accent" if chosen else "dim"
    start: Line = ((f"{word} ", tone), (f"{text} ", "bold" if chosen else "plain"))
    hint = f" {look.words('wall.back' if zoomed else 'wall.zoom')} {look.glyphs.line * 2}" if chosen or zoomed else ""
    room = max(0, width - width_of(start) - width_of(((hint, "dim"),)))
    return fit_line((*start, (look.glyphs.line * room, rule), (hint, rule)), width)
