"""The instances that share a database, as lines of the dashboard. Pure.

In: a snapshot. Out: nothing where this one is alone; else a title and a line for each, this one marked.
"""

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.ledger.server_facts import InstanceRow
from gcli2api_tui.tui.paint.cells import Line, plain, spread
from gcli2api_tui.tui.paint.dashboard_sections import Entry, rule
from gcli2api_tui.tui.paint.look import Look


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
    rate = look.words("status.rate", n=round(row.per_minute))
    return spread((*name, *version), ((f"{rate}  {lag} ", "dim"),), width)
