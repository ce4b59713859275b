"""A Docker compose file tells the password as compose itself would fill it in, and nothing that is true inside only."""

import sys
from pathlib import Path

import pytest
from other_programs import put, sign_in

from gcli2api_tui.installations.gcli2api_settings import variables
from gcli2api_tui.installations.source_folder import SourceFolder


@pytest.fixture(autouse=True)
def yaml() -> None:
    pytest.importorskip("ruamel.yaml", reason="the extra `yaml` is not installed")


SERVICE = "services:\n  gcli2api:\n    image: ghcr.io/su-kaka/gcli2api:latest\n    environment:\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${PASSWORD:-pwd}", "from-env"),
        ("${OTHER:-pwd}", "pwd"),
        ("${OTHER-pwd}", "pwd"),
        ("${OTHER}", ""),
        ("$PASSWORD", "from-env"),
        ("a$$b", "a$b"),
        ("${OTHER:?say so}", ""),
        ("plain", "plain"),
    ],
)
def test_a_value_is_filled_in(tmp_path: Path, text: str, value: str) -> None:
    put(tmp_path / "docker-compose.yml", f"{SERVICE}      - PASSWORD={text}\n      - HOST=0.0.0.0\n      - TZ\n")
    found, _ = variables(SourceFolder(tmp_path, tmp_path), {"PASSWORD": "from-env"})
    assert found == ({"PASSWORD": value} if value else {})


def test_an_object_and_others_services(tmp_path: Path) -> None:
    text = f"{SERVICE}      API_PASSWORD: 12345678\n      PORT: 80\n      NO: null\n"
    put(tmp_path / "compose.yaml", f"{text}  redis:\n    image: redis\n    environment: [PASSWORD=other]\n")
    assert variables(SourceFolder(tmp_path, tmp_path), {})[0] == {"API_PASSWORD": "12345678"}


@pytest.mark.parametrize("text", ["services: 5", "services: {gcli2api: x}", f"{SERVICE}      x", "a: b"])
def test_other_shapes_say_nothing(tmp_path: Path, text: str) -> None:
    put(tmp_path / "compose.yml", text)
    assert variables(SourceFolder(tmp_path, tmp_path), {}) == variables(SourceFolder(tmp_path / "no", tmp_path), {})


def test_the_password_comes_over_from_it(tmp_path: Path, read) -> None:
    put(tmp_path / "data" / "creds" / "a.json", sign_in("anna"))
    put(tmp_path / "docker-compose.yml", f"{SERVICE}      - PASSWORD=set-in-compose\n")
    found = read("gcli2api", tmp_path)
    assert {one.door: one.key.reveal() for one in found.keys} == dict.fromkeys(("client", "panel"), "set-in-compose")


def test_what_was_stored_since_tells_more_than_the_file_of_every_clone(tmp_path: Path, read) -> None:
    put(tmp_path / "creds" / "a.json", sign_in("anna"))
    put(tmp_path / "creds" / "config.toml", 'password = "changed-in-its-panel"\n')
    put(tmp_path / "docker-compose.yml", f"{SERVICE}      - PASSWORD=pwd\n")
    assert {one.key.reveal() for one in read("gcli2api", tmp_path).keys} == {"changed-in-its-panel"}


def test_without_a_reader_it_says_what_brings_one(tmp_path: Path, read, why, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    put(tmp_path / "data" / "creds" / "a.json", sign_in("anna"))
    put(tmp_path / "docker-compose.yml", f"{SERVICE}      - PASSWORD=set-in-compose\n")
    found = read("gcli2api", tmp_path)
    assert len(found.credentials) == 1 and "[yaml]" in why(found.settings_left_out)["docker-compose.yml"]
