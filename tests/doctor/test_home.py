"""What the doctor says of a home; he changes nothing in it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gcli2api_tui import paths
from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.doctor import home as looked
from gcli2api_tui.doctor.home import credentials_in_files, home, look
from gcli2api_tui.doctor.report import Finding, Level


def said(root: Path) -> dict[str, Finding]:
    return {one.said.key: one for one in home(look(paths.find(str(root), {}), {}))}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    prepare({"home": str(folder)}, {})
    return folder


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = said(tmp_path / "none")
    assert [one.level for one in found.values()] == [Level.WARN]
    assert not (tmp_path / "none").exists()


def test_a_good_home_has_nothing_wrong(root: Path) -> None:
    assert {one.level for one in said(root).values()} <= {Level.OK}


def test_settings_that_cannot_be_read_are_named(root: Path) -> None:
    (root / "config.toml").write_text("port = 99999\n")
    found = said(root)
    assert found["setting.port"].level is Level.BAD
    assert "doctor.settings" not in found


@pytest.mark.parametrize("name", ["config.toml", "credentials"])
def test_what_others_may_read_is_wrong_and_stays_as_it_is(root: Path, name: str) -> None:
    path = root / name
    path.chmod(0o755 if path.is_dir() else 0o644)
    mode = path.stat().st_mode
    assert said(root)["doctor.open_to_others"].level is Level.BAD
    assert path.stat().st_mode == mode


def test_the_state_of_a_newer_program_is_refused(root: Path) -> None:
    with closing(sqlite3.connect(root / "state.db")) as database:
        database.execute("PRAGMA user_version = 999")
    (root / "state.db").chmod(0o600)
    assert said(root)["disk.newer_file"].level is Level.BAD


@pytest.mark.parametrize(("free_mb", "level"), [(5, Level.BAD), (100, Level.WARN), (5000, Level.OK)])
def test_room_on_the_disk(root: Path, monkeypatch: pytest.MonkeyPatch, free_mb: int, level: Level) -> None:
    usage = type("Usage", (), {"free": free_mb * 1_000_000})
    monkeypatch.setattr(looked.shutil, "disk_usage", lambda folder: usage)
    assert said(root)["doctor.room"].level is level


def test_credentials_are_counted_by_kind_and_never_read_further(root: Path) -> None:
    where = paths.find(str(root), {})
    for number, kind in enumerate(["oauth", "oauth", "api-key"]):
        secret = {"kind": kind, "label": "anna@example.org", "secret": {"refresh_token": "1//planted"}}
        (where.credentials / f"anna-{number}.json").write_text(json.dumps(secret))
    (where.credentials / "anna-torn.json").write_text("{")
    before = sorted(where.credentials.iterdir())
    found = {one.said.key: one for one in credentials_in_files(where)}
    assert found["doctor.credentials"].said == "credentials: 1 api-key, 2 oauth"
    assert found["doctor.credential_unread"].level is Level.WARN
    assert "planted" not in repr(found) and "anna@" not in repr(found)
    assert sorted(where.credentials.iterdir()) == before
