"""`creds login` end to end: the browser's way and paste-back, with and without a running server."""

import contextlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import programs
import pytest

SIM_CLIENT = {"GCLI2API_OAUTH_CLIENT_ID": "sim-client.apps.googleusercontent.com",
              "GCLI2API_OAUTH_CLIENT_SECRET": "sim-client-secret"}  # fmt: skip


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@contextlib.contextmanager
def started(
    home: Path, google: str, *words: str, env: Mapping[str, str] = SIM_CLIENT
) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "gcli2api_tui", "creds", "login", "--no-browser", "--home", str(home), *words],
        env=programs.environment(**programs.towards(google), **env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.kill()


@contextlib.contextmanager
def login(
    home: Path, google: str, *words: str, answer: str = "yes\n", env: Mapping[str, str] = SIM_CLIENT
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The command, its notice answered, and the address it asks to open."""
    with started(home, google, *words, env=env) as process:
        assert process.stdout is not None and process.stdin is not None
        process.stdin.write(answer)
        process.stdin.flush()
        seen = ""
        for line in process.stdout:
            seen += line
            if found := re.search(r"^https?://\S+/o/oauth2/\S+$", line):
                yield process, found.group()
                break
        else:
            raise AssertionError(seen)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def landing(address: str) -> str:
    """Where Google's page sends the browser."""
    try:
        urllib.request.build_opener(NoRedirect).open(address, timeout=10)
    except urllib.error.HTTPError as redirect:
        return str(redirect.headers["Location"])
    raise AssertionError("no redirect")


def listed(home: Path) -> list[tuple[str, str]]:
    done = programs.command("creds", "list", "--json", "--home", str(home))
    return [(row["label"], row["kind"]) for row in json.loads(done.stdout)]


def test_the_browser_brings_the_code(google: str, tmp_path: Path) -> None:
    with login(tmp_path, google) as (process, address):
        with urllib.request.urlopen(landing(address), timeout=20) as page:
            assert "Signed in" in page.read().decode()
        assert process.wait(30) == 0
    assert listed(tmp_path) == [("alice@example.com", "oauth")]


@pytest.mark.slow
def test_a_pasted_address_does_too_and_a_wrong_one_leaves_it_waiting(google: str, tmp_path: Path) -> None:
    with login(tmp_path, google) as (process, address):
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("http://127.0.0.1/auth/callback?state=wrong&code=4/x\n")
        process.stdin.flush()
        programs.until(lambda: "belongs to no sign-in" in process.stdout.readline(), "the refusal")
        process.stdin.write(f"  {landing(address)} \n")
        process.stdin.flush()
        assert process.wait(30) == 0
    assert listed(tmp_path) == [("alice@example.com", "oauth")]


def test_a_running_server_takes_the_sign_in_and_serves_with_it(google: str, tmp_path: Path) -> None:
    with programs.server(tmp_path, google, **SIM_CLIENT) as url:
        with login(tmp_path, google) as (process, address):
            assert url.removeprefix("http://").replace(":", "%3A") in address
            urllib.request.urlopen(landing(address), timeout=20).close()
            assert process.wait(30) == 0
        body = {"model": "gemini-3.5-flash", "messages": [{"role": "user", "content": "hi"}]}
        assert programs.fetch(f"{url}/v1/chat/completions", body, "pwd")["choices"]


@pytest.mark.slow
def test_a_denied_sign_in_ends_with_googles_word(google: str, tmp_path: Path) -> None:
    with login(tmp_path, google) as (process, address):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(landing(f"{address}&deny=1"), timeout=20)
        assert "access_denied" in refused.value.read().decode()
        refused.value.close()
        assert process.wait(30) == 1
    assert listed(tmp_path) == []


@pytest.mark.slow
def test_the_notice_is_answered_once_and_shown_always(google: str, tmp_path: Path) -> None:
    for answer in ("no\n", "\n", ""):
        with started(tmp_path, google) as process:
            said, _ = process.communicate(answer, timeout=30)
        assert process.returncode == 1 and "Google's terms" in said and "--yes" in said and "https://" not in said
    with login(tmp_path, google) as (process, _):
        pass
    assert "terms_shown_at" in (tmp_path / "config.toml").read_text()
    with login(tmp_path, google, answer="") as (process, address):
        urllib.request.urlopen(landing(address), timeout=20).close()
        assert process.wait(30) == 0


@pytest.mark.slow
def test_a_running_server_asks_for_the_notice_too_and_keeps_it(google: str, tmp_path: Path) -> None:
    with programs.server(tmp_path, google, **SIM_CLIENT):
        with started(tmp_path, google) as process:
            said, _ = process.communicate("no\n", timeout=30)
        assert process.returncode == 1 and "Type yes" in said
        with login(tmp_path, google, "--yes", answer=""):
            assert "terms_shown_at" in (tmp_path / "config.toml").read_text()


def own_client(home: Path, **more: object) -> None:
    """Imported as Google hands it out."""
    values = {"client_id": "sim-own-client.apps.googleusercontent.com", "client_secret": "sim-own-client-secret"}
    file = home.parent / "client_secret_1.json"
    file.write_text(json.dumps({"web" if more else "installed": {**values, **more}}))
    done = programs.command("creds", "import", str(file), "--home", str(home))
    assert done.returncode == 0 and "sim-own-client.apps" in done.stdout and "secret" not in done.stdout


def vault_file(home: Path) -> dict[str, object]:
    (path,) = (home / "credentials").glob("*.json")
    content: dict[str, object] = json.loads(path.read_text())
    return content


@pytest.mark.slow
def test_ones_own_client_signs_in_for_vertex_without_a_question_and_serves(google: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    own_client(home)
    words = ("--vertex", "--project", "sim-alice", "--location", "eu")
    with login(home, google, *words, answer="", env={}) as (process, address):
        assert "sim-own-client" in address
        urllib.request.urlopen(landing(address), timeout=20).close()
        assert process.wait(30) == 0
    kept = vault_file(home)
    assert (kept["kind"], kept["project"]) == ("vertex-oauth", "sim-alice")
    assert kept["secret"]["client_id"] == "sim-own-client.apps.googleusercontent.com"  # type: ignore[index]
    with programs.server(home, google) as url:
        body = {"model": "gemini-3.5-flash", "messages": [{"role": "user", "content": "hi"}]}
        assert programs.fetch(f"{url}/v1/chat/completions", body, "pwd")["choices"]
    (asked,) = (entry for entry in programs.fetch(f"{google}/sim/journal") if "generateContent" in entry["path"])
    assert asked["path"].startswith("/v1/projects/sim-alice/locations/eu/")
    assert asked["headers"]["x-goog-user-project"] == "sim-alice"


@pytest.mark.slow
def test_a_running_server_signs_in_with_a_client_imported_meanwhile(google: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with programs.server(home, google):
        own_client(home)
        with login(home, google, env={}) as (process, address):
            assert "sim-own-client" in address
            urllib.request.urlopen(landing(address), timeout=20).close()
            assert process.wait(30) == 0
    assert vault_file(home)["secret"]["client_secret"] == "sim-own-client-secret"  # type: ignore[index]


@pytest.mark.slow
def test_a_web_client_returns_to_the_port_that_it_allows(google: str, tmp_path: Path) -> None:
    home, port = tmp_path / "home", programs.free_port()
    own_client(home, redirect_uris=[f"http://127.0.0.1:{port}/auth/callback"])
    with login(home, google, env={"PORT": str(port)}) as (process, address):
        urllib.request.urlopen(landing(address), timeout=20).close()
        assert process.wait(30) == 0
    with started(home, google, env={"PORT": str(programs.free_port())}) as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1 and "does not allow" in said


@pytest.mark.parametrize("words", [("--vertex",), ("--project", "p"), ("--location", "eu"), ("--location", "x.evil")])
def test_words_that_do_not_fit_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = programs.command("creds", "login", "--home", str(tmp_path), *words)
    assert done.returncode == 2 and "Error" in done.stderr
