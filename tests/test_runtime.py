"""The program from its start to its stop, as a process: what it says where, and what may not hold it up."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import programs
import pytest

NOWHERE = "http://127.0.0.1:9"
"""Nothing of Google's is asked for here."""

SERVE = "import os, sys\nos.close(2)\nfrom gcli2api_tui.cli.commands import main\nmain()"
LARGE = 40_000_000


@contextlib.contextmanager
def started(words: list[str], **streams: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with these streams, killed at the end."""
    env = programs.environment(**programs.towards(NOWHERE))
    with subprocess.Popen([sys.executable, *words], env=env, stdin=subprocess.DEVNULL, **streams) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def serve_words(home: Path, port: int) -> list[str]:
    return ["serve", "--home", str(home), "--port", str(port)]


def serves(port: int, process: "subprocess.Popen[bytes]") -> None:
    def answers() -> bool:
        assert process.poll() is None, f"ended with status {process.returncode}"
        return programs.answers(f"http://127.0.0.1:{port}/healthz")

    programs.until(answers, "the server")


def test_a_closed_stderr_does_not_stop_the_start(tmp_path: Path) -> None:
    port = programs.free_port()
    with started(["-c", SERVE, *serve_words(tmp_path, port)], stdout=subprocess.DEVNULL) as process:
        serves(port, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(programs.PATIENCE_S) == 0


@pytest.mark.skipif(not hasattr(os, "set_blocking"), reason="only POSIX tells when a pipe is full")
def test_a_full_pipe_that_nobody_reads_does_not_stop_the_start(tmp_path: Path) -> None:
    port = programs.free_port()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(writing, b"x" * 65536):
            pass
    os.set_blocking(writing, True)
    words = ["-m", "gcli2api_tui", *serve_words(tmp_path, port)]
    with started(words, stdout=subprocess.DEVNULL, stderr=writing) as process:
        serves(port, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(programs.PATIENCE_S) == 0
    os.close(reading)
    os.close(writing)


def test_a_stop_during_a_large_body_is_obeyed_at_once(tmp_path: Path) -> None:
    """Reading and understanding it is work of a thread, and the answer to it is not waited for beyond the drain."""
    port = programs.free_port()
    turns = [{"role": "user", "content": "word " * 2000}] * (LARGE // 10_000)
    body = json.dumps({"model": "no-model-of-any-pool", "messages": turns}).encode()
    words = [*serve_words(tmp_path, port), "--password", "pwd"]
    with (
        started(["-m", "gcli2api_tui", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        contextlib.ExitStack() as stack,
    ):
        serves(port, process)
        client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer pwd\r\nContent-Length: {len(body)}"
        )
        client.sendall(f"{head}\r\n\r\n".encode() + body)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        assert process.wait(programs.PATIENCE_S) == 0


class SilentGoogle:
    """Takes requests and never answers; `asked` are their paths."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.asked: list[str] = []
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        taking = threading.Thread(target=self._take, args=(listener,))
        taking.start()
        stack.callback(taking.join)
        stack.callback(listener.shutdown, socket.SHUT_RDWR)  # a close alone leaves it waiting

    def _take(self, listener: socket.socket) -> None:
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            while connection := held.enter_context(listener.accept()[0]):
                self.asked.append(connection.recv(1000).split(b" ")[1].decode())

    def holds(self, *methods: str) -> bool:
        return all(any(method in path for path in self.asked) for method in methods)


def refuses(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return False
    return True


def test_a_second_stop_ends_streams_and_one_shot_calls_at_once(tmp_path: Path) -> None:
    """The first waits for them, here for an hour; at the second each client hears why its answer ends."""
    port = programs.free_port()
    added = programs.command("creds", "add-key", "--no-check", "AIza-sim-key-0002", "--home", str(tmp_path))
    assert added.returncode == 0, added.stderr
    hi = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    with contextlib.ExitStack() as stack:
        google = SilentGoogle(stack)
        env = programs.environment(GCLI2API_DRAIN_S="3600", **programs.towards(google.url))
        words = [sys.executable, "-m", "gcli2api_tui", *serve_words(tmp_path, port), "--password", "pwd"]
        process = stack.enter_context(
            subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        stack.callback(process.kill)
        serves(port, process)
        pool = stack.enter_context(ThreadPoolExecutor())
        methods = ("streamGenerateContent", "countTokens")
        url = f"http://127.0.0.1:{port}/v1beta/models/gemini-2.5-flash"
        answers = [pool.submit(httpx.post, f"{url}:{method}?key=pwd", json=hi, timeout=60) for method in methods]
        programs.until(lambda: google.holds(*methods), "both calls at Google")
        half = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        half.sendall(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer pwd\r\nContent-Length: 9\r\n\r\n{"
        )
        process.send_signal(signal.SIGTERM)
        programs.until(lambda: refuses(port), "the end of the listener")
        assert not any(answer.done() for answer in answers)
        process.send_signal(signal.SIGTERM)
        for answer in answers:
            found = answer.result(programs.PATIENCE_S)
            assert (found.status_code, "stopped in the panel" in found.text) == (499, True)
        assert process.wait(programs.PATIENCE_S) == 0


def test_the_stand_in_says_where_it_serves_and_which_keys_it_takes() -> None:
    with programs.running("simulate", "--port", "0") as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(3)]
    url = said[0].split()[-1]
    assert url.startswith("http://127.0.0.1:") and not url.endswith(":0")
    assert "API keys" in said[1] and f"GOOGLE_GEMINI_BASE_URL={url} gcli2api-tui serve" in said[2]
    first_key = said[2].rpartition("add-key ")[2].partition("`")[0]
    assert first_key and first_key in said[1]
