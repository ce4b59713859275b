"""What goes out comes back in: every kind, as files and as a ZIP; nothing is written where it must not be."""

import dataclasses
import json
import os
import stat
import zipfile

import pytest

from gcli2api_tui.credentials.credential import BACKEND_OF, ApiKey, Credential, CredentialSettings, Kind, OAuthTokens
from gcli2api_tui.credentials.export import exported, packed, save
from gcli2api_tui.credentials.import_reader import read_bytes, read_path
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"
FILES = {
    "sign-in": {
        "refresh_token": "1//rt",
        "client_id": "their-client",
        "client_secret": "their-secret",
        "token": "ya29.x",
        "scopes": [SCOPE, "openid"],
        "email": "ann@example.org",
        "project_id": "p-1",
        "expiry": "2026-11-24T18:00:00Z",
    },
    "sign-in without a name": {"refresh_token": "1//rt-2", "project_id": "p-2"},
    "key": {"api_key": "AIzaSyFAKEFAKEFAKEFAKE0001", "label": "my key", "project": "p-3"},
    "service account": {
        "type": "service_account",
        "project_id": "p-4",
        "private_key_id": "k",
        "private_key": PEM,
        "client_email": "robot@p-4.iam.gserviceaccount.com",
    },
}
REFERENCE_FIELDS = {"client_id", "client_secret", "token", "refresh_token", "scopes", "token_uri", "project_id"}


@pytest.fixture
def all_kinds(client) -> list[Credential]:
    found = [read_bytes(json.dumps(content).encode(), "f.json", client).credentials[0] for content in FILES.values()]
    express = dataclasses.replace(found[2], kind=Kind.VERTEX_EXPRESS, secret=ApiKey(Secret("AIzaSyFAKEFAKEFAKE0002")))
    owned = dataclasses.replace(
        found[2], id="e" * 32, settings=CredentialSettings(enabled=False, daily_limit=7, weight=2.5, models=("m",))
    )
    return [*found, express, owned]


def same(one: Credential, other: Credential) -> bool:
    """But for where it came from."""
    return dataclasses.replace(one, source="") == dataclasses.replace(other, source="")


def test_every_kind_comes_back_as_it_was(all_kinds, client):
    for credential in all_kinds:
        (back,) = read_bytes(exported(credential, "x.json").content, "x.json", client).credentials
        assert same(back, credential), credential.kind
    assert {one.kind for one in all_kinds} <= set(BACKEND_OF)


def test_a_zip_comes_back_as_it_was(all_kinds, client):
    files = [exported(one, f"{number}.json") for number, one in enumerate(all_kinds)]
    found = read_bytes(packed(files), "pool.zip", client)
    assert found.refused == ()
    assert all(map(same, found.credentials, all_kinds))
    assert len(found.credentials) == len(all_kinds)


def test_a_sign_in_has_the_fields_that_the_reference_system_reads(all_kinds):
    content = json.loads(exported(all_kinds[0], "x.json").content)
    assert content.keys() >= REFERENCE_FIELDS
    assert content["token_uri"] == "https://oauth2.googleapis.com/token"
    assert content["scopes"] == [SCOPE, "openid"]
    assert content["expiry"] == "2026-11-24T18:00:00Z"


def test_what_the_reference_system_wrote_comes_out_as_it_went_in(client):
    theirs = {
        "client_id": "c", "client_secret": "s", "token": "ya29.x", "refresh_token": "1//rt", "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
        "token_uri": "https://oauth2.googleapis.com/token", "project_id": "p", "expiry": "2026-11-24T18:00:00+00:00",
    }  # fmt: skip
    (credential,) = read_bytes(json.dumps(theirs).encode(), "p-1756100000.json", client).credentials
    ours = json.loads(exported(credential, "x.json").content)
    assert {key: ours[key] for key in REFERENCE_FIELDS} == {key: theirs[key] for key in REFERENCE_FIELDS}


def test_a_sign_in_without_an_access_token_has_no_expiry(all_kinds):
    for expires_at in (0.0, 1e13):
        bare = OAuthTokens(Secret("1//rt"), "c", Secret("s"), expires_at=expires_at)
        content = json.loads(exported(dataclasses.replace(all_kinds[0], secret=bare), "x.json").content)
        assert ("expiry" in content, content["token"]) == (False, "")


@pytest.fixture
def vault(tmp_path):
    folder = tmp_path / "credentials"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("target", ["out.zip", "out.ZIP", "folder", "new/deep/folder"])
def test_files_go_where_they_are_wanted_and_are_private(all_kinds, client, vault, tmp_path, target):
    (tmp_path / "folder").mkdir()
    files = [exported(one, f"{number}.json") for number, one in enumerate(all_kinds)]
    written = save(files, tmp_path / target, vault, force=False)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in written)
    assert len(read_path(tmp_path / target, client).credentials) == len(files)


def test_a_zip_unpacks_into_private_files(all_kinds, vault, tmp_path):
    save([exported(all_kinds[0], "x.json")], tmp_path / "out.zip", vault, force=False)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert [info.external_attr >> 16 for info in archive.infolist()] == [0o600]


def test_nothing_is_replaced_unless_it_is_forced(all_kinds, vault, tmp_path):
    files = [exported(all_kinds[0], "a.json"), exported(all_kinds[1], "b.json")]
    (tmp_path / "b.json").write_text("mine")
    with pytest.raises(Problem, match=r"There already: b\.json\.") as refused:
        save(files, tmp_path, vault, force=False)
    assert "--force" in refused.value.way_out
    assert not (tmp_path / "a.json").exists()
    save(files, tmp_path, vault, force=True)
    assert (tmp_path / "b.json").read_bytes() == files[1].content


def test_what_cannot_be_is_refused_with_a_way_out(all_kinds, vault, tmp_path, monkeypatch):
    files = [exported(all_kinds[0], "a.json"), exported(all_kinds[1], "b.json")]
    (tmp_path / "file").write_text("")
    for chosen, target, words in [
        ([], tmp_path / "x.zip", "nothing to export"),
        (files, tmp_path / "x.json", "do not fit in one .json"),
        (files, vault, "where the credentials live"),
        (files, vault / "x.zip", "where the credentials live"),
        (files, tmp_path / "file" / "below", "cannot be made"),
        (files, tmp_path / "missing" / "x.zip", "cannot be written"),
    ]:
        with pytest.raises(Problem, match=words) as refused:
            save(chosen, target, vault, force=False)
        assert refused.value.way_out
    monkeypatch.setattr(os, "fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(Problem, match="No space left"):
        save(files, tmp_path / "x.zip", vault, force=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["credentials", "file"]
