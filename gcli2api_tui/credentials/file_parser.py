"""Bytes of one file to credentials, whatever format they are in. Pure: no disk, no clock, no network.

In: the bytes, a name for messages, and the OAuth client to assume. Out: what was found and what was refused, entry by
entry; nothing in here raises, whatever the bytes are. No refusal repeats a value of the file.
"""

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from gcli2api_tui.credentials.client_secret import client_of
from gcli2api_tui.credentials.credential import Credential, OAuthClient
from gcli2api_tui.credentials.file_fields import Entry, decoded, visible
from gcli2api_tui.credentials.json_formats import credentials_of, is_opencodes, providers
from gcli2api_tui.credentials.key_lists import read_lines
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

LARGEST = 1_000_000
"""Bytes of one file."""

MOST = 1_000
"""Entries of one file or ZIP."""


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


def _provider(one: dict[str, Any] | ImportRefused, name: str, path: str, client: OAuthClient) -> Found:
    return Found(refused=(one,)) if isinstance(one, ImportRefused) else _entry(one, name, path, client)


def _from_lines(text: str, name: str) -> Found:
    found = read_lines(text, name)
    if len(found.credentials) > MOST:
        raise ImportRefused(say("import.file_holds", count=len(found.credentials), most=MOST), file=name)
    return Found(found.credentials, found.refused)
