"""`import-from` as a person types it: shown, asked, taken; the folder and the secrets stay what and where they are."""

import json
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from other_programs import cliproxy, closed, gcli2api_of_august, gcli2api_of_october, gcli2api_of_today, gemini_cli, put

from gcli2api_tui.cli import commands

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    for name in [name for name in os.environ if name.startswith("GCLI2API_")]:
        monkeypatch.delenv(name)
    for name in ("CREDENTIALS_DIR", "GEMINI_CLI_HOME", "PASSWORD", "API_PASSWORD", "PANEL_PASSWORD", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GCLI2API_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    (tmp_path / "person").mkdir()
    monkeypatch.chdir(tmp_path / "person")
    runner = CliRunner()
    return lambda *words, answer=None: runner.invoke(commands.main, [str(word) for word in words], input=answer)


def config(home: Path) -> dict[str, object]:
    return tomllib.loads((home / "config.toml").read_text())


def labels(ask: Ask) -> list[str]:
    return sorted(row["label"] for row in json.loads(ask("creds", "list", "--json").stdout))


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_shows_asks_and_takes(ask: Ask, tmp_path: Path) -> None:
    folder = gcli2api_of_october(tmp_path / "g")
    before = everything(folder)
    no = ask("import-from", "gcli2api", folder, answer="n\n")
    assert no.exit_code == 0 and "stays off" in no.stdout and "7861 → 7999" in no.stdout
    assert "config set host 0.0.0.0" in no.stdout, "coming over opens no door to others"
    assert labels(ask) == [] and not (tmp_path / "home" / "config.toml").exists()
    yes = ask("import-from", "gcli2api", folder, answer="y\n")
    assert yes.exit_code == 0 and "added ben@example.com (oauth, switched off)" in yes.stdout
    assert labels(ask) == ["anna@example.com", "ben@example.com", "envy-project"]
    assert config(tmp_path / "home") == {
        "port": 7999,
        "log_level": "debug",
        "password": "for-my-tools-only",
        "panel_password": "for-the-panel-only",
    }
    assert everything(folder) == before
    for secret in ("for-my-tools-only", "for-the-panel-only", "refresh", "ya29", "GOCSPX"):
        assert secret not in no.output + yes.output


def test_where_nobody_can_answer_nothing_is_taken(ask: Ask, tmp_path: Path) -> None:
    done = ask("import-from", "gcli2api", gcli2api_of_august(tmp_path / "g"))
    assert done.exit_code == 1 and "--yes" in done.stderr and labels(ask) == []


def test_a_second_time_finds_all_of_it_here(ask: Ask, tmp_path: Path) -> None:
    folder = gcli2api_of_august(tmp_path / "g")
    assert ask("import-from", "gcli2api", folder, "--yes").exit_code == 0
    again = ask("import-from", "gcli2api", folder)
    assert again.exit_code == 0 and again.stdout.count("already here") == 3 and "Nothing new" in again.stdout
    assert "Take this?" not in again.output


def test_a_dry_run_and_json_alone_take_nothing(ask: Ask, tmp_path: Path) -> None:
    folder = gcli2api_of_august(tmp_path / "g")
    assert ask("import-from", "gcli2api", folder, "--dry-run", "--yes").exit_code == 0
    shown = json.loads(ask("import-from", "gcli2api", folder, "--json").stdout)
    assert [row["state"] for row in shown["credentials"]] == ["new"] * 3 and shown["taken"] is None
    assert [row["enabled"] for row in shown["credentials"]] == [True, False, True]
    assert labels(ask) == []
    taken = json.loads(ask("import-from", "gcli2api", folder, "--json", "--yes").stdout)["taken"]
    assert len(taken["added"]) == 3 and labels(ask)


def test_parts_stay_out_on_demand(ask: Ask, tmp_path: Path) -> None:
    folder = gcli2api_of_october(tmp_path / "g")
    done = ask("import-from", "gcli2api", folder, "--yes", "--without", "settings", "--without", "keys")
    assert done.exit_code == 0 and not (tmp_path / "home" / "config.toml").exists() and len(labels(ask)) == 3


def test_what_was_configured_before_is_kept_beside(ask: Ask, tmp_path: Path) -> None:
    put(tmp_path / "home" / "config.toml", 'password = "mine-of-before" # comment\n')
    done = ask("import-from", "gcli2api", gcli2api_of_august(tmp_path / "g"), "--yes")
    assert "client key: replaces yours" in done.stdout and "mine-of-before" not in done.output
    kept = tmp_path / "home" / "config-before-import.toml"
    assert kept.read_text() == 'password = "mine-of-before" # comment\n' and "config-before-import" in done.stdout
    assert os.name == "nt" or kept.stat().st_mode & 0o777 == 0o600
    assert config(tmp_path / "home")["password"] == "correct-horse-battery"


def test_the_database_while_it_is_written_to(ask: Ask, tmp_path: Path) -> None:
    connection = gcli2api_of_today(tmp_path / "g")
    done = ask("import-from", "gcli2api", tmp_path / "g", "--yes")
    closed(connection)
    assert done.exit_code == 0 and len(labels(ask)) == 3 and "Antigravity" in done.stdout


def test_usual_places(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("gcli2api", "cliproxy", "gemini-cli"):
        nothing = ask("import-from", program)
        assert nothing.exit_code == 1 and f"import-from {program} FOLDER" in nothing.stderr
    person = tmp_path / "person"
    gcli2api_of_august(person / "gcli2api")
    cliproxy(tmp_path / "c")
    (tmp_path / "c" / "auths").rename(person / ".cli-proxy-api")
    gemini_cli(person)
    found = [json.loads(ask("import-from", one, "--json").stdout) for one in ("gcli2api", "cliproxy", "gemini-cli")]
    assert [Path(one["folder"]).name for one in found] == ["gcli2api", ".cli-proxy-api", ".gemini"]
    assert [len(one["credentials"]) for one in found] == [3, 4, 2]


def test_the_wrong_program_is_told(ask: Ask, tmp_path: Path) -> None:
    gemini_cli(tmp_path / "p")
    done = ask("import-from", "gcli2api", tmp_path / "p")
    assert done.exit_code == 1 and "looks like a folder of gemini-cli" in done.stderr


def test_on_a_phone_a_row_takes_two_lines(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "45")
    done = ask("import-from", "gcli2api", gcli2api_of_august(tmp_path / "g"), "--dry-run")
    assert "  anna@example.com (oauth)\n    anna-project-1755400000.json: new\n" in done.stdout


def test_a_file_called_by_its_key_is_not_shown_so(ask: Ask, tmp_path: Path) -> None:
    key = "AIzaSyD-invented-key-for-tests-000000009"
    put(tmp_path / "g" / "creds" / f"{key}.json", {"api_key": key})
    put(tmp_path / "g" / "creds" / "\x1b[31mred.json", "{")
    done = ask("import-from", "gcli2api", tmp_path / "g", "--dry-run")
    assert done.exit_code == 0 and key not in done.output and "\x1b" not in done.output
