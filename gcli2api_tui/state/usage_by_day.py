"""Usage by day and by hour: what an exchange adds, how it is written, and sums of it by whatever a person asks for.

In: settled exchanges. Out: rows of day × model × client key × program × credential, and of hours alone: 24 more a day,
where hours in the other rows would make each of them 24. Days are Google's (Pacific): the same that its quotas are
counted in. SQL and sums only; no threads, no files.
"""

import operator
import re
from collections.abc import Mapping
from datetime import date, timedelta

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.admin_rows import UsageCell, UsageColumn
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.pacific_time import pacific_day
from gcli2api_tui.state.ports import LONG_PROMPT, DayUsage, HourUsage
from gcli2api_tui.state.schema import Connection, version_of
from gcli2api_tui.state.write_queue import Write

SINCE = 4
"""The version of the tables that brought the days."""
HOURS_SINCE = 8
"""The version that brought hours, and what is of long prompts."""
_values = operator.attrgetter(*DayUsage.__slots__)
_VERSION = re.compile(r"[ /]v?\d+\.[\w.+-]*$")
LONGEST_NAME = 100
"""Of a model or a program, as a client named it."""

COLUMNS: Mapping[UsageColumn, str] = {
    "day": "day", "model": "model", "client": "client_key", "program": "program", "credential": "credential"
}  # fmt: skip
LONG = ("long_in", "long_cached", "long_thoughts", "long_out")
SUMS = ("requests", "failures", "tokens_in", "cached", "thoughts", "tokens_out", *LONG)
HOUR_SUMS = ("requests", "failures", "tokens")
ADD_USAGE = (
    f"INSERT INTO usage_by_day VALUES ({', '.join('?' * (5 + len(SUMS)))}) "
    "ON CONFLICT (day, model, client_key, program, credential) "
    f"DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in SUMS)}"
)
ADD_HOUR = (
    "INSERT INTO usage_by_hour VALUES (?, ?, ?, ?) ON CONFLICT (hour) "
    f"DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in HOUR_SUMS)}"
)


def days_before(day: str, count: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()


def usage_of(row: ExchangeRow) -> DayUsage:
    """What a settled exchange adds, to the day on which it ended."""
    used = row.usage
    counts = used.prompt, used.cached, used.thoughts, used.output
    long = dict(zip(LONG, counts, strict=True)) if used.prompt > LONG_PROMPT else {}
    return DayUsage(
        pacific_day(row.ended_at or row.opened_at),
        row.model[:LONGEST_NAME],
        row.client_key,
        without_version(row.client)[:LONGEST_NAME],
        row.hops[-1].credential if row.hops else CredentialId(""),
        requests=1,
        failures=int(row.state is ExchangeState.FAILED),
        tokens_in=used.prompt,
        cached=used.cached,
        thoughts=used.thoughts,
        tokens_out=used.output,
        **long,
    )


def hour_of(row: ExchangeRow) -> HourUsage:
    """What a settled exchange adds to the hour in which it ended."""
    used = row.usage
    tokens = used.prompt + used.thoughts + used.output
    hour = int((row.ended_at or row.opened_at) // 3600)
    return HourUsage(hour, 1, int(row.state is ExchangeState.FAILED), tokens)


def without_version(program: str) -> str:
    """A program is one over all its versions: some have a new one every day."""
    return _VERSION.sub("", program) or program


def used(usage: DayUsage) -> Write:
    values = _values(usage)
    return Write(ADD_USAGE, values, ("day", *values[: -len(SUMS)]), adds=len(SUMS))


def used_in_hour(usage: HourUsage) -> Write:
    values = (usage.hour, usage.requests, usage.failures, usage.tokens)
    return Write(ADD_HOUR, values, ("hour", usage.hour), adds=len(HOUR_SUMS))


def read_all(connection: Connection) -> tuple[DayUsage, ...]:
    """Raises statements.UNREADABLE."""
    found = connection.execute(f"SELECT {', '.join(DayUsage.__slots__)} FROM usage_by_day").fetchall()
    return tuple(DayUsage(*row) for row in found)


def read_cells(connection: Connection, by: UsageColumn, first_day: str) -> tuple[UsageCell, ...]:
    """Of a file that an older program wrote, too. Raises statements.UNREADABLE."""
    told = version_of(connection) >= HOURS_SINCE
    sums = ", ".join(f"sum({name})" if told or name not in LONG else "0" for name in SUMS)
    found = connection.execute(
        f"SELECT {COLUMNS[by]}, model, day, {sums} FROM usage_by_day WHERE day >= ? GROUP BY 1, 2, 3", (first_day,)
    )
    return tuple(UsageCell(*row) for row in found.fetchall())


def read_hours(connection: Connection, first_hour: int) -> tuple[HourUsage, ...]:
    """Raises statements.UNREADABLE."""
    if version_of(connection) < HOURS_SINCE:
        return ()
    found = connection.execute(
        f"SELECT hour, {', '.join(HOUR_SUMS)} FROM usage_by_hour WHERE hour >= ? ORDER BY hour", (first_hour,)
    )
    return tuple(HourUsage(*row) for row in found.fetchall())
