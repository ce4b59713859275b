"""The vault's folder as others change it too: which files are new to us, which are gone, and writes that spare theirs.

In: a folder. Out: names and contents of files that somebody else wrote since the last look, judged by their times and
size first, then by content, so that a write of ours is never news. No clock is asked: a file has settled when two
looks found it the same.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.credentials import secret_writes
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.credentials.import_reader import LARGEST_IN_ALL, is_taken
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass

MOMENTS, MOMENT_S = 12, 0.02
"""An editor empties a file before it fills it, and a busy machine may do other things in between."""
Stamp = tuple[int, int, int]
"""When content and name changed last, and the size."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What others did to the folder since the last look; own writes are not in it."""

    added: tuple[Credential, ...] = ()
    changed: tuple[Credential, ...] = ()
    removed: tuple[CredentialId, ...] = ()
    refused: tuple[ImportRefused, ...] = ()
    trouble: Message = NOTHING
    """Why the folder could not be read or written now; said at every look while it lasts."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.refused or self.trouble)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A file with new content. Whoever wrote one that has not `settled` may still be writing."""

    name: str
    data: bytes
    settled: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A name in the folder that stands for nothing that can be read."""

    name: str
    refusal: ImportRefused


@dataclass(frozen=True, slots=True)
class _Look:
    """A file as it was when last read; no digest if it could not be."""

    stamp: Stamp
    digest: bytes


class Folder:
    """The files of one folder, not of folders in it; hidden ones but `.env` are not looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._looks: dict[str, _Look] = {}
        self._young: dict[str, Stamp] = {}

    def moved(self) -> bool:
        """Whether anything looks different from last time; reads no file."""
        now = self._stamps()
        return now.keys() != self._looks.keys() or any(now[name] != look.stamp for name, look in self._looks.items())

    def look(self) -> tuple[list[str], Iterator[Fresh | Unreadable]]:
        """Names that were there at the last look, and files with new content or such that cannot be read."""
        now = self._stamps()
        vanished = sorted((self._looks.keys() | self._young.keys()) - now.keys())
        moved = [(name, stamp) for name, stamp in now.items() if not self._is_known(name, stamp)]
        return vanished, self._fresh(sorted(moved))

    def _is_known(self, name: str, stamp: Stamp) -> bool:
        look = self._looks.get(name)
        return look is not None and look.stamp == stamp

    def _fresh(self, moved: list[tuple[str, Stamp]]) -> Iterator[Fresh | Unreadable]:
        for name, stamp in moved:
            look = self._looks.get(name)
            try:
                data = self._content(name)
            except OSError as error:
                self._looks[name] = _Look(stamp, b"")
                yield Unreadable(name, ImportRefused(say("import.unreadable", why=str(error.strerror)), file=name))
                continue
            digest = hashlib.sha256(data).digest()
            self._looks[name] = _Look(stamp, digest)
            settled = self._young.pop(name, None) == stamp
            if look is None or look.digest != digest:
                yield Fresh(name, data, settled)

    def wait_for(self, name: str) -> None:
        """Show it again at the next look; if it has not changed until then, it has settled."""
        if look := self._looks.pop(name, None):
            self._young[name] = look.stamp

    def let_settle(self, name: str) -> None:
        """Whoever has emptied the file, or written half of it, gets a moment to go on before the next look."""
        stamp = self._young.get(name)
        for _ in range(MOMENTS):
            if stamp is None or stamp != self._stamp(name):
                return
            time.sleep(MOMENT_S)

    @property
    def unsettled(self) -> bool:
        return bool(self._young)

    def wrote(self, name: str, content: bytes) -> None:
        """We wrote this ourselves. Who wrote after us, however soon, is seen at the next look."""
        with suppress(OSError):
            stamp = _stamp(self.path / name)
            if self._content(name) == content:
                self._looks[name] = _Look(stamp, hashlib.sha256(content).digest())

    def write(self, name: str, content: bytes) -> None:
        """Whatever stands there. Raises Problem when the disk refuses."""
        secret_writes.write(self.path / name, content)
        self.wrote(name, content)

    def replace(self, name: str, content: bytes) -> bool:
        """Whether it was written: only where the file is what was looked at last. Raises Problem, as `write` does."""
        with secret_writes.staged(self.path / name, content) as new:
            if not self._is_as_seen(name):
                return False
            old = new.exchange()
            if old is not None and not self._was_seen(name, old):
                new.undo()
                return False
        self.wrote(name, content)
        return True

    def _is_as_seen(self, name: str) -> bool:
        """Whether the file is the one that was last looked at."""
        stamp = self._stamp(name)
        return stamp is not None and self._is_known(name, stamp)

    def _was_seen(self, name: str, content: bytes) -> bool:
        """Whether the file held this when it was last read; if not, it is read again, whatever its times say."""
        look = self._looks.get(name)
        if look is not None and look.digest != hashlib.sha256(content).digest():
            self._looks[name] = _Look((0, 0, 0), look.digest)
            return False
        return look is not None

    def forget(self, name: str) -> None:
        """It is gone, and we know."""
        self._looks.pop(name, None)
        self._young.pop(name, None)

    def _stamp(self, name: str) -> Stamp | None:
        with suppress(OSError):
            return _stamp(self.path / name)
        return None

    def _content(self, name: str) -> bytes:
        return safe_files.read(self.path / name, LARGEST_IN_ALL)

    def _stamps(self) -> dict[str, Stamp]:
        """All that is there, in one pass: 1,000 files are looked at for each ten that an import adds."""
        found: dict[str, Stamp] = {}
        with os.scandir(self.path) as entries:
            for entry in entries:
                if is_taken(entry.name):
                    with suppress(OSError):  # gone meanwhile, or a link to nowhere
                        found[entry.name] = _stamp_of(entry.stat())
        return found


def _stamp(path: Path) -> Stamp:
    return _stamp_of(path.stat())


def _stamp_of(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size
