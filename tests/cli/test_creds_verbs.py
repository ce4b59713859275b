"""`creds check|enable|disable|remove|set|export`, with a server that runs and without one; a stand-in is Google."""

import contextlib
import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import programs
import pytest
from click.testing import CliRunner, Result

from gcli2api_tui.cli import commands
from gcli2api_tui.control import run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.secret import Secret

KEY = "AIza-sim-key-0001"
Ask = Callable[..., Result]


def sign_in(name: str) -> str:
    client = {"client_id": "sim-client.apps.googleusercontent.com", "client_secret": "sim-client-secret"}
    token = {"refresh_token": f"1//sim-{name}", "email": f"{name}@example.com", "project_id": f"sim-{name}"}
    return json.dumps({**client, **token})


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def ask(home: Path, google: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """A command on a home with alice (works), erin (her sign-in is dead) and a key (works)."""
    for name, value in programs.towards(google).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GCLI2API_HOME", str(home))
    for name in ("HOST", "PORT", "PASSWORD", "API_PASSWORD", "PANEL_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    files = home.parent / "files"
    files.mkdir()
    for name in ("alice", "erin"):
        (files / f"{name}.json").write_text(sign_in(name))
    (files / "key.txt").write_text(f"my-key={KEY}")
    runner = CliRunner()
    assert runner.invoke(commands.main, ["creds", "import", str(files)]).exit_code == 0
    return lambda *words, **more: runner.invoke(commands.main, ["creds", *words], **more)


def listed(ask: Ask, *more: str) -> dict[str, dict]:
    return {row["label"]: row for row in json.loads(ask("list", "--json", *more).stdout)}


def same(rows: dict[str, dict]) -> dict[str, list]:
    """What an export keeps."""
    return {label: [row[key] for key in ("id", "kind", "project", "settings")] for label, row in rows.items()}


def test_check_asks_google_for_each_and_fails_if_one_does(ask: Ask) -> None:
    done = ask("check", "--all")
    assert done.exit_code == 1
    alice, key = done.stdout.splitlines()
    assert alice == "alice@example.com: Gemini Code Assist, project sim-alice."
    assert key.startswith("my-key: The key works; it can see ")
    assert done.stderr.startswith("erin@example.com: Google no longer accepts this sign-in")
    assert ask("check", "alice", "my-key").exit_code == 0
    rows = json.loads(ask("check", "erin", "alice", "--json").stdout)
    assert [(row["label"], row["ok"]) for row in rows] == [("erin@example.com", False), ("alice@example.com", True)]


def test_what_a_check_found_out_is_there_at_the_next_start(ask: Ask, home: Path, google: str) -> None:
    assert ask("check", "erin").exit_code == 1
    with programs.server(home, google):
        assert listed(ask)["erin@example.com"]["state"] == "needs login"


def test_switching_without_a_server(ask: Ask) -> None:
    assert ask("disable", "alice", "erin").stdout.splitlines() == [
        "alice@example.com is out of the rotation.",
        "erin@example.com is out of the rotation.",
    ]
    assert "alice@example.com                oauth            sim-alice  (disabled)" in ask("list").stdout
    assert ask("enable", "ALICE@example.com").exit_code == 0
    assert {label: row["settings"]["enabled"] for label, row in listed(ask).items()} == {
        "alice@example.com": True, "erin@example.com": False, "my-key": True,
    }  # fmt: skip
    assert ask("disable", "--all").exit_code == 0
    assert not any(row["settings"]["enabled"] for row in listed(ask).values())


def test_a_removal_says_how_to_undo_it_and_that_works(ask: Ask) -> None:
    before = listed(ask)["alice@example.com"]
    (row,) = json.loads(ask("remove", "alice", "--json").stdout)
    assert "alice@example.com" not in listed(ask)
    words = row["undo"].split()
    assert words[:3] == ["gcli2api-tui", "creds", "import"]
    assert ask(*words[2:]).exit_code == 0
    assert listed(ask)["alice@example.com"] == before
    assert "undo: gcli2api-tui creds import" in ask("remove", "alice").stdout


@pytest.mark.parametrize("verb", ["check", "enable", "disable", "remove", "export"])
def test_a_wrong_name_touches_nothing(ask: Ask, verb: str) -> None:
    before = listed(ask)
    for names, words in [(("alice", "nobody"), "'nobody' is no credential"), ((), "No credential was named")]:
        refused = ask(verb, *names)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert words in refused.stderr
    assert listed(ask) == before


def test_an_ambiguous_name_lists_who_fits(ask: Ask) -> None:
    ask("set", "erin", "label=alice too")
    refused = ask("disable", "alice")
    assert "'alice' fits 2 credentials: alice@example.com (" in refused.stderr
    assert refused.exit_code == 1


def test_set_changes_what_a_person_decides(ask: Ask) -> None:
    done = ask("set", "alice", "weight=2", "daily_limit=99", "models=gemini-2.5-pro")
    assert done.stdout == "alice@example.com: weight, daily_limit, models changed.\n"
    settings = listed(ask)["alice@example.com"]["settings"]
    assert (settings["weight"], settings["daily_limit"], settings["models"]) == (2.0, 99, ["gemini-2.5-pro"])
    assert json.loads(ask("set", "alice", "weight=3", "--json").stdout)["settings"]["weight"] == 3.0
    refused = ask("set", "alice", "weight=0")
    assert refused.stderr == "gcli2api-tui: weight: This must be a number above 0.\n"


def test_an_export_comes_back_into_an_empty_home(ask: Ask, home: Path, tmp_path: Path) -> None:
    before = listed(ask)
    for target in ("pool.zip", "pool"):
        done = ask("export", "--all", "--to", str(tmp_path / target))
        assert (done.exit_code, "hold secrets" in done.stderr) == (0, True)
        other = tmp_path / f"home of {target}"
        assert ask("import", str(tmp_path / target), "--home", str(other)).exit_code == 0
        assert same(listed(ask, "--home", str(other))) == same(before)
    assert stat.S_IMODE((tmp_path / "pool.zip").stat().st_mode) == 0o600
    assert ask("export", "alice", "--to", str(tmp_path / "pool.zip")).exit_code == 1
    written = json.loads(ask("export", "--all", "--to", str(tmp_path / "pool.zip"), "--force", "--json").stdout)
    assert written == {"written": [str(tmp_path / "pool.zip")], "credentials": 3}


def test_one_goes_to_standard_output_and_the_warning_does_not(ask: Ask) -> None:
    done = ask("export", "alice")
    assert json.loads(done.stdout)["refresh_token"] == "1//sim-alice"
    assert "secret" in done.stderr
    several = ask("export", "--all")
    assert (several.exit_code, several.stdout) == (1, "")
    assert "--to" in several.stderr


def test_only_export_shows_secrets(ask: Ask, home: Path, google: str) -> None:
    def said() -> str:
        results = [ask("list"), ask("list", "--json"), ask("check", "--all", "--json"), ask("disable", "--all")]
        results += [ask("enable", "--all", "--json"), ask("set", "alice", "weight=2", "--json"), ask("nothing")]
        return "".join(result.output for result in results)

    with programs.server(home, google):
        text = said()
    text += said()
    assert "alice@example.com" in text
    for secret in ("1//sim-", "sim-client-secret", KEY, "ya29"):
        assert secret not in text


def test_with_a_server_its_pool_follows_at_once(ask: Ask, home: Path, google: str, tmp_path: Path) -> None:
    with programs.server(home, google):
        assert ask("disable", "alice").stdout == "alice@example.com is out of the rotation.\n"
        rows = listed(ask)
        assert (rows["alice@example.com"]["state"], rows["my-key"]["state"]) == ("disabled by you", "ready")
        assert rows["my-key"]["used_today"] == 0
        assert "disabled by you" in ask("list").stdout
        # A file that the server has not seen yet is no stranger to it.
        (tmp_path / "more.json").write_text(sign_in("bob"))
        assert ask("import", str(tmp_path / "more.json")).exit_code == 0
        assert ask("check", "bob").stdout == "bob@example.com: Gemini Code Assist, project sim-bob.\n"
        done = ask("check", "--all", "--json")
        assert done.exit_code == 1
        assert {row["label"]: row["ok"] for row in json.loads(done.stdout)}["erin@example.com"] is False
        assert "undo: " in ask("remove", "erin").stdout
        assert sorted(listed(ask)) == ["alice@example.com", "bob@example.com", "my-key"]
        assert ask("enable", "--all").exit_code == 0
    assert all(row["settings"]["enabled"] for row in listed(ask).values())


class Broken(BaseHTTPRequestHandler):
    """A server that has lost its mind."""

    def do_GET(self) -> None:
        self.send_error(500)

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_that_is_broken_hides_no_files(ask: Ask, home: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Broken) as broken:
        threading.Thread(target=broken.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{broken.server_port}"
        run_file.write(home / "run.json", Running(os.getpid(), url, Secret("t")))
        done = ask("list")
        broken.shutdown()
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 3)
    assert done.stderr.startswith("! ")


def test_what_a_killed_server_left_is_no_server(ask: Ask, home: Path) -> None:
    url = f"http://127.0.0.1:{programs.free_port()}"
    run_file.write(home / "run.json", Running(os.getpid(), url, Secret("t")))
    done = ask("disable", "alice")
    assert (done.exit_code, done.stderr) == (0, "")
    assert listed(ask)["alice@example.com"]["settings"]["enabled"] is False


@pytest.mark.parametrize("server", [False, True], ids=["without a server", "with one"])
def test_a_key_is_tried_when_it_is_added_and_kept_whatever_google_says(
    ask: Ask, home: Path, google: str, server: bool
) -> None:
    with programs.server(home, google) if server else contextlib.nullcontext():
        good = ask("add-key", "AIza-sim-key-0002", "--label", "good")
        assert good.exit_code == 0 and "added good" in good.stdout and "The key works" in good.stdout
        dead = ask("add-key", "AIza-nobody-knows-0009", "--label", "dead")
        assert dead.exit_code == 0 and "added dead" in dead.stdout
        assert dead.stderr.startswith("dead is added and kept. Google was asked: ")
        (row,) = json.loads(ask("add-key", "AIza-nobody-knows-0010", "--json").stdout)["checked"]
        assert row["ok"] is False
    assert {"good", "dead"} <= {*listed(ask)}


def test_without_a_network_a_key_is_added_all_the_same(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"http://127.0.0.1:{programs.free_port()}")
    added = ask("add-key", "AIza-sim-key-0002", "--label", "offline")
    assert added.exit_code == 0 and "added offline" in added.stdout
    assert "offline is added and kept" in added.stderr
    assert "offline is added" not in ask("add-key", "--no-check", "AIza-sim-key-0003", "--label", "other").stderr
