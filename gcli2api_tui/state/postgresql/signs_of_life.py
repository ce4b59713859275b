"""The instances that share a database: what each says of itself once a second, and what it has answered lately.

In: a sign of life; what is known already. Out: those that gave one lately, by the database's own clock, since theirs
may differ; and their rows that are not known, the oldest first. Only who lived within the hour is looked at, and of
each no more than RECENT: what is read is small, however long the history is. Raises psycopg's errors.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from gcli2api_tui.events.records import ClientKeyId, CredentialId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import OtherRow
from gcli2api_tui.state.postgresql.connection import Database
from gcli2api_tui.state.statements import RECENT, read_exchange

GONE_S = 5.0
"""Without a sign for so long it counts for nothing any more: what it had in flight is over or cut."""
SHOW = (
    "INSERT INTO instance VALUES (%s, %s, %s, %s, %s, extract(epoch FROM clock_timestamp()), %s, %s, %s, %s) "
    "ON CONFLICT (run) DO UPDATE SET seen_at = excluded.seen_at, per_minute = excluded.per_minute, "
    "lag_s = excluded.lag_s, in_flight = excluded.in_flight, clients = excluded.clients"
)
LIVING = (
    "SELECT name, address, version, started_at, seen_at, per_minute, lag_s, in_flight, clients, run FROM instance "
    f"WHERE seen_at > extract(epoch FROM clock_timestamp()) - {GONE_S} ORDER BY name, started_at"
)
UNKNOWN = (
    "SELECT row.instance, row.id, row.opened_at, row.content "
    "FROM (SELECT DISTINCT name FROM instance WHERE name <> %s) AS other "
    "JOIN LATERAL (SELECT instance, id, opened_at, content FROM exchange WHERE instance = other.name "
    f"ORDER BY id DESC LIMIT {RECENT}) AS row ON true "
    "WHERE row.opened_at >= %s AND NOT EXISTS (SELECT FROM unnest(%s::text[], %s::bigint[]) AS known (instance, id) "
    "WHERE known.instance = row.instance AND known.id = row.id) "
    f"ORDER BY row.opened_at DESC LIMIT {RECENT}"
)


@dataclass(frozen=True, slots=True)
class Life:
    """What an instance says of itself."""

    name: str = ""
    address: str = ""
    version: str = ""
    started_at: float = 0.0
    per_minute: float = 0.0
    lag_s: float = 0.0
    """How long the database took to take the last sign of life and to tell of the others."""
    in_flight: Mapping[CredentialId, int] = field(default_factory=dict)
    clients: Mapping[ClientKeyId, int] = field(default_factory=dict)
    """In flight too, by client key."""


@dataclass(frozen=True, slots=True)
class Instance:
    """`own`: this one."""

    life: Life
    seen_at: float
    own: bool


def show_life(database: Database, run: str, life: Life) -> None:
    told = run, life.name, life.address, life.version, life.started_at, life.per_minute, life.lag_s
    database.run(SHOW, (*told, json.dumps(dict(life.in_flight)), json.dumps(dict(life.clients))))


def living(database: Database, run: str) -> tuple[Instance, ...]:
    """By name."""
    return tuple(_instance(run, *row) for row in database.run(LIVING).fetchall())


def _instance(
    own: str,
    name: str,
    address: str,
    version: str,
    started_at: float,
    seen_at: float,
    per_minute: float,
    lag_s: float,
    in_flight: str,
    clients: str,
    run: str,
) -> Instance:
    credentials = {CredentialId(identity): count for identity, count in _counts(in_flight).items()}
    keys = {ClientKeyId(key): count for key, count in _counts(clients).items()}
    return Instance(
        Life(name, address, version, started_at, per_minute, lag_s, credentials, keys), float(seen_at), run == own
    )


def _counts(text: str) -> dict[str, int]:
    try:
        return {str(name): int(count) for name, count in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError):
        return {}


def read_others(database: Database, own: str, known: Sequence[tuple[str, int]], since: float) -> tuple[OtherRow, ...]:
    """Of those that began at `since` or later."""
    names, numbers = [name for name, _ in known], [number for _, number in known]
    found = database.run(UNKNOWN, (own, since, names, numbers)).fetchall()
    return tuple(OtherRow(name, number, at, _named(content, name)) for name, number, at, content in reversed(found))


def _named(content: str, instance: str) -> ExchangeRow | None:
    row = read_exchange(content)
    return None if row is None else replace(row, instance=instance)
