"""sd_notify on real sockets, and a whole server that is told of by it."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.process.watchdog import keep_telling_alive, notify, watchdog_s

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets of that kind here")


@contextlib.contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(address)
        heard.settimeout(programs.PATIENCE_S)
        yield heard


@pytest.mark.parametrize("kind", ["a file", "abstract"])
def test_a_notice_arrives(kind: str, tmp_path: Path) -> None:
    if kind == "abstract" and sys.platform != "linux":
        pytest.skip("only Linux has sockets without a file")
    name = str(tmp_path / "notify") if kind == "a file" else f"@gcli2api-test-{os.getpid()}"
    with manager(name.replace("@", "\0", 1)) as heard:
        notify("READY=1", {"NOTIFY_SOCKET": name})
        assert heard.recv(100) == b"READY=1"


@pytest.mark.parametrize("name", ["", "/nowhere/at/all", "relative", "vsock:2:1"])
def test_where_nobody_hears_nothing_happens(name: str) -> None:
    notify("READY=1", {"NOTIFY_SOCKET": name})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None), ({"WATCHDOG_USEC": "x"}, None), ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "3000000"}, 3.0), ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, 3.0),
    ],
)  # fmt: skip
def test_who_is_watched(environ: dict[str, str], expected: float | None) -> None:
    assert watchdog_s(environ) == expected


async def test_the_sign_of_life_comes_twice_in_the_time(tmp_path: Path) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise asyncio.CancelledError

    with manager(str(tmp_path / "n")) as heard, contextlib.suppress(asyncio.CancelledError):
        environ = {"NOTIFY_SOCKET": str(tmp_path / "n"), "WATCHDOG_USEC": "8000000"}
        await keep_telling_alive(Clock(sleep=sleep), environ)
    assert slept == [4.0] * 3 and heard is not None
    await keep_telling_alive(Clock(), {})


def test_a_server_is_ready_alive_and_stopping_in_this_order(tmp_path: Path) -> None:
    """It listens when it says so, and it shows no sign of life while it stands still."""
    port = programs.free_port()
    with manager(str(tmp_path / "notify")) as heard:
        env = programs.environment(
            NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="400000", **programs.towards("http://127.0.0.1:9")
        )
        words = [sys.executable, "-m", "gcli2api_tui", "serve", "--home", str(tmp_path), "--port", str(port)]
        with subprocess.Popen(words, env=env, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
            try:
                assert heard.recv(100) == b"READY=1"
                with socket.create_connection(("127.0.0.1", port), timeout=5):
                    assert heard.recv(100) == heard.recv(100) == b"WATCHDOG=1"
                process.send_signal(signal.SIGSTOP)
                heard.settimeout(0.05)
                with contextlib.suppress(TimeoutError):
                    while True:
                        heard.recv(100)
                heard.settimeout(1.0)
                with pytest.raises(TimeoutError):
                    heard.recv(100)
                process.send_signal(signal.SIGCONT)
                process.send_signal(signal.SIGTERM)
                heard.settimeout(programs.PATIENCE_S)
                programs.until(lambda: heard.recv(100) == b"STOPPING=1", "the notice of the end")
                assert process.wait(programs.PATIENCE_S) == 0
            finally:
                process.kill()
