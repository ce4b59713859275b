"""All that a store holds as writes for another one: a home's file into a shared database, and back.

In: an open connection of either engine. Out: writes, counts among them as what is to be added. Raises what the engine
raises. Nothing here writes.
"""

from collections.abc import Iterator

from gcli2api_tui.state import client_keys, statements, usage_by_day
from gcli2api_tui.state.schema import Connection
from gcli2api_tui.state.write_queue import Write

SIGNATURES = "SELECT key, signature, at FROM signature ORDER BY at"
EXCHANGES = "SELECT id, opened_at, content FROM exchange ORDER BY id"
RESPONSES = "SELECT id, at, size, content FROM response ORDER BY at"


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
        yield statements.signature(key, signature, at)
    for values in connection.execute(EXCHANGES).fetchall():
        yield Write(statements.PUT_EXCHANGE, tuple(values), ("exchange", values[0]))
    for values in connection.execute(RESPONSES).fetchall():
        yield Write(statements.PUT_RESPONSE, tuple(values), ("response", values[0]))
