"""The units for systemd and the agent for launchd: what they start is there, and systemd finds no fault with them."""

import configparser
import plistlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcli2api_tui.cli.commands import main
from gcli2api_tui.config.settings import Settings

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNITS = ("gcli2api-tui.service", "system/gcli2api-tui.service")
EXPOSURE = 2.0
"""Of 10; what `systemd-analyze security` may say at most of the unit for a machine."""


def service(name: str) -> configparser.SectionProxy:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / name)
    return unit["Service"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", ["ExecStart", "ExecReload"])
def test_their_commands_are_ours(unit: str, name: str) -> None:
    program, *words = shlex.split(service(unit)[name])
    assert Path(program).name == "gcli2api-tui"
    done = CliRunner().invoke(main, [*words, "--help"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("unit", UNITS)
def test_running_answers_may_end(unit: str) -> None:
    assert int(service(unit)["TimeoutStopSec"]) > Settings().drain_s


def test_the_home_of_the_machines_unit_is_its_state_folder() -> None:
    unit = service("system/gcli2api-tui.service")
    assert unit["Environment"] == f"GCLI2API_HOME=/var/lib/{unit['StateDirectory']}"


def test_the_agent_starts_ours_and_leaves_it_stopped_when_it_was_told_to_stop() -> None:
    agent = plistlib.loads((DEPLOY / "gcli2api-tui.plist").read_bytes())
    shell, word, line = agent["ProgramArguments"]
    assert (shell, word) == ("/bin/sh", "-c")
    assert shlex.split(line) == ["exec", "$HOME/.local/bin/gcli2api-tui", "serve"]
    assert agent["KeepAlive"] == {"SuccessfulExit": False} and agent["RunAtLoad"] is True
    assert agent["ExitTimeOut"] > Settings().drain_s and oct(agent["Umask"]) == "0o77"


def as_it_could_be_here(name: str, folder: Path) -> Path:
    """The unit with a program and a user that are here."""
    text = re.sub(r"(Exec\w+=)\S+/gcli2api-tui", rf"\g<1>{sys.executable}", (DEPLOY / name).read_text())
    unit = folder / "gcli2api-tui.service"
    unit.write_text(re.sub(r"(?m)^User=.*", "User=daemon", text))
    return unit


@pytest.mark.slow
@pytest.mark.tool("systemd-analyze")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    unit = as_it_could_be_here(name, tmp_path)
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.tool("systemd-analyze")
def test_the_unit_for_a_machine_is_locked_in(tmp_path: Path) -> None:
    unit = as_it_could_be_here("system/gcli2api-tui.service", tmp_path)
    asked = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    figure = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert figure and float(figure[1]) <= EXPOSURE, said
