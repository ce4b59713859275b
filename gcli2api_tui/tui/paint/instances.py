"""The instances that share a database, as lines of the dashboard. Pure.

In: a snapshot. Out: nothing where this one is alone; else a title and a line for each, this one marked.
"""

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.ledger.server_facts import InstanceRow
from gcli2api_tui.tui.paint.board_sections import Entry, rule
from gcli2api_tui.tui.paint.cells import Line, plain, spread
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.numbers import seconds


def instances(snapshot: Snapshot, width: int, look: Look) -> list[Entry]:
    rows = snapshot.server.instances
    if len(rows) < 2:
        return []
    return [rule(look.words("board.instances"), width, look), *(Entry(_line(row, width, look)) for row in rows)]


def _line(row: InstanceRow, width: int, look: Look) -> Line:
    mark = look.glyphs.cursor if row.own else " "
    name: Line = ((f" {mark} ", "accent"), (plain(row.name), "bold" if row.own else "plain"))
    version: Line = ((f"  {plain(row.version)}", "dim"),) if width >= 70 else ()
    rate, lag = look.words("status.rate", n=round(row.per_minute)), look.words("board.lag", span=seconds(row.lag_s))
    return spread((*name, *version), ((f"{rate}  {lag} ", "dim"),), width)
