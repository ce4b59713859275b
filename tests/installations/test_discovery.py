"""A path that a person adds, in the panel or with `creds import`: another program's folder is known by its looks."""

from pathlib import Path

from other_programs import KEY, cliproxy, closed, gcli2api_of_august, gcli2api_of_today, gemini_cli, put

from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.installations.discovery import credentials_at

OURS = OAuthClient("ours.apps.googleusercontent.com", Secret("ours"))


def labels(path: Path) -> list[str]:
    return sorted(one.label for one in credentials_at(path, OURS).credentials)


def test_a_database_is_read_wherever_its_folder_is_named(tmp_path: Path) -> None:
    closed(gcli2api_of_today(tmp_path))
    assert labels(tmp_path) == labels(tmp_path / "creds") and "anna@example.com" in labels(tmp_path)
    found = credentials_at(tmp_path, OURS)
    assert [one.settings.enabled for one in found.credentials] == [True, False, True]
    assert "Antigravity" in found.refused[0].sentence and found.refused[0].file == "ag_anna-1.json"


def test_others(tmp_path: Path) -> None:
    assert len(labels(gcli2api_of_august(tmp_path / "g"))) == 3
    assert labels(gemini_cli(tmp_path / "p")) == labels(tmp_path / "p") == ["anna@example.com", f"key …{KEY[-4:]}"]
    assert len(labels(cliproxy(tmp_path / "c") / "auths")) == 4


def test_a_heap_of_files_is_one_whatever_lies_beside_it(tmp_path: Path) -> None:
    put(tmp_path / "keys.txt", KEY)
    put(tmp_path / "creds" / "other.json", "{}")
    assert labels(tmp_path) == [f"key …{KEY[-4:]}"]


def test_a_file_and_nothing(tmp_path: Path) -> None:
    put(tmp_path / "keys.txt", KEY)
    assert labels(tmp_path / "keys.txt") == [f"key …{KEY[-4:]}"]
    assert credentials_at(tmp_path / "none", OURS).refused
