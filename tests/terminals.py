"""The real program in a real pty, for tests: a screen that is as new as what was read, keys, and a line that drops."""

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import programs
import pyte

ROWS, COLUMNS = 24, 80


class Terminal:
    """A pty with the program behind it, and a screen that is only as new as what was read."""

    def __init__(self, *words: str, first: str = "", flags: tuple[str, ...] | None = None, **extra: str) -> None:
        """`first` is Python that runs in the program before it starts; `extra` are variables."""
        # A shell that runs the tests in the background has switched Ctrl+C off.
        listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        main = f"{listen}\n{first}\nfrom gcli2api_tui.cli.commands import main\nmain(prog_name='gcli2api-tui')"
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
        self.server = 0
        """The process that serves, once there is a frame: the one that was started only waits for it."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", main, *words, *(("--port", str(self.port)) if flags is None else flags)],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=programs.environment(TERM="xterm-256color", GCLI2API_REFRESH="local", **extra),
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
        text = self.text()
        shown = all(word in text for word in words)
        if shown:  # and not at each look: it starts a process
            self.server = programs.serving(self.process.pid)
        return shown

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

    def stop(self) -> None:
        """Tell the server to, wherever it is."""
        os.kill(self.server, signal.SIGTERM)
        programs.until(lambda: not programs.lives(self.server), "the end of the server")

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
        for pid in {self.server, self.process.pid} - {0}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
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
def own_server(home: Path, **extra: str) -> Iterator[Terminal]:
    """The panel over a home of its own, with its first frame on the screen."""
    started = Terminal("--home", str(home), "--password", "pwd", **extra)
    try:
        programs.until(lambda: started.shows("Dash"), "the panel")
        programs.until(lambda: programs.answers(f"{started.url}/healthz"), "the server")
        yield started
    finally:
        started.end()
