"""The outlet and the driver against a real pseudo-terminal; a terminal that does not read is simply not read."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.tui.terminal_io.driver import MAX_FRAMES, CalmDriver, Outlet

FRAME = "\x1b[1;1H" + "x" * 20_000


def until(state: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not state():
        assert time.monotonic() < end, "the state was never reached"
        select.select([], [], [], 0.002)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ends = pty.openpty()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def drain(master: int, into: bytearray) -> bool:
    """Read what is there; for use as a state."""
    while select.select([master], [], [], 0)[0]:
        into += os.read(master, 65536)
    return True


def test_it_is_told_for_how_long_the_terminal_did_not_read(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    moments, resumed = iter([100.0, 112.0]), list[float]()
    outlet = Outlet(slave, resumed.append, replace(Clock(), monotonic=lambda: next(moments)))
    for _ in range(MAX_FRAMES + 10):
        outlet.put(FRAME)
    until(lambda: outlet.dropped >= 3)
    seen = bytearray()
    until(lambda: drain(master, seen) and bool(resumed))
    assert resumed == [12.0]


def test_frames_are_dropped_and_modes_are_kept_while_nobody_reads(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    resumed: list[float] = []
    outlet = Outlet(slave, resumed.append)
    for _ in range(MAX_FRAMES + 10):
        outlet.put(FRAME)
    until(lambda: outlet.dropped >= 3)
    outlet.put("\x1b]52;c;aGVsbG8=\x07")
    outlet.put("\x1b[?1002h")
    dropped = outlet.dropped
    assert not resumed
    seen = bytearray()
    until(lambda: drain(master, seen) and bool(resumed))
    until(lambda: drain(master, seen) and b"\x1b[?1002h" in seen)
    assert b"\x1b]52;c;aGVsbG8=\x07" in seen
    assert outlet.dropped == dropped
    outlet.put("\x1b[1;1Hagain")
    until(lambda: drain(master, seen) and b"again" in seen)
    assert len(resumed) == 1 and resumed[0] > 0
    outlet.close()


def test_closing_does_not_wait_for_a_stalled_terminal(terminal: tuple[int, int]) -> None:
    outlet = Outlet(terminal[1], lambda _: None)
    for _ in range(MAX_FRAMES):
        outlet.put(FRAME)
    before = time.monotonic()
    outlet.close()
    assert time.monotonic() - before < 2


def test_what_is_queued_goes_out_before_the_end(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    outlet = Outlet(slave, lambda _: None)
    outlet.put("\x1b[?1049l")
    outlet.close()
    seen = bytearray()
    drain(master, seen)
    assert bytes(seen) == b"\x1b[?1049l"


def test_a_terminal_that_is_gone_is_swallowed(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    outlet = Outlet(slave, lambda _: None)
    os.close(master)
    outlet.put(FRAME)
    until(lambda: not outlet.alive)
    for _ in range(3 * MAX_FRAMES):
        outlet.put(FRAME)
    outlet.close()


async def test_the_terminal_knows_its_size_better_than_what_a_shell_exported(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl.ioctl(terminal[1], termios.TIOCSWINSZ, struct.pack("HHHH", 20, 45, 0, 0))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setattr(sys, "__stderr__", os.fdopen(os.dup(terminal[1]), "w"))
    driver = CalmDriver(cast(Any, None))
    assert driver._get_terminal_size() == (45, 20)
