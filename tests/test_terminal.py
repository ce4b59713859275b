"""The terminal can never stop the proxy: the real program in a real pty that stalls, goes away, or is told to stop."""

import base64
import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openai
import programs
import pyte
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty; the stock driver is used there")
ROWS, COLUMNS = 24, 80


class Terminal:
    """A pty with the program behind it, and a screen that is only as new as what was read."""

    def __init__(self, *words: str, first: str = "") -> None:
        """`first` is Python that runs in the program before it starts."""
        # A shell that runs the tests in the background has switched Ctrl+C off.
        listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        main = f"{listen}\n{first}\nfrom gcli2api_tui.cli import main\nmain(prog_name='gcli2api-tui')"
        self.port = programs.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.master, self.slave = os.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.modes = termios.tcgetattr(self.slave)
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.seen = b""
        self.reading = threading.Event()
        self.reading.set()
        self.closed = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-c", main, *words, "--port", str(self.port)],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=programs.environment(TERM="xterm-256color", GCLI2API_REFRESH="local"),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        while not self.closed.is_set():
            self.reading.wait()
            if select.select([self.master], [], [], 0.05)[0] and self.reading.is_set():
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    return
                self.seen += data
                self.stream.feed(data)

    def text(self) -> str:
        return "\n".join(self.screen.display)

    def shows(self, *words: str) -> bool:
        assert self.process.poll() is None, self.text()
        return all(word in self.text() for word in words)

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def fill(self) -> bool:
        """Ask for whole repaints until 30 in a row add nothing to what waits to be read: frames are dropped then."""
        waiting = set()
        for _ in range(30):
            self.press("dc")
            waiting.add(self._unread())
        return waiting != {0} and len(waiting) == 1

    def _unread(self) -> int:
        programs.pause()
        return int.from_bytes(fcntl.ioctl(self.master, termios.FIONREAD, b"\0" * 4), sys.byteorder)

    def hang_up(self) -> None:
        """As when an SSH connection drops."""
        self.closed.set()
        self.reading.set()
        self.reader.join()
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def end(self) -> None:
        self.closed.set()
        self.reading.set()
        self.reader.join()
        self.process.kill()
        self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor != -1:
                os.close(descriptor)


@contextlib.contextmanager
def demo(first: str = "") -> Iterator[Terminal]:
    """`demo`, with its first frame on the screen."""
    started = Terminal("demo", first=first)
    try:
        programs.until(lambda: started.shows("DEMO", "Credentials", "alice"), "the first frame")
        programs.until(lambda: programs.answers(f"{started.url}/healthz"), "the server")
        yield started
    finally:
        started.end()


@contextlib.contextmanager
def own_server(home: Path) -> Iterator[Terminal]:
    """The panel over a home of its own, with its first frame on the screen."""
    started = Terminal("--home", str(home), "--password", "pwd")
    try:
        programs.until(lambda: started.shows("Dash"), "the panel")
        programs.until(lambda: programs.answers(f"{started.url}/healthz"), "the server")
        yield started
    finally:
        started.end()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with demo() as started:
        yield started


def streamed(url: str, count: int) -> list[str]:
    """So many answers at once through the official SDK, each read to its end."""
    sdk = openai.OpenAI(base_url=f"{url}/v1", api_key="pwd", max_retries=0, timeout=60)

    def one(_: int) -> str:
        stream = sdk.chat.completions.create(
            model="gemini-2.5-flash", messages=[{"role": "user", "content": "hello [sim:words=30]"}], stream=True
        )
        return "".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices)

    with ThreadPoolExecutor(count) as crowd, contextlib.closing(sdk):
        return list(crowd.map(one, range(count)))


def test_the_request_is_seen_and_the_quota_moves(terminal: Terminal) -> None:
    (answer,) = streamed(terminal.url, 1)
    assert answer
    terminal.press("r")
    programs.until(lambda: terminal.shows("OpenAI"), "the request in the list")
    assert b"Running on" not in terminal.seen
    assert b"Traceback" not in terminal.seen


def test_a_stalled_terminal_delays_nobody_and_comes_back_whole(terminal: Terminal) -> None:
    terminal.press("c")
    programs.until(lambda: terminal.shows("by trouble"), "the credentials tab")
    terminal.reading.clear()
    programs.until(terminal.fill, "a terminal that takes no more")
    assert all(streamed(terminal.url, 20))
    terminal.reading.set()
    terminal.press("l")
    # Had a dropped frame left its traces, the tab would be a mixture of two.
    programs.until(lambda: terminal.shows("Logs from info"), "the logs tab")
    programs.until(lambda: not terminal.shows("by trouble"), "no trace of the tab before")
    assert programs.answers(f"{terminal.url}/healthz")


def test_a_demo_goes_with_its_window(terminal: Terminal) -> None:
    terminal.hang_up()
    assert terminal.process.wait(20) == 0


def test_a_dropped_connection_ends_the_screen_only(tmp_path) -> None:
    with own_server(tmp_path) as terminal:
        terminal.hang_up()
        # Only when the panel has ended does this prove anything.
        programs.until(lambda: os.readlink(f"/proc/{terminal.process.pid}/fd/1") == os.devnull, "the end of the screen")
        assert programs.answers(f"{terminal.url}/healthz")
        assert terminal.process.poll() is None
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(20) == 0


def test_sigterm_restores_the_terminal(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(20) == 0
    programs.until(lambda: terminal.seen.rstrip().endswith(b"h") or b"\x1b[?1049l" in terminal.seen, "the end")
    assert b"\x1b[?1049l" in terminal.seen
    assert termios.tcgetattr(terminal.slave) == terminal.modes


def test_q_offers_to_keep_serving(terminal: Terminal) -> None:
    terminal.press("q")
    programs.until(lambda: terminal.shows("Keep serving"), "the quit menu")
    terminal.press("1")
    programs.until(lambda: b"Still serving" in terminal.seen, "the farewell")
    assert streamed(terminal.url, 1)[0]
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.process.wait(20) == 0


@pytest.mark.parametrize("signals", [(signal.SIGHUP,), (signal.SIGHUP, signal.SIGCONT), (signal.SIGCONT,)], ids=str)
def test_closing_the_terminal_after_keep_serving_ends_nothing(signals: tuple[signal.Signals, ...], tmp_path) -> None:
    """Not the demo: a server of one's own. What a shell and the kernel send is sent here at the worst moment."""
    with own_server(tmp_path) as terminal:
        terminal.press("q")
        programs.until(lambda: terminal.shows("Keep serving"), "the quit menu")
        terminal.press("1")
        programs.until(lambda: b"Still serving" in terminal.seen, "the farewell")
        for number in signals:
            terminal.process.send_signal(number)
        terminal.hang_up()
        assert all(programs.answers(f"{terminal.url}/healthz", None) for _ in range(20))
        assert terminal.process.poll() is None
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.process.wait(20) == 0


def test_a_crash_of_a_widget_ends_the_screen_only() -> None:
    broken_logs = """
from gcli2api_tui.tui.panes import logs
def crash(self, *_): raise ZeroDivisionError("planted")
logs.Logs.update_from = crash
"""
    with demo(broken_logs) as terminal:
        terminal.press("l")
        programs.until(lambda: b"Still serving" in terminal.seen, "the farewell")
        assert b"ZeroDivisionError" in terminal.seen
        assert streamed(terminal.url, 1)[0]


def test_signing_in_from_the_panel(terminal: Terminal) -> None:
    terminal.press("a")
    programs.until(lambda: terminal.shows("Gemini API key", "Sign in with Google"), "the wizard")
    terminal.press("2")
    programs.until(lambda: terminal.shows("I have read this"), "the notice")
    terminal.press("y")
    programs.until(lambda: terminal.shows("waiting for Google"), "the sign-in page")
    terminal.press("y")
    copied = programs.until(lambda: re.search(rb"\x1b\]52;c;([^\x07\x1b]+)", terminal.seen), "the copied address")
    address = base64.b64decode(copied.group(1)).decode()
    with urllib.request.urlopen(f"{address}&sim_account=erin@example.com", timeout=20) as page:
        assert "Signed in" in page.read().decode()
    programs.until(lambda: terminal.shows("Signed in as erin@example.com"), "the end of the sign-in")
