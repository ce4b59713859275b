"""Folders: which one wins, and that secrets lie in private ones."""

import stat
from pathlib import Path

from gcli2api_tui import paths


def test_home_holds_everything(tmp_path: Path) -> None:
    found = paths.find(str(tmp_path / "flag"), {"GCLI2API_HOME": str(tmp_path / "variable")})
    assert found.config == found.state == tmp_path / "flag"
    assert paths.find(None, {"GCLI2API_HOME": str(tmp_path / "variable")}).config == tmp_path / "variable"


def test_xdg_folders_are_used(tmp_path: Path) -> None:
    found = paths.find(None, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "c")})
    assert found.config_file == tmp_path / "c" / "gcli2api-tui" / "config.toml"
    assert found.database == tmp_path / ".local" / "state" / "gcli2api-tui" / "state.db"


def test_secrets_lie_in_private_folders(tmp_path: Path) -> None:
    found = paths.find(str(tmp_path / "home"), {})
    found.credentials.mkdir(parents=True, mode=0o755)
    found.create()
    assert stat.S_IMODE(found.credentials.stat().st_mode) == 0o700
    assert stat.S_IMODE(found.trash.stat().st_mode) == 0o700
