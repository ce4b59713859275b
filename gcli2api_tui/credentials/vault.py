"""The credentials on disk: one file each, and the only code that writes them.

In: credentials to keep, change or remove; foreign files that people drop into the folder. Out: the credentials, and
what changed since the last look. Files are the truth; what is remembered here only tells own writes from others'.
"""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials import disk, vault_file
from gcli2api_tui.credentials.bundle import ImportResult, read_bytes
from gcli2api_tui.credentials.client_secret import ClientFile
from gcli2api_tui.credentials.fields import Entry
from gcli2api_tui.credentials.folder import Folder, own_entry
from gcli2api_tui.credentials.formats import Found
from gcli2api_tui.credentials.kinds import Credential, OAuthClient
from gcli2api_tui.credentials.shapes import fingerprint
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import ImportRefused, Problem


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """What others did to the folder since the last look; own writes are not in it."""

    added: tuple[Credential, ...] = ()
    changed: tuple[Credential, ...] = ()
    removed: tuple[CredentialId, ...] = ()
    refused: tuple[ImportRefused, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.refused)


class Vault:
    """All methods are synchronous and touch the disk; hundreds of small files are read in milliseconds."""

    def __init__(self, folder: Path, trash: Path, clock: Clock, client: OAuthClient) -> None:
        """`client` is assumed for dropped files that name no OAuth client."""
        for place in (folder, trash):
            disk.private_folder(place)
        self._files = Folder(folder)
        self._trash = trash
        self._clock = clock
        self._client = client
        self._client_file = ClientFile(folder)
        self._known: dict[CredentialId, Credential] = {}
        self._names: dict[CredentialId, str] = {}
        self._refused: dict[str, ImportRefused] = {}
        self._unreported = Changes()

    def load(self) -> tuple[tuple[Credential, ...], tuple[ImportRefused, ...]]:
        """All credentials, oldest first, and the files that are none. Nothing of it is reported again by `rescan`."""
        with disk.locked(self._files.path):
            disk.sweep(self._files.path)
            self._look()
        self._unreported = Changes()
        ordered = sorted(self._known.values(), key=lambda credential: (credential.created_at, credential.label))
        return tuple(ordered), tuple(self._refused.values())

    def rescan(self) -> Changes:
        """Look again. Cheap when nothing changed: one `stat` a file."""
        if self._files.moved():
            with disk.locked(self._files.path):
                self._look()
        changes, self._unreported = self._unreported, Changes()
        return changes

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
        with disk.locked(self._files.path):
            self._look()
            return self._add(credentials)

    def update(self, credential: Credential) -> Credential:
        """Write back new tokens, a label, a project or settings; returns what now stands in the file.

        Fields that others changed in the file since the last look are kept, unless this call changes them too. A file
        that somebody removed is not brought back: the next `rescan` tells.
        """
        with disk.locked(self._files.path):
            base = self._known.get(credential.id, credential)
            self._look()
            current = self._known.get(credential.id)
            if current is None:
                return credential
            merged = _merged(base, credential, current)
            if merged != current:
                self._write(merged, self._names[merged.id])
            return merged

    def remove(self, identity: CredentialId) -> Credential:
        """Move its file to trash/. Raises Problem if there is none."""
        with disk.locked(self._files.path):
            self._look()
            credential = self._known.get(identity)
            if credential is None:
                raise Problem("There is no such credential.", "`gcli2api-tui creds list` shows them all.")
            name = self._names[identity]
            disk.move(self._files.path / name, disk.free_name(self._trash, name))
            self._forget(name)
            return credential

    def restore(self, identity: CredentialId) -> Credential:
        """Bring back what was removed last under this id. Raises Problem if trash/ does not hold it."""
        with disk.locked(self._files.path):
            self._look()
            if identity in self._known:
                return self._known[identity]
            path, credential = self._in_trash(identity)
            self._write(credential, disk.free_name(self._files.path, vault_file.file_name(credential)).name)
            path.unlink(missing_ok=True)
            return credential

    def _in_trash(self, identity: CredentialId) -> tuple[Path, Credential]:
        matches = self._trash.glob(f"*-{identity[:6]}*.json")
        for path in sorted(matches, key=lambda path: path.stat().st_mtime_ns, reverse=True):
            try:
                entry = own_entry(path.name, path.read_bytes())
                if entry and entry.values.get("id") == identity:
                    return path, vault_file.decode(entry)
            except ImportRefused:
                continue
        raise Problem("It is not in the trash any more.", "Import its file again.")

    def _add(self, credentials: Iterable[Credential]) -> ImportResult:
        added, duplicates = [], []
        present = {(_mark(one), one.project): one.label for one in self._known.values()}
        for credential in credentials:
            if (label := _duplicate(credential, present)) is not None or credential.id in self._known:
                duplicates.append(label or self._known[credential.id].label)
                continue
            kept = dataclasses.replace(credential, created_at=credential.created_at or self._clock.now())
            self._write(kept, disk.free_name(self._files.path, vault_file.file_name(kept)).name)
            present[_mark(kept), kept.project] = kept.label
            added.append(kept)
        return ImportResult(tuple(added), tuple(duplicates))

    def _look(self) -> None:
        """Fold what happened in the folder into what is known; the lock is held."""
        for name in self._files.vanished():
            removed = self._forget(name)
            self._report(removed=() if removed is None else (removed,))
        for name, data in self._files.fresh():
            self._refused.pop(name, None)
            try:
                self._read(name, data)
            except ImportRefused as refusal:
                self._refused[name] = refusal
                self._report(refused=(refusal,))

    def _read(self, name: str, data: bytes) -> None:
        entry = own_entry(name, data)
        if entry is None:
            self._import(name, data)
        else:
            self._read_own(name, entry)

    def _read_own(self, name: str, entry: Entry) -> None:
        credential = vault_file.decode(entry)
        other = self._names.get(credential.id, name)
        if other != name:
            raise entry.refuse("id", f"This is a copy of {other}.", "Remove one of the two.")
        known = self._known.get(credential.id)
        self._known[credential.id] = credential
        self._names[credential.id] = name
        if known is None:
            self._report(added=(credential,))
        elif known != credential:
            self._report(changed=(credential,))

    def _import(self, name: str, data: bytes) -> None:
        """A file somebody dropped: keep its credentials in files of ours, move it aside as it is."""
        found = read_bytes(data, name, self._client)
        result = self._add(found.credentials)
        clients = self._keep_clients(found)
        self._report(added=result.added, refused=found.refused[1:])
        if result.added or result.duplicates or clients:
            imported = self._files.path / "imported"
            disk.private_folder(imported)
            disk.move(self._files.path / name, disk.free_name(imported, name))
            self._files.forget(name)
        if found.refused:
            raise found.refused[0]

    def _write(self, credential: Credential, name: str) -> None:
        content = vault_file.encode(credential)
        disk.write(self._files.path / name, content)
        self._files.wrote(name, content)
        self._known[credential.id] = credential
        self._names[credential.id] = name

    def _forget(self, name: str) -> CredentialId | None:
        self._files.forget(name)
        self._refused.pop(name, None)
        for identity, its_name in self._names.items():
            if its_name == name:
                del self._names[identity], self._known[identity]
                return identity
        return None

    def _report(
        self,
        added: tuple[Credential, ...] = (),
        changed: tuple[Credential, ...] = (),
        removed: tuple[CredentialId, ...] = (),
        refused: tuple[ImportRefused, ...] = (),
    ) -> None:
        old = self._unreported
        self._unreported = Changes(
            old.added + added, old.changed + changed, old.removed + removed, old.refused + refused
        )


def _duplicate(credential: Credential, present: dict[tuple[str, str], str]) -> str | None:
    """The label of the same secret for the same project; a project that is not known yet counts as the same."""
    mark = _mark(credential)
    for (other, project), label in present.items():
        if other == mark and (project == credential.project or not project or not credential.project):
            return label
    return None


def _mark(credential: Credential) -> str:
    """One secret may serve two backends: a key in express mode looks like any other."""
    return f"{credential.kind} {fingerprint(credential.secret)}"


def _merged(base: Credential, mine: Credential, current: Credential) -> Credential:
    """`current` from the disk with the fields that `mine` changed against `base`."""
    changed = {
        name: getattr(mine, name)
        for name in ("label", "secret", "project", "settings", "tier")
        if getattr(mine, name) != getattr(base, name)
    }
    return dataclasses.replace(current, **changed)
