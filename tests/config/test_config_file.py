"""config.toml: comments survive, the file is private, a broken one is not overwritten."""

import os
import stat
from pathlib import Path

import pytest

from gcli2api_tui.config import settings
from gcli2api_tui.config.settings import write_value
from gcli2api_tui.events.problems import SettingsFault


def test_a_rewrite_keeps_comments_and_other_keys(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\nport = 1 # why\nhost = 'x'\n")
    write_value(file, "port", 2)
    assert file.read_text() == "# mine\nport = 2 # why\nhost = 'x'\n"


def test_a_new_file_is_private(tmp_path: Path) -> None:
    write_value(tmp_path / "config.toml", "password", "secret")
    assert stat.S_IMODE((tmp_path / "config.toml").stat().st_mode) == 0o600


def test_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("port = = 1")
    with pytest.raises(SettingsFault):
        write_value(file, "port", 2)
    assert file.read_text() == "port = = 1"


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "config.toml"
    os.mkfifo(file) if kind == "pipe" else file.mkdir()
    for touch in (lambda: write_value(file, "port", 2), lambda: settings.load(file, {}, {})):
        with pytest.raises(SettingsFault, match=f"it is a {kind}"):
            touch()
