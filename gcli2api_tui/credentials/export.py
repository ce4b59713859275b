"""Credentials as files for elsewhere: the reference system's JSON for sign-ins, our own for what it has no form for.

In: credentials. Out: names with contents, a ZIP of them, and both on the disk. What is written here is read back by
`json_formats`. This is one of the few places where secrets are revealed.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.credentials import secret_writes, vault_format
from gcli2api_tui.credentials.credential import Credential, Kind, OAuthTokens
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

TOKEN_URI = "https://oauth2.googleapis.com/token"
"""Others want it in the file; we never read it."""

LISTED = 10
"""Names in a message."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One file."""

    name: str
    content: bytes


def exported(credential: Credential, name: str) -> Exported:
    """A sign-in for Code Assist in the form that gcli2api and google-auth share, everything else in ours."""
    if credential.kind is not Kind.OAUTH or not isinstance(credential.secret, OAuthTokens):
        return Exported(name, vault_format.encode(credential))
    content = _signed_in(credential, credential.secret)
    return Exported(name, json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n")


def _signed_in(credential: Credential, tokens: OAuthTokens) -> dict[str, object]:
    content: dict[str, object] = {
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret.reveal(),
        "token": tokens.access_token.reveal(),
        "refresh_token": tokens.refresh_token.reveal(),
        "scopes": list(tokens.scopes),
        "token_uri": TOKEN_URI,
        "project_id": credential.project,
        "email" if "@" in credential.label else "account": credential.label,
    }
    if tokens.expires_at:
        with suppress(ValueError, OverflowError, OSError):  # a year that nobody will see
            content["expiry"] = datetime.fromtimestamp(tokens.expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return content


def packed(files: Sequence[Exported]) -> bytes:
    """A ZIP without folders, as the reference system takes it; its entries are private where they are unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, file.content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def save(files: Sequence[Exported], target: Path, vault: Path, *, force: bool) -> list[Path]:
    """Into `target`: a .zip, a .json for one, else a folder. All private (0600); nothing is replaced without `force`.

    Raises Problem, before anything is written unless the disk itself refuses.
    """
    if not files:
        raise Problem(say("export.nothing"), say("export.list"))
    contents = _placed(files, target)
    _require_elsewhere(contents, vault)
    present = [path.name for path in contents if path.exists()]
    if present and not force:
        raise Problem(say("export.there", names=", ".join(present[:LISTED])), say("export.or_force"))
    for path, content in contents.items():
        secret_writes.write(path, content)
    return list(contents)


def _placed(files: Sequence[Exported], target: Path) -> dict[Path, bytes]:
    form = "" if target.is_dir() else target.suffix.lower()
    if form == ".zip":
        return {target: packed(files)}
    if form == ".json":
        if len(files) > 1:
            raise Problem(say("export.do_not_fit", n=len(files)), say("export.name_zip"))
        return {target: files[0].content}
    _make(target)
    return {target / file.name: file.content for file in files}


def _make(folder: Path) -> None:
    try:
        safe_files.folder(folder)
    except OSError as error:
        raise Problem(
            say("export.no_folder", folder=str(folder), why=str(error.strerror)), say("export.elsewhere")
        ) from None


def _require_elsewhere(paths: Iterable[Path], vault: Path) -> None:
    """The server would take them for new ones."""
    if any(vault.resolve() in path.resolve().parents for path in paths):
        raise Problem(say("export.home", folder=str(vault)), say("export.elsewhere"))
