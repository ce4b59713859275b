"""Which sections the dashboard has, and how many lines each gets: one column, or the left column of a wide screen.

In: a snapshot, tails of what runs, a size. Out: at most `height` entries. Each section gets the least it needs, the
more urgent first; what is left goes to whoever has more to tell, so that nothing is cut beside empty lines, and none
is drawn that has nothing to tell. The sections are made in `dashboard_{credentials,requests,statistics}`. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint import dashboard_credentials as credentials
from gcli2api_tui.tui.paint import dashboard_requests as requests
from gcli2api_tui.tui.paint import dashboard_statistics as statistics
from gcli2api_tui.tui.paint.cells import Steps, fit_line
from gcli2api_tui.tui.paint.dashboard_entry import Entry, Tail, more, rule
from gcli2api_tui.tui.paint.instances import elsewhere, instances, whose
from gcli2api_tui.tui.paint.look import Look

TAIL_MOST = 6
"""Lines of one stream, however much room there is."""
Step = tuple[str, int]
"""A section, and up to how many lines it gets before the next step."""
_OF_REQUESTS = ("board.first_words", "board.tokens", "board.clients", "board.happened")


def dashboard(snapshot: Snapshot, tail: Tail, width: int, height: int, look: Look) -> Steps[list[Entry]]:
    """In one column: trouble first, what runs now, the last hour, today, what happened. A section a step."""
    if snapshot.starting:
        return [Entry(fit_line(((f" {look.words(f'status.{snapshot.starting}')}", "dim"),), width))]
    troubles = credentials.troubles(snapshot, width, look, height)
    yield
    hour = statistics.hour(snapshot, width, look, whose(snapshot, look, own=True))
    yield
    today = credentials.today(snapshot, width, look, height)
    yield
    happened = requests.happened(snapshot, width, look)
    yield
    rescue, running = requests.rescue(snapshot, width, look), requests.running(snapshot)
    beside = instances(snapshot, width, look)
    steps = _steps(height, len(beside), len(troubles), len(running), len(today), len(happened), len(hour), len(rescue))
    room = shared(steps, height)
    yield
    entries = few(troubles, room["trouble"], "credentials", width, look)
    entries += _now(snapshot, running, tail, room["now"], width, look)
    yield
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
    head = rule(look.words("board.now"), width, look, others)
    if not running:
        idle = requests.idle(snapshot, width, look, "board.idle_here" if others else "board.idle")
        return [head, Entry(idle)]
    lines = room - 1
    shown = running[::-1][: max(1, lines // 2)]
    left_out = len(running) - len(shown)
    if left_out and lines < 2 * len(shown) + 1 and len(shown) > 1:
        shown, left_out = shown[:-1], left_out + 1
    tall = min(TAIL_MOST, (lines - bool(left_out)) // len(shown) - 1)
    entries = [entry for row in shown for entry in requests.stream(row, tail, max(0, tall), width, look)]
    return [head, *entries, *([more(left_out, "requests", width, look)] if left_out else [])]


def _next(snapshot: Snapshot, width: int, look: Look) -> str:
    return credentials.next_up(snapshot, look, width // 2) if width >= 60 else ""


def _titled(
    title: str, entries: list[Entry], room: int, tab: str, width: int, look: Look, end: str = ""
) -> list[Entry]:
    if room < 2:
        return []
    return [rule(look.words(title), width, look, end), *few(entries, room - 1, tab, width, look)]


def few(entries: list[Entry], room: int, tab: str, width: int, look: Look) -> list[Entry]:
    """As many as there is room for; the last line says how many more there are."""
    if len(entries) <= room:
        return entries
    shown = entries[: max(0, room - 1)]
    return [*shown, more(len(entries) - len(shown), tab, width, look)][:room]


def left_column(snapshot: Snapshot, width: int, height: int, look: Look) -> Steps[list[Entry]]:
    """On a wide screen: who needs you, today by the tightest model, instances, the next day, figures of the day."""
    parts = []
    for part in _parts(snapshot, width, height, look):
        parts.append(part)
        yield
    steps = [(name, 1 + min(len(entries), least)) for name, least, entries in parts if entries]
    room = shared([*steps, *((name, 1 + len(entries)) for name, _, entries in parts if entries)], height)
    shown: list[Entry] = []
    for name, _, entries in parts:
        if (lines := room.get(name, 0)) >= 2:
            shown.append(rule(look.words(name), width, look, _whose(name, snapshot, look)))
            shown += few(entries, lines - 1, "requests" if name in _OF_REQUESTS else "credentials", width, look)
    return shown[:height]


def _whose(section: str, snapshot: Snapshot, look: Look) -> str:
    """Of which instances its figures are; credentials are those of all anyway."""
    if section not in (*_OF_REQUESTS, "board.hour"):
        return ""
    return whose(snapshot, look, own=section == "board.hour")


def _parts(snapshot: Snapshot, width: int, height: int, look: Look) -> Iterator[tuple[str, int, list[Entry]]]:
    """(title, lines that it gets before others get more, entries); the last hour brings its own rule."""
    troubles = credentials.troubles(snapshot, width, look, height) or credentials.all_well(snapshot, width, look)
    yield "board.needs", 8, troubles
    yield "board.today", 8, credentials.today(snapshot, width, look, height)
    yield "board.instances", 4, instances(snapshot, width, look)[1:]
    yield "board.next_day", 6, credentials.next_day(snapshot, width, height, look)
    yield "board.hour", 2, [*statistics.hour(snapshot, width, look)[1:], *statistics.promptness(snapshot, width, look)]
    yield "board.first_words", 6, [Entry(line) for line in statistics.first_words(snapshot, width, look)]
    yield "board.tokens", 1, [Entry(line) for line in statistics.tokens(snapshot, width, look)]
    yield "board.clients", 4, [Entry(line) for line in statistics.clients(snapshot, width, look)]
    yield "board.happened", 4, requests.happened(snapshot, width, look)
