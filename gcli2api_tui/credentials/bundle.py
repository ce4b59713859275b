"""Files, folders and ZIPs of credentials, within bounds.

In: bytes with a name, or a path. Out: a Found, in which one bad file never loses the good ones. A ZIP's names are
only labels for messages: nothing is ever written where they point. Bounds: 1,000 entries, 1 MB each, 20 MB in all.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gcli2api_tui.credentials.formats import LARGEST, MOST, Found, joined, read
from gcli2api_tui.credentials.kinds import Credential, OAuthClient
from gcli2api_tui.events.problems import ImportRefused

LARGEST_IN_ALL = 20_000_000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of an import. `duplicates` are labels of credentials that were there already."""

    added: tuple[Credential, ...] = ()
    duplicates: tuple[str, ...] = ()
    refused: tuple[ImportRefused, ...] = ()
    clients: tuple[str, ...] = ()
    """Ids of OAuth clients; sign-ins use the last one from now on."""


def read_bytes(data: bytes, name: str, client: OAuthClient) -> Found:
    """One file's content: a ZIP, JSON or keys."""
    return _zip(data, name, client) if data[:4] == b"PK\x03\x04" else read(data, name, client)


def read_path(path: Path, client: OAuthClient) -> Found:
    """A file, or the files of a folder (not of folders in it)."""
    try:
        return _folder(path, client) if path.is_dir() else _file(path, client, LARGEST_IN_ALL)
    except (OSError, ValueError) as error:  # a name too long, a NUL in it, a folder that is not ours
        why = f"It cannot be read: {getattr(error, 'strerror', None) or error}."
        return Found(refused=(ImportRefused(why, file=path.name[:100]),))


def _folder(path: Path, client: OAuthClient) -> Found:
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in (".json", ".txt", ".zip"))
    if not files or len(files) > MOST:
        why = f"The folder holds {len(files)} .json, .txt and .zip files; 1 to {MOST} are taken."
        return Found(refused=(ImportRefused(why, file=path.name),))
    return joined(_file(file, client, LARGEST if file.suffix.lower() != ".zip" else LARGEST_IN_ALL) for file in files)


def _file(path: Path, client: OAuthClient, largest: int) -> Found:
    try:
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        return Found(refused=(ImportRefused(f"It cannot be read: {error.strerror}.", file=path.name),))
    if len(data) > largest:
        return Found(refused=(ImportRefused(f"It is larger than {largest // 1_000_000} MB.", file=path.name),))
    return read_bytes(data, path.name, client)


def _zip(data: bytes, name: str, client: OAuthClient) -> Found:
    if len(data) > LARGEST_IN_ALL:
        return Found(refused=(ImportRefused("The ZIP is larger than 20 MB.", file=name),))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MOST:
                why = f"The ZIP holds more than {MOST} entries."
                return Found(refused=(ImportRefused(why, file=name, way_out="Import it in parts."),))
            return joined(_members(archive, name, client))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return Found(refused=(ImportRefused("The ZIP is damaged.", file=name, way_out="Download it again."),))


def _members(archive: zipfile.ZipFile, name: str, client: OAuthClient) -> Iterator[Found]:
    left = LARGEST_IN_ALL
    found = False
    for member in archive.infolist():
        base = PurePosixPath(member.filename.replace("\\", "/")).name
        # A damaged directory may name nothing, which is_dir() cannot bear: so it is asked last.
        if base.startswith(".") or not base.lower().endswith((".json", ".txt")) or member.is_dir():
            continue
        found = True
        try:
            content = _member(archive, member, left, f"{name}/{base}")
        except ImportRefused as refusal:
            yield Found(refused=(refusal,))
            continue
        left -= len(content)
        yield read(content, base, client)
    if not found:
        yield Found(refused=(ImportRefused("The ZIP holds no .json or .txt file.", file=name),))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, where: str) -> bytes:
    """At most 1 MB is unpacked, whatever the header claims."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others raise errors of their own
        raise ImportRefused("It is packed in a way that is not taken.", file=where, way_out="Pack it as a plain ZIP.")
    try:
        with archive.open(member) as stream:
            content = stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise ImportRefused("It cannot be unpacked (damaged or encrypted).", file=where) from None
    if len(content) > LARGEST:
        raise ImportRefused("It is larger than 1 MB.", file=where)
    if len(content) > left:
        raise ImportRefused("The ZIP unpacks to more than 20 MB.", file=where)
    return content
