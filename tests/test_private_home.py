"""Every file under a home after a full run: nobody else may read it, whatever the umask, also where it stood open."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest
from click.testing import CliRunner

from gcli2api_tui.cli import commands

KEY = "AIza-sim-key-0002"
ASKED = {"model": "gemini-2.5-flash", "input": "hi", "store": True}


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(home: Path) -> dict[str, str]:
    """What is not as it should be."""
    found = [home, *home.rglob("*")]
    assert len(found) > 5
    wanted = {path: 0o700 if path.is_dir() else 0o600 for path in found}
    return {str(path): oct(is_mode) for path in found if (is_mode := stat.S_IMODE(path.stat().st_mode)) != wanted[path]}


def ask(home: Path, *words: str) -> None:
    done = CliRunner().invoke(commands.main, [*words, "--home", str(home)])
    assert done.exit_code == 0, done.output


def filled(home: Path, given: Path) -> None:
    """All that the command line makes."""
    given.write_text("AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234")
    ask(home, "config", "set", "port", "0")
    ask(home, "creds", "add-key", "--no-check", KEY, "--label", "mine")
    ask(home, "creds", "import", str(given))
    ask(home, "creds", "remove", "key …1234")
    ask(home, "creds", "export", "--all", "--to", str(home / "credentials-copy.zip"))
    (home / "models.toml").write_text("# mine\n")


def served(home: Path, google: str) -> None:
    """A run that stores a response and takes in a dropped file."""
    with programs.server(home, google) as url:
        assert programs.fetch(f"{url}/v1/responses", ASKED, "pwd")["id"]
        (home / "credentials" / "dropped.txt").write_text("AIzaSyDROPPEDDROPPEDDROPPEDDROPPED99")
        programs.until(lambda: (home / "credentials" / "imported" / "dropped.txt").exists(), "the import")
        programs.until(lambda: (home / "state.db-wal").exists(), "the journal")
        assert modes(home) == {}, "while it runs"


@pytest.mark.usefixtures("mask")
def test_a_fresh_home_is_private_while_it_serves_and_after(tmp_path: Path, google: str) -> None:
    home = tmp_path / "home"
    filled(home, tmp_path / "given.txt")
    served(home, google)
    assert modes(home) == {}


def test_a_home_that_stands_open_is_closed_before_it_serves(tmp_path: Path, google: str) -> None:
    home = tmp_path / "home"
    filled(home, tmp_path / "given.txt")
    (home / "credentials-copy.zip").unlink()
    for path in (home, *home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    served(home, google)
