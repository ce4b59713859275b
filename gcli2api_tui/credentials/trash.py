"""Where removed credentials go: files under their own names, found again by their id. Nothing is deleted here."""

from pathlib import Path

from gcli2api_tui import regular_file
from gcli2api_tui.credentials import secret_files, vault_file
from gcli2api_tui.credentials.file_parser import LARGEST
from gcli2api_tui.credentials.folder import own_entry
from gcli2api_tui.credentials.kinds import Credential
from gcli2api_tui.events.problems import ImportRefused, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import say


class Trash:
    """One folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, file: Path, credential: Credential) -> None:
        """Move the credential's file here. Raises OSError."""
        secret_files.private_folder(self._folder)
        secret_files.move(file, secret_files.free_name(self._folder, vault_file.file_name(credential)))

    def find(self, identity: CredentialId) -> tuple[Path, Credential]:
        """The one that was removed last under this id. Raises Problem if there is none."""
        matches = self._folder.glob(f"*-{identity[:6]}*.json")
        for path in sorted(matches, key=lambda path: path.stat().st_mtime_ns, reverse=True):
            try:
                entry = own_entry(path.name, regular_file.read(path, LARGEST))
                if entry and entry.values.get("id") == identity:
                    return path, vault_file.decode(entry)
            except (ImportRefused, OSError):
                continue
        raise Problem(say("trash.gone"), say("trash.import_again"))
