"""The shared database as a command or the doctor reads it, whether instances run or not: nothing is changed in it.

In: an address and a question, or a seal whose rows are to be looked at. Out: the answer, or one record of what was
found. Raises Problem where the engine is away, or where the question meets a newer program's tables.
"""

from collections.abc import Callable
from typing import TypeVar

from psycopg.errors import UndefinedTable

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.postgresql.connection import FAILS, Address, Database
from gcli2api_tui.state.postgresql.encryption import Seal
from gcli2api_tui.state.postgresql.schema import PARTS
from gcli2api_tui.state.postgresql.signs_of_life import GONE_S
from gcli2api_tui.state.schema import STEPS, Connection, version_of

HEARING_S = 2.0
"""Longer than any way of a notification."""
CHANNEL = "gcli2api_tui_doctor"
CREATE = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
NOW = "SELECT extract(epoch FROM clock_timestamp())::float8"
LIVING = f"SELECT name FROM instance WHERE seen_at > extract(epoch FROM clock_timestamp()) - {GONE_S} ORDER BY name"
T = TypeVar("T")


def ask(address: Address, since: int, question: Callable[[Connection], T], nothing: T) -> T:
    """All of one moment. `nothing` where no instance was started yet, or none of version `since`."""
    try:
        database = address.open()
    except FAILS as error:
        raise _away(error) from error
    try:
        database.begin(steady=True)
        version = version_of(database)
        if version > len(STEPS):
            raise Problem(say("cluster.newer", version=version, known=len(STEPS)), say("disk.update"))
        return question(database) if version >= since else nothing
    except UndefinedTable:
        return nothing
    except FAILS as error:
        raise _away(error) from error
    finally:
        database.close()


def _away(error: Exception) -> Problem:
    return Problem(say("cluster.no_answer", why=str(error).strip().partition("\n")[0][:200]), say("cluster.see"))


@dataclass(frozen=True, slots=True)
class Examined:
    version: int
    """170002 is 17.2."""
    answer_s: float
    ahead_s: float
    """How far this machine's clock is ahead of the database's."""
    may_create: bool
    hears: bool
    """What is notified comes through."""
    tables: dict[str, tuple[int, int]]
    """Part → its version there, 0 for none, and the newest that this program knows."""
    opened: int = 0
    """Credentials that the seal opens."""
    closed: int = 0
    living: tuple[str, ...] = ()


def examine(address: Address, seal: Seal | None, clock: Clock) -> Examined:
    try:
        database = address.open()
    except FAILS as error:
        raise _unexamined(error) from error
    try:
        return _examined(database, address, seal, clock)
    except FAILS as error:
        raise _unexamined(error) from error
    finally:
        database.close()


def _examined(database: Database, address: Address, seal: Seal | None, clock: Clock) -> Examined:
    before = clock.now()
    now, after = float(_one(database, NOW)), clock.now()
    tables = {part: (_version(database, part), len(steps)) for part, steps in PARTS.items()}
    opened, closed = _sealed(database, seal) if tables["cluster"][0] else (0, 0)
    living = database.run(LIVING).fetchall() if tables["cluster"][0] else []
    return Examined(
        version=database.raw.info.server_version,
        answer_s=after - before,
        ahead_s=(before + after) / 2 - now,
        may_create=bool(_one(database, CREATE)),
        hears=_hears(database, address, clock),
        tables=tables,
        opened=opened,
        closed=closed,
        living=tuple(name for (name,) in living),
    )


def _hears(database: Database, address: Address, clock: Clock) -> bool:
    """A pooler that gives a connection to many takes LISTEN and hands nothing on."""
    try:
        ears = address.open(listening=True)
    except FAILS:
        return False
    try:
        ears.run(f"LISTEN {CHANNEL}")
        until = clock.monotonic() + HEARING_S
        while (left := until - clock.monotonic()) > 0:
            database.run("SELECT pg_notify(%s, %s)", (CHANNEL, address.run))
            for note in ears.raw.notifies(timeout=min(left, HEARING_S / 4), stop_after=1):
                if note.payload == address.run:
                    return True
    except FAILS:
        return False
    finally:
        ears.close()
    return False


def _sealed(database: Database, seal: Seal | None) -> tuple[int, int]:
    rows = database.run("SELECT sealed FROM credential WHERE removed_at IS NULL").fetchall()
    opened = sum(seal is not None and seal.opened(bytes(sealed)) is not None for (sealed,) in rows)
    return opened, len(rows) - opened


def _version(database: Database, part: str) -> int:
    try:
        row = database.run("SELECT version FROM tables WHERE part = %s", (part,)).fetchone()
    except UndefinedTable:
        return 0
    return int(row[0]) if row else 0


def _one(database: Database, sql: str) -> float | bool:
    row = database.run(sql).fetchone()
    return row[0] if row else 0


def _unexamined(error: Exception) -> Problem:
    why = str(error).strip().partition("\n")[0][:200]
    return Problem(say("cluster.no_answer", why=why), say("doctor.database_way"))
