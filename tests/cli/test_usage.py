"""`usage`: sums of what was kept, by name, with a server that writes or without; no sum of a file that is not ours."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import get_args

import programs
import pytest
from click.testing import CliRunner, Result

from gcli2api_tui.cli import commands, usage
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.usage_report import COLUMNS
from gcli2api_tui.events.records import THE_CLIENT_KEY, CredentialId
from gcli2api_tui.ledger.admin_rows import UsageColumn
from gcli2api_tui.pacific_time import pacific_day
from gcli2api_tui.state import schema
from gcli2api_tui.state.ports import DayUsage
from gcli2api_tui.state.sqlite_store import SqliteStore
from gcli2api_tui.state.usage_by_day import days_before

Ask = Callable[..., Result]
TODAY = pacific_day(Clock().now())
KEY = "AIza-sim-key-0001"


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    return lambda *words: CliRunner().invoke(commands.main, ["usage", *words, "--home", str(tmp_path)])


def keep(home: Path, *used: DayUsage) -> None:
    store = SqliteStore(home / "state.db", Clock())
    for one in used:
        store.add_usage(one)
    store.close()


def used(day: str = TODAY, model: str = "gemini-x", credential: str = "", requests: int = 1) -> DayUsage:
    return DayUsage(day, model, THE_CLIENT_KEY, "codex", CredentialId(credential), requests, 1, 1000, 200, 30, 4)


def test_the_words_are_those_of_the_store() -> None:
    assert get_args(UsageColumn) == usage.COLUMNS == COLUMNS


def test_a_home_without_any_says_so(ask: Ask, tmp_path: Path) -> None:
    assert ask().output == f"Nothing was asked since {days_before(TODAY, 29)}.\n"
    assert json.loads(ask("--json").output)["rows"] == []
    assert not (tmp_path / "state.db").exists()


def test_days_are_told_newest_first_with_what_all_come_to(ask: Ask, tmp_path: Path) -> None:
    yesterday = days_before(TODAY, 1)
    keep(tmp_path, used(), used(yesterday, requests=2), used(days_before(TODAY, 60), requests=50))
    head, *lines = [line.split() for line in ask().output.splitlines()]
    assert head[:2] == ["day", "(Pacific)"]
    assert lines == [
        [TODAY, "1", "1", "1,000", "200", "20%", "30", "4", "-"],
        [yesterday, "2", "1", "1,000", "200", "20%", "30", "4", "-"],
        ["all", "3", "2", "2,000", "400", "20%", "60", "8", "-"],
    ]
    assert "53" in ask("--days", "61").output


@pytest.mark.parametrize(
    ("by", "name"),
    [("model", "gemini-x"), ("client", "the client key"), ("program", "codex"), ("credential", "(none)")],
)
def test_what_stands_in_a_line_has_the_name_that_people_know(ask: Ask, tmp_path: Path, by: str, name: str) -> None:
    keep(tmp_path, used())
    (row,) = json.loads(ask("--by", by, "--json").output)["rows"]
    assert (row["name"], row["requests"], row["cached"]) == (name, 1, 200)
    assert name in ask("--by", by).output


def test_a_credential_has_its_label_and_one_that_is_gone_says_so(ask: Ask, tmp_path: Path) -> None:
    CliRunner().invoke(
        commands.main, ["creds", "add-key", "--no-check", KEY, "--label", "mine", "--home", str(tmp_path)]
    )
    listed = CliRunner().invoke(commands.main, ["creds", "list", "--json", "--home", str(tmp_path)])
    (credential,) = json.loads(listed.output)
    keep(tmp_path, used(credential=credential["id"], requests=2), used(credential="f" * 32))
    assert [row["name"] for row in json.loads(ask("--by", "credential", "--json").output)["rows"]] == [
        "mine",
        "removed ffffff",
    ]


def test_what_a_client_calls_itself_moves_no_cursor(ask: Ask, tmp_path: Path) -> None:
    keep(tmp_path, used(model="\x1b[2Jmodel\nall"))
    assert "\x1b" not in ask("--by", "model").output
    assert len(ask("--by", "model").output.splitlines()) == 2


def version(home: Path, number: int) -> None:
    with closing(sqlite3.connect(home / "state.db")) as connection, connection:
        connection.execute(f"PRAGMA user_version = {number}")


def test_a_file_of_a_newer_program_is_refused_with_words_and_left_alone(ask: Ask, tmp_path: Path) -> None:
    keep(tmp_path, used())
    version(tmp_path, len(schema.STEPS) + 1)
    before = (tmp_path / "state.db").read_bytes()
    asked = ask()
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert "newer version" in asked.stderr
    assert (tmp_path / "state.db").read_bytes() == before


def test_a_file_from_before_has_nothing_yet_and_stays_as_old(ask: Ask, tmp_path: Path) -> None:
    keep(tmp_path, used())
    version(tmp_path, 3)
    assert ask().output.startswith("Nothing")


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_a_file_that_is_none_ends_with_words(ask: Ask, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state.db").write_bytes(content)
    asked = ask()
    assert "cannot be read" in asked.stderr if content else asked.stdout.startswith("Nothing")


def test_while_a_server_runs_it_tells_what_the_server_has_served(tmp_path: Path) -> None:
    added = programs.command("creds", "add-key", "--no-check", KEY, "--label", "mine", "--home", str(tmp_path))
    assert added.returncode == 0
    question = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "Hi"}]}
    with programs.simulator_within() as google, programs.server(tmp_path, google) as url:
        programs.fetch(f"{url}/v1/chat/completions", question, "pwd")
        programs.fetch(f"{url}/v1/chat/completions", question, "pwd")
        rows: list[dict] = []
        while not rows or rows[0]["requests"] < 2:  # at most a second behind
            told = programs.command("usage", "--by", "credential", "--json", "--home", str(tmp_path))
            rows = json.loads(told.stdout)["rows"]
    assert [(row["name"], row["requests"], row["failures"]) for row in rows] == [("mine", 2, 0)]
    assert rows[0]["tokens_in"] > 0
    assert rows[0]["tokens_out"] > 0


def test_since_a_day_or_so_many_days_back(ask: Ask, tmp_path: Path) -> None:
    keep(tmp_path, used(), used(days_before(TODAY, 7), requests=2), used(days_before(TODAY, 8), requests=40))
    for since in ("7d", days_before(TODAY, 7)):
        told = json.loads(ask("--since", since, "--json").output)
        assert (told["total"]["requests"], told["first_day"]) == (3, days_before(TODAY, 7))


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--since", "soon"), "'soon' is no day"), (("--since", "7d", "--days", "3"), "choose one"),
     (("--json", "--csv"), "choose one"), (("--since", "2026-11-31"), "no day")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_words(ask: Ask, words: tuple[str, ...], said: str) -> None:
    asked = ask(*words)
    assert asked.exit_code == 2 and said in asked.stderr


def test_csv_is_read_by_others(ask: Ask, tmp_path: Path) -> None:
    keep(tmp_path, used(model='odd "model", 1'), used(requests=5))
    asked = ask("--by", "model", "--csv")
    head, *rows = csv.DictReader(io.StringIO(asked.stdout_bytes.decode(), newline=""))
    assert (head["model"], head["requests"], rows[0]["model"]) == ("gemini-x", "5", 'odd "model", 1')
    assert asked.stdout_bytes.count(b"\r\n") == 3


def test_prices_are_those_of_the_home_and_an_alias_is_its_model(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('aliases = "gpt-9=gemini-2.5-pro"\n')
    (tmp_path / "prices.toml").write_text('[[price]]\nmodel = "gemini-2.5-pro"\ninput = 1000\noutput = 0\n')
    keep(tmp_path, used(model="gpt-9"))
    told = json.loads(ask("--by", "model", "--json").output)
    assert told["total"]["notional_usd"] == 1.0
    assert "notional" in ask("--by", "model").output


def test_wrong_settings_cost_no_sums(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("port = 'none'\n")
    keep(tmp_path, used(model="gemini-2.5-pro"))
    assert json.loads(ask("--json").output)["total"]["requests"] == 1
