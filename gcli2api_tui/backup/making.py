"""Making a backup: the files of a home as they are, state.db at one moment, sealed, in one private file.

In: a home, with a server on it or without. Out: the file, whole or not at all, and what it holds.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from gcli2api_tui import __version__, private_files
from gcli2api_tui.backup import archive, seal
from gcli2api_tui.backup.archive import Manifest
from gcli2api_tui.backup.seal import Seal
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import sqlite_reader


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
        private_files.create(whole, b"")
        with whole.open("r+b") as stream:
            _write(stream, manifest, files, sealed_by)
        size = whole.stat().st_size
        private_files.move(whole, target)
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
        private_files.create(kept, content)
        files.append((name, kept))
    schema = 0
    if where.database.exists():
        files.append((archive.STATE, folder / archive.STATE))
        private_files.empty(folder / archive.STATE)
        schema = sqlite_reader.copy(where.database, folder / archive.STATE)
    manifest = Manifest(__version__, now, schema, archive.sums(files))
    if len(files) >= archive.MOST_FILES or manifest.size > archive.LARGEST_TOTAL // 2:
        raise Problem(say("backup.too_much", n=len(files)))  # what could not be restored is not made
    return manifest, files


def _write(stream: IO[bytes], manifest: Manifest, files: Iterable[tuple[str, Path]], sealed_by: Seal | None) -> None:
    if sealed_by is None:
        archive.write(stream, manifest, files)
    else:
        seal.run(sealed_by, None, stream, feed=lambda pipe: archive.write(pipe, manifest, files))
