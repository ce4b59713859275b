"""gcli2api's folder and variables as a source at each start: matched by identity, never changed, and no obstacle."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from other_programs import antigravity, gcli2api_of_october, put, sign_in, stamps

from gcli2api_tui.bootstrap import Bootstrap, open_vault, prepare
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations import gcli2api
from gcli2api_tui.migration.gcli2api_at_start import with_what_gcli2api_left

Start = Callable[..., Bootstrap]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """One start in an empty folder, with such variables."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def begin(**environ: str) -> Bootstrap:
        environ |= {"GCLI2API_HOME": str(tmp_path / "home")}
        return with_what_gcli2api_left(prepare({}, environ), environ)

    return begin


def labels(tmp_path: Path) -> dict[str, bool]:
    credentials, _ = open_vault(str(tmp_path / "home"), {}).load()
    return {one.label: one.settings.enabled for one in credentials}


def test_its_folder_in_docker_comes_in_once(start: Start, tmp_path: Path) -> None:
    put(tmp_path / "here" / "data" / "creds" / "a.json", sign_in("anna"))
    put(tmp_path / "here" / "data" / "creds" / "creds_state.toml", '["/app/creds/a.json"]\ndisabled = true\n')
    before = stamps(tmp_path / "here")
    assert [note for note in start().notes if "data/creds" in note] == [
        "One credential came from data/creds, which stays as it is."
    ]
    assert labels(tmp_path) == {"anna-project": False}
    assert not start().notes
    assert stamps(tmp_path / "here") == before


def test_what_was_removed_here_does_not_come_again(start: Start, tmp_path: Path) -> None:
    put(tmp_path / "here" / "data" / "creds" / "a.json", sign_in("anna"))
    start()
    vault = open_vault(str(tmp_path / "home"), {})
    (one,) = vault.load()[0]
    vault.remove(one.id)
    put(tmp_path / "here" / "data" / "creds" / "b.json", sign_in("ben"))
    start()
    assert list(labels(tmp_path)) == ["ben-project"]


def test_a_younger_sign_in_there_renews_ours(start: Start, tmp_path: Path) -> None:
    place = tmp_path / "here" / "data" / "creds" / "a.json"
    put(place, sign_in("anna", email="anna@example.com"))
    start()
    put(place, sign_in("anna", email="anna@example.com", refresh_token="1//0new", expiry="2027-01-01T00:00:00Z"))
    assert "newer sign-in" in start().notes[0]
    (one,) = open_vault(str(tmp_path / "home"), {}).load()[0]
    assert one.secret.refresh_token == Secret("1//0new")


def test_variables_are_read_unless_they_are_not_to_be(start: Start, tmp_path: Path) -> None:
    variables = {"GCLI_CREDS_1": json.dumps(sign_in("anna")), "GCLI_CREDS_2": " "}
    assert not start(**variables, AUTO_LOAD_ENV_CREDS="false").notes and labels(tmp_path) == {}
    assert "GCLI_CREDS_*" in start(**variables).notes[0] and labels(tmp_path) == {"anna-project": True}


def test_a_named_folder_and_none(start: Start, tmp_path: Path) -> None:
    gcli2api_of_october(tmp_path / "g")
    put(tmp_path / "here" / "data" / "creds" / "a.json", sign_in("cleo"))
    assert not start(CREDENTIALS_DIR="off").notes
    start(CREDENTIALS_DIR=str(tmp_path / "g" / "creds"))
    assert labels(tmp_path) == {"anna@example.com": True, "ben@example.com": False}


def test_no_fault_of_the_folder_stops_a_start(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "gone: gone was not taken" in start(CREDENTIALS_DIR="gone").notes[0]
    place = tmp_path / "here" / "data" / "creds"
    put(place / "ag_a.json", antigravity("anna"))
    put(place / "good.json", sign_in("anna"))
    (place / "credentials.db").write_bytes(b"nonsense" * 1000)
    assert ["came from" in note or "1 more" in note or "One more" in note for note in start().notes] == [True, True]
    monkeypatch.setattr(gcli2api, "DOCKERS_FOLDERS", ("data/creds/good.json",))
    assert not start().notes
