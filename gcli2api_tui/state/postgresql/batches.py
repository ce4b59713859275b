"""Batches on their way to a database that several share: each has a number, is sent until it was taken, and taken once.

In: what waited at one moment; it may have been taken before. Out: its number, its rows and its news in one transaction,
whole or not at all. Raises psycopg's errors, and then nothing was. A row that no table can hold is left out, and costs
no other.
"""

import json
from collections.abc import Iterable

import psycopg

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.postgresql.connection import CHANGES, FAILS, GONE, Database
from gcli2api_tui.state.postgresql.instance_news import tell
from gcli2api_tui.state.postgresql.replication_events import READ
from gcli2api_tui.state.write_queue import Waiting, Write

LARGEST_NUMBER = 2**63
Name = tuple[str, int]
TAKE = (
    "INSERT INTO taken VALUES (%s, %s, %s) ON CONFLICT (run) DO UPDATE SET at = excluded.at, "
    "batch = CASE WHEN taken.batch < excluded.batch THEN excluded.batch END"
)
"""One that was taken before becomes NULL, which the column refuses: all is undone, without a question before."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """`run` and `number` name it for good."""

    run: str
    number: int
    writes: tuple[Write, ...]

    @property
    def name(self) -> Name:
        return self.run, self.number

    def statements(self) -> list[tuple[str, list[tuple[object, ...]]]]:
        """SQL with the values of many rows, in an order that comes to the same: nothing passes what deletes."""
        found: list[tuple[str, list[tuple[object, ...]]]] = []
        places: dict[str, int] = {}
        for write in self.writes:
            if (values := _sendable(write.values)) is None:
                continue
            if write.sql not in places:
                if write.sql.startswith("DELETE"):
                    places.clear()
                places[write.sql] = len(found)
                found.append((write.sql, []))
            found[places[write.sql]][1].append(values)
        return found

    def news(self) -> str:
        """What other instances are to hear of it; "" for nothing."""
        shared = ((write.key[0], _sendable(write.values)) for write in self.writes if write.key[0] in READ)
        told = [[kind, *values] for kind, values in shared if values is not None]
        return json.dumps(told) if told else ""


def _sendable(values: tuple[object, ...]) -> tuple[object, ...] | None:
    """As a database can hold them; None where none can: that row is lost, and no other."""
    try:
        return tuple(map(_held, values))
    except ValueError:
        return None


def _held(value: object) -> object:
    """Raises ValueError."""
    if isinstance(value, str):
        value.encode()
        return str(value).replace("\0", "\ufffd")
    if isinstance(value, int) and not -LARGEST_NUMBER <= value < LARGEST_NUMBER:
        raise ValueError("too large")
    return value


def joined(run: str, number: int, batches: Iterable[Numbered]) -> Numbered:
    """One in place of several that were never sent; what is too long to wait is left out."""
    waiting = Waiting()
    for write in (write for batch in batches for write in batch.writes if not write.brief):
        waiting.add(write)
    return Numbered(run, number, tuple(waiting.take().writes()))


def send(database: Database, batch: Numbered, now: float) -> None:
    """One round trip where all goes well."""
    try:
        _at_once(database, batch, now)
    except GONE:
        raise
    except FAILS as error:
        database.undo()
        if not _was_taken(error):
            _row_by_row(database, batch, now)


def _at_once(database: Database, batch: Numbered, now: float) -> None:
    with database.raw.pipeline():
        _begin(database, batch, now)
        for sql, values in batch.statements():
            database.many(sql, values)
        _end(database, batch, now)


def _row_by_row(database: Database, batch: Numbered, now: float) -> None:
    try:
        _begin(database, batch, now)
        for sql, rows in batch.statements():
            for values in rows:
                _try(database, sql, values)
        _end(database, batch, now)
    except FAILS:
        database.undo()
        raise


def _try(database: Database, sql: str, values: tuple[object, ...]) -> None:
    database.run("SAVEPOINT one")
    try:
        database.execute(sql, values)
    except (psycopg.DataError, psycopg.IntegrityError):
        database.run("ROLLBACK TO SAVEPOINT one")
    database.run("RELEASE SAVEPOINT one")


def _begin(database: Database, batch: Numbered, now: float) -> None:
    database.begin(lock=CHANGES)
    database.run(TAKE, (batch.run, batch.number, now))


def _end(database: Database, batch: Numbered, now: float) -> None:
    if news := batch.news():
        tell(database, batch.run, now, news)
    database.end()


def _was_taken(error: psycopg.Error) -> bool:
    return isinstance(error, psycopg.errors.NotNullViolation) and error.diag.table_name == "taken"
