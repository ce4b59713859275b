"""The shared database as a command reads it, whether instances run or not: nothing is made or changed.

In: an address and a question. Out: its answer. Raises Problem where the engine is away, or its tables are a newer
program's.
"""

from collections.abc import Callable
from typing import TypeVar

from psycopg.errors import UndefinedTable

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.state.postgresql.connection import FAILS, Address
from gcli2api_tui.state.schema import STEPS, Connection, version_of

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
