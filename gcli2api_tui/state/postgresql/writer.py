"""The thread behind the store on PostgreSQL: it writes what waits, and answers questions.

In: rows that wait, and questions. Out: batches, each in one transaction with its number and its news, at most a tenth
of a second behind. While the engine is away, rows go on waiting, in a file too, and words say so; a batch whose end
was not heard of is sent again, and taken once. Nothing that the engine does ends the thread.
"""

import queue
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
from gcli2api_tui.state import retention
from gcli2api_tui.state.postgresql.batches import send
from gcli2api_tui.state.postgresql.connection import FAILS, Address, Database, Dialling
from gcli2api_tui.state.postgresql.initial_state import Start, read_start
from gcli2api_tui.state.postgresql.instance_news import prune_news
from gcli2api_tui.state.postgresql.outbox import Outbox
from gcli2api_tui.state.postgresql.replication_events import READ
from gcli2api_tui.state.postgresql.schema import migrate
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import NewerFile
from gcli2api_tui.state.write_queue import Waiting, Write

BEHIND_S = 0.08
"""With the transaction itself a batch is a tenth of a second old."""
LATER_S = 0.8
RETRY_S = 0.5
PRUNE_EVERY_S = 300.0
FIRST_S = 10.0
"""For a line that may be well; while it is known to be cut, what is counted must get onto the disk."""
GLANCE_S = 0.05

REFUSALS = (FAILS, NewerFile)
T = TypeVar("T")
Answer = Callable[[Database | None, Exception | None], None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question; it comes after all writes before it."""

    answer: Answer


class _Rows:
    """The first of some rows waits."""


class _Look:
    """Somebody found the engine gone."""


class _Stop:
    """The last item."""


class PostgresWriter:
    """`tell` is called from the thread when the engine begins to be away, and with "" when it is back.

    `started` gets what the tables held when they were first read, also when that is long after the start; `tried`, how
    the first attempt ended.
    """

    def __init__(
        self,
        address: Address,
        kept: Path,
        clock: Clock,
        bounds: Bounds,
        tell: Callable[[Message], bool],
        started: Callable[[Start], None],
        tried: Callable[[Exception | None], None] = lambda refused: None,
    ) -> None:
        self._address = address
        self._clock = clock
        self._bounds = bounds
        self._tell = tell
        self._started = started
        self._tried = tried
        self._outbox = Outbox(kept, address.run)
        self.left = self._outbox.all()
        """What an earlier run counted, and could not tell the database."""
        self._bell: queue.SimpleQueue[_Rows | _Asked | _Look | _Stop] = queue.SimpleQueue()
        self._waiting = Waiting(partial(self._bell.put, _Rows()))
        self.put = self._waiting.add
        self._later = Waiting()
        self._later_since = float("inf")
        self._dialling = Dialling(address)
        self._database: Database | None = None
        self._ready = False
        self._refused: Exception | None = None
        self._told = NOTHING
        self._pruned_at = clock.monotonic()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="state", daemon=True)
        self._thread.start()

    def ask(self, read: Callable[[Database], T]) -> "Future[T]":
        """Read something. Fails with StoreFault, also when the engine is away."""
        return self._ask(lambda database, refused: read(_present(database, refused)))

    def flush(self) -> "Future[None]":
        """Done when everything put before is in the database, or fails with StoreFault."""
        return self._ask(lambda _, refused: _raise(refused))

    @property
    def away(self) -> bool:
        """When it was last asked for something."""
        return self._refused is not None

    def look(self) -> None:
        """Whether the engine is there still: who has nothing to write would not notice."""
        self._bell.put(_Look())

    def said_away(self, words: Message) -> None:
        """A start has said so: its end is told too, also where the engine came before this thread had told anything."""
        self._told = words
        self.look()

    def close(self) -> None:
        """Send the rest and end the thread; waits at most 5 seconds."""
        if not self._closed:
            self._closed = True
            self._waiting.close()
            self._bell.put(_Stop())
            self._thread.join(5.0)

    def _ask(self, answer: Callable[[Database | None, Exception | None], T]) -> "Future[T]":
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(_fault(ConnectionError("the store is closed")))
        else:
            self._bell.put(_Asked(lambda database, refused: _settle(future, answer, database, refused)))
        return future

    # From here on: the thread

    def _work(self) -> None:
        ended = False
        self._refused = self._send_all()
        self._tried(self._refused)
        while not ended:
            ended = self._turn()
        self._dialling.close()
        if self._database:
            self._database.close()

    def _turn(self) -> bool:
        """True after the last item."""
        item = self._wait()
        if isinstance(item, _Look) and self._database and not self._database.answers():
            self._leave()
        self._outbox.add(self._due(everything=isinstance(item, _Asked | _Stop)))
        self._refused = self._send_all()
        self._report()
        self._prune()
        if isinstance(item, _Asked):
            item.answer(self._database, self._refused)
        return isinstance(item, _Stop)

    def _due(self, *, everything: bool) -> list[Write]:
        """What others are to hear goes at once; what they only read waits for company, which is cheaper."""
        now = self._clock.monotonic()
        taken = tuple(self._waiting.take().writes())
        due = [write for write in taken if write.key[0] in READ]
        for write in taken:
            if write.key[0] not in READ and self._later.add(write):
                self._later_since = now
        if everything or now - self._later_since >= LATER_S:
            due += self._later.take().writes()
            self._later_since = float("inf")
        return due

    def _wait(self) -> _Rows | _Asked | _Look | _Stop | None:
        """None when nobody rang and the engine is to be asked again."""
        try:
            patience = PRUNE_EVERY_S if self._later_since == float("inf") else LATER_S
            item = self._bell.get(timeout=RETRY_S if self._refused or self._told else patience)
        except queue.Empty:
            return None
        until = self._clock.monotonic() + (BEHIND_S if not self._refused else RETRY_S)
        while isinstance(item, _Rows) and (left := until - self._clock.monotonic()) > 0:
            try:
                item = self._bell.get(timeout=left)
            except queue.Empty:
                break
        return item

    def _send_all(self) -> Exception | None:
        """Everything, oldest first. What the engine does not take is kept."""
        try:
            database = self._connected()
            while batch := self._outbox.first():
                if batch.run == self._address.run:
                    self._begin(database)
                send(database, batch, self._clock.now())
                self._outbox.taken()
            self._begin(database)
        except TimeoutError as error:  # it is away still, as far as anybody knows
            self._keep()
            return self._refused or error
        except REFUSALS as error:
            self._leave()
            self._keep()
            return error
        return None

    def _keep(self) -> None:
        """With what came meanwhile: a line that is cut is silent for seconds before it fails."""
        self._outbox.add(self._due(everything=True))
        self._outbox.keep()

    def _begin(self, database: Database) -> None:
        """Once: with what the run before has left, and before anything of this one is in the tables."""
        if not self._ready:
            self._started(read_start(database, self._clock.now(), self._bounds))
            self._ready = True

    def _connected(self) -> Database:
        if self._database is None:
            database = self._database = self._dialling.connection(GLANCE_S if self._refused else FIRST_S)
            migrate(database)
            database.agree(self._clock)
        return self._database

    def _leave(self) -> None:
        if self._database:
            self._database.close()
            self._database = None

    def _report(self) -> None:
        """Once when it begins and once when it is over."""
        words = say("cluster.away", why=_short(self._refused)) if self._refused else NOTHING
        if bool(words) != bool(self._told) and self._tell(words):
            self._told = words

    def _prune(self) -> None:
        now = self._clock.monotonic()
        if self._database is None or now - self._pruned_at < PRUNE_EVERY_S:
            return
        self._pruned_at = now
        try:
            retention.prune(self._database, self._bounds, self._clock.now())
            prune_news(self._database, self._clock.now())
        except FAILS as error:
            self._leave()
            self._refused = self._refused or error


def _settle(
    future: "Future[T]",
    answer: Callable[[Database | None, Exception | None], T],
    database: Database | None,
    refused: Exception | None,
) -> None:
    """Who asked may have gone meanwhile."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(answer(database, refused))
    except (*REFUSALS, ValueError, TypeError, KeyError, ConnectionError) as error:
        future.set_exception(_fault(error))


def _fault(error: Exception) -> StoreFault:
    fault = StoreFault(quoted(_short(error)))
    fault.__cause__ = error
    return fault


def _short(error: Exception | None) -> str:
    """The engine's first line; it never holds the address's password."""
    return str(error).strip().partition("\n")[0][:200]


def _present(database: Database | None, refused: Exception | None) -> Database:
    if database is None:
        raise refused or ConnectionError("the database is away")
    return database


def _raise(refused: Exception | None) -> None:
    if refused:
        raise refused
