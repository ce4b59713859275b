import dataclasses
import io
import json
import os
import stat
import zipfile

import pytest

from gcli2api_tui.credentials.bundle import read_bytes
from gcli2api_tui.credentials.kinds import CredentialSettings
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.secret import Secret

CONTENT = {"refresh_token": "rt-1", "email": "ann@example.org", "project_id": "p"}


def found(client, **more):
    return read_bytes(json.dumps(CONTENT | more).encode(), "ann.json", client)


def test_round_trip_duplicates_and_modes(open_vault, client, tmp_path):
    (kept,) = open_vault().take(found(client)).added
    again = open_vault()
    assert again.load() == ((kept,), ())
    assert again.take(found(client)).duplicates == ("ann@example.org",)
    assert again.take(found(client, project_id="")).duplicates == ("ann@example.org",)
    path = tmp_path / "credentials" / again.file_of(kept.id)
    assert path.name == f"ann-example-org-{kept.id[:6]}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_interrupted_write_leaves_the_old_file_whole(open_vault, client, tmp_path, monkeypatch):
    vault = open_vault()
    (kept,) = vault.take(found(client)).added

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            vault.update(dataclasses.replace(kept, label="new"))
    assert open_vault().load() == ((kept,), ())
    assert not list((tmp_path / "credentials").glob(".*.tmp"))


def test_a_full_disk_is_a_problem_with_a_way_out(open_vault, client, monkeypatch):
    vault = open_vault()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="No space left"):
        vault.take(found(client))


def test_own_writes_are_no_news_and_others_are(open_vault, client):
    server, command = open_vault(), open_vault()
    (kept,) = server.take(found(client)).added
    assert not server.rescan()
    command.load()
    off = command.update(dataclasses.replace(kept, settings=CredentialSettings(enabled=False)))
    assert server.rescan().changed == (off,)
    command.remove(kept.id)
    assert server.rescan().removed == (kept.id,)
    assert command.restore(kept.id) == off
    assert server.rescan().added == (off,)


def test_new_tokens_do_not_undo_what_a_command_set(open_vault, client):
    server, command = open_vault(), open_vault()
    (kept,) = server.take(found(client)).added
    command.load()
    command.update(dataclasses.replace(kept, settings=CredentialSettings(enabled=False)))
    fresh = dataclasses.replace(kept.secret, access_token=Secret("new"))
    merged = server.update(dataclasses.replace(kept, secret=fresh))
    assert (merged.settings.enabled, merged.secret) == (False, fresh)


def test_a_dropped_file_is_imported_and_moved_aside(open_vault, tmp_path):
    vault = open_vault()
    vault.load()
    (tmp_path / "credentials" / "mine.json").write_text(json.dumps(CONTENT))
    assert [one.label for one in vault.rescan().added] == ["ann@example.org"]
    assert json.loads((tmp_path / "credentials" / "imported" / "mine.json").read_text()) == CONTENT
    assert not vault.rescan()


def test_a_torn_file_is_reported_once_and_the_credential_stays(open_vault, client, tmp_path):
    vault = open_vault()
    (kept,) = vault.take(found(client)).added
    path = tmp_path / "credentials" / vault.file_of(kept.id)
    path.write_bytes(path.read_bytes()[:40])
    changes = vault.rescan()
    assert len(changes.refused) == 1
    assert not changes.removed
    assert not vault.rescan()
    assert len(open_vault().load()[1]) == 1


def test_a_zip_with_a_bad_file_and_a_hostile_name(client, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../evil.json", json.dumps(CONTENT))
        archive.writestr("bad.json", "{")
        archive.writestr("bomb.json", b" " * 2_000_000)
    result = read_bytes(buffer.getvalue(), "pool.zip", client)
    assert len(result.credentials) == 1
    assert len(result.refused) == 2
