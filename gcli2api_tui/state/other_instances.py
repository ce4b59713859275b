"""What the other instances on a shared database have answered lately: one statement, and the rows it brings.

In: what is known already. Out: rows that are not, each with its instance's name, the oldest first. Only who lived
within the hour is looked at, and of each no more than RECENT: what is read is small, however long the history is.
Raises psycopg's errors.
"""

from collections.abc import Sequence
from dataclasses import replace

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.state.ports import OtherRow
from gcli2api_tui.state.postgres_engine import Database
from gcli2api_tui.state.statements import RECENT, read_exchange

UNKNOWN = (
    "SELECT row.instance, row.id, row.opened_at, row.content "
    "FROM (SELECT DISTINCT name FROM instance WHERE name <> %s) AS other "
    "JOIN LATERAL (SELECT instance, id, opened_at, content FROM exchange WHERE instance = other.name "
    f"ORDER BY id DESC LIMIT {RECENT}) AS row ON true "
    "WHERE row.opened_at >= %s AND NOT EXISTS (SELECT FROM unnest(%s::text[], %s::bigint[]) AS known (instance, id) "
    "WHERE known.instance = row.instance AND known.id = row.id) "
    f"ORDER BY row.opened_at DESC LIMIT {RECENT}"
)


def read_others(database: Database, own: str, known: Sequence[tuple[str, int]], since: float) -> tuple[OtherRow, ...]:
    """Of those that began at `since` or later."""
    names, numbers = [name for name, _ in known], [number for _, number in known]
    found = database.run(UNKNOWN, (own, since, names, numbers)).fetchall()
    return tuple(OtherRow(name, number, at, _named(content, name)) for name, number, at, content in reversed(found))


def _named(content: str, instance: str) -> ExchangeRow | None:
    row = read_exchange(content)
    return None if row is None else replace(row, instance=instance)
