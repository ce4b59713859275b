"""A home's state.db into the shared database, and what the shared tables hold into a new state.db.

In: a file and the engine's address. Out: how many rows went over, counts among them as what is to be added; all of
them, or none. Raises psycopg's errors and SQLite's as Problem. A file that went over is kept under another name, so
that nothing is counted twice.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.state import client_keys, schema, statements, usage_by_day
from gcli2api_tui.state.postgresql.batches import Numbered, send
from gcli2api_tui.state.postgresql.connection import FAILS, Address, Database
from gcli2api_tui.state.postgresql.schema import migrate
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import Connection, NewerFile
from gcli2api_tui.state.sqlite_file import execute, open_file
from gcli2api_tui.state.write_queue import Write

MOVED = "moved"
SIGNATURES = "SELECT key, signature, at FROM signature ORDER BY at"
EXCHANGES = "SELECT id, opened_at, content FROM exchange ORDER BY id"
RESPONSES = "SELECT id, at, size, content FROM response ORDER BY at"


def move_in(path: Path, address: Address, now: float) -> int:
    """`path` is a state.db that no server writes."""
    if not path.exists():
        return 0
    opened = open_file(path, now, Bounds())
    if opened.connection is None:
        raise Problem(opened.saved.degraded)
    with closing(opened.connection) as source, _engine(address) as database:
        writes = tuple(everything(source))
        send(database, Numbered(address.run, 1, writes), now)
        source.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    safe_files.move(path, path.with_name(f"{path.name}.{MOVED}"))
    return len(writes)


def copy_out(address: Address, path: Path) -> int:
    """The shared tables stay as they are: others may use them. `path` must not exist."""
    if path.exists():
        raise Problem(say("cluster.has_state", path=str(path)), say("cluster.move_away"))
    with _engine(address) as database:
        with database:
            writes = tuple(everything(database))
        safe_files.empty(path)
        with closing(sqlite3.connect(path)) as target:
            schema.migrate(target)
            with target:
                execute(target, writes)
    return len(writes)


def everything(connection: Connection) -> Iterator[Write]:
    """Oldest first, where there is an order."""
    for usage in statements.read_usage(connection):
        yield from statements.usage(usage)
    yield from map(usage_by_day.used, usage_by_day.read_all(connection))
    yield from map(usage_by_day.used_in_hour, usage_by_day.read_hours(connection, 0))
    yield from map(statements.cooldown, statements.read_cooldowns(connection))
    yield from map(statements.binding, statements.read_bindings(connection))
    yield from map(statements.owned, statements.read_owned(connection))
    yield from map(statements.lesson, statements.read_lessons(connection))
    yield from map(statements.end, statements.read_ends(connection))
    yield from map(client_keys.client_key, client_keys.read_keys(connection))
    yield from map(client_keys.use, client_keys.read_uses(connection))
    yield from map(client_keys.second, client_keys.read_seconds(connection))
    for key, signature, at in connection.execute(SIGNATURES).fetchall():
        yield Write(statements.PUT_SIGNATURE, (key, signature, at), ("signature", key))
    for values in connection.execute(EXCHANGES).fetchall():
        yield Write(statements.PUT_EXCHANGE, tuple(values), ("exchange", values[0]))
    for values in connection.execute(RESPONSES).fetchall():
        yield Write(statements.PUT_RESPONSE, tuple(values), ("response", values[0]))


@contextmanager
def _engine(address: Address) -> Iterator[Database]:
    database = None
    try:
        database = address.open()
        migrate(database)
        yield database
    except (FAILS, NewerFile, sqlite3.Error) as error:
        why = str(error).strip().partition("\n")[0][:200]
        raise Problem(say("cluster.no_change", why=why), say("cluster.when_back")) from error
    finally:
        if database:
            database.close()
