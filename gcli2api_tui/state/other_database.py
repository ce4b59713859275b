"""A SQLite file of another program, read whole without touching it.

In: the file and the tables that are wanted. Out: their rows by column. Raises StoreFault for what is no such file. It
is copied first, with what is still in its log, since SQLite makes files beside a database that it reads; the copy is
private and gone at the end. Nothing of the file is believed: views are not asked, and every size has a bound.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.messages.message import quoted, say

LARGEST = 200_000_000
"""Bytes of the file, and of its log."""

MOST_ROWS = 10_000
LONGEST_VALUE = 20_000_000
_TRIES = 5
_STEPS = 50_000_000
"""SQLite's own instructions: far beyond what reading two tables takes, and over in seconds."""

Rows = list[dict[str, object]]


def read_tables(path: Path, wanted: tuple[str, ...]) -> Mapping[str, Rows]:
    """The tables that are there, of those that are wanted."""
    try:
        with tempfile.TemporaryDirectory(prefix="gcli2api-tui-", ignore_cleanup_errors=True) as folder:
            return _tables(_copied(path, Path(folder)), wanted)
    except (OSError, sqlite3.Error, OverflowError) as error:
        raise StoreFault(quoted(str(error))) from None


def _copied(path: Path, folder: Path) -> Path:
    """File and log of one moment: where its program wrote meanwhile, they are copied again."""
    target, log = folder / "copy.db", path.with_name(f"{path.name}-wal")
    for _ in range(_TRIES):
        before = _stamps(path, log)
        shutil.copyfile(path, target)
        copied_log = target.with_name(f"{target.name}-wal")
        copied_log.unlink(missing_ok=True)
        if log.is_file() and not log.is_symlink() and log.stat().st_size <= LARGEST:
            shutil.copyfile(log, copied_log)
        if _stamps(path, log) == before:
            return target
    raise StoreFault(say("over.busy_database"))


def _stamps(*paths: Path) -> list[tuple[int, int]]:
    return [(one.stat().st_mtime_ns, one.stat().st_size) if one.exists() else (0, 0) for one in paths]


def _tables(path: Path, wanted: tuple[str, ...]) -> Mapping[str, Rows]:
    with closing(sqlite3.connect(path)) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_progress_handler(lambda: 1, _STEPS)
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {table: _rows(connection, table) for table in wanted if table in there}


def _rows(connection: sqlite3.Connection, table: str) -> Rows:
    asked = connection.execute(f'SELECT * FROM "{table}" LIMIT {MOST_ROWS + 1}')  # a name that we chose
    columns = [column[0] for column in asked.description]
    rows = [dict(zip(columns, row, strict=True)) for row in asked]
    if len(rows) > MOST_ROWS:
        raise StoreFault(say("over.too_many_rows", most=MOST_ROWS))
    return rows
