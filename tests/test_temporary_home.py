"""Without a place for temporary files the commands that need one say so, and how to give one."""

import tempfile

import pytest
from click.testing import CliRunner

from gcli2api_tui.cli import commands
from gcli2api_tui.demo import replay_server
from gcli2api_tui.events.problems import StartFault


@pytest.fixture(autouse=True)
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", none)


def test_the_demo_names_what_is_missing() -> None:
    done = CliRunner().invoke(commands.main, ["demo", "--port", "0"])
    assert (done.exit_code, type(done.exception)) == (2, SystemExit)
    assert "temporary folder: No usable temporary directory found" in done.output
    assert "TMPDIR" in done.output


async def test_so_does_a_replay() -> None:
    with pytest.raises(StartFault, match="temporary folder"):
        async with replay_server.beside_the_stand_in():
            pass
