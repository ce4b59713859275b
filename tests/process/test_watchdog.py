"""The watchdog: a loop that stands still is told of, with the place, and not too often."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gcli2api_tui import safe_files
from gcli2api_tui.process.watchdog import IDLE_S, LONGEST_S, Watchdog, _Pace, place_of


class Heard:
    """What it said, and whether it has."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.spoken = threading.Event()

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        self.spoken.set()


async def heard_after(work: Callable[[], object]) -> Heard:
    """What it says of a loop that does this and is well again."""
    heard = Heard()
    with Watchdog(heard):
        work()
        await asyncio.to_thread(heard.spoken.wait, 10)
    return heard


def wait_for_a_lock() -> None:
    """As if another process had it for a while: longer than a mark may wait, whenever it was sent."""
    threading.Event().wait(3 * LONGEST_S)


async def test_a_wait_on_the_loop_is_told_with_its_place_and_length() -> None:
    (line,) = (await heard_after(wait_for_a_lock)).lines
    assert line.startswith("The loop stood still for 0.")
    assert "threading.py" in line


async def test_one_call_that_lets_no_thread_run_is_told_too() -> None:
    """The parser in C holds the interpreter: the watchdog itself comes late, and says so all the same."""
    text = "9" * 1_500_000

    def convert() -> None:
        until = time.monotonic() + 3 * LONGEST_S
        while time.monotonic() < until:
            hash(text + "1")

    assert (await heard_after(convert)).lines


async def test_a_loop_that_is_well_is_not_told() -> None:
    heard = Heard()
    with Watchdog(heard):
        for _ in range(40):
            await asyncio.sleep(0.02)
    assert heard.lines == []


def test_it_looks_seldom_while_the_process_idles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look wakes the machine: a phone that shows an idle panel may sleep."""
    used_s = 0.0
    monkeypatch.setattr(time, "process_time", lambda: used_s)
    pace = _Pace()

    def next_s(waiting: float = 0.0, marking: float = 0.0) -> float:
        """With so much of a processor used while it waits, and then by the mark."""
        nonlocal used_s
        pause_s = pace.next_s()
        used_s += waiting
        pace.waited()
        used_s += marking
        return pause_s

    assert [next_s(marking=0.02) for _ in range(8)] == [LONGEST_S, 0.5, 1.0, 2.0, 4.0, 8.0, IDLE_S, IDLE_S]
    assert [next_s(0.5 * IDLE_S), next_s(), next_s()] == [IDLE_S, LONGEST_S, 0.5]


def test_at_most_one_line_a_minute_and_the_next_counts_the_others() -> None:
    heard, now = Heard(), [0.0]
    dog = Watchdog(heard)
    dog._loop = type("Loop", (), {"time": lambda self: now[0]})()  # type: ignore[assignment]
    for second in (0, 10, 59, 61):
        now[0] = float(second)
        dog._stalled(1.0, "here")
    assert heard.lines == [
        "The loop stood still for 1.00 s in here.",
        "The loop stood still for 1.00 s in here (2 more since the last line).",
    ]


def test_a_place_is_names_of_files_and_functions_and_no_value() -> None:
    def inner(key: str) -> str:
        return place_of(sys._getframe())

    assert inner("AIzaSyFAKEFAKEFAKEFAKE0001").startswith("process/test_watchdog.py:")
    assert "AIza" not in inner("AIzaSyFAKEFAKEFAKEFAKE0001")
    assert place_of(None) == "an unknown place"


def test_a_place_names_what_of_ours_led_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever folder of the package it is in, and not only the watchdog's own."""
    places: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: places.append(place_of(sys._getframe())))
    safe_files.replace(tmp_path / "file", b"")
    innermost, ours, *_ = places[0].split(" < ")
    assert innermost.startswith("process/test_watchdog.py:")
    assert ours.startswith("safe_files.py:") and ours.endswith(" staged")
