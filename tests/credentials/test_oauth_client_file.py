"""The person's own OAuth client: both shapes, wherever they are brought, and never printed."""

import json
import stat

import pytest

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.credentials.oauth_client_file import ClientFile
from gcli2api_tui.events.secret import Secret

DESKTOP = {"installed": {"client_id": "mine.apps", "client_secret": "SENTINEL", "token_uri": "https://evil.example"}}
BACK = "http://127.0.0.1:7861/auth/callback"
WEB = {"web": {"client_id": "web.apps", "client_secret": "SENTINEL", "redirect_uris": [BACK]}}


def found(client, content):
    return read_bytes(json.dumps(content).encode(), "client_secret_1.json", client)


@pytest.fixture
def file(tmp_path):
    return ClientFile(tmp_path / "credentials")


@pytest.mark.parametrize(("content", "addresses"), [(DESKTOP, ()), (WEB, (BACK,))])
def test_an_imported_client_is_kept_private_and_read_again(client, open_vault, file, content, addresses, tmp_path):
    result = open_vault().take(found(client, content))
    (shape,) = content.values()
    assert result.clients == (shape["client_id"],) and not result.added and "SENTINEL" not in repr(result)
    assert file.read() == OAuthClient(shape["client_id"], Secret("SENTINEL"), addresses)
    (path,) = (tmp_path / "credentials" / "client").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "evil" not in path.read_text()


def test_one_dropped_into_the_folder_is_kept_and_moved_aside(client, open_vault, file, tmp_path):
    vault = open_vault()
    vault.load()
    dropped = tmp_path / "credentials" / "client_secret_1.json"
    mixed = [DESKTOP, {"refresh_token": "rt"}]
    dropped.write_text(json.dumps(mixed))
    assert not vault.rescan(), "somebody may be writing it"
    changes = vault.rescan()
    assert len(changes.added) == 1 and not changes.refused
    assert file.read() == OAuthClient("mine.apps", Secret("SENTINEL"))
    assert not dropped.exists() and (tmp_path / "credentials" / "imported" / dropped.name).exists()
    assert open_vault().load()[1] == ()


def test_the_last_one_counts(client, open_vault, file):
    open_vault().take(found(client, [WEB, DESKTOP]))
    assert file.read().client_id == "mine.apps"


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"installed": 5}', b'{"installed": {"client_id": "x"}}'])
def test_none_or_a_damaged_one_is_none(client, open_vault, file, tmp_path, damage):
    assert file.read() is None
    open_vault().take(found(client, DESKTOP))
    (tmp_path / "credentials" / "client" / "client_secret.json").write_bytes(damage)
    assert file.read() is None
