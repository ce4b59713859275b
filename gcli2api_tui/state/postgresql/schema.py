"""The tables on PostgreSQL: the same numbered steps as `schema`, said in its words, and those that only a cluster has.

In: an open connection. Out: a database of the newest version; a step is whole or not at all, and of several instances
that start at once one makes it. One of a newer program is not touched: an older one goes on with it while all that
was changed since was added to it, and raises NewerFile otherwise.

While a cluster is upgraded, two versions of the program use the same tables. So a step only adds: tables, indexes, and
columns that may be left out. What is no longer needed goes in a later release, whose step stands in OLDER_ONES_END.
"""

from collections.abc import Sequence

from gcli2api_tui.state.postgresql.connection import CHANGES, Database
from gcli2api_tui.state.postgresql.dialect import table
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
    ("CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT)",),
    (
        """CREATE TABLE shelf (
             kind TEXT, name TEXT, sealed BYTEA NOT NULL, until DOUBLE PRECISION NOT NULL, PRIMARY KEY (kind, name)
           )""",
    ),
    ("CREATE TABLE lockout (address TEXT PRIMARY KEY, until DOUBLE PRECISION NOT NULL)",),
)
"""Append, never edit."""

PARTS = {"shared": tuple(tuple(map(table, step)) for step in STEPS), "cluster": CLUSTER_STEPS}

OLDER_ONES_END = {"shared": 0, "cluster": 1}
"""The newest step after which programs that do not know it cannot go on."""

SET = "INSERT INTO tables VALUES (%s, %s) ON CONFLICT (part) DO UPDATE SET version = excluded.version"
OLDEST = "{} for"
"""Beside the version of a part: the oldest one that a program must know to use it."""
MIGRATION = 7_861_001
"""The lock's number."""


def migrate(database: Database) -> None:
    """Raises NewerFile, or what psycopg raises."""
    with database:
        database.lock(MIGRATION)
        database.run("CREATE TABLE IF NOT EXISTS tables (part TEXT PRIMARY KEY, version BIGINT NOT NULL)")
        for part, steps in PARTS.items():
            _bring(database, part, steps)


def _bring(database: Database, part: str, steps: Sequence[Sequence[str]]) -> None:
    found = _version(database, part)
    if found > len(steps):
        oldest = _version(database, OLDEST.format(part))
        if not 0 < oldest <= len(steps):
            raise NewerFile(f"its tables have version {found}, this program knows {len(steps)}")
        return
    if found < len(steps):
        database.lock(CHANGES)  # whoever writes several tables and whoever changes them would wait for each other
    for statement in (one for step in steps[found:] for one in step):
        database.run(statement)
    database.run(SET, (part, len(steps)))
    database.run(SET, (OLDEST.format(part), max(1, OLDER_ONES_END[part])))


def _version(database: Database, part: str) -> int:
    row = database.run("SELECT version FROM tables WHERE part = %s", (part,)).fetchone()
    return int(row[0]) if row else 0
