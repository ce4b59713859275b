"""Files, folders and ZIPs of credentials, within bounds.

In: bytes with a name, or a path. Out: a Found, in which one bad file never loses the good ones. A ZIP's names are
only labels for messages: nothing is ever written where they point. Bounds: 1,000 entries, 1 MB each, 20 MB and 1,000
credentials in all; one entry is in memory at a time.
"""

import dataclasses
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from gcli2api_tui import regular_file
from gcli2api_tui.credentials import file_parser
from gcli2api_tui.credentials.credential import Credential, OAuthClient
from gcli2api_tui.credentials.file_parser import LARGEST, MOST, Found, read_one
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

LARGEST_IN_ALL = 20_000_000

TEXTS = (".json", ".txt", ".env")
"""Endings of files that may hold credentials; `.env` alone is a name too."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of an import. `duplicates` are labels of credentials that were there already."""

    added: tuple[Credential, ...] = ()
    renewed: tuple[Credential, ...] = ()
    """Of an account that was there, with the younger sign-in that was imported."""
    duplicates: tuple[str, ...] = ()
    refused: tuple[ImportRefused, ...] = ()
    clients: tuple[str, ...] = ()
    """Ids of OAuth clients; sign-ins use the last one from now on."""


def joined_results(parts: Iterable[ImportResult]) -> ImportResult:
    """Several results as one."""
    listed = list(parts)
    return ImportResult(
        *(
            tuple(one for part in listed for one in getattr(part, field.name))
            for field in dataclasses.fields(ImportResult)
        )
    )


def is_text(name: str) -> bool:
    """Whether a file in a folder or a ZIP is looked at, by its name; other hidden ones are not."""
    low = name.lower()
    return low == ".env" or (low.endswith(TEXTS) and not name.startswith("."))


def is_taken(name: str) -> bool:
    """The same with ZIPs, which may lie in a folder but not in a ZIP."""
    return is_text(name) or (name.lower().endswith(".zip") and not name.startswith("."))


def read_bytes(data: bytes, name: str, client: OAuthClient) -> Found:
    """One file's content: a ZIP, JSON or keys."""
    return _zip(data, name, client) if data[:4] == b"PK\x03\x04" else read_one(data, name, client)


def read_path(path: Path, client: OAuthClient) -> Found:
    """A file, or the files of a folder (not of folders in it)."""
    try:
        return _folder(path, client) if path.is_dir() else _file(path, client, LARGEST_IN_ALL)
    except (OSError, ValueError) as error:  # a name too long, a NUL in it, a folder that is not ours
        why = say("import.unreadable", why=str(getattr(error, "strerror", None) or error))
        return Found(refused=(ImportRefused(why, file=path.name[:100]),))


def _folder(path: Path, client: OAuthClient) -> Found:
    files = sorted(file for file in path.iterdir() if is_taken(file.name))
    if not files or len(files) > MOST:
        why = say("import.folder_holds", count=len(files), most=MOST)
        return Found(refused=(ImportRefused(why, file=path.name),))
    return _bounded(
        (_file(file, client, LARGEST if is_text(file.name) else LARGEST_IN_ALL) for file in files), path.name
    )


def _bounded(parts: Iterable[Found], name: str) -> Found:
    """Several readings as one, until they hold as many credentials as an import may bring."""
    kept, left = [], MOST
    for part in parts:
        kept.append(part)
        left -= len(part.credentials)
        if left < 0:
            why = say("import.more_than", most=MOST)
            kept.append(Found(refused=(ImportRefused(why, file=name, way_out=say("import.in_parts")),)))
            break
    return file_parser.joined(kept)


def _file(path: Path, client: OAuthClient, largest: int) -> Found:
    try:
        data = regular_file.read(path, largest)
    except OSError as error:
        return Found(refused=(ImportRefused(say("import.unreadable", why=str(error.strerror)), file=path.name),))
    if len(data) > largest:
        return Found(refused=(ImportRefused(say("import.over_mb", mb=largest // 1_000_000), file=path.name),))
    return read_bytes(data, path.name, client)


def _zip(data: bytes, name: str, client: OAuthClient) -> Found:
    if len(data) > LARGEST_IN_ALL:
        return Found(refused=(ImportRefused(say("import.zip_over"), file=name),))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MOST:
                why = say("import.zip_entries", most=MOST)
                return Found(refused=(ImportRefused(why, file=name, way_out=say("import.in_parts")),))
            return _bounded(_members(archive, name, client), name)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return Found(
            refused=(ImportRefused(say("import.zip_damaged"), file=name, way_out=say("import.download_again")),)
        )


def _members(archive: zipfile.ZipFile, name: str, client: OAuthClient) -> Iterator[Found]:
    left = LARGEST_IN_ALL
    found = False
    for member in archive.infolist():
        base = PurePosixPath(member.filename.replace("\\", "/")).name
        # A damaged directory may name nothing, which is_dir() cannot bear: so it is asked last.
        if not is_text(base) or member.is_dir():
            continue
        found = True
        try:
            content = _member(archive, member, left, f"{name}/{base}")
        except ImportRefused as refusal:
            yield Found(refused=(refusal,))
            continue
        left -= len(content)
        yield read_one(content, base, client)
    if not found:
        yield Found(refused=(ImportRefused(say("import.zip_empty"), file=name),))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, where: str) -> bytes:
    """At most 1 MB is unpacked, whatever the header claims."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others raise errors of their own
        raise ImportRefused(say("import.packed"), file=where, way_out=say("import.plain_zip"))
    if why := regular_file.objection(member.external_attr >> 16):
        raise ImportRefused(say("import.unreadable", why=why), file=where)
    try:
        with archive.open(member) as stream:
            content = stream.read(min(LARGEST, left) + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise ImportRefused(say("import.not_unpacked"), file=where) from None
    if len(content) > LARGEST:
        raise ImportRefused(say("import.over_1_mb"), file=where)
    if len(content) > left:
        raise ImportRefused(say("import.zip_unpacks"), file=where, way_out=say("import.in_parts"))
    return content
