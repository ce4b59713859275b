"""The Store on SQLite: one thread owns the only connection, keeps what it is told in state.db, and answers questions.

In: rows that wait, and questions. Out: state.db at most a second behind, or, while the disk refuses, rows that go on
waiting and words about it. The thread is woken once for all rows of a second: waking it for each would cost more than
serving a request. Nothing that the disk does ends it.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import retention, statements
from gcli2api_tui.state.base_store import BaseStore
from gcli2api_tui.state.ports import Saved
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.sqlite_file import DAMAGES, code, execute, open_file, refusal, replace_file
from gcli2api_tui.state.write_queue import Batch, Waiting

BEHIND_S = 0.8
"""With the commit itself, a kill loses at most the last second."""
RETRY_S = 5.0
"""How often a disk that refuses is asked again."""
PRUNE_EVERY = 1_000
"""Rows of history."""
T = TypeVar("T")


class SqliteStore(BaseStore):
    """See state.ports.Store."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        on_degraded: Callable[[Message], None] | None = None,
        bounds: Bounds = Bounds(),  # noqa: B008 - frozen
    ) -> None:
        self.on_degraded = on_degraded  # before there is a thread that may call it
        self._file = Writer(path, clock, bounds, self._tell)
        super().__init__(self._file, clock, bounds, on_degraded)

    def load(self) -> Saved:
        """Waits for the file to be opened; called once, at start."""
        return self._file.load()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question; it comes after all writes before it. `answer` gets the connection and why the writes failed."""

    answer: Callable[[sqlite3.Connection | None, Exception | None], None]


class _Rows:
    """The first of some rows waits."""


class _Stop:
    """The last item."""


class Writer:
    """`tell` is called from the thread when the disk begins to refuse, and with "" when it takes everything again."""

    def __init__(self, path: Path, clock: Clock, bounds: Bounds, tell: Callable[[Message], bool]) -> None:
        self._path = path
        self._clock = clock
        self._bounds = bounds
        self._tell = tell
        self._bell: queue.SimpleQueue[_Rows | _Asked | _Stop] = queue.SimpleQueue()
        self._waiting = Waiting(partial(self._bell.put, _Rows()))
        self.put = self._waiting.add
        self._connection: sqlite3.Connection | None = None
        self._told = False
        self._refused: Exception | None = None
        self._unpruned = 0
        self._closed = False
        self._opened: Future[Saved] = Future()
        self._thread = threading.Thread(target=self._work, name="state", daemon=True)
        self._thread.start()

    def load(self) -> Saved:
        """Waits for the file to be opened."""
        return self._opened.result()

    def ask(self, read: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Read something. Fails with StoreFault, also when there is no file."""
        return self._ask(lambda connection, _: read(_present(connection)))

    def flush(self) -> "Future[None]":
        """Done when everything put before is on disk, or fails with StoreFault."""
        return self._ask(lambda _, refused: _raise(refused))

    def close(self) -> None:
        """Write the rest and end the thread; waits at most 5 seconds for a stuck disk."""
        if not self._closed:
            self._closed = True
            self._waiting.close()
            self._bell.put(_Stop())
            self._thread.join(5.0)

    def _ask(self, answer: "Callable[[sqlite3.Connection | None, Exception | None], T]") -> "Future[T]":
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(_fault(sqlite3.ProgrammingError("the store is closed")))
        else:
            self._bell.put(_Asked(lambda connection, refused: _settle(future, answer, connection, refused)))
        return future

    # From here on: the thread

    def _work(self) -> None:
        opened = open_file(self._path, self._clock.now(), self._bounds)
        self._connection, self._told = opened.connection, opened.connection is None
        self._opened.set_result(opened.saved)
        while not self._turn():
            pass
        if self._connection:
            self._connection.close()

    def _turn(self) -> bool:
        """Wait for up to a second, or until somebody asks; write; answer. True after the last item."""
        item = self._wait()
        batch = self._waiting.take()
        self._refused = self._write(batch)
        self._report(batch)
        self._prune(batch)
        if isinstance(item, _Asked):
            item.answer(self._connection, self._refused)
        return isinstance(item, _Stop)

    def _wait(self) -> _Rows | _Asked | _Stop | None:
        """None when nobody rang and the disk is to be asked again."""
        try:
            item = self._bell.get(timeout=RETRY_S if self._refused or not self._connection else None)
        except queue.Empty:
            return None
        until = self._clock.monotonic() + BEHIND_S
        while isinstance(item, _Rows) and (left := until - self._clock.monotonic()) > 0:
            try:
                item = self._bell.get(timeout=min(left, BEHIND_S))
            except queue.Empty:
                break
        return item

    def _write(self, batch: Batch) -> Exception | None:
        """Everything; on a full disk in place of the oldest history; else what must not be lost; else nothing yet."""
        if self._connection is None and (refused := self._open_again()):
            self._waiting.put_back(batch)
            return refused
        refused = self._commit(batch)
        if refused and code(refused) in DAMAGES:
            self._begin_anew(refused)
            refused = self._commit(batch)
        if refused and code(refused) == sqlite3.SQLITE_FULL and self._commit(batch, retention.MAKE_ROOM) is None:
            return None
        if refused and self._commit(Batch(batch.vital)) is None:
            batch.vital = {}
        if refused:
            self._waiting.put_back(batch)
        return refused

    def _commit(self, batch: Batch, first: str = "") -> Exception | None:
        if self._connection is None:
            return sqlite3.OperationalError("there is no file")
        try:
            with self._connection:
                if first:
                    self._connection.execute(first)
                execute(self._connection, batch.writes())
        except sqlite3.Error as error:
            return error
        return None

    def _open_again(self) -> Exception | None:
        opened = open_file(self._path, self._clock.now(), self._bounds)
        self._connection = opened.connection
        return opened.refused

    def _begin_anew(self, damage: Exception) -> None:
        """The file was damaged while it was open."""
        if self._connection:
            self._connection.close()
        opened = replace_file(self._path, self._clock.now(), self._bounds, damage)
        self._connection = opened.connection
        self._told = self._tell(opened.saved.degraded) and opened.connection is None

    def _report(self, batch: Batch) -> None:
        """Once when it begins and once when it is over."""
        words = NOTHING
        if self._refused:
            words = refusal(self._refused)
        elif batch.lost:
            words = say("disk.slow", n=batch.lost)
        if bool(words) != self._told and self._tell(words):
            self._told = bool(words)

    def _prune(self, batch: Batch) -> None:
        self._unpruned += len(batch.history)
        if self._connection and self._unpruned >= PRUNE_EVERY:
            self._unpruned = 0
            try:
                retention.prune(self._connection, self._bounds, self._clock.now())
            except sqlite3.Error as error:
                self._refused = self._refused or error


def _settle(
    future: "Future[T]",
    answer: "Callable[[sqlite3.Connection | None, Exception | None], T]",
    connection: sqlite3.Connection | None,
    refused: Exception | None,
) -> None:
    """Who asked may have gone meanwhile."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(answer(connection, refused))
    except statements.UNREADABLE as error:
        future.set_exception(_fault(error))


def _fault(error: Exception) -> StoreFault:
    """Whatever SQLite raises ends here: nobody outside knows the engine."""
    fault = StoreFault(quoted(str(error)))
    fault.__cause__ = error
    return fault


def _present(connection: sqlite3.Connection | None) -> sqlite3.Connection:
    if connection is None:
        raise sqlite3.OperationalError("the disk takes no state.db now")
    return connection


def _raise(refused: Exception | None) -> None:
    if refused:
        raise refused
