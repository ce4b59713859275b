"""The person's own OAuth client: Google's `client_secret….json`, read, and kept for the sign-ins to come.

In: an Entry of an import. Out: an OAuthClient, or nothing where it is something else. It is kept beside the
credentials, in a folder of its own that is no credential's, in Google's own form, 0600.
"""

import json
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.credentials import secret_writes
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.file_fields import Entry
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say

_LARGEST = 100_000
_SHAPES = ("installed", "web")


def client_of(entry: Entry) -> OAuthClient | None:
    """A client of the desktop kind (`installed`) or of the web kind. Raises ImportRefused for half of one."""
    shape = next((name for name in _SHAPES if name in entry.values), None)
    if shape is None:
        return None
    if not isinstance(entry.values[shape], dict):
        raise entry.refuse(shape, say("field.object"))
    inner = entry.inner(shape)
    found = {name: inner.token(name) for name in ("client_id", "client_secret")}
    for name, value in found.items():
        if not value:
            raise inner.refuse(name, say("field.missing"), say("client.download"))
    return OAuthClient(found["client_id"], Secret(found["client_secret"]), _redirects(inner) if shape == "web" else ())


def _redirects(inner: Entry) -> tuple[str, ...]:
    if allowed := inner.texts("redirect_uris"):
        return allowed
    raise inner.refuse(
        "redirect_uris",
        say("client.no_address"),
        say("client.add_address"),
    )


class ClientFile:
    """The one that was imported last; read anew each time, because `creds import` is another process."""

    def __init__(self, credentials: Path) -> None:
        self._path = credentials / "client" / "client_secret.json"

    def read(self) -> OAuthClient | None:
        """None where none was imported, or where the file is damaged: then the public client signs in."""
        try:
            return decoded(safe_files.read(self._path, _LARGEST), self._path.name)
        except OSError:
            return None

    def keep(self, client: OAuthClient) -> None:
        """Raises Problem when the disk refuses."""
        safe_files.private_folder(self._path.parent)
        secret_writes.write(self._path, encoded(client))


def encoded(client: OAuthClient) -> bytes:
    """In Google's form."""
    inner: dict[str, object] = {"client_id": client.client_id, "client_secret": client.client_secret.reveal()}
    if client.redirect_uris:
        inner["redirect_uris"] = list(client.redirect_uris)
    return json.dumps({"web" if client.redirect_uris else "installed": inner}, indent=2).encode() + b"\n"


def decoded(data: bytes, name: str) -> OAuthClient | None:
    """None where it is damaged: then the public client signs in."""
    try:
        content = json.loads(data)
        return client_of(Entry(name, content)) if isinstance(content, dict) else None
    except (ValueError, RecursionError, ImportRefused):
        return None
