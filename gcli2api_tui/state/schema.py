"""The tables and their versions, and what a connection to them must be able to do. No threads, no queue, no files.

In: an open connection: sqlite3's own, or PostgreSQL's behind `postgresql.dialect`. Out: a database of the newest
version, changed step by step, each step whole or not at all. A file from a newer program raises NewerFile and is not
touched.
"""

import sqlite3
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Protocol

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE usage (
             credential TEXT, model TEXT, window_start REAL, requests INTEGER, quota INTEGER, quota_source TEXT,
             PRIMARY KEY (credential, model, window_start)
           ) WITHOUT ROWID""",
        """CREATE TABLE cooldown (
             credential TEXT, model TEXT, until REAL, kind TEXT, message TEXT, link TEXT,
             PRIMARY KEY (credential, model)
           ) WITHOUT ROWID""",
        "CREATE TABLE signature (key TEXT PRIMARY KEY, signature TEXT, at REAL) WITHOUT ROWID",
        "CREATE INDEX signature_at ON signature (at)",
        "CREATE TABLE exchange (id INTEGER PRIMARY KEY, opened_at REAL, content TEXT)",
    ),
    ("CREATE TABLE binding (conversation TEXT PRIMARY KEY, credential TEXT, at REAL) WITHOUT ROWID",),
    (
        "CREATE TABLE response (id TEXT PRIMARY KEY, at REAL, size INTEGER, content TEXT)",
        "CREATE INDEX response_at ON response (at, size)",
    ),
    (
        """CREATE TABLE usage_by_day (
             day TEXT, model TEXT, client_key TEXT, program TEXT, credential TEXT,
             requests INTEGER, failures INTEGER, tokens_in INTEGER, cached INTEGER, thoughts INTEGER,
             tokens_out INTEGER, PRIMARY KEY (day, model, client_key, program, credential)
           ) WITHOUT ROWID""",
    ),
    ("ALTER TABLE cooldown ADD COLUMN said TEXT DEFAULT ''",),
    (
        """CREATE TABLE lesson (
             model TEXT, ability TEXT, value TEXT, words TEXT, at REAL, PRIMARY KEY (model, ability, value)
           ) WITHOUT ROWID""",
        """CREATE TABLE model_end (
             model TEXT, backend TEXT, kind TEXT, said TEXT, at REAL, PRIMARY KEY (model, backend, kind)
           ) WITHOUT ROWID""",
    ),
    ("CREATE TABLE owned (name TEXT PRIMARY KEY, credential TEXT, until REAL) WITHOUT ROWID",),
    (
        "ALTER TABLE usage_by_day ADD COLUMN long_in INTEGER DEFAULT 0",
        "ALTER TABLE usage_by_day ADD COLUMN long_cached INTEGER DEFAULT 0",
        "ALTER TABLE usage_by_day ADD COLUMN long_thoughts INTEGER DEFAULT 0",
        "ALTER TABLE usage_by_day ADD COLUMN long_out INTEGER DEFAULT 0",
        "CREATE TABLE usage_by_hour (hour INTEGER PRIMARY KEY, requests INTEGER, failures INTEGER, tokens INTEGER)",
    ),
    (
        "CREATE TABLE client_key (digest TEXT PRIMARY KEY, content TEXT) WITHOUT ROWID",
        """CREATE TABLE client_use (
             name TEXT, day TEXT, requests INTEGER, tokens INTEGER, PRIMARY KEY (name, day)
           ) WITHOUT ROWID""",
        """CREATE TABLE client_second (
             name TEXT, second INTEGER, requests INTEGER, PRIMARY KEY (name, second)
           ) WITHOUT ROWID""",
    ),
)
"""The statements of one version each; `user_version` counts those applied. Append, never edit."""
VERSION = "PRAGMA user_version"


class Answer(Protocol):
    """What a statement found."""

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """One thread's."""

    def execute(self, sql: str, values: Sequence[object] = ..., /) -> Answer: ...

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None, /
    ) -> object: ...


class NewerFile(sqlite3.DatabaseError):
    """A newer program wrote it; what its tables mean is not known here."""


def migrate(connection: sqlite3.Connection, keep_copy: Callable[[int], None] = lambda version: None) -> None:
    """Bring the file to the newest version; `keep_copy` is called before an older one is changed.

    Raises NewerFile, or what SQLite raises; then the file has the version it had, or one between.
    """
    found = version_of(connection)
    if found > len(STEPS):
        raise NewerFile(f"it has version {found}, this program knows {len(STEPS)}")
    if 0 < found < len(STEPS):
        keep_copy(found)
    while version_of(connection) < len(STEPS):
        _step(connection)


def _step(connection: sqlite3.Connection) -> None:
    """The next version. It is asked for again under the lock: another process may have made it meanwhile."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        version = version_of(connection)
        for statement in STEPS[version] if version < len(STEPS) else ():
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {min(version + 1, len(STEPS))}")


def version_of(connection: Connection) -> int:
    (version,) = connection.execute(VERSION).fetchone()
    return int(version)
