"""`key`: what stands on standard output is the key and nothing else; where it came from is said truly."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.cli import commands
from gcli2api_tui.control import admin_client, run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.tui.paint.qr import half_blocks

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    for name in ("PASSWORD", "API_PASSWORD", "PANEL_PASSWORD", "GCLI2API_PASSWORD", "TMUX", "TERM", "TERMUX_VERSION"):
        monkeypatch.delenv(name, raising=False)
    return lambda *words, **more: CliRunner().invoke(commands.main, ["key", *words, "--home", str(tmp_path)], **more)


def test_both_keys_of_a_new_home_are_the_ones_that_it_serves_with(ask: Ask, tmp_path: Path) -> None:
    client, panel = ask(), ask("--panel")
    chosen = prepare({"home": str(tmp_path)}, {}).settings
    assert client.stdout == f"{chosen.password.reveal()}\n"
    assert panel.stdout == f"{chosen.panel_password.reveal()}\n"
    assert client.stdout != panel.stdout


def test_a_variable_wins_as_it_does_for_the_server(ask: Ask) -> None:
    env = {"API_PASSWORD": "for-tools", "PANEL_PASSWORD": "for-admins"}
    assert (ask(env=env).stdout, ask("--panel", env=env).stdout) == ("for-tools\n", "for-admins\n")


def test_as_a_code_it_is_drawn_and_not_written(ask: Ask) -> None:
    drawn = ask("--qr", env={"PASSWORD": "a-good-long-key"}).stdout
    assert drawn.rstrip("\n").split("\n") == half_blocks("a-good-long-key")


def test_a_copy_is_not_on_the_screen(ask: Ask) -> None:
    copied = ask("--copy", env={"PASSWORD": "a-good-long-key", "TERM": "xterm"})
    assert (copied.exit_code, copied.stdout) == (0, "")
    assert "a-good-long-key" not in copied.stderr
    assert "without --copy" in ask("--copy", env={"PASSWORD": "x", "TERM": "dumb"}).stderr.lower()


def test_a_server_with_another_key_is_told(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    run_file.write(tmp_path / "run.json", Running(os.getpid(), "http://127.0.0.1:1", Secret("t")))
    monkeypatch.setattr(admin_client, "takes", lambda url, key, panel: False)
    asked = ask()
    assert "another key" in asked.stderr
    assert len(asked.stdout.split()) == 1


@pytest.mark.parametrize(
    ("flags", "environ", "place"),
    [({}, {}, "in {home}/config.toml"), ({"password": "x"}, {}, "given by --password"),
     ({}, {"PASSWORD": "x"}, "set by PASSWORD"), ({}, {"PASSWORD": "x", "API_PASSWORD": "y"}, "set by API_PASSWORD"),
     ({}, {"GCLI2API_PASSWORD": "x"}, "set by GCLI2API_PASSWORD")],
)  # fmt: skip
def test_where_the_key_came_from_is_said_truly(tmp_path: Path, flags: dict, environ: dict, place: str) -> None:
    setup = prepare({"home": str(tmp_path), **flags}, environ)
    assert setup.key_place() == place.format(home=tmp_path)
    assert any("--password" in note for note in setup.notes) == bool(flags)
