"""What an instance reads of the shared tables: all of it at its start, then the news since.

In: an open connection. Out: records, and the number of the newest news they contain. All that is read at the start is
of one moment, so that nothing is counted twice or missed. Raises psycopg's errors.
"""

from collections.abc import Iterable
from dataclasses import replace

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import retention, statements
from gcli2api_tui.state.ports import Saved, UsageRow
from gcli2api_tui.state.postgresql.connection import CHANGES, Database
from gcli2api_tui.state.postgresql.replication_events import News, read_news
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import Connection

KEPT_S = 3_600.0
"""News: an instance that was away for longer reads all of it again."""
RUN_S = 7 * 86_400.0
ONE_WINDOW_S = 600.0
"""Several instances that serve the first request of a day at once begin it at several moments."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Start:
    """`seq`: up to which news it holds."""

    saved: Saved
    seq: int


def read_newest(database: Database) -> int:
    """The number of the newest news."""
    row = database.run("SELECT coalesce(max(seq), 0) FROM news").fetchone()
    return int(row[0]) if row else 0


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


def read_since(database: Database, seq: int, run: str) -> tuple[int, list[News]] | None:
    """The newest number and what other runs told; None where some of it is not kept any more."""
    found = database.run(
        "SELECT seq, CASE WHEN run <> %s THEN content END FROM news WHERE seq >= %s ORDER BY seq LIMIT %s",
        (run, seq, AT_ONCE),
    ).fetchall()
    if seq and (not found or found[0][0] != seq):
        return None
    told = [(number, content) for number, content in found if number > seq]
    news = [one for _, content in told if content for one in read_news(content)]
    return (told[-1][0] if told else seq), news


def prune_news(database: Database, now: float) -> None:
    """The newest stays: it is where everybody has read up to."""
    with database:
        database.lock(CHANGES)
        database.run("DELETE FROM news WHERE at < %s AND seq < (SELECT max(seq) FROM news)", (now - KEPT_S,))
        database.run("DELETE FROM lockout WHERE until < %s", (now,))
        database.run("DELETE FROM taken WHERE at < %s", (now - RUN_S,))
        database.run("DELETE FROM instance WHERE seen_at < %s", (now - KEPT_S,))
