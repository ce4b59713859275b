"""A folder of another program, to be looked at only: names and contents of its files, its `.env` and its YAML, within
bounds.

In: a folder that a person named. Out: bytes, names and values, or an ImportRefused that says why not. Nothing in it
is written, locked or opened for writing. A link is followed only to what lies in the folder too, and a file is read
only if it is a regular one of a sensible size: what stands there may be anything. In a `.env` nothing is expanded,
since what `$HOME` was there nobody knows here; YAML is read by ruamel.yaml where it is installed, and by nobody else.
"""

import errno
import os
import re
from pathlib import Path
from typing import Any

from gcli2api_tui import safe_files
from gcli2api_tui.credentials.import_reader import LARGEST
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

MOST = 2_000
"""Files of one folder."""
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_QUOTED = re.compile(r"""(["'])(.*)\1\s*(?:\#.*)?""")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """`root` is what a link may lead into: the folder that was named, or one that a configuration names."""

    path: Path
    root: Path

    def within(self, name: str) -> "SourceFolder":
        """A folder in it."""
        return SourceFolder(self.path / name, self.root)

    @property
    def exists(self) -> bool:
        try:
            return self.path.is_dir() and self._is_inside(self.path)
        except (OSError, ValueError):  # a name too long, a NUL in it
            return False

    def leads_out(self, name: str) -> bool:
        """Whether a link to a folder elsewhere stands there."""
        path = self.path / name
        return path.is_dir() and not self._is_inside(path)

    def has(self, *names: str) -> bool:
        return any(os.path.lexists(self.path / name) for name in names)

    def files(self) -> list[str]:
        """Names of all that are no folders, in order. Raises OSError, and Problem where they are too many."""
        with os.scandir(self.path) as entries:
            found = sorted(entry.name for entry in entries if not _is_folder(entry))
        if len(found) > MOST:
            raise Problem(say("over.too_many_files", path=str(self.path), count=len(found), most=MOST))
        return found

    def read(self, name: str, largest: int = LARGEST) -> bytes:
        """A file's content. Raises ImportRefused."""
        self.require_readable(name, largest)
        try:
            return safe_files.read(self.path / name, largest)
        except OSError as error:
            raise _unreadable(name, error) from None

    def require_readable(self, name: str, largest: int = LARGEST) -> None:
        """Raises ImportRefused where the file is none, lies elsewhere, or is too large."""
        path = self.path / name
        try:
            if not self._is_inside(path):
                raise ImportRefused(say("over.link_out"), file=name, way_out=say("over.name_it"))
            status = path.stat()
        except OSError as error:
            raise _unreadable(name, error) from None
        if why := safe_files.objection(status.st_mode):
            raise ImportRefused(say("import.unreadable", why=why), file=name)
        if status.st_size > largest:
            raise ImportRefused(say("import.over_mb", mb=largest // 1_000_000), file=name)

    def _is_inside(self, path: Path) -> bool:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.root))  # resolve() fails on loops


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _unreadable(name: str, error: OSError) -> ImportRefused:
    why = "it leads nowhere" if error.errno in (errno.ENOENT, errno.ELOOP) else str(error.strerror or error)
    return ImportRefused(say("import.unreadable", why=why), file=name)


def read_environment(text: str) -> dict[str, str]:
    lines = map(_LINE.fullmatch, text.removeprefix("\ufeff").splitlines())
    return {found[1]: _value(found[2]) for found in lines if found}


def _value(text: str) -> str:
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2]
    return _COMMENT.sub("", text)


def read_yaml(data: bytes, name: str) -> dict[str, Any]:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError
    except ImportError:
        raise ImportRefused(say("over.no_yaml_reader"), file=name, way_out=say("over.install_yaml")) from None
    try:
        found = YAML(typ="safe", pure=True).load(data.decode("utf-8-sig"))
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = say("import.at", line=mark.line + 1, column=mark.column + 1) if mark else name
        raise ImportRefused(say("over.no_yaml", where=where), file=name) from None
    if not isinstance(found, dict):
        raise ImportRefused(say("over.no_yaml", where=name), file=name)
    return found
