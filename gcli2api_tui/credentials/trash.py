"""The trash beside the vault: files of removed credentials, which can come back.

In: a credential's file that is removed, or an id. Out: what lies there, under its own name and found again by its id,
the newest first. Nothing is deleted here.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.credentials import vault_format
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.credentials.import_reader import LARGEST
from gcli2api_tui.credentials.vault_format import own_entry
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Removed:
    """A credential that can be brought back."""

    credential: Credential
    file: str
    at: float


class Trash:
    """One folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, file: Path, credential: Credential) -> None:
        """Move the credential's file here. Raises OSError."""
        safe_files.private_folder(self._folder)
        target = safe_files.free_name(self._folder, vault_format.file_name(credential))
        safe_files.move(file, target)
        with suppress(OSError):
            os.utime(target)  # from now on: when it was removed

    def find(self, identity: CredentialId) -> tuple[Path, Credential]:
        """The one that was removed last under this id. Raises Problem if there is none."""
        for path, credential in self._newest_first(f"-{identity[:6]}"):
            if credential.id == identity:
                return path, credential
        raise Problem(say("trash.gone"), say("trash.import_again"))

    def listed(self) -> tuple[Removed, ...]:
        """What can be brought back, what was removed last first; of one that was removed twice the last."""
        found: dict[CredentialId, Removed] = {}
        for path, credential in self._newest_first():
            with suppress(OSError):
                found.setdefault(credential.id, Removed(credential, path.name, path.stat().st_mtime))
        return tuple(found.values())

    def _newest_first(self, part: str = "") -> Iterator[tuple[Path, Credential]]:
        """Of files with that in their names: an id may hold anything, and is no pattern. What is not ours is passed."""
        named = (path for path in self._folder.glob("*.json") if part in path.name)
        for path in sorted(named, key=_changed_at, reverse=True):
            with suppress(ImportRefused, OSError):
                if entry := own_entry(path.name, safe_files.read(path, LARGEST)):
                    yield path, vault_format.decode(entry)


def _changed_at(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_mtime_ns
    return 0
