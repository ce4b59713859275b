"""`ask`: to a server that runs, from words or a pipe; the answer alone on standard output."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import programs
import pytest

Ask = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    where = tmp_path_factory.mktemp("home")
    with programs.simulator_within() as google, programs.server_with_key(where, google) as url:
        yield where, url


@pytest.fixture
def url(server: tuple[Path, str]) -> str:
    return server[1]


@pytest.fixture
def ask(server: tuple[Path, str]) -> Ask:
    def asked(*words: str, piped: str | None = None) -> "subprocess.CompletedProcess[str]":
        line = [sys.executable, "-m", "gcli2api_tui", *words, "--home", str(server[0])]
        given = {"stdin": subprocess.DEVNULL} if piped is None else {"input": piped}
        return subprocess.run(
            line, env=programs.environment(), capture_output=True, text=True, timeout=60, check=False, **given
        )  # type: ignore[call-overload,no-any-return]

    return asked


def test_an_answer_streams_and_nothing_else_is_printed(ask: Ask) -> None:
    done = ask("ask", "Say", "hello.")
    assert (done.returncode, done.stderr) == (0, "") and len(done.stdout) > 20 and done.stdout.endswith("\n")


def test_a_pipe_is_the_question_or_joins_it(ask: Ask) -> None:
    alone = json.loads(ask("ask", "--json", "--no-stream", "--dialect", "gemini", piped="用一句话介绍你自己\n").stdout)
    joined = json.loads(ask("ask", "Sum up:", "--json", "--effort", "low", piped="A long text. " * 30).stdout)
    assert (alone["status"], alone["error"]) == (200, "") and alone["text"]
    assert joined["usage"]["prompt"] > alone["usage"]["prompt"] > 0
    assert joined["exchange"] == alone["exchange"] + 1 and joined["first_word_s"] <= joined["took_s"]


def test_one_credential_by_the_beginning_of_its_name(ask: Ask) -> None:
    assert ask("ask", "hi", "--credential", "key").returncode == 0
    refused = ask("ask", "hi", "--credential", "bob")
    assert refused.returncode == 1 and "bob" in refused.stderr and refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [(("hi", "--model", "gpt-17"), "404"), ((), "no question"), (("hi", "--temperature", "9"), "temperature")],
)
def test_what_cannot_be_asked_is_one_line(ask: Ask, words: tuple[str, ...], said: str) -> None:
    done = ask("ask", *words)
    assert done.returncode in (1, 2) and said in done.stderr and not done.stdout


def test_the_same_once_more_for_another_model(ask: Ask) -> None:
    first = json.loads(ask("ask", "Name a colour.", "--json", "--dialect", "anthropic-messages").stdout)
    again = json.loads(ask("resend", str(first["exchange"]), "--json", "--model", "gemini-2.5-pro").stdout)
    assert again["status"] == 200 and again["exchange"] == first["exchange"] + 1
    assert again["usage"]["prompt"] == first["usage"]["prompt"]
    gone = ask("resend", "999999")
    assert gone.returncode == 1 and "#999999" in gone.stderr and gone.stderr.count("\n") == 1


def test_the_admin_api_asks_once_more_and_answers_when_it_is_whole(ask: Ask, url: str) -> None:
    first = json.loads(ask("ask", "Name a colour.", "--json").stdout)
    admin = f"{url}/admin/api/exchanges/{first['exchange']}"
    kept = programs.fetch(f"{admin}/request", key="pwd")
    assert (kept["dialect"], kept["path"]) == ("openai-chat", "/v1/chat/completions") and "colour" in kept["body"]
    row = programs.fetch(f"{admin}/resend", {"model": "gemini-2.5-pro"}, key="pwd")
    assert (row["state"], row["status"], row["model"]) == ("done", 200, "gemini-2.5-pro") and row["text"]


def test_without_a_server_it_says_how_to_start_one(tmp_path: Path) -> None:
    done = programs.command("ask", "hi", "--home", str(tmp_path))
    assert done.returncode == 1 and "gcli2api-tui serve" in done.stderr
