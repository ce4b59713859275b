"""What a program leaves to the one that takes its place, handed over as a restart does it."""

import json
import os
import socket
import sys
from pathlib import Path

import pytest

from gcli2api_tui.lifecycle import restart
from gcli2api_tui.lifecycle.restart import VARIABLE, Takeover

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows starts a second process for it")


def left(text: str) -> dict[str, str]:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return {VARIABLE: str(reading)}


def test_the_socket_goes_on_and_the_token_is_in_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def execve(path: str, words: list[str], environ: dict[str, str]) -> None:
        seen.update(words=words, environ={**environ, VARIABLE: str(os.dup(int(environ[VARIABLE])))})

    monkeypatch.setattr("os.execve", execve)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        state = Takeover(os.dup(listener.fileno()), "127.0.0.1", 7861, "a-token", screen=True)
        restart.replace_program(state)
        environ = seen["environ"]
        assert isinstance(environ, dict)
        assert "a-token" not in json.dumps(environ)
        assert seen["words"] == restart.command_line()
        assert restart.taken(environ) == state and VARIABLE not in environ
        assert state.wants("127.0.0.1", 7862) is None, "another port is wanted now"


def test_where_each_version_has_a_place_of_its_own_it_begins_at_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr("os.execve", lambda path, words, environ: seen.extend((path, words)))
    monkeypatch.setattr("sys.argv", ["/old/gcli2api_tui/__main__.py", "serve", "--port", "1"])
    monkeypatch.setenv(restart.LAUNCHER, "/usr/bin/gcli2api-tui")
    restart.replace_program(Takeover(-1, "127.0.0.1", 1, "t", screen=False))
    assert seen == ["/usr/bin/gcli2api-tui", ["/usr/bin/gcli2api-tui", "serve", "--port", "1"]]


def test_the_command_is_asked_anew_which_environment_it_belongs_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade may have made a new environment beside the one that runs, and pointed the command there."""
    command = tmp_path / "gcli2api-tui"
    monkeypatch.setattr(sys, "orig_argv", ["/old/bin/python", str(command), "serve", "--port", "1"])
    assert restart.command_line() == [sys.executable, str(command), "serve", "--port", "1"], "it is gone"
    command.write_text("#!/new/bin/python\n")
    command.chmod(0o755)
    assert restart.command_line() == [str(command), "serve", "--port", "1"]


@pytest.mark.parametrize("words", [["-m", "gcli2api_tui", "serve"], ["-X", "dev", "/x/gcli2api-tui"], []])
def test_started_otherwise_it_is_the_same_interpreter_with_the_same_words(
    monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["python3", *words])
    assert restart.command_line() == [sys.executable, *words]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"listener": 3}'])
def test_what_cannot_be_read_is_a_start_like_any_other(text: str) -> None:
    environ = left(text)
    assert restart.taken(environ) is None and environ == {}


def test_without_it_and_with_a_descriptor_that_is_closed() -> None:
    assert restart.taken({}) is None
    assert restart.taken({VARIABLE: "not a number"}) is None
    assert restart.taken({VARIABLE: "987654"}) is None
