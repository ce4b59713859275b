"""Folders: which one wins, and that secrets lie in private ones."""

import stat
from pathlib import Path

import pytest

from gcli2api_tui import paths
from gcli2api_tui.events.problems import Problem, StartFault


def test_home_holds_everything(tmp_path: Path) -> None:
    found = paths.find(str(tmp_path / "flag"), {"GCLI2API_HOME": str(tmp_path / "variable")})
    assert found.config == found.state == tmp_path / "flag"
    assert paths.find(None, {"GCLI2API_HOME": str(tmp_path / "variable")}).config == tmp_path / "variable"


def test_xdg_folders_are_used(tmp_path: Path) -> None:
    found = paths.find(None, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "c")})
    assert found.config_file == tmp_path / "c" / "gcli2api-tui" / "config.toml"
    assert found.database == tmp_path / ".local" / "state" / "gcli2api-tui" / "state.db"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def loose_home(tmp_path: Path) -> paths.Paths:
    """As an older version left it, at an umask of 0."""
    found = paths.find(str(tmp_path / "home"), {})
    found.create()
    for name in ("config.toml", "models.toml", "state.db", "state.db-wal", "credentials/a.json", "trash/b.json"):
        (found.config / name).write_text("x")
    for path in (found.config, *found.config.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    return found


def test_a_home_that_was_open_is_closed_and_it_says_so_once(tmp_path: Path) -> None:
    found = loose_home(tmp_path)
    (words,) = found.close_to_others()
    assert words.startswith(f"{found.config} and 8 more could be read by others")
    for path in (found.config, *found.config.rglob("*")):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path
    assert found.close_to_others() == ()


def test_a_folder_with_strangers_things_keeps_its_mode_and_theirs(tmp_path: Path) -> None:
    found = loose_home(tmp_path)
    (found.config / "photo.jpg").touch()
    (found.config / "photo.jpg").chmod(0o644)
    found.close_to_others()
    assert (mode(found.config), mode(found.config / "photo.jpg")) == (0o777, 0o644)
    assert (mode(found.config_file), mode(found.credentials)) == (0o600, 0o700)


def test_what_cannot_be_closed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = loose_home(tmp_path)
    monkeypatch.setattr(Path, "chmod", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    (words,) = found.close_to_others()
    assert "the disk keeps it so" in words


def test_missing_folders_on_a_read_only_disk_are_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = paths.find(str(tmp_path), {})
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    found.create()
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_belongs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("x")
    with pytest.raises(StartFault, match="credentials"):
        paths.find(str(tmp_path), {}).create()


def test_a_home_of_another_user_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not "no server is running": nobody can know."""
    found = paths.find(str(tmp_path / "absent"), {})
    found.require_ours()
    found = paths.find(str(tmp_path), {})
    found.require_ours()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(Problem, match="another user"):
        found.require_ours()
