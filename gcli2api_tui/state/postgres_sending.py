"""One batch into the database: its number, its rows and its news in one transaction, whole or not at all.

In: a batch that may have been taken before. Out: it is taken, once. Raises psycopg's errors, and then nothing was. A
row that no table can hold is left out, and costs no other.
"""

import psycopg

from gcli2api_tui.state.postgresql.batches import Numbered
from gcli2api_tui.state.postgresql.connection import CHANGES, FAILS, GONE, Database

TAKE = (
    "INSERT INTO taken VALUES (%s, %s, %s) ON CONFLICT (run) DO UPDATE SET at = excluded.at, "
    "batch = CASE WHEN taken.batch < excluded.batch THEN excluded.batch END"
)
"""One that was taken before becomes NULL, which the column refuses: all is undone, without a question before."""
CHANNEL = "gcli2api_tui"
TELL = (
    "WITH told AS (INSERT INTO news (run, at, content) VALUES (%s, %s, %s) RETURNING run) "
    f"SELECT pg_notify('{CHANNEL}', run) FROM told"
)


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


def tell(database: Database, run: str, now: float, news: str) -> None:
    """Within a transaction that holds the lock for changes: others hear of it when that ends."""
    database.run(TELL, (run, now, news))


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
