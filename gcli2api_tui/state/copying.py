"""A copy of state.db that fits together, whether a server writes to it or not; and whether such a copy is whole.

In: two paths. Out: the version of its tables. Raises Problem, also for a file of a newer program.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.state.schema import STEPS, version_of
from gcli2api_tui.state.sqlite_reader import read

NEWEST = len(STEPS)


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
