"""What the panel costs while it is open: requests while the terminal has stopped reading. (start_cost.py: its start.)

`python tests/bench/panel_cost.py [--stall 30]`. The panel runs on a pseudo-terminal of 120×40 against the simulator.
Requests go out one after another, first while the terminal is read, then while nobody reads it; the two lines should
be alike. Linux and macOS.
"""

import argparse
import asyncio
import contextlib
import fcntl
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from measures import GOOGLE_KEY, ask, programs

ALTERNATE_SCREEN = b"\x1b[?1049h"
FRAME_BYTES = 2_000
"""More than all mode switches together; less than any first frame of 120×40."""


class Terminal:
    """The far end of a pseudo-terminal, read by a thread that can be told to stop reading."""

    def __init__(self, descriptor: int, pid: int) -> None:
        self.pid = pid
        self._descriptor = descriptor
        self._reading = threading.Event()
        self._reading.set()
        self.framed = threading.Event()
        self.counted = [0]
        """Bytes that came."""
        threading.Thread(target=self._read, daemon=True).start()

    def press(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def stall(self) -> None:
        self._reading.clear()

    def resume(self) -> None:
        self._reading.set()

    def _read(self) -> None:
        seen = b""
        with contextlib.suppress(OSError):
            while self._reading.wait() and (data := os.read(self._descriptor, 65_536)):
                self.counted[0] += len(data)
                if not self.framed.is_set():
                    seen += data
                    if len(seen.partition(ALTERNATE_SCREEN)[2]) >= FRAME_BYTES:
                        self.framed.set()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stall", type=float, default=30.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, programs.simulator() as google:
        added = programs.command("creds", "add-key", "--no-check", GOOGLE_KEY, "--home", home)
        assert added.returncode == 0, added.stderr
        with panel(Path(home), google) as (url, terminal):
            programs.until(lambda: programs.answers(f"{url}/healthz"), "the server")
            report("terminal is read", url, options.stall / 3)
            terminal.stall()
            report(f"terminal stalled for {options.stall:.0f} s", url, options.stall)
            terminal.resume()
            report("terminal is read again", url, options.stall / 3)


@contextlib.contextmanager
def panel(
    home: Path, google: str, python: str = sys.executable, size: tuple[int, int] = (120, 40), **extra: str
) -> Iterator[tuple[str, Terminal]]:
    """The panel with its server, on a pseudo-terminal."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    port = programs.free_port()
    environment = programs.environment(**programs.towards(google), TERM="xterm-256color", **extra)
    words = ("-Pm", "gcli2api_tui", "--home", str(home), "--port", str(port), "--password", "pwd")
    with subprocess.Popen(
        [python, *words], env=environment, stdin=far, stdout=far, stderr=far, start_new_session=True
    ) as started:
        os.close(far)
        terminal = Terminal(near, started.pid)
        try:
            yield f"http://127.0.0.1:{port}", terminal
        finally:
            terminal.resume()
            started.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(15)
            started.kill()
            os.close(near)


def report(when: str, url: str, seconds: float) -> None:
    took_ms = asyncio.run(requests_for(url, seconds))
    worst, middle = max(took_ms), statistics.median(took_ms)
    print(f"{when}: {len(took_ms)} streams, first byte median {middle:.1f} ms, worst {worst:.1f} ms")


async def requests_for(url: str, seconds: float) -> list[float]:
    """Time to the first byte of each, in milliseconds."""
    took_ms = []
    end = time.perf_counter() + seconds
    async with httpx.AsyncClient(timeout=30) as client:
        while time.perf_counter() < end:
            _, first_s = await ask(client, url, stream=True, words=100)
            took_ms.append(first_s * 1000)
    return took_ms


if __name__ == "__main__":
    main()
