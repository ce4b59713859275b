"""Credentials out of files, folders and ZIPs, within bounds, whatever format they are in.

In: bytes with a name, or a path, and the OAuth client to assume. Out: a Found, entry by entry what was found and what
was refused, in which one bad file never loses the good ones; of bytes nothing raises. No refusal repeats a value of a
file. A ZIP's names are only labels for messages: nothing is ever written where they point. Bounds: 1,000 entries, 1
MB each, 20 MB and 1,000 credentials in all; one entry is in memory at a time.
"""

import dataclasses
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from gcli2api_tui import safe_files
from gcli2api_tui.credentials.credential import Credential, OAuthClient
from gcli2api_tui.credentials.file_fields import Entry, decoded, visible
from gcli2api_tui.credentials.json_formats import credentials_of, is_opencodes, providers
from gcli2api_tui.credentials.key_lists import read_lines
from gcli2api_tui.credentials.oauth_client_file import client_of
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

LARGEST = 1_000_000
"""Bytes of one file."""
MOST = 1_000
"""Entries of one file or ZIP."""
LARGEST_IN_ALL = 20_000_000
TEXTS = (".json", ".txt", ".env")
"""Endings of files that may hold credentials; `.env` alone is a name too."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read, before anybody compared it with the vault."""

    credentials: tuple[Credential, ...] = ()
    refused: tuple[ImportRefused, ...] = ()
    clients: tuple[OAuthClient, ...] = ()
    """OAuth clients to sign in with: nobody has signed in with them yet."""

    def __post_init__(self) -> None:
        for refusal in self.refused:
            refusal.kept()


def joined(parts: Iterable[Found]) -> Found:
    """Several readings as one."""
    listed = list(parts)
    return Found(
        tuple(credential for part in listed for credential in part.credentials),
        tuple(refusal for part in listed for refusal in part.refused),
        tuple(client for part in listed for client in part.clients),
    )


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


def read_path(path: Path, client: OAuthClient) -> Found:
    """A file, or the files of a folder (not of folders in it)."""
    try:
        return _folder(path, client) if path.is_dir() else _file(path, client, LARGEST_IN_ALL)
    except (OSError, ValueError) as error:  # a name too long, a NUL in it, a folder that is not ours
        why = say("import.unreadable", why=str(getattr(error, "strerror", None) or error))
        return Found(refused=(ImportRefused(why, file=path.name[:100]),))


def read_bytes(data: bytes, name: str, client: OAuthClient) -> Found:
    """One file's content: a ZIP, JSON or keys."""
    return _zip(data, name, client) if data[:4] == b"PK\x03\x04" else read_one(data, name, client)


def read_key(data: bytes, client: OAuthClient, *, vertex: bool = False, label: str = "", project: str = "") -> Found:
    """What a person calls a key: one is taken as it is, whatever it looks like; several are read like a list of keys.

    Raises Problem where what was said beside it goes with one key only.
    """
    name = say("import.the_key")
    try:
        words = visible(decoded(data, name)).split()
    except ImportRefused as refusal:
        return Found(refused=(refusal,))
    if len(words) == 1 and words[0][:1] not in ("{", "["):
        fields = {"vertex_api_key" if vertex else "api_key": words[0], "label": label, "project": project}
        return read_one(json.dumps(fields).encode(), name, client)
    if vertex:
        raise Problem(say("import.vertex_one"), say("import.vertex_list"))
    if label or project:
        raise Problem(say("import.label_one"), say("import.label_list"))
    return read_one(data, name, client)


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
    return joined(kept)


def _file(path: Path, client: OAuthClient, largest: int) -> Found:
    try:
        data = safe_files.read(path, largest)
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
    if why := safe_files.objection(member.external_attr >> 16):
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


def read_one(data: bytes, name: str, client: OAuthClient) -> Found:
    """Everything in one file; a bad entry does not lose the good ones."""
    name = name.encode("utf-8", "replace").decode()  # names on a disk need not be Unicode; a vault file must be
    try:
        if len(data) > LARGEST:
            raise ImportRefused(say("import.file_over"), file=name)
        text = decoded(data, name)
        found = _from_json(text, name, client) if text[:1] in ("{", "[") else _from_lines(text, name)
    except ImportRefused as refusal:
        return Found(refused=(refusal,))
    return dataclasses.replace(found, credentials=tuple(_sourced(one, name) for one in found.credentials))


def _sourced(credential: Credential, name: str) -> Credential:
    return credential if credential.source else dataclasses.replace(credential, source=name)


def _from_json(text: str, name: str, client: OAuthClient) -> Found:
    content = _parsed(text, name)
    entries = content if isinstance(content, list) else [content]
    if not entries or len(entries) > MOST:
        raise ImportRefused(say("import.list_holds", count=len(entries), most=MOST), file=name)
    numbered = isinstance(content, list)
    return joined(
        _entry(value, name, f"[{number}]" if numbered else "", client) for number, value in enumerate(entries)
    )


def _parsed(text: str, name: str) -> Any:
    """JSON as it stands, or else without the signs that a web page put between its words."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if (seen := visible(text)) != text:
            return _parsed(seen, name)
        where = say("import.at", line=error.lineno, column=error.colno)
        raise ImportRefused(say("import.bad_json", where=where), file=name) from None
    except (ValueError, RecursionError):
        raise ImportRefused(say("import.wild_json"), file=name) from None


def _entry(value: object, name: str, path: str, client: OAuthClient) -> Found:
    if isinstance(value, str):
        value = {"api_key": value}
    if not isinstance(value, dict):
        return Found(refused=(ImportRefused(say("import.object_or_key"), file=name, field=path),))
    entry = Entry(name, value, path)
    try:
        if own := client_of(entry):
            return Found(clients=(own,))
        if is_opencodes(entry):
            return joined(_provider(one, name, path, client) for one in providers(entry))
        return Found(credentials=tuple(credentials_of(entry, client)))
    except ImportRefused as refusal:
        return Found(refused=(refusal,))


def _provider(one: dict[str, object] | ImportRefused, name: str, path: str, client: OAuthClient) -> Found:
    return Found(refused=(one,)) if isinstance(one, ImportRefused) else _entry(one, name, path, client)


def _from_lines(text: str, name: str) -> Found:
    found = read_lines(text, name)
    if len(found.credentials) > MOST:
        raise ImportRefused(say("import.file_holds", count=len(found.credentials), most=MOST), file=name)
    return Found(found.credentials, found.refused)
