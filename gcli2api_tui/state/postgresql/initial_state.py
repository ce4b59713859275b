"""What an instance begins with: what the shared tables hold, or, while they are away, what they last held.

In: an open connection; or what was known, and the changes of an earlier run that still wait. Out: all of one moment,
with the number of the newest news in it, or what was known with those changes. When the database comes late: what has
come since, as sums to be added and changes to be heard, so that nothing counts twice.
"""

from collections.abc import Iterable
from dataclasses import replace

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.messages.message import NOTHING
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import retention, statements
from gcli2api_tui.state.ports import CooldownRow, EndRow, OwnedRow, Saved, UsageRow
from gcli2api_tui.state.postgresql.connection import Database
from gcli2api_tui.state.postgresql.instance_news import read_newest
from gcli2api_tui.state.postgresql.replication_events import (
    EndsDropped,
    LessonsDropped,
    LimitLearnt,
    News,
    RequestsAdded,
    SettingChanged,
)
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.schema import Connection

ONE_WINDOW_S = 600.0
"""Several instances that serve the first request of a day at once begin it at several moments."""


@dataclass(frozen=True, slots=True)
class Start:
    """`seq`: up to which news it holds."""

    saved: Saved
    seq: int


def read_start(database: Database, now: float, bounds: Bounds) -> Start:
    retention.prune(database, bounds, now)
    database.begin(steady=True)
    try:
        seq = read_newest(database)
        saved = replace(statements.read_saved(database), settings=read_settings(database))
        saved = replace(saved, lockouts=read_lockouts(database, now))
    finally:
        database.end()
    return Start(replace(saved, usage=joined(saved.usage, now)), seq)


def read_settings(database: Connection) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, value) for name, value in database.execute("SELECT name, value FROM setting").fetchall())


def read_lockouts(database: Database, now: float) -> tuple[tuple[str, float], ...]:
    found = database.run("SELECT address, until FROM lockout WHERE until > %s", (now,)).fetchall()
    return tuple((address, until) for address, until in found)


def joined(usage: Iterable[UsageRow], now: float) -> tuple[UsageRow, ...]:
    """Windows that began within minutes of each other are one; the earliest first. None begins in the future of a
    clock that is a little behind: it would look as if time had gone back.
    """
    found: list[UsageRow] = []
    begun = (replace(row, window_start=now) if 0 < row.window_start - now < ONE_WINDOW_S else row for row in usage)
    for row in sorted(begun, key=lambda row: (row.credential, row.model, row.window_start)):
        last = found[-1] if found else None
        if last and _of_one(last, row):
            limited = row if row.limit is not None else last
            count = last.requests + row.requests
            found[-1] = replace(last, requests=count, limit=limited.limit, limit_source=limited.limit_source)
        else:
            found.append(row)
    return tuple(sorted(found, key=lambda row: row.window_start))


def _of_one(last: UsageRow, row: UsageRow) -> bool:
    same = (last.credential, last.model) == (row.credential, row.model)
    return same and last.window_start > 0 and row.window_start - last.window_start < ONE_WINDOW_S


def with_news(saved: Saved, news: Iterable[News]) -> Saved:
    """As if it had been read after them."""
    for one in news:
        saved = _after(saved, one)
    return saved


def _after(saved: Saved, one: News) -> Saved:
    match one:
        case RequestsAdded():
            row = UsageRow(one.credential, one.model, one.window_start, one.count)
            return replace(saved, usage=_with_usage(saved.usage, row))
        case LimitLearnt():
            return replace(saved, usage=tuple(_limited(row, one) for row in saved.usage))
        case CooldownRow():
            others = (row for row in saved.cooldowns if (row.credential, row.model) != (one.credential, one.model))
            return replace(saved, cooldowns=(*others, one) if one.until else tuple(others))
        case OwnedRow():
            left = tuple(row for row in saved.owned if row.name != one.name)
            return replace(saved, owned=(*left, one) if one.until else left)
        case ClientUse():
            return replace(saved, client_uses=(*saved.client_uses, one))
        case ClientSecond():
            return replace(saved, client_seconds=(*saved.client_seconds, one))
        case ClientKey():
            keys = tuple(key for key in saved.client_keys if key.digest != one.digest)
            return replace(saved, client_keys=(*keys, one))
        case SettingChanged():
            return replace(saved, settings=(*saved.settings, (one.name, one.text)))
    return _learnt(saved, one)


def _learnt(saved: Saved, one: News) -> Saved:
    match one:
        case Lesson():
            return replace(saved, lessons=(*saved.lessons, one))
        case LessonsDropped():
            return replace(saved, lessons=tuple(row for row in saved.lessons if one.model not in (None, row.model)))
        case EndRow():
            return replace(saved, ends=(*saved.ends, one))
        case EndsDropped():
            return replace(saved, ends=tuple(row for row in saved.ends if one.model not in (None, row.model)))
    return saved


def _with_usage(usage: tuple[UsageRow, ...], added: UsageRow) -> tuple[UsageRow, ...]:
    if (same := _window_of(added, usage)) is None:
        return (*usage, added)
    return tuple(replace(row, requests=row.requests + added.requests) if row is same else row for row in usage)


def _window_of(wanted: UsageRow, usage: Iterable[UsageRow]) -> UsageRow | None:
    """Of several that begin about then, the nearest."""
    place = wanted.credential, wanted.model
    about = [
        row
        for row in usage
        if (row.credential, row.model) == place and abs(row.window_start - wanted.window_start) < ONE_WINDOW_S
    ]
    return min(about, key=lambda row: abs(row.window_start - wanted.window_start), default=None)


def _limited(row: UsageRow, learnt: LimitLearnt) -> UsageRow:
    if (row.credential, row.model) != (learnt.credential, learnt.model):
        return row
    return replace(row, limit=learnt.limit, limit_source=learnt.source)


def come_since(known: Saved, saved: Saved) -> tuple[Saved, tuple[News, ...]]:
    """What is to be added to a memory that began with `known`, and what is over: both together lead to `saved`."""
    uses = _more({(one.name, one.day): one for one in _summed(known.client_uses)}, saved.client_uses)
    seconds = [
        replace(one, requests=one.requests - sum(_same_second(one, other) for other in known.client_seconds))
        for one in saved.client_seconds
    ]
    added = replace(
        saved,
        usage=_usage_since(known.usage, saved.usage),
        client_uses=uses,
        client_seconds=tuple(one for one in seconds if one.requests > 0),
    )
    return added, tuple(_over(known, saved))


def _usage_since(known: tuple[UsageRow, ...], saved: tuple[UsageRow, ...]) -> tuple[UsageRow, ...]:
    """Each known window is taken off once."""
    by_place: dict[tuple[str, str], list[UsageRow]] = {}
    for row in known:
        by_place.setdefault((row.credential, row.model), []).append(row)
    found = []
    for row in saved:
        there = by_place.get((row.credential, row.model), [])
        if same := _window_of(row, there):
            there.remove(same)
            row = replace(row, requests=row.requests - same.requests)
        found.append(row)
    return tuple(found)


def _summed(uses: Iterable[ClientUse]) -> Iterable[ClientUse]:
    found: dict[tuple[str, str], ClientUse] = {}
    for one in uses:
        before = found.get((one.name, one.day))
        if before:
            one = replace(one, requests=one.requests + before.requests, tokens=one.tokens + before.tokens)
        found[one.name, one.day] = one
    return found.values()


def _more(known: dict[tuple[str, str], ClientUse], saved: Iterable[ClientUse]) -> tuple[ClientUse, ...]:
    found = []
    for one in saved:
        if before := known.get((one.name, one.day)):
            one = replace(one, requests=one.requests - before.requests, tokens=one.tokens - before.tokens)
        found.append(one)
    return tuple(found)


def _same_second(one: ClientSecond, other: ClientSecond) -> int:
    return other.requests if (one.name, one.second) == (other.name, other.second) else 0


def _over(known: Saved, saved: Saved) -> Iterable[News]:
    """What another ended meanwhile."""
    rests = {(row.credential, row.model) for row in saved.cooldowns}
    for rest in known.cooldowns:
        if (rest.credential, rest.model) not in rests:
            yield replace(rest, until=0.0, kind="", message=NOTHING, link="")
    owned = {row.name for row in saved.owned}
    yield from (replace(row, until=0.0) for row in known.owned if row.name not in owned)
    lessons, ends = {row.model for row in saved.lessons}, {row.model for row in saved.ends}
    yield from (LessonsDropped(model) for model in {row.model for row in known.lessons} - lessons)
    yield from (EndsDropped(model) for model in {row.model for row in known.ends} - ends)
