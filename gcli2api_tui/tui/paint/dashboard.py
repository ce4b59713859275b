"""The dashboard as lines: trouble first, what runs now, the last hour, today, what happened; running answers as tiles.

In: a snapshot, tails of what runs, a size. Out: at most `height` entries. Each section gets the least it needs, the
more urgent first; what is left goes to whoever has more to tell, so that nothing is cut beside empty lines. Instances
that share a database stand there too: as lines, as short names in lists, and whose a figure is; nothing where this one
is alone. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, duration_s
from gcli2api_tui.ledger.snapshot import InstanceRow, Snapshot
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint import dashboard_sections as sections
from gcli2api_tui.tui.paint.cells import Line, Tone, fit_line, plain, spread, width_of
from gcli2api_tui.tui.paint.dashboard_sections import Entry, Tail, rule
from gcli2api_tui.tui.paint.exchange import error_of, speed, state_of, waiting
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import program, seconds, short

SHORT_MOST = 12
"""Cells of a name in a list."""
TAIL_MOST = 6
"""Lines of one stream, however much room there is."""
LEAST = 4
"""Lines of a tile, its title among them: with less nothing could be read."""
Step = tuple[str, int]
"""A section, and up to how many lines it gets before the next step."""


def dashboard(snapshot: Snapshot, tail: Tail, width: int, height: int, look: Look) -> list[Entry]:
    if snapshot.starting:
        return [Entry(fit_line(((f" {look.words(f'status.{snapshot.starting}')}", "dim"),), width))]
    troubles, hour = (
        sections.troubles(snapshot, width, look, height),
        sections.hour(snapshot, width, look, whose(snapshot, look, own=True)),
    )
    today, happened = sections.today(snapshot, width, look, height), sections.happened(snapshot, width, look)
    rescue, running = sections.rescue(snapshot, width, look), sections.running(snapshot)
    beside = instances(snapshot, width, look)
    steps = _steps(height, len(beside), len(troubles), len(running), len(today), len(happened), len(hour), len(rescue))
    room = shared(steps, height)
    entries = few(troubles, room["trouble"], "credentials", width, look)
    entries += _now(snapshot, running, tail, room["now"], width, look)
    entries += hour if room["hour"] >= len(hour) else []
    entries += beside if room["instances"] >= len(beside) else []
    entries += _titled("board.today", today, room["today"], "credentials", width, look, _next(snapshot, width, look))
    if room["happened"] > 2:
        entries += _titled("board.happened", happened, room["happened"], "requests", width, look, whose(snapshot, look))
    else:
        entries += rescue[: room["happened"]]
    return entries[:height]


def _steps(
    height: int, instances: int, troubles: int, running: int, today: int, happened: int, hour: int, rescue: int
) -> tuple[Step, ...]:
    return (
        ("trouble", min(troubles, max(1, height // 4))),
        ("now", 1 + min(2 * max(1, running) - (not running), 4)),
        ("today", 1 + min(today, 3) if today else 0),
        ("hour", hour),
        ("instances", instances),
        ("happened", rescue),
        ("trouble", troubles),
        ("today", 1 + today if today else 0),
        ("now", 1 + 2 * running),
        ("happened", min(1 + happened, 6) if happened > 1 else 0),
        ("now", 1 + running * (1 + TAIL_MOST)),
        ("happened", 1 + happened if happened > 1 else 0),
    )


def shared(steps: Iterable[Step], height: int) -> Mapping[str, int]:
    """Lines for each section."""
    room: dict[str, int] = {}
    for name, most in steps:
        left = height - sum(room.values())
        room[name] = room.get(name, 0) + max(0, min(left, most - room.get(name, 0)))
    return room


def _now(snapshot: Snapshot, running: list[ExchangeRow], tail: Tail, room: int, width: int, look: Look) -> list[Entry]:
    """The newest first, each with as much of its tail as there is room for."""
    if room < 2:
        return []
    others = elsewhere(snapshot, look)
    head = sections.rule(look.words("board.now"), width, look, others)
    if not running:
        idle = sections.idle(snapshot, width, look, "board.idle_here" if others else "board.idle")
        return [head, Entry(idle)]
    lines = room - 1
    shown = running[::-1][: max(1, lines // 2)]
    left_out = len(running) - len(shown)
    if left_out and lines < 2 * len(shown) + 1 and len(shown) > 1:
        shown, left_out = shown[:-1], left_out + 1
    tall = min(TAIL_MOST, (lines - bool(left_out)) // len(shown) - 1)
    entries = [entry for row in shown for entry in sections.stream(row, tail, max(0, tall), width, look)]
    return [head, *entries, *([sections.more(left_out, "requests", width, look)] if left_out else [])]


def _next(snapshot: Snapshot, width: int, look: Look) -> str:
    return sections.next_up(snapshot, look, width // 2) if width >= 60 else ""


def _titled(
    title: str, entries: list[Entry], room: int, tab: str, width: int, look: Look, end: str = ""
) -> list[Entry]:
    if room < 2:
        return []
    return [sections.rule(look.words(title), width, look, end), *few(entries, room - 1, tab, width, look)]


def few(entries: list[Entry], room: int, tab: str, width: int, look: Look) -> list[Entry]:
    """As many as there is room for; the last line says how many more there are."""
    if len(entries) <= room:
        return entries
    shown = entries[: max(0, room - 1)]
    return [*shown, sections.more(len(entries) - len(shown), tab, width, look)][:room]


@dataclass(frozen=True, slots=True)
class Tile:
    row: ExchangeRow
    top: int
    height: int


def wall(
    rows: Sequence[ExchangeRow], tail: Tail, width: int, height: int, look: Look, *,
    chosen: ExchangeId | None = None, zoomed: ExchangeId | None = None,
) -> list[Line]:  # fmt: skip
    """Several running answers at once, a tile each, as tall as there is room; nothing live: the last answer."""
    if not rows or height < 1:
        return [fit_line(((look.words("wall.empty"), "dim"),), width)][:height]
    lines: list[Line] = []
    placed = tiles(rows, height, zoomed)
    for tile in placed:
        lines += _tile(tile, tail, width, look, chosen=tile.row.id == chosen, zoomed=tile.row.id == zoomed)
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


def instances(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    rows = snapshot.server.instances
    if len(rows) < 2:
        return []
    return [rule(look.words("board.instances"), width, look), *(Entry(_line(row, width, look)) for row in rows)]


def _line(row: InstanceRow, width: int, look: Look) -> Line:
    mark = look.glyphs.cursor if row.own else " "
    name: Line = ((f" {mark} ", "accent"), (plain(row.name), "bold" if row.own else "plain"))
    version: Line = ((f"  {plain(row.version)}", "dim"),) if width >= 70 else ()
    lag = look.words("board.lag", span=f"{round(row.lag_s * 1000)} ms" if row.lag_s else "<5 ms")
    live = f"{look.words('status.live', n=row.in_flight)}  " if width >= 60 else ""
    rate = look.words("status.rate", n=round(row.per_minute))
    return spread((*name, *version), ((f"  {live}{rate}  {lag} ", "dim"),), width)


def whose(snapshot: Snapshot, look: Look, *, own: bool = False) -> str:
    """`all 3` or `this one`; nothing where there is one. `own`: of a figure that no instance has of the others."""
    many = len(snapshot.server.instances)
    if many < 2:
        return ""
    return look.words("whose.all", n=many) if snapshot.all_instances and not own else look.words("whose.this")


def elsewhere(snapshot: Snapshot, look: Look) -> str:
    """How much runs at the others, where all are looked at: it is listed when it ends."""
    running = sum(row.in_flight for row in snapshot.server.instances if not row.own) if snapshot.all_instances else 0
    return look.words("board.elsewhere", n=running) if running else ""


def short_names(snapshot: Snapshot) -> Mapping[str, str]:
    """What tells them apart, of at most SHORT_MOST cells: the ports on one machine, the machines where the ports are
    alike. None where one is looked at, or is alone.
    """
    if not snapshot.all_instances:
        return {}
    names = {row.name for row in snapshot.server.instances} | {row.instance for row in snapshot.exchanges}
    if len(names) < 2:
        return {}
    parts = {name: plain(name).rpartition(":") for name in names}
    one_machine, one_port = (len({part[at] for part in parts.values()}) == 1 for at in (0, 2))
    whole = {
        name: f":{port}" if one_machine and host else host if one_port and host else f"{host}{colon}{port}"
        for name, (host, colon, port) in parts.items()
    }
    return {name: _end(text) for name, text in whole.items()}


def _end(text: str) -> str:
    """Machines of one kind begin alike."""
    while width_of(((text, "plain"),)) > SHORT_MOST:
        text = text[1:]
    return text
