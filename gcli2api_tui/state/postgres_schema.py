"""The tables on PostgreSQL: the same numbered steps as `schema`, said in its words, and those that only a cluster has.

In: an open connection. Out: a database of the newest version; a step is whole or not at all, and of several instances
that start at once one makes it. One of a newer program raises NewerFile and is not touched.
"""

from gcli2api_tui.state.postgres_dialect import table
from gcli2api_tui.state.postgres_engine import Database
from gcli2api_tui.state.schema import STEPS, NewerFile

CLUSTER_STEPS: tuple[tuple[str, ...], ...] = (
    (
        "ALTER TABLE exchange ADD COLUMN instance TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE exchange DROP CONSTRAINT exchange_pkey",
        "ALTER TABLE exchange ADD PRIMARY KEY (instance, id)",
        # The last batch of each run that was taken: NULL is refused, and so is a batch that comes twice.
        "CREATE TABLE taken (run TEXT PRIMARY KEY, batch BIGINT NOT NULL, at DOUBLE PRECISION)",
        "CREATE TABLE news (seq BIGSERIAL PRIMARY KEY, run TEXT, at DOUBLE PRECISION, content TEXT)",
        """CREATE TABLE instance (
             run TEXT PRIMARY KEY, name TEXT, address TEXT, version TEXT, started_at DOUBLE PRECISION,
             seen_at DOUBLE PRECISION, per_minute DOUBLE PRECISION, lag_s DOUBLE PRECISION, in_flight TEXT
           )""",
        """CREATE TABLE credential (
             id TEXT PRIMARY KEY, version BIGINT NOT NULL, sealed BYTEA NOT NULL, removed_at DOUBLE PRECISION
           )""",
        "CREATE INDEX credential_version ON credential (version)",
    ),
    ("CREATE TABLE shared_key (name TEXT PRIMARY KEY, sealed BYTEA NOT NULL)",),
    ("ALTER TABLE instance ADD COLUMN clients TEXT NOT NULL DEFAULT '{}'",),
)
"""Append, never edit."""

PARTS = {"shared": tuple(tuple(map(table, step)) for step in STEPS), "cluster": CLUSTER_STEPS}

MIGRATION = 7_861_001
"""The lock's number."""


def migrate(database: Database) -> None:
    """Raises NewerFile, or what psycopg raises."""
    with database:
        database.lock(MIGRATION)
        database.run("CREATE TABLE IF NOT EXISTS tables (part TEXT PRIMARY KEY, version BIGINT NOT NULL)")
        for part, steps in PARTS.items():
            found = _version(database, part)
            if found > len(steps):
                raise NewerFile(f"its tables have version {found}, this program knows {len(steps)}")
            for statement in (one for step in steps[found:] for one in step):
                database.run(statement)
            database.run(
                "INSERT INTO tables VALUES (%s, %s) ON CONFLICT (part) DO UPDATE SET version = excluded.version",
                (part, len(steps)),
            )


def _version(database: Database, part: str) -> int:
    row = database.run("SELECT version FROM tables WHERE part = %s", (part,)).fetchone()
    return int(row[0]) if row else 0
