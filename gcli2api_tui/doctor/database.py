"""The database that instances share: whether it answers and how fast, its tables, its clock, the seal, and LISTEN.

In: the home's settings. Out: findings; none where no such database is named.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.cluster_database import require_extra, shared_address
from gcli2api_tui.doctor.home import Home
from gcli2api_tui.doctor.report import Finding, bad, ok, warn
from gcli2api_tui.events.problems import Problem, SettingsFault
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from gcli2api_tui.state.postgresql.encryption import Seal
    from gcli2api_tui.state.postgresql.reader import Examined

OLDEST = 13
FAR_OFF_S = 5.0
SLOW_S = 0.1


def database(home: Home, clock: Clock) -> Iterator[Finding]:
    if not home.settings.state_url:
        return
    try:
        require_extra()
        address = shared_address(home.settings)
    except SettingsFault as fault:
        yield bad("database", fault.message, fault.way_out)
        return
    from gcli2api_tui.state.postgresql.reader import examine

    seal, refused = _seal(home)
    if refused:
        yield bad("database", refused.message, refused.way_out)
    try:
        found = examine(address, seal, clock)
    except Problem as problem:
        yield bad("database", problem.message, problem.way_out)
        return
    yield from _answers(found)
    yield from _tables(found)
    yield from _sealed(found)
    yield from _agreed(home, clock, found)
    yield _clock(found)
    yield _listens(found, home)


def _seal(home: Home) -> "tuple[Seal | None, SettingsFault | None]":
    from gcli2api_tui.state.postgresql.encryption import seal_of

    try:
        return seal_of(home.settings.seal_key, home.settings.seal_key_file), None
    except SettingsFault as fault:
        return None, fault


def _answers(found: "Examined") -> Iterator[Finding]:
    major, ms = found.version // 10_000, max(1, round(found.answer_s * 1000))
    if major < OLDEST:
        yield bad("database", say("doctor.database_old", version=major), say("doctor.database_newer", oldest=OLDEST))
    elif found.answer_s > SLOW_S:
        yield warn("database", say("doctor.database", version=major, ms=ms), say("doctor.database_far"))
    else:
        yield ok("database", say("doctor.database", version=major, ms=ms))


def _tables(found: "Examined") -> Iterator[Finding]:
    if any(there > known for there, known in found.tables.values()):
        yield bad("database", say("doctor.tables_newer"), say("disk.update"))
    elif not all(there for there, _ in found.tables.values()):
        yield ok("database", say("doctor.tables_none"))
    elif any(there < known for there, known in found.tables.values()):
        yield ok("database", say("doctor.tables_older"))
    else:
        yield ok("database", say("doctor.tables"))
    if not found.may_create:
        yield bad("database", say("doctor.tables_not_made"), say("doctor.tables_right"))
    if found.living:
        yield ok("database", say("doctor.instances", n=len(found.living), names=", ".join(found.living[:9])))


def _sealed(found: "Examined") -> Iterator[Finding]:
    if found.closed:
        all_of_them = found.opened + found.closed
        yield bad("database", say("doctor.sealed_not", n=found.closed, all=all_of_them), say("cluster.right_seal"))
    elif found.opened:
        yield ok("database", say("doctor.sealed", n=found.opened))


def _agreed(home: Home, clock: Clock, found: "Examined") -> Iterator[Finding]:
    """Whether a start would be refused for want of keys. Older tables are changed by who starts, not by who looks."""
    from gcli2api_tui.cluster_home import KEYS, SharedHome

    if any(there != known for there, known in found.tables.values()):
        return
    missing = [name for name in KEYS if home.sources.get(name, "config.toml") == "config.toml"]
    try:
        SharedHome(home.settings, home.where, clock).agreed(missing)
    except Problem as problem:
        yield bad("database", problem.message, problem.way_out)


def _clock(found: "Examined") -> Finding:
    s = round(abs(found.ahead_s))
    if s < FAR_OFF_S:
        return ok("database", say("doctor.database_clock"))
    key = "doctor.database_clock_ahead" if found.ahead_s > 0 else "doctor.database_clock_behind"
    return warn("database", say(key, s=s), say("doctor.set_clock"))


def _listens(found: "Examined", home: Home) -> Finding:
    if found.hears:
        return ok("database", say("doctor.listens"))
    return warn(
        "database",
        say("doctor.listens_not"),
        say("doctor.listen_address" if home.settings.state_listen_url else "doctor.listen_url"),
    )
