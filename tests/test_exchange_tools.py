"""Looking at requests of a real server from outside: admin API, export on the command line, and copies that run."""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import programs
import pytest
from test_main_job import fill

from gcli2api_tui.ledger.wire_rows import Sent
from gcli2api_tui.tui.paint.request_as_code import VARIABLE, as_curl, as_python

SECRET = "sk-visible-nowhere-0123456789"
CHAT = {"model": "gemini-3-flash-preview", "messages": [{"role": "user", "content": "Say hello, it's me: \"O'Neil\""}]}
EXTRA = {"stream": True, "temperature": 0.5, "stream_options": {"include_usage": True}}


def request(url: str, path: str, body: object = None, key: str = "pwd") -> Any:
    sent = urllib.request.Request(
        f"{url}{path}", json.dumps(body).encode() if body is not None else None,
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "x-api-key": SECRET},
    )  # fmt: skip
    with urllib.request.urlopen(sent, timeout=20) as answer:
        return answer.read().decode()


def run(words: list[str], key: str = "pwd") -> "subprocess.CompletedProcess[str]":
    """As a person runs what was copied: the key is in the environment."""
    named = {**os.environ, VARIABLE: key}
    return subprocess.run(words, env=named, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server that has answered two requests: a stream, and one of Google's own protocol."""
    folder = tmp_path_factory.mktemp("tools")
    home = folder / "home"
    with programs.simulator_within() as google:
        fill(home, "AIza-sim-key-0002")
        with programs.server(home, google) as url:
            request(url, "/v1/chat/completions", {**CHAT, **EXTRA})
            native = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
            request(url, f"/v1beta/models/gemini-3-flash-preview:generateContent?key={SECRET}", native)
            yield url, home


def told(url: str, path: str) -> Any:
    return json.loads(request(url, f"/admin/api/exchanges{path}"))


def test_the_wire_of_an_exchange_is_whole_and_without_secrets(served: tuple[str, Path]) -> None:
    url, _ = served
    first = told(url, "?filter=path:chat%20st:200")["exchanges"][0]
    whole = told(url, f"/{first['id']}")
    wire = whole["wire"]
    assert json.loads(wire["sent"]["body"]) == {**CHAT, **EXTRA} and not wire["sent"]["cut"]
    assert wire["status"] == 200 and "x-request-id" in dict(wire["headers"])
    assert wire["chunks"] >= 1 and wire["arrivals"][-1]["end"] == sum(len(said["text"]) for said in whole["texts"])
    assert first["opened_at"] <= wire["arrivals"][0]["at"] <= first["ended_at"] + 1
    both = json.dumps([told(url, f"/{row['id']}") for row in told(url, "")["exchanges"]])
    assert SECRET not in both and "Bearer pwd" not in both


def test_a_slip_in_a_filter_is_refused_by_name_and_an_unknown_number_is_404(served: tuple[str, Path]) -> None:
    url, _ = served
    for path, status, words in (
        ("?filter=is:alive", 400, "is:alive"),
        ("?format=xml", 400, "jsonl"),
        ("/9999", 404, ""),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            told(url, path)
        assert refused.value.code == status and words in refused.value.read().decode()


def test_the_command_line_exports_what_a_filter_takes(served: tuple[str, Path]) -> None:
    _, home = served
    done = programs.command("export", "--home", str(home), "--filter", "hello", "--output", "-")
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    assert record["request"]["body"]["messages"] == CHAT["messages"] and record["answer"] and SECRET not in line
    done = programs.command("export", "--home", str(home), "--format", "har")
    assert done.returncode == 0, done.stderr
    (file,) = (home / "exports").glob("*.har")
    assert str(file) in done.stdout and len(json.loads(file.read_text())["log"]["entries"]) == 2
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0
    done = programs.command("export", "--home", str(home), "--filter", "hello", "--output", "-", "--private")
    assert "hello" not in done.stdout.lower() and json.loads(done.stdout)["model"]
    assert programs.command("export", "--home", str(home), "--filter", "is:alive").returncode != 0


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("body", [{**CHAT, **EXTRA}, {**CHAT, "user": "x" * 70_000 + "\nJSON\n"}], ids=["line", "here"])
def test_a_copied_curl_line_runs(served: tuple[str, Path], body: dict[str, object]) -> None:
    url, _ = served
    sent = Sent("POST", "/v1/chat/completions?key=••••", (("User-Agent", "x"),), json.dumps(body, indent=0))
    line = as_curl(sent, url)
    assert "pwd" not in line and "••••" not in line
    done = run(["/bin/sh", "-c", line])
    assert '"choices"' in done.stdout and '"error"' not in done.stdout, done.stdout[:500]
    keyed = run(["/bin/sh", "-c", as_curl(sent, url, key="pwd")], key="")
    assert '"choices"' in keyed.stdout


BODIES = {
    "openai-chat": ("/v1/chat/completions", {**CHAT, **EXTRA, "top_k": 3, "reasoning_effort": "low"}),
    "openai-completions": ("/v1/completions", {"model": CHAT["model"], "prompt": "Say hello."}),
    "openai-responses": ("/v1/responses", {"model": CHAT["model"], "input": "Say hello.", "store": False}),
    "anthropic": ("/v1/messages", {**CHAT, "max_tokens": 50, "stream": True}),
    "gemini": (
        "/v1beta/models/gemini-3-flash-preview:generateContent",
        {"contents": [{"role": "user", "parts": [{"text": "Say hello."}]}]},
    ),
}


@pytest.mark.parametrize("dialect", BODIES)
def test_copied_python_runs(served: tuple[str, Path], dialect: str) -> None:
    url, _ = served
    path, body = BODIES[dialect]
    program = as_python(Sent("POST", path, (), json.dumps(body)), dialect, url)
    assert "pwd" not in program
    done = run([sys.executable, "-c", program])
    assert done.returncode == 0 and done.stdout.strip(), done.stderr[-800:]
