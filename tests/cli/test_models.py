"""`models`: what is known of models, from a server that runs or from the files, and what `--forget` does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gcli2api_tui.cli import commands, models
from gcli2api_tui.clock import Clock
from gcli2api_tui.control import admin_client
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.state.ports import EndRow
from gcli2api_tui.state.sqlite_store import SqliteStore

Ask = Callable[..., Result]
MODEL = "gemini-3.8-flash"
RUNNING = Running(1, "http://127.0.0.1:1", Secret("token"))


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    return lambda *words: CliRunner().invoke(commands.main, ["models", *words, "--home", str(tmp_path)])


def learnt(home: Path) -> None:
    now = Clock().now()
    store = SqliteStore(home / "state.db", Clock())
    store.put_lesson(Lesson(MODEL, "thinking_level", "MINIMAL", "Thinking level \x1b[2J MINIMAL", now - 60))
    store.put_end(EndRow(MODEL, "gemini-api", "date", "2031-05-07", now - 30))
    store.close()


def test_a_new_home_has_the_models_of_the_files(ask: Ask, tmp_path: Path) -> None:
    lines = ask().stdout.splitlines()
    assert lines[0].split() == ["model", "for", "ends", "then"]
    by_id = {line.split()[0]: line.split()[1:] for line in lines[1:]}
    assert by_id["gemini-4-hydrogen"] == ["best"]
    assert by_id["gemini-3-pro-preview"] == ["hidden", "2026-03-09", "gemini-3.1-pro-preview"]
    assert not (tmp_path / "state.db").exists(), "who only looks writes nothing"


def test_what_was_learnt_stands_under_its_model(ask: Ask, tmp_path: Path) -> None:
    learnt(tmp_path)
    lines = ask().stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{MODEL} "))
    told = "\n".join(lines[at + 1 : at + 4])
    assert "takes no" in told and "MINIMAL" in told and "2031-05-07" in told and "\x1b" not in told


def test_the_data_for_scripts(ask: Ask, tmp_path: Path) -> None:
    learnt(tmp_path)
    rows = {row["id"]: row for row in json.loads(ask("--json").stdout)["models"]}
    row = rows[MODEL]
    assert row["ends"] == [["gemini-api", "2031-05-07"]] and row["last_day"] == "", "Vertex AI tells no date"
    assert [one["messages"]["said"]["key"] for one in row["learnt"]] == ["lesson.thinking_level", "ends.told"]


@pytest.mark.parametrize("what", [MODEL, "all"])
def test_it_can_be_forgotten_without_a_server(ask: Ask, tmp_path: Path, what: str) -> None:
    learnt(tmp_path)
    assert "Forgotten: 2 things" in ask("--forget", what).stdout
    rows = {row["id"]: row for row in json.loads(ask("--json").stdout)["models"]}
    assert rows[MODEL]["learnt"] == [] and rows[MODEL]["ends"] == []


def test_a_name_of_which_nothing_is_known_says_so_and_fails(ask: Ask) -> None:
    result = ask("--forget", "gemini-typo")
    assert result.exit_code == 1 and "gemini-typo" in result.stderr and "models" in result.stderr


class Server:
    """What the admin API of a running server is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.refuses = False
        monkeypatch.setattr(models, "_running", lambda where: RUNNING)
        monkeypatch.setattr(admin_client, "get", self.get)
        monkeypatch.setattr(admin_client, "post", self.post)

    def get(self, running: Running, path: str) -> Any:
        self.asked.append(f"GET {path}")
        row = {"id": "m", "role": "", "listed": True, "last_day": "", "successor": "", "ends": [], "learnt": []}
        return {"at": 0.0, "models": [row]}

    def post(self, running: Running, path: str, body: Any) -> Any:
        self.asked.append(f"POST {path}")
        if self.refuses:
            raise ClientFault(quoted("Nothing is remembered of m."), status=409)
        return {"message": "Forgotten."}


def test_a_server_that_runs_is_asked(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(monkeypatch)
    assert ask().stdout.splitlines()[1:] == ["m"]
    assert ask("--forget", "a/b").stdout == "Forgotten.\n" and json.loads(ask("--forget", "all", "--json").stdout)
    assert server.asked == [
        "GET /admin/api/models",
        "POST /admin/api/models/a%2Fb/forget",
        "POST /admin/api/models/forget",
    ]
    server.refuses = True
    assert ask("--forget", "m").exit_code == 1
