"""Usage by day and by hour: what an exchange adds, how it is written, and sums of it by whatever a person asks for.

In: settled exchanges. Out: rows of day × model × client key × program × credential, and of hours alone: 24 more a day,
where hours in the other rows would make each of them 24. Days are Google's (Pacific): the same that its quotas are
counted in. SQL and sums only; no threads, no files.
"""

import operator
import re
from collections.abc import Mapping
from datetime import date, timedelta

from gcli2api_tui.ledger.admin_rows import UsageCell, UsageColumn
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.pacific_time import next_pacific_midnight, pacific_day
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
NOT_LONG = (0,) * len(LONG)
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


class Days:
    """What settled exchanges add. Zones cost more than a request: the day of the last one is known until it ends."""

    def __init__(self) -> None:
        self._known = (0.0, 0.0, "")
        """From when, until when, which day."""

    def added(self, row: ExchangeRow) -> tuple[Write, Write]:
        """To the day, and to the hour, in which the exchange ended."""
        at, used, failures = row.ended_at or row.opened_at, row.usage, int(row.state is ExchangeState.FAILED)
        since, until, day = self._known
        if not since <= at < until:
            day = pacific_day(at)
            self._known = at, next_pacific_midnight(at), day
        program, credential = without_version(row.client)[:LONGEST_NAME], row.hops[-1].credential if row.hops else ""
        place = day, row.model[:LONGEST_NAME], row.client_key, program, credential
        tokens = used.prompt, used.cached, used.thoughts, used.output
        sums = (1, failures, *tokens, *(tokens if used.prompt > LONG_PROMPT else NOT_LONG))
        hour, total = int(at // 3600), used.prompt + used.thoughts + used.output
        return (
            Write(ADD_USAGE, place + sums, ("day", *place), adds=len(SUMS)),
            Write(ADD_HOUR, (hour, 1, failures, total), ("hour", hour), adds=len(HOUR_SUMS)),
        )


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
