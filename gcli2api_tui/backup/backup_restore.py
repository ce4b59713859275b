"""Making a backup of a home, and restoring it: whole or not at all.

In: a home, with a server on it or without; or an archive of anybody's, and a home that nobody serves. Out: one
private file with the files as they are and state.db at one moment, sealed; or the home as it was backed up, and the
folder that holds what was there before. Until all of an archive is checked nothing of the home is touched; a disk
that refuses in the middle gets everything back to where it was.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from gcli2api_tui import __version__, safe_files
from gcli2api_tui.backup import archive, encryption
from gcli2api_tui.backup.archive import Manifest
from gcli2api_tui.backup.encryption import Given, Seal
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import sqlite_reader

ASIDE = "before-restore"


@dataclass(frozen=True, slots=True)
class Made:
    manifest: Manifest
    size: int


def make(where: Paths, target: Path, now: float, sealed_by: Seal | None) -> Made:
    """Write `target`, replacing what stands there. Raises Problem, OSError."""
    if archive.is_empty(where):
        raise Problem(say("backup.nothing", folder=str(where.config)))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".gcli2api-backup-") as made:  # 0700
        folder = Path(made)
        manifest, files = _collected(where, folder, now)
        whole = folder / "archive"
        safe_files.create(whole, b"")
        with whole.open("r+b") as stream:
            _write(stream, manifest, files, sealed_by)
        size = whole.stat().st_size
        safe_files.move(whole, target)
    return Made(manifest, size)


def _collected(where: Paths, folder: Path, now: float) -> tuple[Manifest, list[tuple[str, Path]]]:
    """Copies of all, so that what is hashed is what is written: a server may change its files meanwhile."""
    files: list[tuple[str, Path]] = []
    for number, (name, path) in enumerate(archive.files(where)):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # a moment ago it was there
            continue
        kept = folder / f"{number}"
        safe_files.create(kept, content)
        files.append((name, kept))
    schema = 0
    if where.database.exists():
        files.append((archive.STATE, folder / archive.STATE))
        safe_files.empty(folder / archive.STATE)
        schema = sqlite_reader.copy(where.database, folder / archive.STATE)
    manifest = Manifest(__version__, now, schema, archive.sums(files))
    if len(files) >= archive.MOST_FILES or manifest.size > archive.LARGEST_TOTAL // 2:
        raise Problem(say("backup.too_much", n=len(files)))  # what could not be restored is not made
    return manifest, files


def _write(stream: IO[bytes], manifest: Manifest, files: Iterable[tuple[str, Path]], sealed_by: Seal | None) -> None:
    if sealed_by is None:
        archive.write(stream, manifest, files)
    else:
        encryption.run(sealed_by, None, stream, feed=lambda pipe: archive.write(pipe, manifest, files))


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that was checked, and where its files lie until the block ends."""

    manifest: Manifest
    folder: Path


@contextmanager
def opened(source: Path, where: Paths, given: Given) -> Iterator[Opened]:
    """Open and check it, on the disk of the home. Raises Problem, OSError."""
    with tempfile.TemporaryDirectory(dir=_nearest(where.state), prefix=".gcli2api-restore-") as made:  # 0700
        plain = _plain(source, Path(made), given)
        folder = Path(made) / "files"
        safe_files.folder(folder)
        manifest = archive.unpack(plain, folder)
        if manifest.schema > sqlite_reader.NEWEST:
            raise Problem(say("backup.newer", version=manifest.version), say("backup.upgrade_first"))
        if (folder / archive.STATE).exists():
            sqlite_reader.require_whole(folder / archive.STATE)
        yield Opened(manifest, folder)


def put(found: Opened, where: Paths, now: float) -> tuple[Path, ...]:
    """Into the home; the folders that hold what was there. Raises OSError, after all was put back."""
    with ExitStack() as undo:  # on Ctrl+C too
        aside = _set_aside(where, now, undo)
        for name in sorted(found.manifest.files):
            source, target = found.folder.joinpath(*name.split("/")), archive.place(where, name)
            safe_files.folder(target.parent)
            undo.callback(target.unlink, missing_ok=True)
            if name == archive.STATE:  # it may be large, and lies on the same disk
                safe_files.move(source, target)
            else:
                safe_files.replace(target, source.read_bytes())
        undo.pop_all()
    return aside


def _nearest(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.is_dir())


def _plain(source: Path, folder: Path, given: Given) -> Path:
    try:
        head = safe_files.read(source, 40)
    except (OSError, ValueError) as error:
        raise Problem(
            say("file.not_read", path=str(source), why=str(getattr(error, "strerror", "") or error))
        ) from None
    sealed_by = encryption.for_restore(head, given)
    if sealed_by is None:
        return source
    target = folder / "archive"
    safe_files.create(target, b"")
    with source.open("rb") as reading, target.open("r+b") as writing:
        encryption.run(sealed_by, reading, writing)
    return target


def _set_aside(where: Paths, now: float, undo: ExitStack) -> tuple[Path, ...]:
    """Within each of the home's folders, so that nothing is copied from disk to disk."""
    day = datetime.fromtimestamp(now).astimezone().strftime("%Y%m%d-%H%M%S")
    folders = []
    for path in _standing(where):
        root = where.state if path.is_relative_to(where.state) else where.config
        target = root / f"{ASIDE}-{day}" / path.relative_to(root)
        folders.append(root / f"{ASIDE}-{day}")
        safe_files.folder(target.parent)
        safe_files.move(path, target)
        undo.callback(safe_files.move, target, path)
    return tuple(dict.fromkeys(folders))


def _standing(where: Paths) -> list[Path]:
    """All that the archive replaces, or that does not go with it."""
    beside = (archive.place(where, name) for name in (archive.STATE, *archive.BESIDE_STATE))
    return [*(path for _, path in archive.files(where)), *(path for path in beside if path.exists())]
