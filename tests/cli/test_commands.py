"""The commands by click's runner: one line for a mistake, no secret on the screen, one home for all of them."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gcli2api_tui.cli import commands
from gcli2api_tui.events.problems import Problem, StartFault

KEY = "AIzaSyFAKEFAKEFAKEFAKEFAKEFAKE1234"
Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command as a user whose folders are in `tmp_path`."""
    for name in list(os.environ):
        if name.startswith(("GCLI2API_", "GOOGLE_", "CODE_ASSIST", "XDG_")) or name.endswith(
            ("PASSWORD", "HOST", "PORT")
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    return lambda *words, **more: CliRunner().invoke(commands.main, words, **more)


@pytest.fixture
def home(tmp_path: Path) -> str:
    return str(tmp_path / "home")


def refused(result: Result, status: int) -> str:
    """The one line on stderr."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("gcli2api-tui: ")
    return line


# A fresh interpreter: what this process has loaded says nothing.
def test_help_works_without_loading_what_serves_or_paints() -> None:
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom gcli2api_tui.cli.commands import main\n"
        "for words in ([], ['serve'], ['creds', 'import'], ['config', 'set'], ['status'], ['demo']):\n"
        "    done = CliRunner().invoke(main, [*words, '--help'])\n"
        "    assert done.exit_code == 0 and 'Usage' in done.output, words\n"
        "print([name for name in ('textual', 'quart', 'httpx', 'sqlite3') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_version(ask: Ask) -> None:
    assert ask("--version").stdout.startswith("gcli2api-tui, version ")


def test_config_show_masks_secrets_and_names_the_source(ask: Ask, home: str) -> None:
    assert ask("config", "set", "password", "SENTINEL-key", "--home", home).exit_code == 0
    env = {"PANEL_PASSWORD": "SENTINEL-panel", "GCLI2API_PORT": "7999"}
    shown = ask("config", "show", "--json", "--home", home, env=env)
    rows = json.loads(shown.stdout)
    assert rows["password"] == {"value": "••••", "source": "config.toml", "acts": "restart"}
    assert rows["panel_password"]["source"] == "PANEL_PASSWORD"
    assert rows["port"] == {"value": "7999", "source": "GCLI2API_PORT", "acts": "restart"}
    assert rows["host"]["source"] == "default"
    plain = ask("config", "show", "--home", home, env=env)
    assert "password" in plain.stdout
    assert "SENTINEL" not in shown.stdout + plain.stdout


def test_config_set_writes_into_a_private_file(ask: Ask, home: str) -> None:
    assert ask("config", "set", "port", "8000", "--home", home).exit_code == 0
    file = Path(ask("config", "path", "--home", home).stdout.strip())
    assert "port = 8000" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [("colour", "red", "no setting"), ("port", "x", "number"), ("port", "70000", "65535"), ("strategy", "x", "one of")],
)
def test_config_set_refuses_in_one_line_and_writes_nothing(
    ask: Ask, home: str, key: str, value: str, word: str
) -> None:
    assert word in refused(ask("config", "set", key, value, "--home", home), 1)
    assert not (Path(home) / "config.toml").exists()


@pytest.mark.parametrize("content", [b"port = = 1", b"\xff\xfe", b"colour = 1"])
def test_a_config_that_cannot_be_read_is_one_line(ask: Ask, home: str, content: bytes, started: list[dict]) -> None:
    Path(home).mkdir()
    (Path(home) / "config.toml").write_bytes(content)
    assert "config.toml" in refused(ask("config", "show", "--home", home), 1)
    assert "config.toml" in refused(ask("serve", "--home", home), 1)
    if content != b"colour = 1":
        assert "config.toml" in refused(ask("config", "set", "port", "1", "--home", home), 1)
        assert (Path(home) / "config.toml").read_bytes() == content


def test_creds_list_on_an_empty_home_says_what_to_do(ask: Ask, home: str) -> None:
    listed = ask("creds", "list", "--home", home)
    assert (listed.exit_code, listed.stderr) == (0, "")
    assert "creds add-key" in listed.stdout
    assert json.loads(ask("creds", "list", "--json", "--home", home).stdout) == []


def test_a_key_from_standard_input_is_kept_and_never_shown(ask: Ask, home: str) -> None:
    added = ask(
        "creds", "add-key", "--no-check", "--label", "mine", "--project", "shop", "--home", home, input=f"{KEY}\n"
    )
    assert added.stdout == "added mine (api-key)\n"
    assert ask("creds", "add-key", "--no-check", KEY, "--home", home).stdout == "already there: mine\n"
    listed = ask("creds", "list", "--json", "--home", home).stdout
    assert [row["label"] for row in json.loads(listed)] == ["mine"]
    assert KEY not in listed


def test_an_import_takes_the_good_and_names_the_bad(ask: Ask, home: str, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(KEY)
    (tmp_path / "bad.json").write_text("{")
    done = ask("creds", "import", str(tmp_path / "good.txt"), str(tmp_path / "bad.json"), "--home", home)
    assert (done.exit_code, done.stdout) == (0, "added key …1234 (api-key)\n")
    assert done.stderr.startswith("refused: bad.json")
    (told,) = json.loads(ask("creds", "import", str(tmp_path / "bad.json"), "--json", "--home", home).stdout)["refused"]
    assert told["file"] == "bad.json"
    added = json.loads(ask("creds", "add-key", "--no-check", KEY + "5", "--json", "--home", home).stdout)["added"]
    assert [row["label"] for row in added] == ["key …2345"]
    nothing = ask("creds", "import", str(tmp_path / "bad.json"), "--home", home)
    assert nothing.exit_code == 1
    assert nothing.stderr.splitlines()[-1] == "gcli2api-tui: Nothing was imported."


def test_a_vertex_key_is_one_by_word_and_by_prefix(ask: Ask, home: str) -> None:
    added = ask("creds", "add-key", "--no-check", "--vertex", "--home", home, input=f"{KEY}\n")
    assert added.stdout == "added express key …1234 (vertex-express)\n"
    listed = ask("creds", "add-key", "--no-check", "--home", home, input=f"{KEY}\nhome=vertex:{KEY}2\n").stdout
    assert listed == "added key …1234 (api-key)\nadded home (vertex-express)\n"
    several = ask("creds", "add-key", "--no-check", "--vertex", "--home", home, input=f"{KEY}3\n{KEY}4\n")
    assert several.exit_code == 1 and "vertex:" in several.stderr


def test_a_location_is_given_at_import(ask: Ask, home: str, tmp_path: Path) -> None:
    file = tmp_path / "robot.json"
    pem = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"
    file.write_text(json.dumps({"private_key": pem, "client_email": "r@p", "project_id": "p"}))
    wrong = ask("creds", "import", str(file), "--location", "x.evil", "--home", home)
    assert wrong.exit_code == 2 and "location" in wrong.stderr
    added = ask("creds", "import", str(file), "--location", "eu", "--home", home, "--json")
    assert json.loads(added.stdout)["added"][0]["settings"]["location"] == "eu"


def test_an_oauth_client_is_taken_and_its_secret_never_shown(ask: Ask, home: str, tmp_path: Path) -> None:
    file = tmp_path / "client_secret_1.json"
    file.write_text(json.dumps({"installed": {"client_id": "mine.apps", "client_secret": "SENTINEL"}}))
    done = ask("creds", "import", str(file), "--home", home)
    assert (done.exit_code, done.stdout) == (0, "sign-ins use your OAuth client mine.apps from now on\n")
    as_json = ask("creds", "import", str(file), "--home", home, "--json")
    assert json.loads(as_json.stdout)["clients"] == ["mine.apps"] and "SENTINEL" not in as_json.stdout


@pytest.mark.parametrize("words", [("creds", "list"), ("config", "show"), ("config", "set", "port", "1"), ("status",)])
def test_the_home_may_stand_before_the_command(ask: Ask, home: str, words: tuple[str, ...], tmp_path: Path) -> None:
    Path(home).mkdir()
    (Path(home) / "config.toml").write_text("port = 7998\n")
    before, after = ask("--home", home, *words), ask(*words, "--home", home)
    assert (before.exit_code, before.output) == (after.exit_code, after.output)
    assert not (tmp_path / "user").exists()
    assert ask("--home", "elsewhere", "config", "path", "--home", home).stdout.startswith(home)


def test_a_home_that_cannot_be_is_one_line(ask: Ask, tmp_path: Path, started: list[dict]) -> None:
    (tmp_path / "file").write_text("")
    for words in (("creds", "list"), ("config", "set", "port", "1"), ("serve",)):
        assert "--home" in refused(ask(*words, "--home", str(tmp_path / "file" / "below")), 2)


def test_no_server_is_a_problem_with_a_way_out(ask: Ask, home: str) -> None:
    assert "gcli2api-tui serve" in refused(ask("status", "--home", home), 1)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What would have been served; nothing is."""
    seen: list[dict] = []

    async def run(setup, **more) -> int:
        seen.append({"setup": setup, **more})
        return 7

    monkeypatch.setattr("gcli2api_tui.start.run", run)
    return seen


def test_serve_takes_flags_from_either_side_and_the_nearer_wins(ask: Ask, home: str, started: list[dict]) -> None:
    words = ("--home", home, "--port", "1", "serve", "--port", "0", "--password", "a-long-password")
    assert ask(*words).exit_code == 7
    setup, screen = started[0]["setup"], started[0]["screen"]
    assert (str(setup.paths.config), setup.settings.port, screen) == (home, 0, False)
    assert setup.settings.password.reveal() == "a-long-password"


def test_a_guessable_key_on_an_open_address_does_not_start(ask: Ask, home: str, started: list[dict]) -> None:
    words = ("serve", "--home", home, "--host", "0.0.0.0", "--password", "pwd")
    assert "--insecure" in refused(ask(*words), 2)
    assert not started
    assert ask(*words, "--insecure").exit_code == 7


def test_the_panel_without_a_terminal_serves_and_tells_how_it_stands(ask: Ask, home: str, started: list[dict]) -> None:
    assert ask("--home", home).exit_code == 7
    assert started[0]["screen"] is False and started[0]["tell"] is not None
    assert ask("--home", home, "serve").exit_code == 7
    assert started[1]["tell"] is None, "whoever serves asked for no talk"


@pytest.mark.parametrize(
    ("error", "status"),
    [(Problem("It broke.", "Mend it."), 1), (StartFault("It broke.", exit_code=3, way_out="Mend it."), 3)],
)
def test_a_problem_from_a_running_server_is_one_line(
    ask: Ask, home: str, monkeypatch: pytest.MonkeyPatch, error: Problem, status: int
) -> None:
    async def run(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr("gcli2api_tui.start.run", run)
    assert refused(ask("serve", "--home", home), status) == "gcli2api-tui: It broke. Mend it."


def test_a_list_shows_a_proxy_without_who_signs_in_there(ask: Ask, home: str) -> None:
    ask("creds", "add-key", "--no-check", KEY, "--home", home)
    (file,) = (Path(home) / "credentials").glob("*.json")
    kept = json.loads(file.read_text())
    kept["settings"]["proxy"] = "http://user:planted@proxy.example:3128"
    file.write_text(json.dumps(kept))
    listed = ask("creds", "list", "--json", "--home", home).stdout
    assert json.loads(listed)[0]["settings"]["proxy"] == "http://proxy.example:3128"
    assert "planted" not in listed
