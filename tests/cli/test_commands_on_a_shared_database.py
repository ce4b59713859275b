"""`usage`, `models` and `keys` where no server runs and the state is in a database that instances share."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from postgres_server import PostgresServer

from gcli2api_tui import paths
from gcli2api_tui.cli import commands
from gcli2api_tui.clock import Clock
from gcli2api_tui.cluster_database import shared_address
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.events.records import THE_CLIENT_KEY, CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.pacific_time import pacific_day
from gcli2api_tui.state.ports import DayUsage

pytestmark = pytest.mark.tool("postgres")
SEAL = "c2VhbCBzZWFsIHNlYWwgc2VhbCBzZWFsIHNlYWwgc2U="
NEW = "bmV3IHNlYWwgbmV3IHNlYWwgbmV3IHNlYWwgbmV3IHM="
LOST = "b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3RoZXIgb3Q="
MODEL = "gemini-3.8-flash"
Ask = Callable[..., Result]


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.fresh()


def commands_on(url: str, home: Path) -> Ask:
    def ask(*words: str, seal: str = SEAL) -> Result:
        environment = {"GCLI2API_STATE_URL": url, "GCLI2API_SEAL_KEY": seal}
        return CliRunner().invoke(commands.main, [*words, "--home", str(home)], env=environment)

    return ask


@pytest.fixture
def ask(url: str, tmp_path: Path) -> Ask:
    return commands_on(url, tmp_path / "home")


@pytest.fixture
def served(url: str, tmp_path: Path) -> None:
    """An instance that runs no more was asked once, and learnt something."""
    from gcli2api_tui.state.postgresql.connection import Address
    from gcli2api_tui.state.postgresql.store import PostgresStore

    store = PostgresStore(Address(Secret(url), "run", "here"), tmp_path / "unsent", Clock())
    today = pacific_day(Clock().now())
    store.add_usage(DayUsage(today, "gemini-x", THE_CLIENT_KEY, "codex", CredentialId(""), 3, 0, 1000, 0, 0, 4))
    store.put_lesson(Lesson(MODEL, "thinking_level", "MINIMAL", "no", Clock().now()))
    store.close()


@pytest.mark.usefixtures("served")
def test_sums_and_lessons_are_the_databases(ask: Ask, tmp_path: Path) -> None:
    asked = ask("usage", "--json")
    assert asked.exit_code == 0, asked.output
    (row,) = json.loads(asked.stdout)["rows"]
    assert (row["requests"], row["tokens_in"]) == (3, 1000)
    rows = {row["id"]: row for row in json.loads(ask("models", "--json").stdout)["models"]}
    assert len(rows[MODEL]["learnt"]) == 1
    assert ask("models", "--forget", MODEL).exit_code == 0
    rows = {row["id"]: row for row in json.loads(ask("models", "--json").stdout)["models"]}
    assert rows[MODEL]["learnt"] == []
    assert not list(tmp_path.rglob("state.db"))


def test_a_key_that_a_command_makes_is_seen_from_every_home(ask: Ask, url: str, tmp_path: Path) -> None:
    assert ask("keys", "add", "ada").stdout.startswith("sk-")
    elsewhere = commands_on(url, tmp_path / "elsewhere")
    assert [row["name"] for row in json.loads(elsewhere("keys", "list", "--json").stdout)] == ["ada"]
    assert elsewhere("keys", "revoke", "ada").exit_code == 0
    assert json.loads(ask("keys", "list", "--json").stdout) == []


def test_settings_that_instances_agree_on_are_shown_from_every_home(ask: Ask, url: str, tmp_path: Path) -> None:
    def shown(asked: Ask) -> tuple[str, str]:
        row = json.loads(asked("config", "show", "--json").stdout)["hold_s"]
        return row["value"], row["source"]

    elsewhere = commands_on(url, tmp_path / "elsewhere")
    assert shown(elsewhere)[1] == "default"
    assert ask("config", "set", "hold_s", "12").exit_code == 0
    assert shown(ask) == shown(elsewhere) == ("12.0", "all instances")
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    (tmp_path / "elsewhere" / "config.toml").write_text("hold_s = 9.0\n")
    assert shown(elsewhere) == ("12.0", "all instances")
    assert ask("config", "set", "hold_s", "").exit_code == 0
    assert shown(elsewhere)[1] == "default" == shown(ask)[1]


def test_settings_are_shown_while_the_database_is_away_and_that_is_said(tmp_path: Path) -> None:
    shown = commands_on("postgresql://postgres@127.0.0.1:1/none", tmp_path / "home")("config", "show", "--json")
    assert shown.exit_code == 0 and "does not answer" in shown.stderr
    assert json.loads(shown.stdout)["hold_s"]["source"] == "default"


async def test_all_that_is_sealed_goes_under_the_new_key(ask: Ask, url: str, tmp_path: Path) -> None:
    """Credentials, what waits on the shelf, and this home's copy for bad times."""
    from gcli2api_tui.cluster_home import SharedHome
    from gcli2api_tui.state.ports import Saved
    from gcli2api_tui.state.postgresql.expiring_records import PostgresShelf
    from gcli2api_tui.state.postgresql.offline_copy import Rows

    def home(*keys: str) -> SharedHome:
        chosen = Settings(state_url=Secret(url), seal_key=Secret(",".join(keys)))
        return SharedHome(chosen, paths.find(str(tmp_path / "home"), {}), Clock())

    def shelf(*keys: str) -> PostgresShelf:
        one = home(*keys)
        return PostgresShelf(shared_address(one.chosen), one.seal(), Clock())

    assert ask("creds", "add-key", "AIzaSy" + "a" * 33, "--no-check").exit_code == 0
    lasting = Clock().now() + 100
    await shelf(SEAL).put("session", "a", {"one": 1}, lasting)
    await shelf(LOST).put("session", "b", {"two": 2}, lasting)
    home(SEAL).known_file().keep(Rows((), (), Saved(settings=(("hold_s", "12"),))))
    done = ask("cluster", "reseal", seal=f"{NEW},{SEAL}")
    assert done.exit_code == 0 and "2 secrets" in done.output
    assert "No key" not in ask("creds", "list", seal=NEW).output
    assert await shelf(NEW).get("session", "a") == {"one": 1}
    assert await shelf(LOST).get("session", "b") is None and len(await shelf(LOST, NEW).all("session")) == 1
    known = home(NEW).known_file().read()
    assert known is not None and known.saved.settings == (("hold_s", "12"),)


def test_a_database_in_which_nothing_was_kept_yet_stays_empty(ask: Ask, url: str) -> None:
    import psycopg

    assert ask("usage").output.startswith("Nothing was asked")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1 FROM pg_tables WHERE tablename = 'tables'").fetchall() == []


@pytest.mark.parametrize("words", [("usage",), ("models",), ("keys", "list"), ("keys", "add", "ada")])
def test_one_that_is_away_is_told_and_nothing_waits_for_it(words: tuple[str, ...], tmp_path: Path) -> None:
    refused = commands_on("postgresql://postgres@127.0.0.1:1/none", tmp_path / "home")(*words)
    assert refused.exit_code and "does not answer" in refused.output
    assert not list(tmp_path.rglob("unsent.jsonl"))


@pytest.mark.usefixtures("served")
def test_the_tables_of_a_newer_program_are_not_read(ask: Ask, url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE tables SET version = 999 WHERE part = 'shared'")
    refused = ask("usage")
    assert refused.exit_code and "newer" in refused.output
