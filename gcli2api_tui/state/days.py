"""Usage by day: what an exchange adds, how it is written, and sums of it by whatever a person asks for.

In: settled exchanges. Out: rows of day × model × client key × program × credential. Days are Google's (Pacific): the
same that its quotas are counted in. SQL and sums only; no threads, no files.
"""

import operator
import re
import sqlite3
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.records import ExchangeRow, ExchangeState
from gcli2api_tui.state.ports import DayUsage, UsageColumn, UsageSum
from gcli2api_tui.state.write_queue import Write

PACIFIC = ZoneInfo("America/Los_Angeles")
SINCE = 4
"""The version of the tables that brought this one."""
_values = operator.attrgetter(*DayUsage.__slots__)
_VERSION = re.compile(r"[ /]v?\d+\.[\w.+-]*$")
LONGEST_NAME = 100
"""Of a model or a program, as a client named it."""

COLUMNS: Mapping[UsageColumn, str] = {
    "day": "day", "model": "model", "client": "client_key", "program": "program", "credential": "credential"
}  # fmt: skip
SUMS = ("requests", "failures", "tokens_in", "cached", "thoughts", "tokens_out")
ADD_USAGE = (
    "INSERT INTO usage_by_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (day, model, client_key, program, credential) "
    f"DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in SUMS)}"
)


def pacific_day(at: float) -> str:
    """YYYY-MM-DD"""
    return datetime.fromtimestamp(at, PACIFIC).date().isoformat()


def days_before(day: str, count: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()


def usage_of(row: ExchangeRow) -> DayUsage:
    """What a settled exchange adds, to the day on which it ended."""
    return DayUsage(
        pacific_day(row.ended_at or row.opened_at),
        row.model[:LONGEST_NAME],
        row.client_key,
        without_version(row.client)[:LONGEST_NAME],
        row.hops[-1].credential if row.hops else CredentialId(""),
        requests=1,
        failures=int(row.state is ExchangeState.FAILED),
        tokens_in=row.usage.prompt,
        cached=row.usage.cached,
        thoughts=row.usage.thoughts,
        tokens_out=row.usage.output,
    )


def without_version(program: str) -> str:
    """A program is one over all its versions: some have a new one every day."""
    return _VERSION.sub("", program) or program


def used(usage: DayUsage) -> Write:
    values = _values(usage)
    return Write(ADD_USAGE, values, ("day", *values[: -len(SUMS)]), adds=len(SUMS))


def read_all(connection: sqlite3.Connection) -> tuple[DayUsage, ...]:
    """Raises rows.UNREADABLE."""
    return tuple(DayUsage(*row) for row in connection.execute("SELECT * FROM usage_by_day").fetchall())


def read_sums(connection: sqlite3.Connection, by: UsageColumn, first_day: str) -> tuple[UsageSum, ...]:
    """Raises rows.UNREADABLE."""
    column = COLUMNS[by]
    order = "1 DESC" if by == "day" else "2 DESC, 1"
    sums = ", ".join(f"sum({name})" for name in SUMS)
    found = connection.execute(
        f"SELECT {column}, {sums} FROM usage_by_day WHERE day >= ? GROUP BY 1 ORDER BY {order}", (first_day,)
    )
    return tuple(UsageSum(*row) for row in found.fetchall())
