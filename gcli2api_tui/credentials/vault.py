"""The credentials on disk: one file each, and the only code that writes them.

In: credentials to keep, change or remove; foreign files that people drop into the folder. Out: the credentials, and
what changed since the last look. Files are the truth; what is remembered here only tells own writes from others'.
"""

import dataclasses
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials import disk, names, vault_file
from gcli2api_tui.credentials.bundle import ImportResult, read_bytes
from gcli2api_tui.credentials.client_secret import ClientFile
from gcli2api_tui.credentials.dedupe import identity_key, merged, twin
from gcli2api_tui.credentials.fields import Entry
from gcli2api_tui.credentials.folder import Folder, Fresh, Unreadable, looks_ours, own_entry
from gcli2api_tui.credentials.formats import Found
from gcli2api_tui.credentials.kinds import Credential, OAuthClient
from gcli2api_tui.credentials.trash import Trash
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import NOTHING, Message, say

AT_ONCE = 10
"""Files written under one lock, which another process may wait for."""


@dataclasses.dataclass(frozen=True, slots=True)
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


class Vault:
    """All methods are synchronous and touch the disk; hundreds of small files are read in milliseconds."""

    def __init__(self, folder: Path, trash: Path, clock: Clock, client: OAuthClient) -> None:
        """`client` is assumed for dropped files that name no OAuth client."""
        for place in (folder, trash):
            with suppress(OSError):  # a disk that is read-only: what is missing there is done without
                disk.private_folder(place)
        self._files = Folder(folder)
        self._trash = Trash(trash)
        self._clock = clock
        self._client = client
        self._client_file = ClientFile(folder)
        self._known: dict[CredentialId, Credential] = {}
        self._names: dict[CredentialId, str] = {}
        self._told: dict[CredentialId, Credential] = {}
        """What the caller knows: `_known` at the last `load` or `rescan`, and what was done since by its own calls."""
        self._refused: dict[str, ImportRefused] = {}
        self._untold: list[ImportRefused] = []

    def load(self) -> tuple[tuple[Credential, ...], tuple[ImportRefused, ...]]:
        """All credentials, oldest first, and what is wrong in the folder. `rescan` reports nothing of it again."""
        trouble = self._try_look(settled=True, wait=True)
        self._told, self._untold = dict(self._known), []
        ordered = sorted(self._known.values(), key=lambda credential: (credential.created_at, credential.label))
        faults = (ImportRefused(trouble.message, file=self.folder.name, way_out=trouble.way_out),) if trouble else ()
        return tuple(ordered), (*self._refused.values(), *faults)

    def rescan(self) -> Changes:
        """Look again; waits for nobody. Cheap when nothing changed: one `stat` a file."""
        trouble = self._try_look(settled=False, wait=False)
        return dataclasses.replace(self._changes(), trouble=trouble.sentence if trouble else NOTHING)

    def _try_look(self, *, settled: bool, wait: bool) -> Problem | None:
        """A disk that takes nothing can still be read."""
        try:
            if settled or self._files.moved():
                with disk.locked(self.folder, wait=wait) as held:
                    if settled:
                        disk.sweep(self.folder)
                    return self._look(settled=settled) if held else None
        except Problem as problem:
            return problem
        except OSError as error:
            why = say("disk.not_read", folder=str(self.folder), why=str(error.strerror or error))
            return Problem(why, say("disk.check_there"))
        return None

    def _changes(self) -> Changes:
        before, now = self._told, self._known
        self._told, refused, self._untold = dict(now), tuple(self._untold), []
        return Changes(
            added=tuple(one for identity, one in now.items() if identity not in before),
            changed=tuple(one for identity, one in now.items() if before.get(identity, one) != one),
            removed=tuple(identity for identity in before if identity not in now),
            refused=refused,
        )

    @property
    def unsettled(self) -> bool:
        """Somebody may be writing a file just now: look again soon."""
        return self._files.unsettled

    @property
    def folder(self) -> Path:
        return self._files.path

    def file_of(self, credential: CredentialId) -> str:
        """Its file's name, or ""."""
        return self._names.get(credential, "")

    def take(self, found: Found) -> ImportResult:
        """Keep what an import found."""
        result = self.add(found.credentials)
        clients = self._keep_clients(found)
        return dataclasses.replace(result, refused=found.refused + result.refused, clients=clients)

    def _keep_clients(self, found: Found) -> tuple[str, ...]:
        for client in found.clients[-1:]:
            self._client_file.keep(client)
        return tuple(client.client_id for client in found.clients)

    def add(self, credentials: Iterable[Credential]) -> ImportResult:
        """Write those that are not there yet. Raises Problem when the disk refuses."""
        listed = list(credentials)
        parts = [self._add_some(listed[first : first + AT_ONCE]) for first in range(0, len(listed), AT_ONCE)]
        return ImportResult(
            tuple(one for part in parts for one in part.added),
            tuple(label for part in parts for label in part.duplicates),
        )

    def _add_some(self, credentials: Iterable[Credential]) -> ImportResult:
        with disk.locked(self.folder):
            self._look()
            result = self._add(credentials)
            for credential in result.added:
                self._tell(credential)
            return result

    def update(self, credential: Credential) -> Credential:
        """Write back new tokens, a label, a project or settings; returns what now stands in the file.

        Fields that others changed in the file since the last look are kept, unless this call changes them too. A file
        that somebody removed is not brought back: the next `rescan` tells.
        """
        with disk.locked(self.folder):
            base = self._known.get(credential.id, credential)
            self._look()
            current = self._known.get(credential.id)
            if current is None:
                return credential
            kept = merged(base, credential, current)
            if kept != current:
                self._write(kept, self._names[kept.id])
            return self._tell(kept)

    def remove(self, identity: CredentialId) -> Credential:
        """Move its file to trash/. Raises Problem if there is none."""
        with disk.locked(self.folder):
            self._look()
            credential = self._known.get(identity)
            if credential is None:
                raise Problem(say("vault.none_such"), say("vault.list"))
            name = self._names[identity]
            self._trash.put(self.folder / name, credential)
            self._forget(name)
            self._told.pop(identity, None)
            return credential

    def restore(self, identity: CredentialId) -> Credential:
        """Bring back what was removed last under this id. Raises Problem if trash/ does not hold it."""
        with disk.locked(self.folder):
            self._look()
            if identity in self._known:
                return self._tell(self._known[identity])
            path, credential = self._trash.find(identity)
            self._write(credential, disk.free_name(self.folder, vault_file.file_name(credential)).name)
            path.unlink(missing_ok=True)
            return self._tell(credential)

    def in_trash(self, identity: CredentialId) -> Path:
        """Where its file went when it was removed last. Raises Problem."""
        return self._trash.find(identity)[0]

    def _add(self, credentials: Iterable[Credential]) -> ImportResult:
        added, duplicates = [], []
        present = {(identity_key(one), one.project): one.label for one in self._known.values()}
        for credential in credentials:
            if (label := twin(credential, present)) is not None or credential.id in self._known:
                duplicates.append(label or self._known[credential.id].label)
                continue
            kept = dataclasses.replace(credential, created_at=credential.created_at or self._clock.now())
            self._write(kept, disk.free_name(self.folder, vault_file.file_name(kept)).name)
            present[identity_key(kept), kept.project] = kept.label
            added.append(kept)
        return ImportResult(tuple(added), tuple(duplicates))

    def _tell(self, credential: Credential) -> Credential:
        """The caller gets it now; `rescan` need not say it."""
        self._told[credential.id] = credential
        return credential

    def _look(self, *, settled: bool = False) -> Problem | None:
        """Fold what happened in the folder into what is known; the lock is held. `settled`: nobody is writing.

        A file that the disk refused to import stops no other, and nothing that is done to credentials.
        """
        trouble = None
        for name in self._files.vanished():
            self._forget(name)
        # Ours first: an import that was killed between its two steps has left both its file and ours.
        for item in sorted(
            self._files.fresh(), key=lambda item: not (isinstance(item, Fresh) and looks_ours(item.data))
        ):
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
            entry = own_entry(item.name, item.data)
            if entry is not None:
                self._read_own(item.name, entry)
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

    def _read_own(self, name: str, entry: Entry) -> None:
        credential = vault_file.decode(entry)
        other = self._names.get(credential.id, name)
        if other != name:
            raise entry.refuse("id", say("vault.copy", other=other), say("vault.remove_one"))
        self._known[credential.id] = credential
        self._names[credential.id] = name

    def _import(self, name: str, data: bytes) -> None:
        """A file somebody dropped: keep its credentials in files of ours, move it aside as it is."""
        found = read_bytes(data, name, self._client)
        result = self._add(found.credentials)
        clients = self._keep_clients(found)
        self._untold += found.refused[1:]
        if result.added or result.duplicates or clients:
            imported = self.folder / "imported"
            disk.private_folder(imported)
            disk.move(self.folder / name, disk.free_name(imported, names.shown(name)))
            self._files.forget(name)
        if found.refused:
            raise found.refused[0]

    def _write(self, credential: Credential, name: str) -> None:
        content = vault_file.encode(credential)
        disk.write(self.folder / name, content)
        self._files.wrote(name, content)
        self._known[credential.id] = credential
        self._names[credential.id] = name

    def _forget(self, name: str) -> None:
        self._files.forget(name)
        self._refused.pop(name, None)
        for identity, its_name in self._names.items():
            if its_name == name:
                del self._names[identity], self._known[identity]
                return
