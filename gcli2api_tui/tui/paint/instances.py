"""Instances that share a database: as lines, as short names in lists, and whose a figure is.

In: a snapshot. Out: nothing where this one is alone. Pure.
"""

from collections.abc import Mapping

from gcli2api_tui.ledger.snapshot import InstanceRow, Snapshot
from gcli2api_tui.tui.paint.cells import Line, plain, spread, width_of
from gcli2api_tui.tui.paint.dashboard_entry import Entry, rule
from gcli2api_tui.tui.paint.look import Look

SHORT_MOST = 12
"""Cells of a name in a list."""


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
