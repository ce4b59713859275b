"""What of a home belongs into a backup, under which name it stands there, and where it goes back to.

In: the home's folders. Out: names with `/` between their parts, each of a file of ours. The log, exports and recordings
stay out: they are large, and the pool goes on without them. A name from an archive is taken only if one of ours could
have it: nothing leads out of the home.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from gcli2api_tui.paths import Paths

SETTINGS = ("config.toml", "keys.toml", "models.toml", "prices.toml", "filters.txt")
FOLDERS = ("credentials", "trash", "connections")
STATE = "state.db"
BESIDE_STATE = ("state.db-wal", "state.db-shm")
OF_STATE = (STATE, *BESIDE_STATE, "connections")
"""All else lies with the settings; in a home of one folder both are one."""

LARGEST_FILE = 20_000_000
"""Of all but state.db: a credential has at most 1 MB, and a ZIP of them at most this."""

DEEPEST = 4
LONGEST = 255
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_ON_WINDOWS = re.compile(r'[:*?"<>|]|[. ]$')


def place(where: Paths, name: str) -> Path:
    """Where a file of this name lies in the home."""
    root = where.state if name.split("/")[0] in OF_STATE else where.config
    return root.joinpath(*name.split("/"))


def files(where: Paths) -> Iterator[tuple[str, Path]]:
    """Every file of the home that is worth keeping, but state.db, which is copied in its own way."""
    for name in SETTINGS:
        if _is_file(path := place(where, name)):
            yield name, path
    yield from ((name, path) for name, path in _of_folders(where) if _goes_in(name, path))


def left_out(where: Paths) -> Iterator[Path]:
    """Files beside those that no archive can name, or that are larger than any of ours."""
    yield from (path for name, path in _of_folders(where) if not _goes_in(name, path))


def _goes_in(name: str, path: Path) -> bool:
    try:
        return is_ours(name) and path.stat().st_size <= LARGEST_FILE
    except OSError:  # it went away a moment ago; whoever reads it finds out
        return True


def _of_folders(where: Paths) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        root = place(where, folder)
        for path in sorted(_below(root)):
            yield f"{folder}/{path.relative_to(root).as_posix()}", path


def is_empty(where: Paths) -> bool:
    """Whether a backup would have nothing to keep: then nothing can be lost by a restore either."""
    return not where.database.exists() and next(files(where), None) is None


def is_ours(name: str) -> bool:
    """Whether a file of this name may be in a backup. Hidden ones are locks and half-written files."""
    first, *rest = parts = name.split("/")
    if len(parts) > DEEPEST or not all(map(_is_plain, parts)):
        return False
    return first in (*SETTINGS, STATE) if not rest else first in FOLDERS


def _is_plain(part: str) -> bool:
    """A name that means the same on every system, and no folder above or hidden."""
    return (
        bool(part) and part[0] != "." and part[-1] not in ". " and len(part) <= LONGEST and not _FORBIDDEN.search(part)
    )


def _below(root: Path) -> Iterator[Path]:
    """Files in it and in its folders. A link to a file counts as that file, one to a folder as nothing."""
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith(".")]
        yield from (path for name in names if name[0] != "." and _is_file(path := Path(folder) / name))


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
