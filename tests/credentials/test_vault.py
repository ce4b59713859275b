import contextlib
import dataclasses
import io
import itertools
import json
import os
import stat
import time
import zipfile
from pathlib import Path

import pytest

from gcli2api_tui import safe_files
from gcli2api_tui.credentials import secret_writes
from gcli2api_tui.credentials.credential import CredentialSettings
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.credentials.watched_folder import Folder
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


def test_an_update_does_not_bring_a_removed_file_back(open_vault, client, tmp_path):
    vault = open_vault()
    (kept,) = vault.take(found(client)).added
    (tmp_path / "credentials" / vault.file_of(kept.id)).unlink()
    vault.update(dataclasses.replace(kept, label="new"))
    assert not list((tmp_path / "credentials").glob("*.json"))
    assert vault.rescan().removed == (kept.id,)


def test_a_dropped_file_is_imported_and_moved_aside(open_vault, tmp_path):
    vault = open_vault()
    vault.load()
    (tmp_path / "credentials" / "mine.json").write_text(json.dumps(CONTENT))
    assert not vault.rescan()
    assert vault.unsettled
    assert [one.label for one in vault.rescan().added] == ["ann@example.org"]
    assert not vault.unsettled
    assert json.loads((tmp_path / "credentials" / "imported" / "mine.json").read_text()) == CONTENT
    assert not vault.rescan()


def test_an_import_killed_before_the_file_was_moved_aside_makes_no_copy(open_vault, tmp_path):
    open_vault()
    dropped = tmp_path / "credentials" / "a-dropped.json"
    dropped.write_text(json.dumps(CONTENT))
    kept, _ = open_vault().load()
    dropped.write_text(json.dumps(CONTENT))  # as if it had never been moved
    assert open_vault().load() == (kept, ())
    assert not dropped.exists() and len(list(dropped.parent.glob("*.json"))) == 1


def test_a_torn_file_is_reported_once_and_the_credential_stays(open_vault, client, tmp_path):
    vault = open_vault()
    (kept,) = vault.take(found(client)).added
    path = tmp_path / "credentials" / vault.file_of(kept.id)
    path.write_bytes(path.read_bytes()[:40])
    assert not vault.rescan()
    changes = vault.rescan()
    assert len(changes.refused) == 1
    assert not changes.removed
    assert not vault.rescan()
    assert len(open_vault().load()[1]) == 1


def test_a_file_that_is_still_being_written_is_waited_for_in_silence(open_vault, tmp_path):
    vault = open_vault()
    vault.load()
    path = tmp_path / "credentials" / "slow.json"
    text = json.dumps(CONTENT)
    for end in range(10, len(text), 10):
        path.write_text(text[:end])
        assert not vault.rescan()
    path.write_text(text)
    assert not vault.rescan()
    assert [one.label for one in vault.rescan().added] == ["ann@example.org"]


def test_keys_that_are_still_being_copied_are_not_cut_in_two(open_vault, tmp_path):
    vault = open_vault()
    vault.load()
    path = tmp_path / "credentials" / "keys.txt"
    path.write_text("AIzaSyFAKEFAKEFAKEFAKE0001\n")
    assert not vault.rescan()
    path.write_text("AIzaSyFAKEFAKEFAKEFAKE0001\nAIzaSyFAKEFAKEFAKEFAKE0002\n")
    assert not vault.rescan()
    assert len(vault.rescan().added) == 2


def test_a_bad_file_is_told_once_and_again_when_it_has_changed(open_vault, tmp_path):
    vault = open_vault()
    vault.load()
    path = tmp_path / "credentials" / "bad.json"
    for content in ("{", "[]"):
        path.write_text(content)
        told = [refusal.file for _ in range(5) for refusal in vault.rescan().refused]
        assert told == ["bad.json"]
    path.write_text(json.dumps(CONTENT))
    assert [len(vault.rescan().added) for _ in range(3)] == [0, 1, 0]


def test_a_disk_that_is_full_for_a_while_loses_no_dropped_file(open_vault, client, tmp_path, monkeypatch):
    vault = open_vault()
    (kept,) = vault.take(found(client, refresh_token="rt-2")).added
    path = tmp_path / "credentials" / "mine.json"
    path.write_text(json.dumps(CONTENT))
    vault.rescan()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        told = [vault.rescan().trouble for _ in range(3)]
        assert all("No space left" in words for words in told)
        vault.remove(kept.id)
    assert json.loads(path.read_text()) == CONTENT
    assert [len(vault.rescan().added) for _ in range(2)] == [1, 0]


def test_a_full_disk_at_the_start_hides_no_credential(open_vault, client, tmp_path, monkeypatch):
    (kept,) = open_vault().take(found(client, refresh_token="rt-2", email="zoe@example.org")).added
    (tmp_path / "credentials" / "dropped.json").write_text(json.dumps(CONTENT))

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        vault = open_vault()
        credentials, refused = vault.load()
        assert credentials == (kept,)
        assert "No space left" in refused[0].sentence
    assert [one.label for one in vault.rescan().added] == ["ann@example.org"]


def test_a_lock_that_cannot_be_made_hides_no_credential(open_vault, client, tmp_path):
    (kept,) = open_vault().take(found(client)).added
    (tmp_path / "credentials" / ".lock").unlink()
    (tmp_path / "credentials" / ".lock").mkdir()
    assert open_vault().load() == ((kept,), ())


def test_what_cannot_be_read_is_told_once_and_taken_when_it_can(open_vault, tmp_path, monkeypatch):
    vault = open_vault()
    vault.load()
    path = tmp_path / "credentials" / "mine.json"
    path.write_text(json.dumps(CONTENT))

    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("gcli2api_tui.credentials.watched_folder.Folder._content", forbidden)
        told = [refusal.sentence for _ in range(4) for refusal in vault.rescan().refused]
    assert told == ["mine.json: It cannot be read: Permission denied."]
    path.chmod(0o640)
    assert [len(vault.rescan().added) for _ in range(3)] == [0, 1, 0]


def test_a_look_that_others_hold_up_is_put_off(open_vault, client, tmp_path):
    vault = open_vault()
    vault.load()
    with secret_writes.locked(tmp_path / "credentials"):
        (tmp_path / "credentials" / "mine.json").write_text(json.dumps(CONTENT))
        assert not vault.rescan()
        assert not vault.unsettled
    vault.rescan()
    assert len(vault.rescan().added) == 1


def test_what_came_and_went_between_two_looks_is_no_news(open_vault, client):
    server, command = open_vault(), open_vault()
    server.load()
    (kept,) = command.take(found(client)).added
    server.remove(kept.id)
    assert not server.rescan()
    command.restore(kept.id)
    assert server.restore(kept.id) == kept
    assert not server.rescan()


def test_a_renamed_file_is_no_news(open_vault, client, tmp_path):
    vault = open_vault()
    (kept,) = vault.take(found(client)).added
    path = tmp_path / "credentials" / vault.file_of(kept.id)
    path.rename(path.with_name("mine.json"))
    assert not vault.rescan()
    assert vault.file_of(kept.id) == "mine.json"
    assert vault.in_trash(vault.remove(kept.id).id).name == f"ann-example-org-{kept.id[:6]}.json"


def test_an_import_of_many_gives_the_folder_free_in_between(open_vault, client, tmp_path, monkeypatch):
    held = []
    real = secret_writes.locked

    def counted(folder, **more):
        held.append(len(list(folder.glob("*.json"))))
        return real(folder, **more)

    monkeypatch.setattr(secret_writes, "locked", counted)
    lines = "\n".join(f"AIzaSyFAKEFAKEFAKEFAKE{number:04}" for number in range(25))
    assert len(open_vault().take(read_bytes(lines.encode(), "keys.txt", client)).added) == 25
    assert held == [0, 10, 20]


def test_a_zip_with_a_bad_file_and_a_hostile_name(client, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../evil.json", json.dumps(CONTENT))
        archive.writestr("bad.json", "{")
        archive.writestr("bomb.json", b" " * 2_000_000)
    result = read_bytes(buffer.getvalue(), "pool.zip", client)
    assert len(result.credentials) == 1
    assert len(result.refused) == 2


def test_a_pipe_in_the_folder_is_told_once_and_holds_nothing_up(open_vault, tmp_path):
    vault = open_vault()
    vault.load()
    os.mkfifo(tmp_path / "credentials" / "pipe.json")
    (tmp_path / "credentials" / "folder.json").mkdir()
    (tmp_path / "credentials" / "mine.json").write_text(json.dumps(CONTENT))
    looks = [vault.rescan() for _ in range(4)]
    told = [refusal.sentence for look in looks for refusal in look.refused]
    assert told == [
        "folder.json: It cannot be read: it is a folder, not a file.",
        "pipe.json: It cannot be read: it is a pipe, not a file.",
    ]
    assert sum(len(look.added) for look in looks) == 1


def test_a_foreign_file_stays_where_it_is_and_one_named_like_a_key_is_not_named_aloud(open_vault, tmp_path):
    folder = tmp_path / "credentials"
    vault = open_vault()
    vault.load()
    key = "AQ.Ab8RN6fake-key-of-studio-0001"
    (folder / f"{key}.txt").write_text(key)
    (folder / "claude.json").write_text(json.dumps(CONTENT | {"type": "claude"}))
    looks = [vault.rescan() for _ in range(3)]
    assert [one.label for look in looks for one in look.added] == ["key …0001"]
    assert [refusal.message for look in looks for refusal in look.refused] == [
        "This is a sign-in for Claude, not Google."
    ]
    assert (folder / "claude.json").exists()
    names = [path.name for path in folder.rglob("*")]
    assert not [name for name in names if key[6:] in name]


def edited_after(real, edit):
    def called(*given, **named):
        found = real(*given, **named)
        edit()
        return found

    return called


def edited_before(real, edit):
    def called(*given, **named):
        edit()
        return real(*given, **named)

    return called


MOMENTS = {
    "while ours is written": (os, "fsync", edited_after),
    "right before the rename": (os, "replace", edited_before),
    "right after it": (os, "replace", edited_after),
    "as soon as ours stands there": (safe_files, "move", edited_after),
    "before it is looked at": (Folder, "wrote", edited_before),
    "while it is looked at": (Folder, "_content", edited_before),
    "once it was looked at": (Folder, "_content", edited_after),
}
"""The steps of an update between which an editor may write: that one knows of no lock."""


@pytest.mark.parametrize("cuts", [(), (40,), (0, 40), (0, 0, 0, 40, 40)], ids=["whole", "halves", "emptied", "slowly"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_a_person_writes_beside_us_is_neither_overwritten_nor_overlooked(
    open_vault, client, tmp_path, monkeypatch, moment, cuts
):
    vault = open_vault()
    (kept,) = vault.take(found(client)).added
    path = tmp_path / "credentials" / vault.file_of(kept.id)
    text = json.dumps(json.loads(path.read_text()) | {"label": "Ann"})
    steps = [text[first:last] for first, last in itertools.pairwise((0, *cuts, None))]
    files = []
    with contextlib.ExitStack() as opened:

        def edit(*_):
            """As an editor does it: the file is emptied, and filled by and by."""
            if not files:
                files.append(opened.enter_context(path.open("w")))
            if steps:
                files[0].write(steps.pop(0))
                files[0].flush()

        monkeypatch.setattr(time, "sleep", edit)
        place, name, edited = MOMENTS[moment]
        monkeypatch.setattr(place, name, edited(getattr(place, name), edit))
        vault.update(dataclasses.replace(kept, tier="standard"))
        while steps:
            edit()
    monkeypatch.undo()
    for _ in range(3):
        vault.rescan()
    assert json.loads(path.read_text())["label"] == "Ann"
    (now,) = open_vault().load()[0]
    assert vault.update(now) == now
    assert now.label == "Ann"


def test_what_is_not_as_it_was_seen_is_read_again_whatever_its_times_say(tmp_path, monkeypatch):
    """On some disks a second change within milliseconds shows in no time."""
    folder, path, real = Folder(tmp_path), tmp_path / "one.json", os.replace
    path.write_text("{}")
    assert [item.data for item in folder.look()[1]] == [b"{}"]
    times = path.stat()

    def renamed_late(source, target):
        if Path(source).suffix == ".tmp" and path.read_text() == "{}":
            path.write_text("[]")
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        real(source, target)

    monkeypatch.setattr(os, "replace", renamed_late)
    assert not folder.replace("one.json", b"[1]")
    assert path.read_text() == "[]"
    assert folder.moved()
    assert [item.data for item in folder.look()[1]] == [b"[]"]


def test_a_file_is_replaced_where_it_is_as_it_was_seen(tmp_path):
    folder = Folder(tmp_path)
    (tmp_path / "one.json").write_text("{}")
    assert not folder.replace("one.json", b"[1]")  # nobody has looked
    assert [item.data for item in folder.look()[1]] == [b"{}"]
    assert folder.replace("one.json", b"[1]")
    assert (tmp_path / "one.json").read_text() == "[1]"
    assert not folder.moved()
