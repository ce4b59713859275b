"""The shelf of several instances in their database: sealed records by kind and name, each with an end.

In: records. Out: records; one that no key opens counts as gone. One connection, in threads, one at a time. Raises
StoreFault where the engine is away, and does not ask it again for AGAIN_S: a page that is looked at must not wait.
What was found is remembered for RECENT_S, since a page asks for several things at once; who changes or ends it tells
the others, and they forget it.
"""

import asyncio
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.state.ports import Record
from gcli2api_tui.state.postgresql.connection import CHANGES, FAILS, Address, Database, KeptConnection
from gcli2api_tui.state.postgresql.encryption import Seal
from gcli2api_tui.state.postgresql.instance_news import tell

AGAIN_S = 2.0
RECENT_S = 1.0
MOST = 64
GET = "SELECT sealed FROM shelf WHERE kind = %s AND name = %s AND until > %s"
ALL = "SELECT sealed FROM shelf WHERE kind = %s AND until > %s ORDER BY until"
PUT = (
    "INSERT INTO shelf VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (kind, name) DO UPDATE SET sealed = excluded.sealed, until = excluded.until"
)
CHANGE = "UPDATE shelf SET sealed = %s WHERE kind = %s AND name = %s"
DROP = "DELETE FROM shelf WHERE kind = %s AND name = %s OR until <= %s"

T = TypeVar("T")


class PostgresShelf:
    """Implements shelf.Shelf."""

    def __init__(self, address: Address, seal: Seal, clock: Clock) -> None:
        self._address = address
        self._seal = seal
        self._clock = clock
        self._lock = threading.Lock()
        self._connection = KeptConnection(address)
        self._again_at = 0.0
        self._recent: OrderedDict[tuple[str, str], tuple[float, Record]] = OrderedDict()
        self._forgotten = 0

    async def get(self, kind: str, name: str) -> Record | None:
        at, known = self._recent.get((kind, name), (float("-inf"), {}))
        if self._clock.monotonic() - at < RECENT_S:
            return known
        forgotten = self._forgotten
        found = await self._ask(lambda database: database.run(GET, (kind, name, self._clock.now())).fetchall())
        record = next(iter(self._opened(found)), None)
        if record is not None and forgotten == self._forgotten:
            self._remember(kind, name, record)
        return record

    def _remember(self, kind: str, name: str, record: Record) -> None:
        self._recent[kind, name] = self._clock.monotonic(), record
        self._recent.move_to_end((kind, name))
        while len(self._recent) > MOST:
            self._recent.popitem(last=False)

    def forget(self, kind: str, name: str) -> None:
        self._forgotten += 1
        self._recent.pop((kind, name), None)

    async def all(self, kind: str) -> tuple[Record, ...]:
        found = await self._ask(lambda database: database.run(ALL, (kind, self._clock.now())).fetchall())
        return self._opened(found)

    async def put(self, kind: str, name: str, record: Record, until: float) -> None:
        await self._ask(lambda database: database.run(PUT, (kind, name, self._sealed(record), until)))

    async def change(self, kind: str, name: str, record: Record) -> None:
        self.forget(kind, name)
        await self._ask(lambda database: self._tell(database, kind, name, CHANGE, (self._sealed(record), kind, name)))

    async def drop(self, kind: str, name: str) -> None:
        """And what is over, of all kinds."""
        self.forget(kind, name)
        await self._ask(lambda database: self._tell(database, kind, name, DROP, (kind, name, self._clock.now())))

    def _tell(self, database: Database, kind: str, name: str, sql: str, values: Sequence[object]) -> None:
        with database:
            database.lock(CHANGES)
            database.run(sql, values)
            tell(database, self._address.run, self._clock.now(), json.dumps([["shelf", kind, name]]))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _sealed(self, record: Record) -> bytes:
        return self._seal.sealed(json.dumps(record).encode())

    def _opened(self, found: list[tuple[bytes]]) -> tuple[Record, ...]:
        opened = (self._seal.opened(bytes(sealed)) for (sealed,) in found)
        return tuple(json.loads(content) for content in opened if content is not None)

    async def _ask(self, question: Callable[[Database], T]) -> T:
        return await asyncio.to_thread(self._asked, question)

    def _asked(self, question: Callable[[Database], T]) -> T:
        with self._lock:
            if self._clock.monotonic() < self._again_at:
                raise StoreFault(say("cluster.not_yet"))
            try:
                return question(self._connection.database())
            except FAILS as error:
                self._connection.close()
                self._again_at = self._clock.monotonic() + AGAIN_S
                raise StoreFault(quoted(str(error).strip().partition("\n")[0][:200])) from error
