"""`upgrade`: it says its line, runs it when told to, and lets the new program restart the server."""

import sys
from collections.abc import Callable
from pathlib import Path

import programs
import pytest
from click.testing import CliRunner, Result

from gcli2api_tui import how_installed
from gcli2api_tui.cli import commands
from gcli2api_tui.control import run_file
from gcli2api_tui.how_installed import Installed, Line, Way

Upgrade = Callable[..., Result]


@pytest.fixture
def upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Upgrade:
    """With an installation that a test makes up."""

    def run(way: Way, *lines: Line, runs: bool = True, yes: bool = False) -> Result:
        monkeypatch.setattr(how_installed, "found", lambda: Installed(way, lines, runs, "SOURCE"))
        words = ("upgrade", "--home", str(tmp_path / "home"), *(("--yes",) if yes else ()))
        return CliRunner().invoke(commands.main, words)

    return run


def python(code: str) -> Line:
    return (sys.executable, "-c", code)


WAYS: tuple[Way, ...] = ("installer", "pipx", "uv-tool", "checkout", "archive", "container", "system", "index")


@pytest.mark.parametrize("way", WAYS)
def test_the_line_stands_alone_on_standard_output(upgrade: Upgrade, way: Way) -> None:
    said = upgrade(way, ("do", "a thing"))
    assert (said.exit_code, said.stdout) == (0, "do 'a thing'\n")
    assert said.stderr.startswith("This is gcli2api-tui ") and "upgrade." not in said.stderr


def test_nothing_is_run_unless_told(upgrade: Upgrade, tmp_path: Path) -> None:
    line = python(f"open({str(tmp_path / 'ran')!r}, 'w')")
    assert "--yes" in upgrade("index", line).stderr
    assert not (tmp_path / "ran").exists()
    done = upgrade("index", line, yes=True)
    assert done.exit_code == 0 and (tmp_path / "ran").exists()
    assert "Installed: gcli2api-tui, version " in done.stderr


def test_a_line_that_fails_ends_it(upgrade: Upgrade, tmp_path: Path) -> None:
    failed = upgrade("checkout", python("raise SystemExit(7)"), python(f"open({str(tmp_path / 'x')!r}, 'w')"), yes=True)
    assert failed.exit_code == 1 and "status 7" in failed.stderr
    assert not (tmp_path / "x").exists()


def test_what_is_missing_or_belongs_elsewhere_is_said(upgrade: Upgrade) -> None:
    missing = upgrade("pipx", ("no-such-program-7f3a", "upgrade"), yes=True)
    assert missing.exit_code == 1 and "no-such-program-7f3a is not here" in missing.stderr
    outside = upgrade("container", ("docker", "compose", "pull"), runs=False, yes=True)
    assert outside.exit_code == 1 and "by hand" in outside.stderr


def test_the_server_restarts_with_it(upgrade: Upgrade, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with programs.simulator_within() as google, programs.server(home, google):
        before = run_file.read(home / "run.json")
        assert before is not None
        done = upgrade("index", python("pass"), yes=True)
        assert done.exit_code == 0, done.output
        after = run_file.read(home / "run.json")
        assert after is not None and (after.pid, after.started_at > before.started_at) == (before.pid, True)


def test_a_server_that_another_restarted_is_left_alone(
    upgrade: Upgrade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(how_installed, "program", lambda: python("raise SystemExit(3)"))
    assert upgrade("installer", python("pass"), yes=True).exit_code == 0, "none runs: none is restarted"
