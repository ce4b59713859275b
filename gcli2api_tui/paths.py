"""Where files live. Asked once at start; nothing else in the package builds a path to the user's folders.

`--home` (or GCLI2API_HOME) puts everything in one folder. Otherwise XDG on Linux, Termux and macOS shells; the
platform's own folders on Windows. platformdirs alone is not enough: under Termux:Boot it would pick Android's
app folders (reference/termux-ssh 3c), so XDG is resolved here. A user may have no home folder at all, as in containers;
a demo has a temporary one.
"""

import errno
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from gcli2api_tui import safe_files, unwritable_folder
from gcli2api_tui.events.problems import Problem, StartFault
from gcli2api_tui.messages.message import Message, quoted, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.shell_line import shell_line

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

NAME = "gcli2api-tui"


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders; `create()` makes them, private to the user."""

    config: Path
    state: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def models_file(self) -> Path:
        return self.config / "models.toml"

    @property
    def keys_file(self) -> Path:
        return self.config / "keys.toml"

    @property
    def prices_file(self) -> Path:
        return self.config / "prices.toml"

    @property
    def filters_file(self) -> Path:
        """The filters of requests that a person keeps, one a line."""
        return self.config / "filters.txt"

    @property
    def exports(self) -> Path:
        """Requests that were written to files."""
        return self.config / "exports"

    @property
    def recordings(self) -> Path:
        """Requests and their answers, by `record on`."""
        return self.config / "recordings"

    @property
    def credentials(self) -> Path:
        return self.config / "credentials"

    @property
    def trash(self) -> Path:
        return self.config / "trash"

    @property
    def database(self) -> Path:
        return self.state / "state.db"

    @property
    def last_known(self) -> Path:
        """What a shared database last said, sealed."""
        return self.state / "last-known.sealed"

    @property
    def connections(self) -> Path:
        """What `connect` wrote into files of clients, and what stood there before."""
        return self.state / "connections"

    @property
    def run_file(self) -> Path:
        return self.state / "run.json"

    @property
    def logs(self) -> Path:
        """The server's log, in JSON lines."""
        return self.state / "logs"

    @property
    def lock_file(self) -> Path:
        """Locked by the one server of this home."""
        return self.state / "server.lock"

    def create(self) -> None:
        """Make all folders, private to the user. What is missing on a disk that cannot be written is done without.

        Raises StartFault where there would be no home at all, or something else stands in a folder's place.
        """
        for folder in (self.config, self.state, self.trash, self.credentials):
            try:
                safe_files.folder(folder)
            except OSError as error:
                if folder not in (self.config, self.state) and error.errno in _WRITES_NOTHING:
                    continue
                why = say("start.no_folder", folder=str(error.filename or folder), why=str(error.strerror or error))
                raise StartFault(
                    why, way_out=unwritable_folder.way_out(folder, error, say("start.other_home"))
                ) from error

    def require_ours(self) -> None:
        """Raises Problem where the home is another user's: what it says of a server would be guessed."""
        try:
            self.state.stat()
        except FileNotFoundError:
            return
        except OSError:
            pass
        else:
            if os.access(self.state, os.R_OK | os.X_OK):
                return
        raise Problem(say("service.others_home", folder=str(self.state)), say("service.as_its_user"))

    def close_to_others(self) -> tuple[Message, ...]:
        """Make private what is not, of all that is ours. A sentence on what was, and one on what still is not."""
        loose = [(path, safe_files.tighten(path)) for path in self._ours()]
        closed = [path for path, done in loose if done]
        open_still = [path for path, done in loose if done is None]
        words = []
        if closed:
            words.append(say("warn.was_open", what=_counted(closed)))
        if open_still:
            words.append(say("warn.still_open", what=_counted(open_still)))
        return tuple(words)

    def _ours(self) -> Iterator[Path]:
        """Folders first. A home in which strangers' things lie keeps its own mode: what is in it of ours is private."""
        roots = dict.fromkeys((self.config, self.state))
        yield from (root for root in roots if root.name == NAME or _only_ours(root))
        for folder in (self.credentials, self.trash, self.connections, self.logs):
            if folder.is_dir() and not folder.is_symlink():
                yield folder
                yield from folder.rglob("*")
        for root in roots:
            yield from (path for path in _entries(root) if path.is_file() and _is_ours(path.name))


_FOLDERS = frozenset({"credentials", "trash", "connections", "logs"})
_FILES = (
    "config.toml",
    "config-before-import*.toml",
    "models.toml",
    "prices.toml",
    "state.db*",
    "unsent.jsonl",
    "last-known.sealed",
    "run.json",
    "server.lock",
    ".*.tmp",
)
_WRITES_NOTHING = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT})


def _is_ours(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _FILES)


def _only_ours(root: Path) -> bool:
    return all(path.name in _FOLDERS or _is_ours(path.name) for path in _entries(root))


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _counted(found: Sequence[Path]) -> Message:
    return quoted(str(found[0])) if len(found) == 1 else say("warn.and_more", first=str(found[0]), count=len(found) - 1)


def find(home: str | None, environ: Mapping[str, str]) -> Paths:
    """The folders for this user. `home` wins over GCLI2API_HOME; an empty value counts as unset. Raises StartFault."""
    if chosen := home or environ.get("GCLI2API_HOME"):
        root = _of_somebody(expanded(chosen)).absolute()
        return Paths(config=root, state=root)
    return _windows() if sys.platform == "win32" else _xdg(environ)


def _windows() -> Paths:
    import platformdirs

    return Paths(
        Path(platformdirs.user_config_dir(NAME, appauthor=False)),
        Path(platformdirs.user_state_dir(NAME, appauthor=False)),
    )


def _xdg(environ: Mapping[str, str]) -> Paths:
    user = home(environ)
    return Paths(
        config=_of_somebody(Path(environ.get("XDG_CONFIG_HOME") or user / ".config")) / NAME,
        state=_of_somebody(Path(environ.get("XDG_STATE_HOME") or user / ".local" / "state")) / NAME,
    )


def _of_somebody(folder: Path) -> Path:
    """A folder called `~` in whatever folder the program was started in would be nobody's home."""
    if folder.parts[:1] and folder.parts[0].startswith("~"):
        raise StartFault(say("start.no_home", user=folder.parts[0]), way_out=say("start.other_home"))
    return folder


def home(environ: Mapping[str, str]) -> Path:
    """Of the user whose environment it is; relative where there is none."""
    told = environ.get("HOME") or (environ.get("USERPROFILE") if os.name == "nt" else "")
    return Path(told) if told else expanded("~")


def expanded(path: str) -> Path:
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises


def temporary_home(prefix: str) -> "TemporaryDirectory[str]":
    from tempfile import TemporaryDirectory  # a demo alone needs it

    try:
        return TemporaryDirectory(prefix=prefix)
    except OSError as error:
        why = say("start.no_temporary", why=str(error.strerror or error))
        raise StartFault(why, way_out=say("start.set_tmpdir")) from error


def home_flag(where: Paths) -> str:
    """What a command line needs behind a command's name to mean this home."""
    return "" if where == find(None, os.environ) else f" {shell_line('--home', str(where.config))}"
