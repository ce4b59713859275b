"""`creds trash|restore|clear-cooldown`, on the files of a home without a server."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcli2api_tui.cli import commands


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("GCLI2API_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GCLI2API_HOME", str(tmp_path / "home"))
    runner = CliRunner()
    assert (
        runner.invoke(
            commands.main, ["creds", "add-key", "--no-check", "AIza-one-key-0001", "--label", "work"]
        ).exit_code
        == 0
    )
    return lambda *words: runner.invoke(commands.main, ["creds", *words])


def test_what_was_removed_is_listed_and_comes_back(ask) -> None:
    assert "Nothing was removed" in ask("trash").stdout
    ask("remove", "work")
    (row,) = json.loads(ask("trash", "--json").stdout)
    assert (row["label"], row["kind"]) == ("work", "api-key") and "AIza" not in json.dumps(row)
    assert "work" in ask("trash").stdout
    assert ask("restore", "nobody").exit_code != 0
    assert "work is back" in ask("restore", "work").stdout
    assert json.loads(ask("trash", "--json").stdout) == []
    assert [row["label"] for row in json.loads(ask("list", "--json").stdout)] == ["work"]


def test_a_second_chance_needs_no_server(ask) -> None:
    done = ask("clear-cooldown", "work")
    assert done.exit_code == 0 and "work" in done.stdout
