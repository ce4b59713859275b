"""A terminal that is asked where its cursor stands: one that says so, one that does not, and what is left behind."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.doctor import terminal
from gcli2api_tui.doctor.terminal import EMOJI, ask_terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")


@contextmanager
def a_pty(*replies: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """The program's end of a pty; whoever draws on the other answers each question with the next reply."""
    drawer, program = os.openpty()
    heard = [b""]

    def draw() -> None:
        waiting = list(replies)
        while waiting:
            heard[0] += os.read(drawer, 1024)
            while waiting and heard[0].count(terminal._WHERE) > len(replies) - len(waiting):
                os.write(drawer, waiting.pop(0))

    thread = threading.Thread(target=draw, daemon=True)
    thread.start()
    try:
        yield program, heard
        thread.join(5)
    finally:
        os.close(program)
        os.close(drawer)


@pytest.fixture(autouse=True)
def ours_in_front(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pty of a test is no process's controlling terminal."""
    monkeypatch.setattr("os.tcgetpgrp", lambda descriptor: os.getpgrp())


@pytest.mark.parametrize("wide", [1, 2])
def test_it_says_how_far_it_is_and_how_wide_an_emoji(wide: int) -> None:
    import termios

    with a_pty(b"\x1b[7;1R", b"x\x1b[7;%dR" % (1 + wide)) as (program, heard):
        before = termios.tcgetattr(program)
        found = ask_terminal(Clock(), program, program)
        assert found is not None
        assert found.emoji_columns == wide and 0 < found.round_trip_s < terminal.PATIENCE_S
        assert termios.tcgetattr(program) == before
    assert EMOJI.encode() in heard[0]


def test_one_that_is_silent_is_waited_for_once_and_left_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    import termios

    monkeypatch.setattr(terminal, "PATIENCE_S", 0.05)
    with a_pty() as (program, _):
        before = termios.tcgetattr(program)
        assert ask_terminal(Clock(), program, program) is None
        assert termios.tcgetattr(program) == before


def test_what_another_job_has_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell has it: a change of its modes would stop this process."""
    monkeypatch.setattr("os.tcgetpgrp", lambda descriptor: os.getpgrp() + 1)
    with a_pty() as (program, _):
        assert ask_terminal(Clock(), program, program) is None


def test_a_pipe_is_not_asked() -> None:
    reading, writing = os.pipe()
    try:
        assert ask_terminal(Clock(), reading, writing) is None
    finally:
        os.close(reading)
        os.close(writing)
