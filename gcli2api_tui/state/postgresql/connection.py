"""One connection to PostgreSQL, for one thread, and how it is made; the only home of psycopg's connections.

In: SQL of the shared modules (`execute`, in SQLite's words) or of PostgreSQL (`run`). Out: rows. Raises psycopg's
errors, all of them FAILS. Every transaction says which instance asks and how long it may take: settings of a session
would not pass a pooler. A peer that is silent is given up within seconds; a line that is cut takes as long, so who has
other things to do lets it be dialled beside them.
"""

import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any

import psycopg
from psycopg import conninfo

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.postgresql.dialect import spoken

FAILS = psycopg.Error
GONE = (psycopg.OperationalError, psycopg.InterfaceError)
"""The engine is away, or another says no for now; all else is about what was asked."""
CONNECT_S = 3
SILENT_MS = 4_000
"""A peer that acknowledges nothing for so long is gone."""
LONGEST_S = 10
"""Of one statement, and of a lock whose holder says nothing."""
IDLE_S = 3
"""Of a transaction whose client says nothing: it may have been cut off in the middle, and others wait for its end."""
CHANGES = 7_861_002
"""The lock under which changes are made: news come in the order in which they were committed."""
IN_TRANSACTION = (
    "SELECT set_config('gcli2api.instance', %s, true), set_config('statement_timeout', %s, true), "
    "set_config('idle_in_transaction_session_timeout', %s, true), set_config('tcp_keepalives_idle', '2', true), "
    "set_config('tcp_keepalives_interval', '1', true), set_config('tcp_keepalives_count', '3', true)"
)
"""The engine is to miss us soon, too: half a pipeline has no timeout, and holds its lock."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the engine is, and who asks. `run` is of this process alone, `instance` a name that people know."""

    url: Secret
    run: str
    instance: str
    listen_url: Secret = Secret("")
    """For LISTEN, where `url` is a pooler's."""

    def open(self, *, listening: bool = False) -> "Database":
        """Waits CONNECT_S at most. Raises FAILS."""
        url = self.listen_url if listening and self.listen_url else self.url
        connection = psycopg.connect(
            url.reveal(),
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=CONNECT_S,
            application_name=f"gcli2api-tui {self.instance}",
            tcp_user_timeout=SILENT_MS,
            keepalives_idle=2,
            keepalives_interval=1,
            keepalives_count=3,
        )
        return Database(connection, self.instance)


class Database:
    """`with` is one transaction, which ends with an error as if it had never begun."""

    def __init__(self, connection: "psycopg.Connection[tuple[Any, ...]]", instance: str) -> None:
        self.raw = connection
        self._instance = instance
        self._let_go = weakref.finalize(self, _close, connection)
        """A command that has done its work leaves its vault as it is."""

    def execute(self, sql: str, values: Sequence[object] = (), /) -> "psycopg.Cursor[tuple[Any, ...]]":
        """A statement of the shared modules."""
        return self.run(spoken(sql), values)

    def run(self, sql: str, values: Sequence[object] = ()) -> "psycopg.Cursor[tuple[Any, ...]]":
        """A statement in PostgreSQL's own words."""
        return self.raw.execute(sql.encode(), values or None)

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """One statement of the shared modules for many rows."""
        if len(rows) == 1:
            self.execute(sql, rows[0])
            return
        with self.raw.cursor() as cursor:
            cursor.executemany(spoken(sql).encode(), rows)

    def lock(self, number: int) -> None:
        """Until the transaction ends."""
        self.run("SELECT pg_advisory_xact_lock(%s)", (number,))

    def begin(
        self, *, steady: bool = False, lock: int | None = None, idle_s: int = IDLE_S, longest_s: float = LONGEST_S
    ) -> None:
        """`steady`: all that is read is of one moment. `lock`: as `lock` does, without another statement."""
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ" if steady else "BEGIN")
        asked = (self._instance, f"{longest_s:.0f}s", f"{idle_s}s")
        if lock is None:
            self.run(IN_TRANSACTION, asked)
        else:
            self.run(f"{IN_TRANSACTION}, pg_advisory_xact_lock(%s)", (*asked, lock))

    def end(self) -> None:
        self.run("COMMIT")

    def undo(self) -> None:
        with suppress(psycopg.Error):
            self.run("ROLLBACK")

    def __enter__(self) -> "Database":
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None, /
    ) -> None:
        if error is None:
            self.end()
        else:
            self.undo()

    def answers(self) -> bool:
        """Whether there is somebody at the other end still."""
        try:
            self.run("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def agree(self, clock: Clock) -> None:
        """On what time it is."""
        begun = clock.monotonic()
        row = self.run("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
        half = (clock.monotonic() - begun) / 2
        if row:
            clock.agree(row[0] + half, half)

    def close(self) -> None:
        self._let_go()


class KeptConnection:
    """One that is kept from one question to the next, and opened anew when nobody is at its other end any more."""

    def __init__(self, address: Address, opened: Callable[[Database], None] = lambda database: None) -> None:
        self._address = address
        self._opened = opened
        """What is done to each before it is used."""
        self._database: Database | None = None

    def database(self) -> Database:
        """Raises FAILS, and what `opened` raises."""
        if self._database is None or not self._database.answers():
            self.close()
            self._database = self._address.open()
            self._opened(self._database)
        return self._database

    def close(self) -> None:
        if self._database:
            self._database.close()
        self._database = None


class Dialling:
    """One thread's."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._attempt: Future[Database] | None = None

    def connection(self, patience_s: float) -> Database:
        attempt = self._attempt = self._attempt or self._begun()
        try:
            database = attempt.result(patience_s)
        except FAILS:
            self._attempt = None
            raise
        self._attempt = None
        return database

    def close(self) -> None:
        """Nobody wants it any more."""
        if self._attempt:
            self._attempt.add_done_callback(_closed)

    def _begun(self) -> "Future[Database]":
        made: Future[Database] = Future()
        threading.Thread(target=self._dial, args=(made,), name="state-dial", daemon=True).start()
        return made

    def _dial(self, made: "Future[Database]") -> None:
        try:
            made.set_result(self._address.open())
        except FAILS as error:
            made.set_exception(error)


def require_url(url: Secret) -> None:
    """Raises SettingsFault, which shows nothing of it."""
    try:
        fine = url.reveal().startswith(("postgresql://", "postgres://")) and conninfo.conninfo_to_dict(url.reveal())
    except psycopg.Error:
        fine = {}
    if not fine:
        raise SettingsFault(say("cluster.url"), key="state_url", way_out=say("cluster.url_form"))


def database_of(url: Secret) -> str:
    """Which one it is, without whoever asks: `host:port/name`."""
    parts = conninfo.conninfo_to_dict(url.reveal())
    return f"{parts.get('host', '')}:{parts.get('port', '')}/{parts.get('dbname', '')}"


def _close(connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
    with suppress(psycopg.Error):
        connection.close()


def _closed(attempt: "Future[Database]") -> None:
    with suppress(FAILS):
        attempt.result().close()
