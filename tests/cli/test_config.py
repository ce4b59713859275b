"""`config set`: acts at once where a server runs and it can; says which; writes the file where it must."""

from collections.abc import Callable
from pathlib import Path

import programs
import pytest
from click.testing import CliRunner, Result

from gcli2api_tui.cli import commands
from gcli2api_tui.config import settings_loading
from gcli2api_tui.config.settings import FIELDS, Settings

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    return lambda *words: CliRunner().invoke(commands.main, ["config", *words, "--home", str(tmp_path)])


def kept(home: Path) -> Settings:
    return settings_loading.load(home / "config.toml", {}, {}).settings


def test_without_a_server_it_acts_from_the_next_start_on(ask: Ask, tmp_path: Path) -> None:
    asked = ask("set", "hold_s", "12")
    assert (asked.exit_code, kept(tmp_path).hold_s) == (0, 12.0) and "next start" in asked.stderr


def test_nothing_takes_the_line_out(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# mine\nhold_s = 5\n")
    ask("set", "hold_s", "")
    assert (tmp_path / "config.toml").read_text() == "# mine\n"


def test_each_setting_says_when_a_change_acts(ask: Ask) -> None:
    lines = {line.split()[0]: line for line in ask("show").stdout.splitlines()}
    assert lines.keys() == FIELDS.keys()
    assert " live " in lines["hold_s"] and " restart " in lines["port"]


def test_a_running_server_takes_it_at_once_and_says_so(ask: Ask, tmp_path: Path) -> None:
    with programs.server(tmp_path, "http://127.0.0.1:9", GCLI2API_ATTEMPTS="7"):
        assert "hold_s: 30 is 12 now." in ask("set", "hold_s", "12").stderr
        assert "after a restart" in ask("set", "oauth_client_id", "mine").stderr
        held = ask("set", "attempts", "2")
        assert "GCLI2API_ATTEMPTS" in held.stderr and held.exit_code == 0
        refused = ask("set", "aliases", "a=no-such-model")
        assert refused.exit_code == 1 and "no-such-model" in refused.stderr
    assert (kept(tmp_path).hold_s, kept(tmp_path).attempts, kept(tmp_path).aliases) == (12.0, 2, "")
