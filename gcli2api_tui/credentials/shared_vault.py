"""Credentials that several instances share, and this one's own files beside them: a Vault for the registry.

In: what a Vault takes; a table of files by id, in the vault's own format, sealed by whoever keeps it. Out: the same
answers as a Vault gives. What is imported goes to the table; files of this home stay this home's. Invariants: a change
is made under the table's lock on what stands there now; nothing of this instance is the truth.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials import vault_format
from gcli2api_tui.credentials.credential import Credential, OAuthClient
from gcli2api_tui.credentials.identity import IdentityIndex, merged, signed_in_again
from gcli2api_tui.credentials.import_reader import Found, ImportResult
from gcli2api_tui.credentials.oauth_client_file import encoded
from gcli2api_tui.credentials.trash import Removed
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.credentials.vault_format import own_entry
from gcli2api_tui.credentials.watched_folder import Changes
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

OAUTH_CLIENT = "oauth_client"


@dataclass(frozen=True, slots=True)
class SharedFile:
    """One credential as the table has it. `content` is None where it cannot be opened."""

    id: CredentialId
    version: int
    """Of all changes to the table."""
    content: bytes | None
    removed_at: float | None = None


class Change(Protocol):
    """What may be done while nobody else changes anything."""

    def since(self, version: int) -> list[SharedFile]:
        """What was put or removed after it, in that order."""
        ...

    def put(self, identity: CredentialId, content: bytes, removed_at: float | None = None) -> int:
        """Its new version."""
        ...


class SharedFiles(Protocol):
    """All of them raise Problem where the table cannot be reached; then nothing has changed."""

    def since(self, version: int) -> list[SharedFile]: ...

    def changing(self) -> AbstractContextManager[Change]: ...

    def keep_key(self, name: str, content: bytes) -> None:
        """A secret that is no credential."""
        ...


class SharedVault(Vault):
    """The same rules for threads as a Vault's."""

    def __init__(
        self,
        folder: Path,
        trash: Path,
        clock: Clock,
        client: OAuthClient,
        table: SharedFiles,
        *,
        local: bool = False,
        known: Sequence[SharedFile] = (),
    ) -> None:
        """`local`: what is added is for this home alone. `known`: to begin with, until the table answers."""
        super().__init__(folder, trash, clock, client)
        self._local = local
        self._table = table
        self._time = clock
        self._shared = IdentityIndex()
        self._gone: dict[CredentialId, Removed] = {}
        self._version = 0
        self._known = tuple(known)
        self._heard: dict[CredentialId, Credential] = {}
        """What the caller knows of the table."""
        self._unopened: list[ImportRefused] = []

    def load(self) -> tuple[tuple[Credential, ...], tuple[ImportRefused, ...]]:
        own, refused = super().load()
        self.follow(self._known)
        trouble = None if self._known else self._try_to_follow()
        self._heard = self._shared.all()
        ordered = sorted(self._heard.values(), key=lambda one: (one.created_at, one.label))
        faults = (ImportRefused(trouble.message, file="", way_out=trouble.way_out),) if trouble else ()
        return (*own, *ordered), (*refused, *self._told_unopened(), *faults)

    def rescan(self) -> Changes:
        own, trouble = super().rescan(), self._try_to_follow()
        before, now = self._heard, self._shared.all()
        self._heard = now
        return Changes(
            added=(*own.added, *(one for identity, one in now.items() if identity not in before)),
            changed=(*own.changed, *(one for identity, one in now.items() if before.get(identity, one) != one)),
            removed=(*own.removed, *(identity for identity in before if identity not in now)),
            refused=(*own.refused, *self._told_unopened()),
            trouble=own.trouble or (trouble.sentence if trouble else own.trouble),
        )

    def file_of(self, credential: CredentialId) -> str:
        return self._shared.file_of(credential) or super().file_of(credential)

    def add(self, credentials: Iterable[Credential]) -> ImportResult:
        if self._local:
            return self._add_here(credentials)
        with self._changing() as change:
            added, renewed, duplicates = [], [], []
            for credential in credentials:
                there, older = self._shared.met(credential, self._time.now())
                renewed += [self._put(change, signed_in_again(known, credential)) for known in older]
                if there and not older:
                    duplicates.append(there[0].label)
                elif not there:
                    at = credential.created_at or self._time.now()
                    added.append(self._put(change, dataclasses.replace(credential, created_at=at)))
        return self._all_heard(ImportResult(tuple(added), tuple(renewed), tuple(duplicates)))

    def keep_clients(self, found: Found) -> tuple[str, ...]:
        """For the sign-ins of all instances."""
        if self._local:
            return super().keep_clients(found)
        for client in found.clients[-1:]:
            self._table.keep_key(OAUTH_CLIENT, encoded(client))
        return tuple(client.client_id for client in found.clients)

    def _add_here(self, credentials: Iterable[Credential]) -> ImportResult:
        """Those that the table has serve this home already; also while it cannot be asked."""
        self._try_to_follow()
        known = [(one, self._shared.met(one, self._time.now())[0]) for one in credentials]
        result = super().add([one for one, there in known if not there])
        duplicates = tuple(there[0].label for _, there in known if there)
        return dataclasses.replace(result, duplicates=(*result.duplicates, *duplicates))

    def sign_in(self, credential: Credential, *, local: bool = False) -> ImportResult:
        """Into this home's own file, where the account has one here, or is to have one; else into the table."""
        if local:
            self._try_to_follow()
        if self._index.twins(credential) or (local and not self._shared.twins(credential)):
            return super().sign_in(credential)
        with self._changing() as change:
            known = self._shared.twins(credential)
            renewed = tuple(self._put(change, signed_in_again(one, credential)) for one in known)
        return self._all_heard(ImportResult(renewed=renewed)) if renewed else self.add((credential,))

    def update(self, credential: Credential) -> Credential:
        if self._index.get(credential.id):
            return super().update(credential)
        with self._changing() as change:
            current = self._shared.get(credential.id)
            if current is None:
                return credential
            kept = merged(self._heard.get(credential.id, credential), credential, current)
            if kept != current:
                self._put(change, kept)
        self._heard[kept.id] = kept
        return kept

    def remove(self, identity: CredentialId) -> Credential:
        if self._index.get(identity):
            return super().remove(identity)
        with self._changing() as change:
            credential = self._shared.get(identity)
            if credential is None:
                raise Problem(say("vault.none_such"), say("vault.list"))
            content, at = vault_format.encode(credential), self._time.now()
            self._take(SharedFile(identity, change.put(identity, content, at), content, at))
        self._heard.pop(identity, None)
        return credential

    def restore(self, identity: CredentialId) -> Credential:
        if identity not in self._gone and self._shared.get(identity) is None:
            return super().restore(identity)
        with self._changing() as change:
            if present := self._shared.get(identity):
                credential = present
            else:
                credential = self._put(change, self._gone[identity].credential)
        self._heard[identity] = credential
        return credential

    def removed(self) -> tuple[Removed, ...]:
        listed = (*super().removed(), *self._gone.values())
        return tuple(sorted(listed, key=lambda one: one.at, reverse=True))

    # The table

    def _changing(self) -> "_Changing":
        return _Changing(self, self._table.changing())

    def follow(self, files: Iterable[SharedFile]) -> None:
        for file in files:
            self._take(file)

    def catch_up(self, since: Callable[[int], list[SharedFile]]) -> None:
        """What others did until now; from its first answer on the table's word alone counts."""
        files = since(0 if self._known else self._version)
        if self._known:
            self._known, self._version = (), 0
            self._shared, self._gone = IdentityIndex(), {}
        self.follow(files)

    def _try_to_follow(self) -> Problem | None:
        try:
            self.catch_up(self._table.since)
        except Problem as problem:
            return problem
        return None

    def _put(self, change: Change, credential: Credential) -> Credential:
        content = vault_format.encode(credential)
        self._take(SharedFile(credential.id, change.put(credential.id, content), content))
        return credential

    def _take(self, file: SharedFile) -> None:
        self._version = max(self._version, file.version)
        name = f"{file.id}.json"
        try:
            credential = _opened(file)
        except ImportRefused as refusal:
            self._unopened.append(refusal)
            return
        name = vault_format.file_name(credential)
        if file.removed_at is None:
            self._gone.pop(file.id, None)
            self._shared.put(credential, name)
        else:
            self._shared.drop(self._shared.file_of(file.id))
            self._gone[file.id] = Removed(credential, name, file.removed_at)

    def _all_heard(self, result: ImportResult) -> ImportResult:
        for credential in (*result.added, *result.renewed):
            self._heard[credential.id] = credential
        return result

    def _told_unopened(self) -> Iterator[ImportRefused]:
        told, self._unopened = self._unopened, []
        return iter(told)


def _opened(file: SharedFile) -> Credential:
    """Raises ImportRefused for one that another key has sealed, or that stands under another's id."""
    name = f"{file.id[:6]}.json"
    entry = own_entry(name, file.content) if file.content is not None else None
    if entry is None:
        raise ImportRefused(say("cluster.not_opened"), file=name, way_out=say("cluster.right_seal"))
    credential = vault_format.decode(entry)
    if credential.id != file.id:
        raise entry.refuse("id", say("field.hex"))
    return credential


class _Changing:
    """The table's lock, with what others did until now."""

    def __init__(self, vault: SharedVault, change: AbstractContextManager[Change]) -> None:
        self._vault, self._change = vault, change

    def __enter__(self) -> Change:
        change = self._change.__enter__()
        self._vault.catch_up(change.since)
        return change

    def __exit__(self, *error: object) -> None:
        self._change.__exit__(*error)  # type: ignore[arg-type]
