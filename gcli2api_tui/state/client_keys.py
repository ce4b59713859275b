"""Client keys and what they used: the statements of their three tables. SQL only; no threads, no files.

In: ClientKey, and changes of counts. Out: writes, and rows read back. A key stands here as its SHA-256.
"""

import dataclasses
import json
from typing import Any

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.counts_and_limits import DAYS_KEPT, MINUTE_S
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.events.records import ClientKeyId, CredentialId
from gcli2api_tui.state.schema import Connection, version_of
from gcli2api_tui.state.write_queue import Write

SINCE = 9
"""The version of the tables that brought them."""
PUT_KEY = "INSERT OR REPLACE INTO client_key VALUES (?, ?)"
ADD_USE = (
    "INSERT INTO client_use VALUES (?, ?, ?, ?) ON CONFLICT (name, day) "
    "DO UPDATE SET requests = requests + excluded.requests, tokens = tokens + excluded.tokens"
)
ADD_SECOND = (
    "INSERT INTO client_second VALUES (?, ?, ?) ON CONFLICT (name, second) "
    "DO UPDATE SET requests = requests + excluded.requests"
)


def client_key(key: ClientKey) -> Write:
    return Write(PUT_KEY, (key.digest, _content(key)), ("client key", key.digest), vital=True)


def _content(key: ClientKey) -> str:
    """Without what is as it is by itself: a program that does not know a newer limit reads all keys without it."""
    usual = {field.name: field.default for field in dataclasses.fields(key)}
    return json.dumps({name: value for name, value in dataclasses.asdict(key).items() if value != usual[name]})


def use(row: ClientUse) -> Write:
    """Never dropped: there is one of a key and a day."""
    key = ("client use", row.name, row.day)
    return Write(ADD_USE, (row.name, row.day, row.requests, row.tokens), key, vital=True, adds=2)


def second(row: ClientSecond) -> Write:
    return Write(ADD_SECOND, (row.name, row.second, row.requests), ("client second", row.name, row.second), adds=1)


def read_keys(connection: Connection) -> tuple[ClientKey, ...]:
    """One that cannot be read opens nothing. Raises statements.UNREADABLE."""
    if version_of(connection) < SINCE:
        return ()
    found = connection.execute("SELECT content FROM client_key").fetchall()
    return tuple(key for (content,) in found if (key := key_of(content)) is not None)


def key_of(content: str) -> ClientKey | None:
    try:
        values: dict[str, Any] = json.loads(content)
        models, credentials = tuple(values.pop("models", ())), map(CredentialId, values.pop("credentials", ()))
        key = ClientKey(**values, models=models, credentials=tuple(credentials))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if isinstance(key.name, str) and isinstance(key.digest, str) else None


def read_uses(connection: Connection) -> tuple[ClientUse, ...]:
    """Of the last days, oldest first. Raises statements.UNREADABLE."""
    if version_of(connection) < SINCE:
        return ()
    found = connection.execute(
        "SELECT name, day, requests, tokens FROM client_use "
        "WHERE day IN (SELECT DISTINCT day FROM client_use ORDER BY day DESC LIMIT ?) "
        "ORDER BY day",
        (DAYS_KEPT,),
    )
    return tuple(ClientUse(ClientKeyId(row[0]), *row[1:]) for row in found.fetchall())


def read_seconds(connection: Connection) -> tuple[ClientSecond, ...]:
    """Oldest first. Raises statements.UNREADABLE."""
    if version_of(connection) < SINCE:
        return ()
    found = connection.execute("SELECT name, second, requests FROM client_second ORDER BY second")
    return tuple(ClientSecond(ClientKeyId(row[0]), *row[1:]) for row in found.fetchall())


Kept = tuple[tuple[ClientKey, ...], tuple[ClientUse, ...], tuple[ClientSecond, ...]]
NOTHING: Kept = (), (), ()


def read_saved(connection: Connection) -> Kept:
    """All of it. Raises statements.UNREADABLE."""
    return read_keys(connection), read_uses(connection), read_seconds(connection)


def prune(connection: Connection, days: int) -> None:
    """Counts that no limit asks for any more; against the newest of them, because a clock may be wrong."""
    connection.execute(
        "DELETE FROM client_use WHERE day < date((SELECT max(day) FROM client_use), ?)", (f"-{days} days",)
    )
    connection.execute(
        "DELETE FROM client_second WHERE second < (SELECT max(second) FROM client_second) - ?", (int(MINUTE_S) + 1,)
    )
