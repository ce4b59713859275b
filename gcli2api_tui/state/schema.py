"""The tables, their versions, and how records become rows. SQL only; no threads, no queue.

In: an open connection. Out: a database of the newest version. A file from a newer program is refused like a corrupt
one, so that it is moved aside and never rewritten.
"""

import json
import sqlite3
from typing import Any

from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.events.records import Usage
from gcli2api_tui.ledger.records import ExchangeRow, ExchangeState, HistoryPage, Hop
from gcli2api_tui.state.ports import CooldownRow, Saved, UsageRow

STEPS = (
    """
    CREATE TABLE usage (
      credential TEXT, model TEXT, window_start REAL, requests INTEGER, quota INTEGER, quota_source TEXT,
      PRIMARY KEY (credential, model, window_start)
    ) WITHOUT ROWID;
    CREATE TABLE cooldown (
      credential TEXT, model TEXT, until REAL, kind TEXT, message TEXT, link TEXT,
      PRIMARY KEY (credential, model)
    ) WITHOUT ROWID;
    CREATE TABLE signature (key TEXT PRIMARY KEY, signature TEXT, at REAL) WITHOUT ROWID;
    CREATE INDEX signature_at ON signature (at);
    CREATE TABLE exchange (id INTEGER PRIMARY KEY, opened_at REAL, content TEXT);
    """,
)
"""One entry per version; `user_version` counts those applied. Append, never edit."""

PUT_USAGE = "INSERT OR REPLACE INTO usage VALUES (?, ?, ?, ?, ?, ?)"
PUT_COOLDOWN = "INSERT OR REPLACE INTO cooldown VALUES (?, ?, ?, ?, ?, ?)"
DROP_COOLDOWN = "DELETE FROM cooldown WHERE credential = ? AND model = ?"
PUT_SIGNATURE = "INSERT OR REPLACE INTO signature VALUES (?, ?, ?)"
PUT_EXCHANGE = "INSERT OR REPLACE INTO exchange VALUES (?, ?, ?)"

SIGNATURES = 50_000
SIGNATURE_S = 7 * 86_400.0
USAGE_S = 30 * 86_400.0
EXCHANGES = 20_000


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest version. Raises sqlite3.DatabaseError when it cannot be used."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS):
        raise sqlite3.DatabaseError("written by a newer version")
    for number, step in enumerate(STEPS[version:], version + 1):
        connection.executescript(f"BEGIN; {step} PRAGMA user_version = {number}; COMMIT;")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError("damaged")


def prune(connection: sqlite3.Connection, now: float) -> None:
    """Forget what is past its time; called at start."""
    connection.execute("DELETE FROM signature WHERE at < ?", (now - SIGNATURE_S,))
    connection.execute(
        "DELETE FROM signature WHERE key IN (SELECT key FROM signature ORDER BY at DESC LIMIT -1 OFFSET ?)",
        (SIGNATURES,),
    )
    connection.execute("DELETE FROM usage WHERE window_start < ? AND window_start > 0", (now - USAGE_S,))
    connection.execute("DELETE FROM cooldown WHERE until < ?", (now,))
    connection.execute("DELETE FROM exchange WHERE id <= (SELECT max(id) FROM exchange) - ?", (EXCHANGES,))
    connection.commit()


def read_saved(connection: sqlite3.Connection, degraded: str) -> Saved:
    """Everything that is needed at start."""
    usage = connection.execute("SELECT * FROM usage ORDER BY window_start").fetchall()
    cooldowns = connection.execute("SELECT * FROM cooldown").fetchall()
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM exchange").fetchone()
    return Saved(
        usage=tuple(UsageRow(CredentialId(row[0]), *row[1:]) for row in usage),
        cooldowns=tuple(CooldownRow(CredentialId(row[0]), *row[1:]) for row in cooldowns),
        signatures=dict(connection.execute("SELECT key, signature FROM signature ORDER BY at").fetchall()),
        last_exchange=ExchangeId(last),
        degraded=degraded,
    )


def read_page(connection: sqlite3.Connection, before: ExchangeId | None, count: int) -> HistoryPage:
    """The `count` exchanges before one, newest first."""
    below = before if before is not None else 2**62
    found = connection.execute(
        "SELECT content FROM exchange WHERE id < ? ORDER BY id DESC LIMIT ?", (below, count)
    ).fetchall()
    rows = tuple(_exchange(json.loads(content)) for (content,) in found)
    return HistoryPage(rows, rows[-1].id if len(rows) == count and rows else None)


def exchange_values(row: ExchangeRow) -> tuple[int, float, str]:
    """The parameters of PUT_EXCHANGE."""
    return row.id, row.opened_at, json.dumps(row, default=_values)


def _values(record: ExchangeRow | Hop | Usage) -> dict[str, Any]:
    """Flat; dataclasses.asdict would copy every value deeply, and it runs once a request."""
    return {name: getattr(record, name) for name in record.__slots__}


def _exchange(values: dict[str, Any]) -> ExchangeRow:
    hops = tuple(Hop(**hop) for hop in values.pop("hops"))
    usage = Usage(**values.pop("usage"))
    return ExchangeRow(**values | {"state": ExchangeState(values["state"]), "hops": hops, "usage": usage})
