"""What an instance reads of the shared tables: all of it at its start, then the news since.

In: an open connection. Out: records, and the number of the newest news they contain. All that is read at the start is
of one moment, so that nothing is counted twice or missed. Raises psycopg's errors.
"""

from collections.abc import Iterable
from dataclasses import replace

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import retention, statements
from gcli2api_tui.state.ports import Saved, UsageRow
from gcli2api_tui.state.postgresql.change_feed import read_newest
from gcli2api_tui.state.postgresql.connection import Database
from gcli2api_tui.state.postgresql.initial_state import ONE_WINDOW_S
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import Connection



@dataclass(frozen=True, slots=True)
class Start:
    """`seq`: up to which news it holds."""

    saved: Saved
    seq: int


def read_start(database: Database, now: float, bounds: Bounds) -> Start:
    retention.prune(database, bounds, now)
    database.begin(steady=True)
    try:
        seq = read_newest(database)
        saved = replace(statements.read_saved(database), settings=read_settings(database))
        saved = replace(saved, lockouts=read_lockouts(database, now))
    finally:
        database.end()
    return Start(replace(saved, usage=joined(saved.usage, now)), seq)


def read_settings(database: Connection) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, value) for name, value in database.execute("SELECT name, value FROM setting").fetchall())


def read_lockouts(database: Database, now: float) -> tuple[tuple[str, float], ...]:
    found = database.run("SELECT address, until FROM lockout WHERE until > %s", (now,)).fetchall()
    return tuple((address, until) for address, until in found)


def joined(usage: Iterable[UsageRow], now: float) -> tuple[UsageRow, ...]:
    """Windows that began within minutes of each other are one; the earliest first. None begins in the future of a
    clock that is a little behind: it would look as if time had gone back.
    """
    found: list[UsageRow] = []
    begun = (replace(row, window_start=now) if 0 < row.window_start - now < ONE_WINDOW_S else row for row in usage)
    for row in sorted(begun, key=lambda row: (row.credential, row.model, row.window_start)):
        last = found[-1] if found else None
        if last and _of_one(last, row):
            limited = row if row.limit is not None else last
            count = last.requests + row.requests
            found[-1] = replace(last, requests=count, limit=limited.limit, limit_source=limited.limit_source)
        else:
            found.append(row)
    return tuple(sorted(found, key=lambda row: row.window_start))


def _of_one(last: UsageRow, row: UsageRow) -> bool:
    same = (last.credential, last.model) == (row.credential, row.model)
    return same and last.window_start > 0 and row.window_start - last.window_start < ONE_WINDOW_S
