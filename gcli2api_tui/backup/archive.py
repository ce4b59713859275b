"""A backup's archive: a ZIP of a home's files with `manifest.json`, which names each with its size and its SHA-256.

In: files of a home; or an archive of anybody's. Out: the archive; or its files, unpacked into a folder of their own
and all checked, before anything else is touched. What does not hold raises Problem: a name that leads elsewhere, a
link, a file that is not as the manifest says, one too many, one missing, more bytes than are believed. The log,
exports and recordings stay out: they are large, and the pool goes on without them.
"""

import errno
import hashlib
import json
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from gcli2api_tui import safe_files
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.quick_dataclass import dataclass

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
FORMAT = 1
MANIFEST = "manifest.json"
KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_FILES = 20_000
LARGEST_TOTAL = 2 * 1024**3
CHUNK = 1 << 20
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, IndexError, OverflowError, RuntimeError
)  # fmt: skip
"""What zipfile raises for an archive that is none, or of a kind that it does not know."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself. `schema` is the version of state.db's tables; 0 without one."""

    version: str
    at: float
    schema: int
    files: Mapping[str, tuple[int, str]]
    """Name → size and SHA-256."""

    @property
    def size(self) -> int:
        return sum(size for size, _ in self.files.values())

    def count(self, folder: str) -> int:
        return sum(name.startswith(f"{folder}/") for name in self.files)


def write(stream: IO[bytes], manifest: Manifest, files: Iterable[tuple[str, Path]]) -> None:
    """`files` are those of the manifest; the stream need not know how to go back."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(MANIFEST), json.dumps(_as_json(manifest), ensure_ascii=False, indent=1))
        for name, path in files:
            with archive.open(_entry(name), "w", force_zip64=True) as inside, path.open("rb") as source:
                while chunk := source.read(CHUNK):
                    inside.write(chunk)


def sums(files: Iterable[tuple[str, Path]]) -> dict[str, tuple[int, str]]:
    return {name: _sum(path) for name, path in files}


def unpack(path: Path, folder: Path) -> Manifest:
    """Its files, below `folder`, which is empty; all are as the manifest says. Raises Problem, OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive)
            manifest = _manifest(archive, entries)
            for name, (size, digest) in manifest.files.items():
                _unpack_one(archive, entries[name], folder.joinpath(*name.split("/")), size, digest)
            return manifest
    except UNREADABLE as error:
        raise Problem(say("backup.damaged", why=ascii(str(error))[:100])) from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the file's beginning
            raise Problem(say("backup.damaged", why=str(error.strerror))) from error
        raise


def _entry(name: str) -> zipfile.ZipInfo:
    """The same for the same content, whenever it is made."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    return entry


def _as_json(manifest: Manifest) -> dict[str, Any]:
    files = {name: {"size": size, "sha256": digest} for name, (size, digest) in manifest.files.items()}
    about = {"program": "gcli2api-tui", "format": FORMAT, "version": manifest.version}
    return {**about, "at": manifest.at, "schema": manifest.schema, "files": files}


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By name; before anything is read it is known that they are files of ours, and not too much."""
    found: dict[str, zipfile.ZipInfo] = {}
    listed = archive.infolist()
    if len(listed) > MOST_FILES or sum(entry.file_size for entry in listed) > LARGEST_TOTAL:
        raise Problem(say("backup.too_large"))
    for entry in listed:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if entry.filename in found or kind not in (0, stat.S_IFREG) or entry.compress_type not in KINDS:
            raise _refused(entry.filename)
        if entry.filename != MANIFEST and not is_ours(entry.filename):
            raise _refused(entry.filename)
        if entry.filename != STATE and entry.file_size > LARGEST_FILE:
            raise Problem(say("backup.too_large"))
        found[entry.filename] = entry
    return found


def _manifest(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> Manifest:
    if MANIFEST not in entries:
        raise Problem(say("backup.not_ours"))
    content = b"".join(_chunks(archive, entries[MANIFEST], LARGEST_FILE))
    try:
        found = json.loads(content)
        if found["program"] != "gcli2api-tui":
            raise Problem(say("backup.not_ours"))
        if int(found["format"]) > FORMAT:
            raise Problem(say("backup.newer", version=str(found["version"])[:40]), say("backup.upgrade_first"))
        files = {str(name): (int(one["size"]), str(one["sha256"])) for name, one in found["files"].items()}
        manifest = Manifest(str(found["version"])[:40], float(found["at"]), int(found["schema"]), files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Problem(say("backup.damaged", why=MANIFEST)) from error
    if odd := sorted(set(manifest.files) ^ (set(entries) - {MANIFEST})):
        raise Problem(say("backup.damaged", why=ascii(odd[0])))
    return manifest


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, size: int, digest: str) -> None:
    safe_files.folder(target.parent)
    hashed, had = hashlib.sha256(), 0
    safe_files.create(target, b"")
    with target.open("r+b") as file:
        for chunk in _chunks(archive, entry, size):
            had += len(chunk)
            hashed.update(chunk)
            file.write(chunk)
    if (had, hashed.hexdigest()) != (size, digest):
        raise Problem(say("backup.damaged", why=ascii(entry.filename)))


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """Whatever the entry promises: never more than a byte beyond `most`."""
    left = most + 1
    with archive.open(entry) as inside:
        while left > 0 and (chunk := inside.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _sum(path: Path) -> tuple[int, str]:
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            hashed.update(chunk)
    return size, hashed.hexdigest()


def _refused(name: str) -> Problem:
    return Problem(say("backup.hostile", name=ascii(name)[:100]))


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


def is_empty(where: Paths) -> bool:
    """Whether a backup would have nothing to keep: then nothing can be lost by a restore either."""
    return not where.database.exists() and next(files(where), None) is None


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
