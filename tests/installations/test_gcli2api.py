"""Folders of three versions of gcli2api come over whole, and what is hostile or somebody else's gets its line."""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from other_programs import (
    antigravity,
    closed,
    gcli2api_of_august,
    gcli2api_of_october,
    gcli2api_of_today,
    put,
    sign_in,
    stamps,
)

from gcli2api_tui.credentials.credential import OAuthTokens
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.installations import source_folder
from gcli2api_tui.installations.installation import Installation, Program

Read = Callable[[Program, Path], Installation]


def by_label(found: Installation) -> dict[str, bool]:
    return {one.credential.label: one.credential.settings.enabled for one in found.credentials}


def keys(found: Installation) -> dict[str, str]:
    return {one.door: one.key.reveal() for one in found.keys}


def settings(found: Installation) -> dict[str, object]:
    return {one.name: one.value for one in found.settings}


def test_files_of_august_with_their_states(tmp_path: Path, read: Read) -> None:
    found = read("gcli2api", gcli2api_of_august(tmp_path))
    assert by_label(found) == {"anna@example.com": True, "ben-project": False, "cleo-project": True}
    anna, ben, _ = found.credentials
    assert anna.credential.account == "anna@example.com" and anna.credential.project == "anna-project"
    assert "400, 403" in ben.remark and not anna.remark
    secret = anna.credential.secret
    assert isinstance(secret, OAuthTokens) and secret.refresh_token.reveal() == "1//0anna-refresh"
    assert keys(found) == {"client": "correct-horse-battery", "panel": "correct-horse-battery"}
    assert not found.left_out


def test_sections_of_october_with_variables_and_proxy(tmp_path: Path, read: Read) -> None:
    found = read("gcli2api", gcli2api_of_october(tmp_path))
    assert by_label(found) == {"anna@example.com": True, "ben@example.com": False, "envy-project": True}
    assert {one.credential.settings.proxy.reveal() for one in found.credentials} == {"http://127.0.0.1:7890"}
    assert keys(found) == {"client": "for-my-tools-only", "panel": "for-the-panel-only"}
    assert settings(found) == {"port": 7999, "log_level": "debug", "host": "0.0.0.0"}


def test_the_database_of_today_while_its_program_writes(tmp_path: Path, read: Read) -> None:
    connection = gcli2api_of_today(tmp_path)
    before = stamps(tmp_path)
    assert (tmp_path / "creds" / "credentials.db-wal").stat().st_size > 0, "nothing would be proven"
    found = read("gcli2api", tmp_path)
    assert stamps(tmp_path) == before
    closed(connection)
    labels = by_label(found)
    assert labels.pop("anna@example.com") and not labels.pop("ben@example.com")
    (nameless,) = labels
    assert nameless.startswith("sign-in …")
    cleo = found.credentials[2].credential
    assert cleo.project == "", "a stranger's project, which it wrote where it found none"
    assert [row.what for row in found.left_out] == ["ag_anna-1.json"]
    assert keys(found) == {"client": "shared-by-the-team", "panel": "shared-by-the-team"}
    assert [row.what for row in found.settings_left_out] == ["oauth_proxy_url"]


def test_the_folder_of_credentials_alone_will_do(tmp_path: Path, read: Read) -> None:
    gcli2api_of_august(tmp_path)
    found = read("gcli2api", tmp_path / "geminicli" / "creds")
    assert len(found.credentials) == 3 and not found.keys


def test_the_programs_own_files_are_not_asked_what_they_are(tmp_path: Path, read: Read) -> None:
    put(tmp_path / "web.py", "not looked at")
    put(tmp_path / "package.json", {"not": "looked at"})
    put(tmp_path / ".env", "PASSWORD=correct-horse-battery\n")
    found = read("gcli2api", tmp_path)
    assert not found.left_out and len(found.keys) == 2


def test_docker_keeps_them_in_data(tmp_path: Path, read: Read) -> None:
    put(tmp_path / "data" / "creds" / "a.json", sign_in("anna"))
    put(tmp_path / "package.json", {"name": "not looked at"})
    found = read("gcli2api", tmp_path)
    assert [one.file for one in found.credentials] == ["a.json"] and not found.left_out


def test_a_folder_elsewhere_is_found_by_its_variable(tmp_path: Path, read: Read) -> None:
    put(tmp_path / "elsewhere" / "a.json", sign_in("anna"))
    put(tmp_path / "program" / ".env", f"CREDENTIALS_DIR={tmp_path / 'elsewhere'}\n")
    found = read("gcli2api", tmp_path / "program")
    assert len(found.credentials) == 1 and found.folders == (tmp_path / "elsewhere",)


def test_a_guessable_password_opens_no_panel(tmp_path: Path, read: Read) -> None:
    put(tmp_path / "creds" / "a.json", sign_in("anna"))
    put(tmp_path / ".env", "PASSWORD=pwd\n")
    found = read("gcli2api", tmp_path)
    assert keys(found) == {"client": "pwd"} and [row.what for row in found.keys_left_out] == ["PASSWORD"]


def test_hostile_and_broken_files_get_a_line_each(tmp_path: Path, read: Read, why) -> None:
    creds = tmp_path / "creds"
    put(creds / "good.json", sign_in("anna"))
    put(creds / "broken.json", '{"refresh_token": ')
    put(creds / "list.json", "[1]")
    put(creds / "ag_x.json", antigravity("anna"))
    put(creds / "disguised.json", antigravity("anna"))
    put(creds / "claude.json", {"type": "claude", "refresh_token": "sk-ant-ort01-x"})
    put(creds / "notes.docx", "hello")
    put(creds / "creds_state.toml", "not toml [")
    put(tmp_path.parent / f"{tmp_path.name}-out.json", sign_in("out"))
    (creds / "link.json").symlink_to(tmp_path.parent / f"{tmp_path.name}-out.json")
    (creds / "loop.json").symlink_to(creds / "loop.json")
    (creds / "inside.json").symlink_to(creds / "good.json")
    with (creds / "huge.json").open("wb") as file:
        os.truncate(file.fileno(), 10_000_000_000)
    os.mkfifo(creds / "pipe.json")
    (creds / "folder.json").mkdir()
    found = read("gcli2api", tmp_path)
    assert [one.file for one in found.credentials] == ["good.json", "inside.json"]
    said = {what.partition(",")[0]: reason for what, reason in why(found.left_out).items()}
    expected = {
        "broken.json": "Not valid JSON",
        "list.json": "object or an API key",
        "ag_x.json": "Antigravity",
        "disguised.json": "Antigravity",
        "claude.json": "Claude",
        "notes.docx": "no file of credentials",
        "creds_state.toml": "not valid TOML",
        "link.json": "outside of the folder",
        "loop.json": "it leads nowhere",
        "huge.json": "larger than 1 MB",
        "pipe.json": "a pipe",
    }
    assert {name for name, words in expected.items() if words in said.get(name, "")} == said.keys() == expected.keys()


@pytest.mark.parametrize("content", [b"SQLite format 3\x00 and then nothing of it", b"", b"\x00" * 5000])
def test_a_database_that_is_none(tmp_path: Path, read: Read, content: bytes, why) -> None:
    put(tmp_path / "creds" / "good.json", sign_in("anna"))
    (tmp_path / "creds" / "credentials.db").write_bytes(content)
    found = read("gcli2api", tmp_path)
    assert len(found.credentials) == 1
    assert set(why(found.left_out)) == ({"credentials.db"} if content else set())


def test_a_row_that_is_no_credential_costs_no_other(tmp_path: Path, read: Read, why) -> None:
    connection = gcli2api_of_today(tmp_path)
    connection.execute("UPDATE credentials SET credential_data = x'00ff' WHERE id = 1")
    connection.execute("UPDATE credentials SET credential_data = 'nothing', filename = '../../up.json' WHERE id = 2")
    connection.commit()
    closed(connection)
    found = read("gcli2api", tmp_path)
    assert len(found.credentials) == 1
    assert {"anna-project-1.json", "up.json"} <= {what.partition(",")[0] for what in why(found.left_out)}


def test_a_view_is_not_asked(tmp_path: Path, read: Read) -> None:
    (tmp_path / "creds").mkdir()
    put(tmp_path / "creds" / "good.json", sign_in("anna"))
    connection = sqlite3.connect(tmp_path / "creds" / "credentials.db")
    connection.execute(
        "CREATE VIEW credentials AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) "
        "SELECT x AS filename, x AS credential_data FROM n"
    )
    closed(connection)
    assert len(read("gcli2api", tmp_path).credentials) == 1


def test_no_secret_is_in_what_is_said(tmp_path: Path, read: Read) -> None:
    found = read("gcli2api", gcli2api_of_october(tmp_path))
    said = repr(found) + json.dumps([row.why for row in (*found.left_out, *found.settings_left_out)])
    assert not [word for word in ('refresh"', "1//0", "ya29", "for-my-tools", "GOCSPX") if word in said]


@pytest.mark.parametrize("name", ["credentials.db", "creds.toml", "creds_state.toml", "config.toml"])
def test_a_file_beyond_all_size_is_not_read(tmp_path: Path, read: Read, name: str, why) -> None:
    put(tmp_path / "creds" / "good.json", sign_in("anna"))
    with (tmp_path / "creds" / name).open("wb") as file:
        os.truncate(file.fileno(), 10_000_000_000)
    found = read("gcli2api", tmp_path)
    assert len(found.credentials) == 1 and "larger than" in why(found.left_out)[name]


def test_a_folder_of_credentials_that_is_a_link_elsewhere_is_told(tmp_path: Path, read: Read, why) -> None:
    put(tmp_path / "elsewhere" / "a.json", sign_in("anna"))
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "creds").symlink_to(tmp_path / "elsewhere")
    found = read("gcli2api", tmp_path / "program")
    assert not found.credentials and "outside of the folder" in why(found.left_out)["creds"]
    assert len(read("gcli2api", tmp_path / "program" / "creds").credentials) == 1, "named itself, it is what was meant"


def test_more_files_than_a_folder_of_credentials_has(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_folder, "MOST", 1)
    put(tmp_path / "creds" / "a.json", sign_in("anna"))
    put(tmp_path / "creds" / "b.json", sign_in("ben"))
    with pytest.raises(Problem, match="holds 2 files"):
        read("gcli2api", tmp_path)


def test_words_where_there_is_nothing(tmp_path: Path, read: Read) -> None:
    with pytest.raises(Problem, match="no folder that can be read"):
        read("gcli2api", tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match="holds nothing of gcli2api"):
        read("gcli2api", tmp_path / "empty")
