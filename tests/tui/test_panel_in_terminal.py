"""The whole panel with its driver in a process of its own, on a pseudo-terminal."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import programs
import pytest

HERE = Path(__file__).parent

SCRIPT = """
import asyncio, importlib.util, sys
spec = importlib.util.spec_from_file_location("panel_fakes", sys.argv[1])
fakes = importlib.util.module_from_spec(spec); sys.modules["panel_fakes"] = fakes; spec.loader.exec_module(fakes)
from gcli2api_tui.clock import Clock
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.terminal_io.driver import CalmDriver

async def main():
    reader = fakes.FakeReader()
    reader.passages.append(fakes.Passage("answer", "\\n".join(f"line {n}." for n in range(400))))
    panel = Panel(reader, fakes.FakeControl(), Clock(), refresh_hz=50, driver_class=CalmDriver)
    async def stall():
        while panel._driver is None or panel._driver.dropped < 3:
            reader.change(at=reader.now.at + 61)
            panel.screen_stack and panel.screen.refresh()
            await asyncio.sleep(0.005)
        open(sys.argv[2], "w").write("dropped")
    task = asyncio.create_task(stall()) if len(sys.argv) > 3 else None
    outcome = await panel.run_async()
    open(sys.argv[2], "w").write(f"{outcome} {panel.return_code}")

asyncio.run(main())
"""


@dataclass
class Terminal:
    master: int
    process: "subprocess.Popen[bytes]"
    seen: bytearray = field(default_factory=bytearray)

    def read_until(self, wanted: bytes) -> None:
        for _ in range(1000):
            if wanted in self.seen:
                return
            if select.select([self.master], [], [], 0.02)[0]:
                self.seen += os.read(self.master, 65536)
        raise AssertionError(f"never saw {wanted!r}")

    def resize(self, lines: int, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)  # it is not the terminal's own session


def start(report: Path, *more: str) -> Terminal:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-c", SCRIPT, str(HERE / "conftest.py"), str(report), *more]
    env = {**os.environ, "TERM": "xterm-256color"}
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
    os.close(slave)
    return Terminal(master, process)


@pytest.fixture
def report(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "report"


def test_it_asks_for_taps_but_no_hover_and_leaves_the_terminal_as_it_was(report: Path) -> None:
    terminal = start(report)
    terminal.read_until(b"Dashboard")
    assert b"\x1b[?1002h" in terminal.seen and b"\x1b[?1006h" in terminal.seen
    assert b"\x1b[?1003h" not in terminal.seen and b"\x1b[?1015h" not in terminal.seen
    os.write(terminal.master, b"q")
    terminal.read_until(b"Leave?")
    os.write(terminal.master, b"2")
    terminal.read_until(b"\x1b[?1049l")
    assert terminal.process.wait(10) == 0
    os.close(terminal.master)
    assert report.read_text() == "stop 0"


def test_what_another_program_wrote_over_is_painted_anew(report: Path) -> None:
    terminal = start(report)
    terminal.read_until(b"Dashboard")
    for anew in (lambda: os.write(terminal.master, b"\x0c"), lambda: terminal.resize(24, 81)):
        terminal.seen.clear()
        anew()
        terminal.read_until(b"Dashboard")
    terminal.process.kill()
    terminal.process.wait()
    os.close(terminal.master)


def test_the_plain_view_leaves_the_screen_prints_all_and_comes_back(report: Path) -> None:
    terminal = start(report)
    terminal.read_until(b"Dashboard")
    os.write(terminal.master, b"r")
    terminal.read_until(b"following")
    os.write(terminal.master, b"\r")
    terminal.read_until(b"line ")
    terminal.seen.clear()
    os.write(terminal.master, b"v")
    terminal.read_until(b"Any key comes back")
    _, bare = bytes(terminal.seen).split(b"\x1b[?1049l", 1)
    assert b"\x1b[?1002l" in terminal.seen, "the terminal selects, not we"
    printed = bare.partition(b"line 0.")[2].partition(b"Select")[0].split()
    assert printed[1::2] == [b"%d." % number for number in range(1, 400)], "all of it, and no frame in between"
    terminal.seen.clear()
    os.write(terminal.master, b"z")
    terminal.read_until(b"line ")
    terminal.read_until(b"Requests")
    assert terminal.seen.index(b"\x1b[?1049h") < terminal.seen.index(b"Requests"), "painted again in full"
    assert b"\x1b[?1002h" in terminal.seen
    os.write(terminal.master, b"v")
    terminal.read_until(b"Any key comes back")
    os.write(terminal.master, b"\x03\x03")
    assert terminal.process.wait(10) == 0
    terminal.read_until(b"\x1b[?1049l\x1b[?25h")
    os.close(terminal.master)


def test_a_hangup_ends_the_panel_as_lost_and_the_process_lives_to_say_so(report: Path) -> None:
    terminal = start(report)
    terminal.read_until(b"Dashboard")
    os.close(terminal.master)
    assert terminal.process.wait(10) == 0
    assert report.read_text() == "lost 0"


def test_a_terminal_that_stops_reading_does_not_stop_the_loop(report: Path) -> None:
    terminal = start(report, "stall")
    programs.until(lambda: report.exists() and report.read_text() == "dropped", "frames that are dropped")
    os.write(terminal.master, b"\x03\x03")
    assert terminal.process.wait(10) == 0
    os.close(terminal.master)
    assert report.read_text() == "stop 0"
