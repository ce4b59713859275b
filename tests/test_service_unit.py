"""The unit for systemd: what it starts exists, and systemd itself finds nothing wrong with it."""

import configparser
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcli2api_tui.cli import main

UNIT = Path(__file__).parent.parent / "deploy" / "gcli2api-tui.service"


@pytest.mark.parametrize("name", ["ExecStart", "ExecReload"])
def test_its_commands_are_ours(name: str) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.read(UNIT)
    program, *words = shlex.split(unit["Service"][name])
    assert Path(program).name == "gcli2api-tui"
    done = CliRunner().invoke(main, [*words, "--help"])
    assert done.exit_code == 0, done.output


@pytest.mark.slow
@pytest.mark.tool("systemd-analyze")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("%h/.local/bin/gcli2api-tui", sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
