"""`creds login` end to end: the browser's way and paste-back, with and without a running server."""

import contextlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

SIM_CLIENT = {"GCLI2API_OAUTH_CLIENT_ID": "sim-client.apps.googleusercontent.com",
              "GCLI2API_OAUTH_CLIENT_SECRET": "sim-client-secret"}  # fmt: skip


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator() as url:
        yield url


@contextlib.contextmanager
def login(home: Path, google: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The command, and the address it asks to open."""
    with subprocess.Popen(
        [sys.executable, "-m", "gcli2api_tui", "creds", "login", "--no-browser", "--home", str(home)],
        env=programs.environment(**programs.towards(google), **SIM_CLIENT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        seen = ""
        for line in process.stdout:
            seen += line
            if found := re.search(r"^https?://\S+/o/oauth2/\S+$", line):
                yield process, found.group()
                break
        else:
            raise AssertionError(seen)
        process.kill()


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
        body = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}
        assert programs.fetch(f"{url}/v1/chat/completions", body, "pwd")["choices"]


def test_a_denied_sign_in_ends_with_googles_word(google: str, tmp_path: Path) -> None:
    with login(tmp_path, google) as (process, address):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(landing(f"{address}&deny=1"), timeout=20)
        assert "access_denied" in refused.value.read().decode()
        refused.value.close()
        assert process.wait(30) == 1
    assert listed(tmp_path) == []
