"""The credentials on disk: one file each, and the only code that writes them. A server goes through `registry`.

In: credentials to keep, change or remove; foreign files that people drop into the folder. Out: the credentials, and
what changed since the last look. Files are the truth; what is remembered here only tells own writes from others'.
"""

import dataclasses
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials import secret_writes, vault_format
from gcli2api_tui.credentials.credential import HIDDEN, Credential, OAuthClient, shown_name
from gcli2api_tui.credentials.file_fields import Entry
from gcli2api_tui.credentials.identity import IdentityIndex, merged, signed_in_again
from gcli2api_tui.credentials.import_reader import Found, ImportResult, joined_results, read_bytes
from gcli2api_tui.credentials.oauth_client_file import ClientFile
from gcli2api_tui.credentials.trash import Removed, Trash
from gcli2api_tui.credentials.watched_folder import Changes, Folder, Fresh, Unreadable
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import NOTHING, say

AT_ONCE = 10
"""Credentials added under one lock, which another process may wait for."""


class Vault:
    """All methods are synchronous and touch the disk, those that say so excepted. One thread at a time."""

    def __init__(self, folder: Path, trash: Path, clock: Clock, client: OAuthClient) -> None:
        """`client` is assumed for dropped files that name no OAuth client."""
        for place in (folder, trash):
            with suppress(OSError):  # a disk that is read-only: what is missing there is done without
                safe_files.private_folder(place)
        self._files = Folder(folder)
        self._trash = Trash(trash)
        self._clock = clock
        self._client = client
        self._client_file = ClientFile(folder)
        self._index = IdentityIndex()
        self._told: dict[CredentialId, Credential] = {}
        """What the caller knows: what was on file at the last `load` or `rescan`, and its own calls since."""
        self._refused: dict[str, ImportRefused] = {}
        self._untold: list[ImportRefused] = []

    def load(self) -> tuple[tuple[Credential, ...], tuple[ImportRefused, ...]]:
        """All credentials, oldest first, and what is wrong in the folder. `rescan` reports nothing of it again."""
        trouble = self._try_look(settled=True, wait=True)
        self._told, self._untold = self._index.all(), []
        ordered = sorted(self._told.values(), key=lambda credential: (credential.created_at, credential.label))
        faults = (ImportRefused(trouble.message, file=self.folder.name, way_out=trouble.way_out),) if trouble else ()
        return tuple(ordered), (*self._refused.values(), *faults)

    def rescan(self) -> Changes:
        """Look again; waits for nobody. Cheap when nothing changed: one `stat` a file."""
        trouble = self._try_look(settled=False, wait=False)
        return dataclasses.replace(self._changes(), trouble=trouble.sentence if trouble else NOTHING)

    def moved(self) -> bool:
        """Whether a `rescan` may find something; reads no file, never raises OSError."""
        with suppress(OSError):
            return self.unsettled or self._files.moved()
        return True

    def _try_look(self, *, settled: bool, wait: bool) -> Problem | None:
        """A disk that takes nothing can still be read."""
        try:
            if settled or self._files.moved():
                with secret_writes.locked(self.folder, wait=wait) as held:
                    if settled:
                        safe_files.sweep(self.folder)
                    return self._look(settled=settled) if held else None
        except Problem as problem:
            return problem
        except OSError as error:
            return secret_writes.not_read(self.folder, error)
        return None

    def _changes(self) -> Changes:
        before, now = self._told, self._index.all()
        self._told, refused, self._untold = now, tuple(self._untold), []
        return Changes(
            added=tuple(one for identity, one in now.items() if identity not in before),
            changed=tuple(one for identity, one in now.items() if before.get(identity, one) != one),
            removed=tuple(identity for identity in before if identity not in now),
            refused=refused,
        )

    @property
    def unsettled(self) -> bool:
        """Somebody may be writing a file just now: look again soon. Touches no disk; from any thread."""
        return self._files.unsettled

    @property
    def folder(self) -> Path:
        return self._files.path

    def file_of(self, credential: CredentialId) -> str:
        """Its file's name, or "". Touches no disk; from any thread."""
        return self._index.file_of(credential)

    def take(self, found: Found) -> ImportResult:
        """Keep what an import found."""
        listed = found.credentials
        parts = [self.add(listed[first : first + AT_ONCE]) for first in range(0, len(listed), AT_ONCE)]
        result = joined_results(parts)
        return dataclasses.replace(result, refused=found.refused + result.refused, clients=self.keep_clients(found))

    def keep_clients(self, found: Found) -> tuple[str, ...]:
        """The last of the OAuth clients is for sign-ins from now on; the ids of all."""
        for client in found.clients[-1:]:
            self._client_file.keep(client)
        return tuple(client.client_id for client in found.clients)

    def add(self, credentials: Iterable[Credential]) -> ImportResult:
        """Write those that are not there yet, under one lock. Raises Problem when the disk refuses."""
        with secret_writes.locked(self.folder):
            self._look()
            return self._tell_all(self._add(credentials))

    def sign_in(self, credential: Credential, *, local: bool = False) -> ImportResult:
        """A new sign-in: into the files of its account, whoever changed them meanwhile, or into one of its own."""
        with secret_writes.locked(self.folder):
            self._look()
            known = self._index.twins(credential)
            renewed = [self._write(signed_in_again(one, credential), self._index.file_of(one.id)) for one in known]
            return self._tell_all(ImportResult(renewed=tuple(renewed)) if renewed else self._add((credential,)))

    def update(self, credential: Credential) -> Credential:
        """Write back new tokens, a label, a project or settings; returns what now stands in the file.

        Fields that others changed in the file since the caller was told are kept, unless this call changes them too;
        a secret that others exchanged is kept in any case. A file that somebody removed is not brought back: the next
        `rescan` tells.
        """
        with secret_writes.locked(self.folder):
            while True:
                self._look()
                current = self._index.get(credential.id)
                if current is None:
                    return credential
                kept = merged(self._told.get(credential.id, credential), credential, current)
                name = self._index.file_of(kept.id)
                # Editors know of no lock: what changed while ours was written is looked at again.
                if kept == current or self._replaced(kept, name):
                    return self._tell(kept)
                self._files.let_settle(name)

    def remove(self, identity: CredentialId) -> Credential:
        """Move its file to trash/. Raises Problem if there is none."""
        with secret_writes.locked(self.folder):
            self._look()
            credential = self._index.get(identity)
            if credential is None:
                raise Problem(say("vault.none_such"), say("vault.list"))
            name = self._index.file_of(identity)
            self._trash.put(self.folder / name, credential)
            self._forget(name)
            self._told.pop(identity, None)
            return credential

    def restore(self, identity: CredentialId) -> Credential:
        """Bring back what was removed last under this id. Raises Problem if trash/ does not hold it."""
        with secret_writes.locked(self.folder):
            self._look()
            if present := self._index.get(identity):
                return self._tell(present)
            path, credential = self._trash.find(identity)
            self._write(credential, safe_files.free_name(self.folder, vault_format.file_name(credential)).name)
            path.unlink(missing_ok=True)
            return self._tell(credential)

    def removed(self) -> tuple[Removed, ...]:
        """What `restore` can bring back, what was removed last first."""
        return tuple(one for one in self._trash.listed() if self._index.get(one.credential.id) is None)

    def in_trash(self, identity: CredentialId) -> Path:
        """Where its file went when it was removed last. Raises Problem."""
        return self._trash.find(identity)[0]

    def _add(self, credentials: Iterable[Credential]) -> ImportResult:
        added, renewed, duplicates = [], [], []
        for credential in credentials:
            there, older = self._index.met(credential, self._clock.now())
            for known in older:
                renewed.append(self._write(signed_in_again(known, credential), self._index.file_of(known.id)))
            if there and not older:
                duplicates.append(there[0].label)
            elif not there:
                kept = dataclasses.replace(credential, created_at=credential.created_at or self._clock.now())
                added.append(self._write(kept, safe_files.free_name(self.folder, vault_format.file_name(kept)).name))
        return ImportResult(tuple(added), tuple(renewed), tuple(duplicates))

    def _tell_all(self, result: ImportResult) -> ImportResult:
        for credential in (*result.added, *result.renewed):
            self._tell(credential)
        return result

    def _tell(self, credential: Credential) -> Credential:
        """The caller gets it now; `rescan` need not say it."""
        self._told[credential.id] = credential
        return credential

    def _look(self, *, settled: bool = False) -> Problem | None:
        """Fold what happened in the folder into what is known; the lock is held. `settled`: nobody is writing.

        A file that the disk refused to import stops no other, and nothing that is done to credentials.
        """
        trouble = None
        vanished, fresh = self._files.look()
        for name in vanished:
            self._forget(name)
        # Ours first: an import that was killed between its two steps has left both its file and ours.
        for item in sorted(fresh, key=lambda one: not (isinstance(one, Fresh) and vault_format.looks_ours(one.data))):
            try:
                self._take_in(item, settled)
            except Problem as problem:
                trouble = problem
        return trouble

    def _take_in(self, item: Fresh | Unreadable, settled: bool) -> None:
        """Ours are written in one step; with what is foreign or torn we wait until its writer has finished."""
        if isinstance(item, Unreadable):
            self._refuse(item.refusal, item.name)
            return
        settled = settled or item.settled
        self._refused.pop(item.name, None)
        try:
            entry = vault_format.own_entry(item.name, item.data)
            if entry is not None:
                self._read_own(item.name, entry, item.data)
            elif settled:
                self._import(item.name, item.data)
            else:
                self._files.wait_for(item.name)
        except ImportRefused as refusal:
            if settled:
                self._refuse(refusal, item.name)
            else:
                self._files.wait_for(item.name)
        except Problem:
            self._files.wait_for(item.name)  # the disk refused: it is tried again
            raise

    def _refuse(self, refusal: ImportRefused, name: str) -> None:
        self._refused[name] = refusal.kept()
        self._untold.append(refusal)

    def _read_own(self, name: str, entry: Entry, content: bytes) -> None:
        credential = vault_format.decode(entry)
        other = self._index.file_of(credential.id) or name
        if other != name:
            raise entry.refuse("id", say("vault.copy", other=other), say("vault.remove_one"))
        self._index.put(credential, self._unlike_a_key(name, credential, content))

    def _unlike_a_key(self, name: str, credential: Credential, content: bytes) -> str:
        """The file's name, or a new one where a person has called the file by its key."""
        if HIDDEN not in shown_name(name):
            return name
        wanted = safe_files.free_name(self.folder, vault_format.file_name(credential)).name
        safe_files.move(self.folder / name, self.folder / wanted)
        self._files.forget(name)
        self._files.wrote(wanted, content)
        return wanted

    def _import(self, name: str, data: bytes) -> None:
        """A file somebody dropped: keep its credentials in files of ours, move it aside as it is."""
        found = read_bytes(data, name, self._client)
        result = self._add(found.credentials)
        clients = self.keep_clients(found)
        self._untold += found.refused[1:]
        if result.added or result.renewed or result.duplicates or clients:
            imported = self.folder / "imported"
            safe_files.private_folder(imported)
            safe_files.move(self.folder / name, safe_files.free_name(imported, shown_name(name)))
            self._files.forget(name)
        if found.refused:
            raise found.refused[0]

    def _write(self, credential: Credential, name: str) -> Credential:
        self._files.write(name, vault_format.encode(credential))
        self._index.put(credential, name)
        return credential

    def _replaced(self, credential: Credential, name: str) -> bool:
        """Whether it was written: only in the place of what was looked at last."""
        if replaced := self._files.replace(name, vault_format.encode(credential)):
            self._index.put(credential, name)
        return replaced

    def _forget(self, name: str) -> None:
        self._files.forget(name)
        self._refused.pop(name, None)
        self._index.drop(name)
