"""`keys …` and docs/team.md: with a server and without one, the same words and the same keys."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gcli2api_tui.cli import commands
from gcli2api_tui.clients.client_key import digest_of
from gcli2api_tui.clock import Clock
from gcli2api_tui.state.sqlite_store import SqliteStore

PAGE = (Path(__file__).parent.parent.parent / "docs" / "team.md").read_text(encoding="utf-8")


def run(home: Path, line: str) -> Result:
    return CliRunner().invoke(commands.main, [*shlex.split(line), "--home", str(home)])


def done(home: Path, line: str) -> Result:
    result = run(home, line)
    assert result.exit_code == 0, result.output
    return result


def listed(home: Path) -> dict[str, Any]:
    return {row["name"]: row for row in json.loads(done(home, "keys list --json").stdout)}


def lines() -> Iterator[str]:
    block = re.search(r"```sh\n(.*?)```", PAGE, re.S)
    assert block
    for line in block[1].splitlines():
        yield line.removeprefix("gcli2api-tui ")


def test_the_page_can_be_typed(tmp_path: Path) -> None:
    for line in lines():
        done(tmp_path, line)
    row = listed(tmp_path)["ada"]
    assert (row["rpm"], row["rpd"], row["tpd"], row["thinking"]) == (None, 500, 2_000_000, "low")
    assert set(listed(tmp_path)) == {"ada"}


def test_the_page_names_every_option() -> None:
    help_text = CliRunner().invoke(commands.main, ["keys", "add", "--help"]).output
    options = set(re.findall(r"--[a-z-]+", help_text)) - {"--help", "--home", "--json"}
    assert options == set(re.findall(r"\| `(--[a-z-]+)", PAGE)) | {"--off"}


def test_a_key_is_on_standard_output_alone_and_nowhere_else(tmp_path: Path) -> None:
    made = done(tmp_path, "keys add ada")
    key = made.stdout.strip()
    assert key.startswith("sk-") and "ada" in made.stderr and key not in made.stderr
    assert key not in done(tmp_path, "keys list").output + done(tmp_path, "keys list --json").output
    assert not any(key.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    store = SqliteStore(tmp_path / "state.db", Clock())
    assert store.load().client_keys[0].digest == digest_of(key.encode())
    store.close()


def test_data_for_scripts(tmp_path: Path) -> None:
    made = json.loads(done(tmp_path, "keys add ada --json --off --models gemini-2.5-flash-search").stdout)
    assert made["name"] == "ada" and made["key"].startswith("sk-")
    row = listed(tmp_path)["ada"]
    assert (row["state"], row["models"]) == ("off", ["gemini-2.5-flash"])
    assert "message" in json.loads(done(tmp_path, "keys set ada --on --json").stdout)
    assert listed(tmp_path)["ada"]["state"] == "on"


def test_who_only_looks_writes_nothing(tmp_path: Path) -> None:
    assert "keys add NAME" in done(tmp_path, "keys list").stderr
    assert not (tmp_path / "state.db").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [("keys add client", "A name"), ("keys set nobody --off", "no key 'nobody'"), ("keys revoke nobody", "no key"),
     ("keys add x --rpm many", "rpm is a whole number"), ("keys add x --expires 2020-01-01", "is over already"),
     ("keys add x --credentials nobody", "is no credential"), ("keys set ada", "Nothing to change")],
)  # fmt: skip
def test_what_is_refused_says_what_and_changes_nothing(tmp_path: Path, line: str, words: str) -> None:
    result = run(tmp_path, line)
    assert result.exit_code == 1 and words in result.stderr
    assert listed(tmp_path) == {}


def test_a_name_from_elsewhere_draws_nothing_on_the_terminal(tmp_path: Path) -> None:
    assert run(tmp_path, "keys add 'a\x1b[2J'").exit_code == 1
    assert "\x1b" not in run(tmp_path, "keys revoke 'a\x1b[2J'").output
