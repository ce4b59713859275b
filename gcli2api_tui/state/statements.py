"""Records to rows and back: every statement of the tables, but those of client keys and of usage by day,
which have files of their own. The newest of a key stays. SQL only; no threads, no files.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gcli2api_tui.events.records import CredentialId, ExchangeId, Usage
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.json_encoder import encoder
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.json_codec import fields, with_messages
from gcli2api_tui.messages.message import Message, as_json, from_json, quoted
from gcli2api_tui.state import client_keys
from gcli2api_tui.state.ports import BindingRow, CooldownRow, EndRow, OwnedRow, Saved, UsageRow
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import Connection
from gcli2api_tui.state.write_queue import Write

ADD_REQUESTS = (
    "INSERT INTO usage VALUES (?, ?, ?, ?, NULL, '') ON CONFLICT (credential, model, window_start) "
    "DO UPDATE SET requests = requests + excluded.requests"
)
SET_LIMIT = (
    "INSERT INTO usage VALUES (?, ?, ?, 0, ?, ?) ON CONFLICT (credential, model, window_start) "
    "DO UPDATE SET quota = excluded.quota, quota_source = excluded.quota_source"
)
PUT_COOLDOWN = "INSERT OR REPLACE INTO cooldown VALUES (?, ?, ?, ?, ?, ?, ?)"
DROP_COOLDOWN = "DELETE FROM cooldown WHERE credential = ? AND model = ?"
PUT_BINDING = "INSERT OR REPLACE INTO binding VALUES (?, ?, ?)"
PUT_OWNED = "INSERT OR REPLACE INTO owned VALUES (?, ?, ?)"
DROP_OWNED = "DELETE FROM owned WHERE name = ?"
PUT_SIGNATURE = "INSERT OR REPLACE INTO signature VALUES (?, ?, ?)"
PUT_EXCHANGE = "INSERT OR REPLACE INTO exchange VALUES (?, ?, ?)"
LAST_EXCHANGE = "SELECT coalesce(max(id), 0) FROM exchange"
RECENT_EXCHANGES = "SELECT content FROM exchange ORDER BY id DESC LIMIT ?"
PUT_RESPONSE = "INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?)"
DROP_RESPONSE = "DELETE FROM response WHERE id = ? OR ? IS NULL"
BOUND_RESPONSES = (
    "DELETE FROM response WHERE at < ? OR id IN (SELECT id FROM "
    "(SELECT id, sum(size) OVER (ORDER BY at DESC, id) AS total FROM response) AS sized WHERE total > ?)"
)
"""The newest that fit stay."""
RECENT = 500
"""As many as the panel shows."""
UNREADABLE = (sqlite3.Error, ValueError, TypeError, KeyError)
"""What reading a table of another hand may raise."""
LEARNT_SINCE = 6
"""The version of the tables that brought lessons and ends of models."""
PUT_LESSON = "INSERT OR REPLACE INTO lesson VALUES (?, ?, ?, ?, ?)"
DROP_LESSONS = "DELETE FROM lesson WHERE model = ? OR ? IS NULL"
PUT_END = "INSERT OR REPLACE INTO model_end VALUES (?, ?, ?, ?, ?)"
DROP_ENDS = "DELETE FROM model_end WHERE model = ? OR ? IS NULL"


def limit(credential: CredentialId, model: str, window_start: float, limit: int, source: str) -> Write:
    place = (credential, model, window_start)
    return Write(SET_LIMIT, (*place, limit, source), ("limit", *place), vital=True)


def usage(row: UsageRow) -> Iterator[Write]:
    """All of a row, for a file that has none of it."""
    place = (row.credential, row.model, row.window_start)
    yield Write(ADD_REQUESTS, (*place, row.requests), ("requests", *place), vital=True, adds=1)
    if row.limit is not None:
        yield limit(*place, row.limit, row.limit_source)


def cooldown(row: CooldownRow) -> Write:
    """`until` 0 deletes it."""
    key = ("cooldown", row.credential, row.model)
    if row.until == 0:
        return Write(DROP_COOLDOWN, (row.credential, row.model), key, vital=True)
    values = (row.credential, row.model, row.until, row.kind, row.message, row.link, json.dumps(as_json(row.message)))
    return Write(PUT_COOLDOWN, values, key, vital=True)


def binding(row: BindingRow) -> Write:
    return Write(PUT_BINDING, (row.conversation, row.credential, row.at), ("binding", row.conversation))


def owned(row: OwnedRow) -> Write:
    """`until` 0 deletes it."""
    if row.until == 0:
        return Write(DROP_OWNED, (row.name,), ("owned", row.name))
    return Write(PUT_OWNED, (row.name, row.credential, row.until), ("owned", row.name))


def exchange_as_json(row: ExchangeRow) -> str:
    """Without the instance: that is a column, and an older program refuses a row with a field that it does not know."""
    found = fields(row)
    del found["instance"]
    found["hops"], found["usage"] = [fields(hop) for hop in row.hops], fields(row.usage)
    return "".join(_AS_JSON(found))


_AS_JSON = encoder()
sqlite3.register_adapter(ExchangeRow, exchange_as_json)
"""A row becomes JSON when it is written, in the thread that writes: no request waits for it."""


def responses(response: str, content: str, now: float, bounds: Bounds) -> tuple[Write, ...]:
    """The response, if it is not too large; and, once for all of a batch, what it pushes out."""
    if len(content) > bounds.response_characters // 8:
        return ()
    values = (response, now, len(content), content)
    oldest = now - bounds.response_s
    return (
        Write(PUT_RESPONSE, values, ("response", response), brief=True),
        Write(BOUND_RESPONSES, (oldest, bounds.response_characters), ("response bound",), brief=True),
    )


def dropped_response(response: str | None) -> Write:
    """None drops all."""
    return Write(DROP_RESPONSE, (response, response), ("response", response))


def read_response(connection: Connection, response: str, oldest: float) -> str | None:
    """Raises UNREADABLE."""
    found = connection.execute("SELECT content FROM response WHERE id = ? AND at >= ?", (response, oldest)).fetchone()
    return found[0] if found else None


def read_saved(connection: Connection) -> Saved:
    """Everything that is remembered at start. Raises UNREADABLE."""
    return replace(
        read_needed(connection),
        bindings=read_bindings(connection),
        signatures=dict(connection.execute("SELECT key, signature FROM signature ORDER BY at").fetchall()),
        recent=read_recent(connection),
    )


def read_needed(connection: Connection) -> Saved:
    """What an instance cannot serve rightly without. Raises UNREADABLE."""
    (last,) = connection.execute(LAST_EXCHANGE).fetchone()
    return Saved(
        usage=read_usage(connection),
        cooldowns=read_cooldowns(connection),
        owned=read_owned(connection),
        lessons=read_lessons(connection),
        ends=read_ends(connection),
        client_keys=client_keys.read_keys(connection),
        client_uses=client_keys.read_uses(connection),
        client_seconds=client_keys.read_seconds(connection),
        last_exchange=ExchangeId(last),
    )


def read_usage(connection: Connection) -> tuple[UsageRow, ...]:
    found = connection.execute(
        "SELECT credential, model, window_start, requests, quota, quota_source FROM usage ORDER BY window_start"
    ).fetchall()
    return tuple(UsageRow(CredentialId(row[0]), *row[1:]) for row in found)


def read_cooldowns(connection: Connection) -> tuple[CooldownRow, ...]:
    found = connection.execute("SELECT * FROM cooldown").fetchall()
    return tuple(CooldownRow(CredentialId(row[0]), row[1], row[2], row[3], _message(row), row[5]) for row in found)


def _message(row: tuple[Any, ...]) -> Message:
    """A file of an older version has no key beside the words."""
    try:
        return from_json(row[4], json.loads(row[6]))
    except (IndexError, ValueError, TypeError):
        return quoted(row[4])


def read_bindings(connection: Connection) -> tuple[BindingRow, ...]:
    found = connection.execute("SELECT * FROM binding ORDER BY at").fetchall()
    return tuple(BindingRow(row[0], CredentialId(row[1]), row[2]) for row in found)


def read_owned(connection: Connection) -> tuple[OwnedRow, ...]:
    found = connection.execute("SELECT * FROM owned ORDER BY until").fetchall()
    return tuple(OwnedRow(row[0], CredentialId(row[1]), row[2]) for row in found)


def read_recent(connection: Connection) -> tuple[ExchangeRow, ...]:
    """The newest, oldest first; one that another version wrote and we cannot read is left out."""
    found = connection.execute(RECENT_EXCHANGES, (RECENT,)).fetchall()
    return tuple(row for (content,) in reversed(found) if (row := read_exchange(content)) is not None)


def read_exchange(content: str) -> ExchangeRow | None:
    try:
        values = with_messages(json.loads(content), ("error",))
        hops = tuple(Hop(**with_messages(hop, ("failure", "reason"))) for hop in values.pop("hops"))
        tokens = Usage(**values.pop("usage"))
        return ExchangeRow(**values | {"state": ExchangeState(values["state"]), "hops": hops, "usage": tokens})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def lesson(one: Lesson) -> Write:
    return Write(PUT_LESSON, (one.model, one.ability, one.value, one.words, one.at), ("lesson", *one.key))


def dropped_lessons(model: str | None) -> Write:
    """None drops all."""
    return Write(DROP_LESSONS, (model, model), ("dropped lessons", model))


def end(row: EndRow) -> Write:
    values = (row.model, row.backend, row.kind, row.said, row.at)
    return Write(PUT_END, values, ("end", row.model, row.backend, row.kind))


def dropped_ends(model: str | None) -> Write:
    """None drops all."""
    return Write(DROP_ENDS, (model, model), ("dropped ends", model))


def read_lessons(connection: Connection) -> tuple[Lesson, ...]:
    """Oldest first. Raises UNREADABLE."""
    found = connection.execute("SELECT model, ability, value, words, at FROM lesson ORDER BY at").fetchall()
    return tuple(Lesson(*row) for row in found)


def read_ends(connection: Connection) -> tuple[EndRow, ...]:
    """Raises UNREADABLE."""
    found = connection.execute("SELECT model, backend, kind, said, at FROM model_end ORDER BY at").fetchall()
    return tuple(EndRow(*row) for row in found)
