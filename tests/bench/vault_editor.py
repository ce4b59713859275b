"""What `creds …` and a person do to a server's credentials, as fast as the disk allows, until it is killed.

`vault_editor.py HOME LABEL` adds keys (switched off), switches the credential of that label off and on, removes keys,
restores and removes them again, and drops files of other programs for the server to import. A process of its own,
light enough to be at work at once.
"""

import hashlib
import itertools
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from gcli2api_tui.bootstrap import open_vault
from gcli2api_tui.credentials.credential import ApiKey, Credential, CredentialSettings, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret


def edit(home: str, label: str) -> None:
    vault = open_vault(home, {})
    switched = next(one for one in vault.load()[0] if one.label == label)
    for number in itertools.count():
        key, made = f"AIza-edited-{os.getpid()}-{number:04}", f"edited-{os.getpid()}-{number:04}"
        off = CredentialSettings(enabled=False)
        identity = CredentialId(hashlib.sha256(key.encode()).hexdigest()[:32])
        vault.add([Credential(identity, Kind.API_KEY, made, ApiKey(Secret(key)), source="editor", settings=off)])
        switched = vault.update(replace(switched, settings=CredentialSettings(enabled=number % 2 == 0)))
        vault.remove(identity)
        vault.restore(identity)
        vault.remove(identity)
        if number % 10 == 0:
            _drop(Path(home) / "credentials", f"AIza-dropped-{os.getpid()}-{number:04}")


def _drop(folder: Path, key: str) -> None:
    """A file of another program's, whole at once, as a file manager moves it."""
    half = folder / f".{key}"
    half.write_text(json.dumps({"api_key": key}), encoding="utf-8")
    half.rename(folder / f"{key}.json")


if __name__ == "__main__":
    edit(sys.argv[1], sys.argv[2])
