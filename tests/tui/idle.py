"""What a panel costs while nothing happens: bytes on a pseudo-terminal between two minutes, and wakeups of its process.

`measured(size)`: a server with credentials and a few requests behind it, its panel, and no traffic from then on. Linux.
"""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import programs

from gcli2api_tui.tui.widgets.panel_rows import MessageRow

KEYS = (1, 2)
WINDOWS = 3
EDGE_S = 2.0
"""How long after the clock's minute its painting may take, and how long before it we stop counting."""


@dataclass(frozen=True, slots=True)
class Idle:
    sent: int
    """Bytes that the terminal got."""
    wakeups_per_s: float
    """In the calmest of WINDOWS: what else the machine does can only add."""
    seconds: float


@dataclass
class Terminal:
    """The far end of a pseudo-terminal, read all the time."""

    descriptor: int
    received: int = 0
    text: bytes = b""

    def read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self.descriptor, 65_536):
                self.received += len(data)
                self.text += data


def measured(size: tuple[int, int], *, tab: str = "d", most_s: float = 50.0) -> Idle:
    """One minute of the clock, without its edges, and at most `most_s`."""
    with tempfile.TemporaryDirectory() as home, programs.simulator() as google:
        for number in KEYS:
            programs.command("creds", "add-key", "--no-check", f"AIza-sim-key-{number:04}", "--home", home)
        with _panel(Path(home), google, size) as (process, terminal, url):
            body = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "Hello"}]}
            for _ in range(3):
                programs.fetch(f"{url}/v1/chat/completions", body, key="pwd")
            os.write(terminal.descriptor, tab.encode())
            _let_pass_until_quiet(terminal)
            return _count(process, terminal, most_s)


def _let_pass_until_quiet(terminal: Terminal) -> None:
    """Messages go after some seconds (a model may be about to end); then, if a minute is near, its edge too."""
    quiet_since, seen = time.monotonic(), terminal.received
    while time.monotonic() - quiet_since < MessageRow.SHOWN_S + 1:
        if terminal.received != seen:
            quiet_since, seen = time.monotonic(), terminal.received
        programs.pause()
    while _left_of_minute() < EDGE_S + 10 or 60 - _left_of_minute() < EDGE_S:
        programs.pause()


def _left_of_minute() -> float:
    return 60 - time.time() % 60


def _count(process: "subprocess.Popen[bytes]", terminal: Terminal, most_s: float) -> Idle:
    seconds = min(most_s, _left_of_minute() - EDGE_S)
    before = terminal.received
    woken = min(_woken_within(process, seconds / WINDOWS) for _ in range(WINDOWS))
    return Idle(terminal.received - before, woken * WINDOWS / seconds, seconds)


def _woken_within(process: "subprocess.Popen[bytes]", seconds: float) -> int:
    pid = programs.serving(process.pid)
    before = _wakeups(pid)
    threading.Event().wait(seconds)
    return _wakeups(pid) - before


def _wakeups(pid: int) -> int:
    """How often its threads went to sleep by themselves."""
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        if found := re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status.read_text(), re.MULTILINE):
            total += int(found[1])
    return total


@contextlib.contextmanager
def _panel(home: Path, google: str, size: tuple[int, int]) -> Iterator[tuple["subprocess.Popen[bytes]", Terminal, str]]:
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    port = programs.free_port()
    environment = programs.environment(**programs.towards(google), TERM="xterm-256color", GCLI2API_REFRESH="local")
    words = [sys.executable, "-m", "gcli2api_tui", "--home", str(home), "--port", str(port), "--password", "pwd"]
    process = subprocess.Popen(words, stdin=far, stdout=far, stderr=far, env=environment, start_new_session=True)
    os.close(far)
    terminal = Terminal(near)
    threading.Thread(target=terminal.read, daemon=True).start()
    try:
        programs.until(lambda: b"Dash" in terminal.text, "the first frame")
        programs.until(lambda: programs.answers(f"http://127.0.0.1:{port}/healthz"), "the server")
        yield process, terminal, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        process.wait()
        os.close(near)
