"""The shared credentials' table: sealed files by id, each change with a number, and news of it to the other instances.

In: contents to seal. Out: contents that were opened, since some change. One connection, for the one thread that works
on credentials. Raises Problem where the engine is away, and then nothing has changed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.shared_vault import SharedFile
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.postgresql.connection import CHANGES, FAILS, Address, Database, KeptConnection
from gcli2api_tui.state.postgresql.encryption import Seal
from gcli2api_tui.state.postgresql.instance_news import tell
from gcli2api_tui.state.postgresql.replication_events import CREDENTIALS_MOVED
from gcli2api_tui.state.postgresql.schema import migrate
from gcli2api_tui.state.schema import NewerFile

SINCE = "SELECT id, version, sealed, removed_at FROM credential WHERE version > %s ORDER BY version"
PUT = (
    "INSERT INTO credential (id, version, sealed, removed_at) "
    "SELECT %s::text, coalesce(max(version), 0) + 1, %s::bytea, %s::float8 FROM credential "
    "ON CONFLICT (id) DO UPDATE SET version = excluded.version, sealed = excluded.sealed, "
    "removed_at = excluded.removed_at RETURNING version"
)


class CredentialTable:
    """Implements credentials.shared_vault.SharedFiles."""

    def __init__(self, address: Address, seal: Seal, clock: Clock) -> None:
        self._address = address
        self._seal = seal
        self._clock = clock
        self._connection = KeptConnection(address, migrate)

    def since(self, version: int) -> list[SharedFile]:
        with self._open() as database:
            return Rows(database, self._seal).since(version)

    @contextmanager
    def changing(self) -> Iterator["Rows"]:
        with self._open() as database, database:
            database.lock(CHANGES)
            rows = Rows(database, self._seal)
            yield rows
            if rows.moved:
                tell(database, self._address.run, self._clock.now(), CREDENTIALS_MOVED)

    def reseal(self) -> tuple[int, int]:
        """All under the newest key: how many, and how many no key opens."""
        with self.changing() as rows:
            return rows.reseal()

    def keys(self, names: Iterable[str]) -> dict[str, bytes]:
        """Keys for people, of those names that have one here."""
        with self._open() as database:
            found = database.run("SELECT name, sealed FROM shared_key WHERE name = ANY(%s)", (list(names),)).fetchall()
        return {name: content for name, sealed in found if (content := self._seal.opened(bytes(sealed))) is not None}

    def keep_key(self, name: str, content: bytes) -> None:
        with self._open() as database:
            database.run(
                "INSERT INTO shared_key VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
                (name, self._seal.sealed(content)),
            )

    @contextmanager
    def _open(self) -> Iterator[Database]:
        try:
            yield self._connection.database()
        except (FAILS, NewerFile) as error:
            self._connection.close()
            why = str(error).strip().partition("\n")[0][:200]
            raise Problem(say("cluster.no_change", why=why), say("cluster.when_back")) from error


@dataclass(slots=True)
class Rows:
    """Within a connection, and to change something within a transaction that holds the lock."""

    database: Database
    seal: Seal
    moved: bool = False

    def since(self, version: int) -> list[SharedFile]:
        found = self.database.run(SINCE, (version,)).fetchall()
        return [SharedFile(CredentialId(row[0]), row[1], self.seal.opened(bytes(row[2])), row[3]) for row in found]

    def put(self, identity: CredentialId, content: bytes, removed_at: float | None = None) -> int:
        self.moved = True
        row = self.database.run(PUT, (identity, self.seal.sealed(content), removed_at)).fetchone()
        return int(row[0]) if row else 0

    def reseal(self) -> tuple[int, int]:
        """What stands on the shelf lasts for hours at most: what no key opens there goes, and nobody misses it."""
        done = failed = 0
        for table, key in (("credential", "id"), ("shared_key", "name")):
            moved, lost = self._reseal(table, key)
            done, failed = done + len(moved), failed + len(lost)
        moved, lost = self._reseal("shelf", "kind || ' ' || name")
        self.database.run("DELETE FROM shelf WHERE kind || ' ' || name = ANY(%s)", (lost,))
        return done + len(moved), failed

    def _reseal(self, table: str, key: str) -> tuple[list[str], list[str]]:
        """What is sealed anew, and what no key opens. What changed meanwhile was sealed by who changed it."""
        moved: list[str] = []
        lost: list[str] = []
        for identity, sealed in self.database.run(f"SELECT {key}, sealed FROM {table}").fetchall():
            anew = self.seal.anew(bytes(sealed))
            if anew is not None:
                self.database.run(
                    f"UPDATE {table} SET sealed = %s WHERE {key} = %s AND sealed = %s", (anew, identity, sealed)
                )
            (lost if anew is None else moved).append(identity)
        return moved, lost
