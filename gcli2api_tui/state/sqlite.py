"""The Store on SQLite: rows wait in front, one daemon thread behind owns the only connection.

In: rows, at any speed, from any thread. Out: state.db, at most a second behind. Nothing here blocks a caller or raises
to it. The thread is woken once for all rows of a second: waking it for each would cost more than serving a request.
When the disk refuses or too many rows wait, history is dropped; usage and cooldowns are kept for later.
"""

import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.records import ExchangeRow, HistoryPage
from gcli2api_tui.state import schema
from gcli2api_tui.state.ports import CooldownRow, Saved, UsageRow
from gcli2api_tui.state.writes import Pending, Write

BEHIND_S = 1.0
LONGEST_QUEUE = 10_000


class _Asked:
    """A question for the thread; answered after all writes before it."""

    def __init__(self, answer: Callable[[sqlite3.Connection], None], refuse: Callable[[BaseException], None]) -> None:
        self.answer = answer
        self.refuse = refuse


class _Rows:
    """The first of some rows waits."""


class _Stop:
    """The last item."""


class SqliteStore:
    """See state.ports.Store. `on_degraded` is called once, from the thread, when the disk first refuses."""

    def __init__(self, path: Path, clock: Clock, on_degraded: Callable[[str], None] | None = None) -> None:
        self.on_degraded = on_degraded
        self._path = path
        self._clock = clock
        self._waiting: deque[Write] = deque()
        self._rung = False
        self._bell: queue.SimpleQueue[_Rows | _Asked | _Stop] = queue.SimpleQueue()
        self._pending = Pending()
        self._told = False
        self._closed = False
        self._opened: Future[Saved] = Future()
        self._thread = threading.Thread(target=self._work, name="state", daemon=True)
        self._thread.start()

    def load(self) -> Saved:
        """Waits for the file to be opened; called once, at start."""
        return self._opened.result()

    def put_usage(self, row: UsageRow) -> None:
        values = (row.credential, row.model, row.window_start, row.requests, row.limit, row.limit_source)
        self._put(Write(schema.PUT_USAGE, values, key=("usage", *values[:3])))

    def put_cooldown(self, row: CooldownRow) -> None:
        key = ("cooldown", row.credential, row.model)
        if row.until == 0:
            self._put(Write(schema.DROP_COOLDOWN, (row.credential, row.model), key))
            return
        values = (row.credential, row.model, row.until, row.kind, row.message, row.link)
        self._put(Write(schema.PUT_COOLDOWN, values, key))

    def put_signature(self, key: str, signature: str, at: float) -> None:
        self._put(Write(schema.PUT_SIGNATURE, (key, signature, at), key=("signature", key), droppable=True))

    def put_exchange(self, row: ExchangeRow) -> None:
        if len(self._waiting) < LONGEST_QUEUE:
            values = schema.exchange_values(row)
            self._put(Write(schema.PUT_EXCHANGE, values, key=("exchange", row.id), droppable=True))

    def page_exchanges(self, before: ExchangeId | None, count: int) -> "Future[HistoryPage]":
        future: Future[HistoryPage] = Future()
        self._ask(lambda connection: future.set_result(schema.read_page(connection, before, count)), future)
        return future

    def flush(self) -> "Future[None]":
        """Done when everything put before is on disk, or fails with sqlite3.Error."""
        future: Future[None] = Future()
        self._ask(lambda _: future.set_result(None), future)
        return future

    def close(self) -> None:
        """Write the rest and end the thread; waits at most 5 seconds for a stuck disk."""
        if not self._closed:
            self._closed = True
            self._bell.put(_Stop())
            self._thread.join(5.0)

    def _put(self, write: Write) -> None:
        if not self._closed:
            self._waiting.append(write)
            if not self._rung:
                self._rung = True
                self._bell.put(_Rows())

    def _ask(self, answer: Callable[[sqlite3.Connection], None], future: "Future[Any]") -> None:
        if self._closed:
            future.set_exception(sqlite3.ProgrammingError("the store is closed"))
            return
        self._bell.put(_Asked(answer, future.set_exception))

    # From here on: the thread

    def _work(self) -> None:
        connection = self._open()
        while not self._turn(connection):
            pass
        connection.close()

    def _turn(self, connection: sqlite3.Connection) -> bool:
        """Wait for up to a second, or until somebody asks; write; answer. True after the last item."""
        item = self._wait()
        self._collect()
        failure = self._write(connection)
        if isinstance(item, _Asked):
            _answer(item, connection, failure)
        return isinstance(item, _Stop)

    def _wait(self) -> _Rows | _Asked | _Stop:
        item = self._bell.get()
        until = self._clock.monotonic() + BEHIND_S
        while isinstance(item, _Rows) and (left := until - self._clock.monotonic()) > 0:
            try:
                item = self._bell.get(timeout=min(left, BEHIND_S))
            except queue.Empty:
                break
        return item

    def _collect(self) -> None:
        self._rung = False  # before the rows are taken: who puts one from here on rings again
        while self._waiting:
            self._pending.add(self._waiting.popleft())

    def _write(self, connection: sqlite3.Connection) -> sqlite3.Error | None:
        try:
            with connection:
                for write in self._pending:
                    connection.execute(write.sql, write.values)
        except sqlite3.Error as error:
            self._pending.drop_history()
            self._tell(f"The disk does not take our state ({error}); serving goes on, history is lost.")
            return error
        self._pending.clear()
        return None

    def _tell(self, message: str) -> None:
        if not self._told and self.on_degraded:
            self._told = True
            self.on_degraded(message)

    def _open(self) -> sqlite3.Connection:
        """The file; a fresh one if it is damaged; memory if the disk takes none."""
        degraded = ""
        try:
            connection = self._connect(self._path)
        except sqlite3.DatabaseError as error:
            degraded, connection = self._start_fresh(error)
        schema.prune(connection, self._clock.now())
        self._opened.set_result(schema.read_saved(connection, degraded))
        return connection

    def _start_fresh(self, error: sqlite3.Error) -> tuple[str, sqlite3.Connection]:
        try:
            if isinstance(error, sqlite3.OperationalError):
                raise error  # locked by another process or not writable: the file itself is whole
            kept = _move_aside(self._path)
            return f"state.db could not be used ({error}); it is kept as {kept}.", self._connect(self._path)
        except (OSError, sqlite3.Error):
            return f"state.db cannot be opened ({error}); nothing is remembered.", self._connect(Path(":memory:"))

    def _connect(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=2.0)
        try:
            schema.migrate(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _answer(asked: _Asked, connection: sqlite3.Connection, failure: sqlite3.Error | None) -> None:
    if failure:
        asked.refuse(failure)
        return
    try:
        asked.answer(connection)
    except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
        asked.refuse(error)


def _move_aside(path: Path) -> str:
    """Keep the damaged file under the next free name; its WAL must not meet the new one."""
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside.name
