"""state.db on the disk: opening it, whatever it holds and whatever the disk says. Never raises, never destroys.

Out: a connection and what was saved. A damaged file, or one of a newer program, is kept under another name and its
counts and cooldowns are carried over. When the disk refuses, the file is left as it is and only read; the caller
tries again later.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from gcli2api_tui import safe_files
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import client_keys, retention, schema, statements, usage_by_day
from gcli2api_tui.state.ports import Saved
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.write_queue import Write

REFUSALS = frozenset(
    {
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH,
    }
)  # fmt: skip
"""The disk or another process says no. While a file is opened, every other error says that it is no file of ours."""

CAUSES = {
    sqlite3.SQLITE_FULL: say("disk.full"),
    sqlite3.SQLITE_READONLY: say("disk.read_only"),
    sqlite3.SQLITE_BUSY: say("disk.held"),
    sqlite3.SQLITE_LOCKED: say("disk.held"),
    sqlite3.SQLITE_IOERR: say("disk.fails"),
}

DAMAGES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
"""The file is damaged, whoever asks."""

UNWRITABLE = (
    ValueError, TypeError, AttributeError, OverflowError, sqlite3.ProgrammingError, sqlite3.InterfaceError
)  # fmt: skip
"""What a value may raise that SQLite or JSON cannot hold."""

T = TypeVar("T")
PATIENCE_S = 2.0
"""How long another process may hold the file."""

BESIDE = ("", "-wal", "-shm")
DAMAGED_KEPT = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """`connection` None: the disk takes nothing now, as `refused` says. `saved.degraded` is for people."""

    connection: sqlite3.Connection | None
    saved: Saved
    refused: Exception | None = None


def open_file(path: Path, now: float, bounds: Bounds) -> Opened:
    """Waits at most PATIENCE_S, and as long again to read what another process holds."""
    if why := _objection(path):
        error = sqlite3.OperationalError(why)
        return Opened(None, Saved(degraded=refusal(error)), error)
    try:
        return _open(path, now, bounds)
    except statements.UNREADABLE as error:
        return _refused(path, error) if code(error) in REFUSALS else replace_file(path, now, bounds, error)


def _objection(path: Path) -> str:
    """Why this can be no database: SQLite would wait for ever at the other end of a pipe."""
    try:
        return safe_files.objection(path.stat().st_mode)
    except OSError:
        return ""


def code(error: Exception) -> int:
    """SQLite's primary result code, 0 if the error has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def refusal(error: Exception) -> Message:
    """What it means, the first words first: a phone shows no more of a line."""
    cause = CAUSES.get(code(error), say("disk.not_opened"))
    return say("disk.degraded", cause=cause, error=str(error))


def replace_file(path: Path, now: float, bounds: Bounds, error: Exception) -> Opened:
    """Keep the file under another name and begin a new one with its counts and cooldowns."""
    newer = isinstance(error, schema.NewerFile)
    try:
        aside = _put_aside(path, "newer" if newer else "damaged", now)
        rescued = _rescue(aside)
        opened = _open(path, now, bounds)
    except (OSError, *statements.UNREADABLE) as second:
        return Opened(None, Saved(degraded=refusal(second)), second)
    if opened.connection:
        with suppress(sqlite3.Error), opened.connection:
            execute(opened.connection, rescued.writes)
    why = say("disk.newer") if newer else say("disk.damaged", error=str(error))
    words = say("disk.replaced", why=why, name=aside.name)
    return Opened(opened.connection, replace(opened.saved, **rescued.rows, degraded=words))


def execute(connection: sqlite3.Connection, writes: Iterable[Write]) -> None:
    """Inside the caller's transaction. A value that no database can hold loses its row, not the others."""
    for write in writes:
        try:
            connection.execute(write.sql, write.values)
        except UNWRITABLE:
            continue


def _open(path: Path, now: float, bounds: Bounds) -> Opened:
    _make_private(path)
    connection = sqlite3.connect(path, timeout=PATIENCE_S)
    try:
        _require_whole(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        schema.migrate(connection, lambda version: _keep_copy(connection, path, version))
        with suppress(sqlite3.OperationalError):  # a full disk: it is asked again
            retention.prune(connection, bounds, now)
        return Opened(connection, statements.read_saved(connection))
    except statements.UNREADABLE:
        connection.close()
        raise


def _make_private(path: Path) -> None:
    """SQLite would make the file with the umask's mode; what it puts beside it has the file's own."""
    with suppress(OSError):  # then it says what is wrong
        safe_files.empty(path)
    for suffix in BESIDE:
        safe_files.tighten(path.with_name(path.name + suffix))


def _require_whole(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError("its pages do not fit together")


def _keep_copy(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """One copy of each version, from before the change to the next."""
    copy = path.with_name(f"{path.name}.v{version}")
    copy.unlink(missing_ok=True)
    safe_files.empty(copy)  # SQLite takes an empty file for the place of a copy
    connection.execute("VACUUM INTO ?", (str(copy),))


def _refused(path: Path, error: Exception) -> Opened:
    return Opened(None, replace(_peek(path), degraded=refusal(error)), error)


def _peek(path: Path) -> Saved:
    """What the file holds, read without writing anything beside it; nothing if even that is impossible."""
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        with suppress(*statements.UNREADABLE), closing(sqlite3.connect(":memory:")) as copy:
            uri = f"{path.absolute().as_uri()}?{mode}"
            with closing(sqlite3.connect(uri, timeout=PATIENCE_S, uri=True)) as source:
                source.execute("BEGIN")
                source.execute("SELECT 1 FROM sqlite_master").fetchone()  # a lock is found here; backup waits for ever
                source.backup(copy)
            schema.migrate(copy)
            return statements.read_saved(copy)
    return Saved()


@dataclass(frozen=True, slots=True)
class _Rescued:
    rows: dict[str, Any]
    writes: tuple[Write, ...]


def _rescue(aside: Path) -> _Rescued:
    """Counts, cooldowns, usage by day and client keys, as far as they can be read: what a person would miss."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)) as source:
        usage = _readable(statements.read_usage, source)
        cooldowns = _readable(statements.read_cooldowns, source)
        counts = (write for row in usage for write in statements.usage(row))
        by_day = map(usage_by_day.used, _readable(usage_by_day.read_all, source))
        by_hour = map(usage_by_day.used_in_hour, _readable(lambda file: usage_by_day.read_hours(file, 0), source))
        clients = _rescued_clients(source)
        writes = (*counts, *map(statements.cooldown, cooldowns), *by_day, *by_hour, *clients.writes)
        return _Rescued({"usage": usage, "cooldowns": cooldowns, **clients.rows}, writes)
    return _Rescued({}, ())


def _rescued_clients(source: sqlite3.Connection) -> _Rescued:
    """Nobody could make these keys again: they are kept nowhere else."""
    keys, uses = _readable(client_keys.read_keys, source), _readable(client_keys.read_uses, source)
    writes = (*map(client_keys.client_key, keys), *map(client_keys.use, uses))
    return _Rescued({"client_keys": keys, "client_uses": uses}, writes)


def _readable(read: Callable[[sqlite3.Connection], tuple[T, ...]], source: sqlite3.Connection) -> tuple[T, ...]:
    try:
        return read(source)
    except statements.UNREADABLE:
        return ()


def _put_aside(path: Path, mark: str, now: float) -> Path:
    """Its journal goes with it: it belongs to the old file and must not meet the new one."""
    day = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d")
    number = 1
    while (aside := path.with_name(f"{path.name}.{mark}-{day}-{number}")).exists():
        number += 1
    for suffix in BESIDE:
        with suppress(FileNotFoundError):
            os.replace(path.with_name(path.name + suffix), aside.with_name(aside.name + suffix))  # noqa: PTH105
    if mark == "damaged":
        _forget_older(path)
    return aside


def _forget_older(path: Path) -> None:
    """A failing disk must not fill itself with damaged files."""
    found = [one for one in path.parent.glob(f"{path.name}.damaged-*") if not one.name.endswith(BESIDE[1:])]
    for old in sorted(found, key=lambda one: one.stat().st_mtime_ns)[:-DAMAGED_KEPT]:
        for suffix in BESIDE:
            old.with_name(old.name + suffix).unlink(missing_ok=True)
