"""SQLite files that are only read: state.db while a server may be writing to it, and another program's.

In: a file and a question, a place for a copy, or the tables that are wanted. Out: the answer, the version of what was
copied at one moment, or rows by column. Nothing of the file is changed, and nothing waits long. Raises Problem of
state.db, also for one of a newer program, and StoreFault of another's. That is copied first, with what is still in its
log, since SQLite makes files beside a database that it reads; nothing of it is believed, and every size has a bound.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from gcli2api_tui import safe_files
from gcli2api_tui.events.problems import Problem, StoreFault
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.state import statements
from gcli2api_tui.state.schema import STEPS, version_of
from gcli2api_tui.state.sqlite_file import PATIENCE_S

MODES = ("mode=ro", "mode=ro&immutable=1")
"""The second for a folder in which SQLite may not put its own files: then nobody writes there either."""
T = TypeVar("T")
NEWEST = len(STEPS)
LARGEST = 200_000_000
"""Bytes of the file, and of its log."""
MOST_ROWS = 10_000
LONGEST_VALUE = 20_000_000
_TRIES = 5
_STEPS = 50_000_000
"""SQLite's own instructions: far beyond what reading two tables takes, and over in seconds."""
Rows = list[dict[str, object]]


def read(path: Path, since: int, ask: Callable[[sqlite3.Connection], T], nothing: T) -> T:
    """`nothing` where there is no file yet, or one from before version `since`, which brought what is asked for."""
    try:
        if not path.exists():
            return nothing
        if why := safe_files.objection(path.stat().st_mode):
            raise _unreadable(path, why)
        return _read(path, since, ask, nothing)
    except (OSError, *statements.UNREADABLE) as error:
        raise _unreadable(path, str(error)) from error


def _read(path: Path, since: int, ask: Callable[[sqlite3.Connection], T], nothing: T) -> T:
    refused: sqlite3.OperationalError | None = None
    for mode in MODES:
        try:
            uri = f"{path.absolute().as_uri()}?{mode}"
            with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as connection:
                return ask(connection) if _version(connection) >= since else nothing
        except sqlite3.OperationalError as error:
            refused = refused or error
    raise refused or sqlite3.OperationalError("it cannot be opened")


def _version(connection: sqlite3.Connection) -> int:
    version = version_of(connection)
    if version > len(STEPS):
        why = say("disk.newer_file", version=version, known=len(STEPS))
        raise Problem(why, say("disk.update"))
    return version


def _unreadable(path: Path, why: str) -> Problem:
    return Problem(say("file.not_read", path=str(path), why=why), say("disk.kept_aside"))


def copy(source: Path, target: Path) -> int:
    """By SQLite's backup API: one moment of the file, with what its journal holds. `target` must not exist."""

    def copied(connection: sqlite3.Connection) -> int:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # a lock is found here; backup waits for ever
        with closing(sqlite3.connect(target)) as made:
            connection.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            return version_of(made)

    return read(source, 0, copied, 0)


def require_whole(path: Path) -> None:
    """Raises Problem for what is no database, whose pages do not fit together, or that a newer program made."""

    def checked(connection: sqlite3.Connection) -> str:
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])

    if (verdict := read(path, 0, checked, "ok")) != "ok":
        raise Problem(say("backup.broken_state", why=verdict))


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
