"""What was removed can be listed and brought back; what is there again, or no credential, is not listed."""

import json

import pytest

from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.events.problems import Problem


def keep(vault, client, *names):
    for name in names:
        content = {"refresh_token": f"rt-{name}", "email": f"{name}@example.org", "project_id": "p"}
        vault.take(read_bytes(json.dumps(content).encode(), f"{name}.json", client))
    return {one.label.partition("@")[0]: one.id for one in vault.load()[0]}


def labels(vault):
    return [one.credential.label.partition("@")[0] for one in vault.removed()]


def test_what_was_removed_last_stands_first(open_vault, client, tmp_path):
    vault = open_vault()
    ids = keep(vault, client, "ann", "bea", "cid")
    for name in ("bea", "ann"):
        vault.remove(ids[name])
    assert labels(vault) == ["ann", "bea"]
    assert all((tmp_path / "trash" / one.file).is_file() for one in vault.removed())
    (tmp_path / "trash" / "notes.json").write_text("not ours")
    assert labels(open_vault()) == ["ann", "bea"]


def test_what_is_there_again_is_not_in_the_trash(open_vault, client):
    vault = open_vault()
    ids = keep(vault, client, "ann")
    vault.remove(ids["ann"])
    vault.restore(ids["ann"])
    vault.remove(ids["ann"])
    assert labels(vault) == ["ann"], "once, however often it was removed"
    vault.restore(ids["ann"])
    assert labels(vault) == []


@pytest.mark.parametrize("identity", ["M(**", "a**b", "[", "../..", "\0", ""])
def test_an_id_is_no_pattern_of_files(open_vault, client, identity):
    """`**` in a part of one is a ValueError of pathlib before 3.13."""
    vault = open_vault()
    vault.remove(keep(vault, client, "ann")["ann"])
    with pytest.raises(Problem):
        vault.restore(identity)
    assert labels(vault) == ["ann"]
