"""config.toml: comments survive, the file is private, a broken one is not overwritten."""

import stat
from pathlib import Path

import pytest

from gcli2api_tui.config_file import replace_file, write_value
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


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace_file(file, "\ud800")
    assert file.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["config.toml"]
