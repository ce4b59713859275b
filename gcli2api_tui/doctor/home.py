"""The home: whether its settings are read, who else may read it, its disk, its state, and what credentials lie in it.

In: the folders. Out: findings. Nothing is made, moved or repaired: whoever asks a doctor wants to know first.
"""

import json
import os
import shutil
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.config import settings_loading
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.doctor.report import Finding, bad, ok, warn
from gcli2api_tui.events.problems import Problem, SettingsFault
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.shell_line import shell_line
from gcli2api_tui.state.schema import STEPS, version_of
from gcli2api_tui.state.sqlite_reader import read

LITTLE_MB = 200
TOO_LITTLE_MB = 20
LARGEST_CREDENTIAL = 1_000_000
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Home:
    """What was found out of it; the settings are the defaults where they cannot be read."""

    where: Paths
    settings: Settings
    fault: SettingsFault | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    """Setting → where its value came from, of those that are no defaults."""


def look(where: Paths, environ: Mapping[str, str]) -> Home:
    try:
        loaded = settings_loading.load(where.config_file, environ, {})
        return Home(where, loaded.settings, sources=loaded.sources)
    except SettingsFault as fault:
        return Home(where, Settings(), fault)


def home(found: Home) -> Iterator[Finding]:
    where = found.where
    if not where.config.exists():
        yield warn("home", say("doctor.no_home", folder=str(where.config)), say("doctor.first_start"))
        return
    yield ok("home", say("doctor.home", folder=str(where.config)))
    if found.fault:
        yield bad("home", found.fault.message, found.fault.way_out)
    elif where.config_file.exists():
        yield ok("home", say("doctor.settings"))
    yield from _rights(where)
    yield _room(where.state if where.state.exists() else where.config)
    yield from _state(where.database)


def _rights(where: Paths) -> Iterator[Finding]:
    """A home in which others' things lie keeps its own mode; what is in it of ours is private."""
    private = (where.credentials, where.config_file, where.database)
    there = [path for path in (where.config, where.state, *private) if path.exists()]
    for path in private if os.name == "posix" else ():
        if path in there and path.stat().st_mode & OTHERS:
            yield bad(
                "home",
                say("doctor.open_to_others", path=str(path)),
                say("doctor.close_it", line=shell_line("chmod", "go-rwx", str(path))),
            )
    shut = [path for path in there if not os.access(path, os.R_OK | os.W_OK)]
    for path in shut:
        yield bad("home", say("doctor.no_rights", path=str(path)), say("doctor.own_it"))


def _room(folder: Path) -> Finding:
    try:
        free_mb = shutil.disk_usage(folder).free // 1_000_000
    except OSError as error:
        return warn("home", say("doctor.no_disk", why=str(error.strerror or error)))
    said = say("doctor.room", mb=free_mb)
    if free_mb < TOO_LITTLE_MB:
        return bad("home", said, say("doctor.make_room"))
    return ok("home", said) if free_mb >= LITTLE_MB else warn("home", said, say("doctor.make_room"))


def _state(database: Path) -> Iterator[Finding]:
    if not database.exists():
        return
    try:
        version = read(database, 0, version_of, 0)
    except Problem as problem:
        yield bad("home", problem.message, problem.way_out)
        return
    size = say("doctor.state", version=version, known=len(STEPS), kb=database.stat().st_size // 1000)
    yield ok("home", size)


def credentials_in_files(where: Paths) -> Iterator[Finding]:
    """By what their files say; a server that runs knows more."""
    kinds: Counter[str] = Counter()
    for path in sorted(where.credentials.glob("*.json")) if where.credentials.is_dir() else ():
        kind = _kind(path)
        if isinstance(kind, Message):
            yield warn("credentials", say("doctor.credential_unread", name=path.name[-11:], why=kind))
        else:
            kinds[kind] += 1
    if not kinds:
        yield warn("credentials", say("doctor.no_credentials"), say("doctor.add_one"))
    else:
        shown = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        yield ok("credentials", say("doctor.credentials", shown=shown))


def _kind(path: Path) -> str | Message:
    """`api-key`, `oauth` …; a sentence where it is no file of ours."""
    try:
        entry = json.loads(safe_files.read(path, LARGEST_CREDENTIAL))
    except (OSError, ValueError) as error:
        return say("doctor.no_json", error=type(error).__name__)
    kind = entry.get("kind") if isinstance(entry, dict) else None
    return str(kind)[:20] if kind else say("doctor.no_kind")
