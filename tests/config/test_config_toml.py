"""config.toml: changed by one value, kept whole, and read only where it is a file."""

import os
import stat
from pathlib import Path

import pytest
import tomlkit

from gcli2api_tui import safe_files
from gcli2api_tui.config import config_toml, settings_loading
from gcli2api_tui.config.config_toml import write_value
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
    for touch in (lambda: write_value(file, "port", 2), lambda: settings_loading.load(file, {}, {})):
        with pytest.raises(SettingsFault, match=f"it is a {kind}"):
            touch()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (config_toml.HEADER, "sk-a_B-9"),
        ("", "x"),
        (f'{config_toml.HEADER}password = "sk-1"\n', "sk-2"),
        ('panel_password = "old"\n', "new"),
        ('#panel_password = "no"\n', "new"),
        (f"{config_toml.HEADER}port = 7861\n", "sk-1"),
        (f"{config_toml.HEADER}\n[table]\na = 1\n", "sk-1"),
        ('password = "a"', "b"),
        ('password = "a"\r\n', "b"),
        (config_toml.HEADER, 'with "quotes"'),
        (config_toml.HEADER, "\u00e9"),
        (config_toml.HEADER, 7),
    ],
)
def test_a_key_is_written_as_tomlkit_writes_it(text: str, value: object, tmp_path: Path) -> None:
    """The two of a first start without its import."""
    file = tmp_path / "config.toml"
    safe_files.replace(file, text.encode())
    document = tomlkit.parse(text)
    before = document.unwrap().get("panel_password")
    assert write_value(file, "panel_password", value) == before
    document["panel_password"] = value
    assert file.read_bytes() == tomlkit.dumps(document).encode()
